/** What a peer has reported, beside the field in which it is judged: targets, evidence, its own score. */
import { formatHundredths } from '../../../../shared/domain/points.ts';
import { attainmentsOf } from '../../../../shared/domain/review.ts';
import { shownDecimal } from '../../../../shared/domain/typed-number.ts';
import type { Place } from '../../place.ts';
import type { Peer } from '../../sheet.ts';
import { scoreText } from '../../text/score.ts';
import type { Visit } from '../../visit.ts';
import { Icon } from '../icon.tsx';

/** What the peer reported of its targets, at the year's end or else at mid-year. */
export function TargetsReached({ visit, place, peer }: { visit: Visit; place: Place; peer: Peer }) {
  const t = scoreText[visit.language];
  const { state } = place;
  const actuals =
    state.scoring.selfScores[peer.unit]?.actuals ?? state.review.reports[peer.unit]?.actuals ?? [];
  const attained = attainmentsOf(state, peer.unit, actuals);
  if (!attained.ok || attained.value.length === 0) return <span class="td-muted">–</span>;
  const reached = attained.value.filter((one) => one.reached).length;
  const targets = state.pledge.targets[peer.unit] ?? [];
  return (
    <details>
      <summary>{t.targets(reached, attained.value.length)}</summary>
      <ul class="td-plain td-small" lang="vi">
        {targets.map((target, i) => (
          <li>
            {target.indicator}:{' '}
            <span class="td-n">
              {attained.value[i]?.actual ? shownDecimal(attained.value[i]?.actual ?? '') : '–'} /{' '}
              {shownDecimal(target.planned)} {target.unitOfMeasure}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

export function Evidence({
  visit,
  place,
  peer,
  line,
}: {
  visit: Visit;
  place: Place;
  peer: Peer;
  line: string;
}) {
  const t = scoreText[visit.language];
  const given =
    place.state.scoring.selfScores[peer.unit]?.lines.find(({ criterion }) => criterion === line)?.evidence ??
    [];
  if (given.length === 0) return <span class="td-muted td-small">{t.noEvidence}</span>;
  return (
    <details>
      <summary>
        <Icon name="paperclip" /> {t.evidenceCount(given.length)}
      </summary>
      <ul class="td-plain td-small" lang="vi">
        {given.map(({ title, number, file, link }) => (
          <li>
            {file ? (
              <a href={`/tep/${file.sha256}`}>{title}</a>
            ) : link ? (
              <a href={link} rel="noreferrer">
                {title}
              </a>
            ) : (
              title
            )}
            {number ? `, ${number}` : ''}
          </li>
        ))}
      </ul>
    </details>
  );
}

export function selfPoints({ state }: Place, peer: string, line: string): string | undefined {
  const given = state.scoring.selfScores[peer]?.lines.find(({ criterion }) => criterion === line);
  return given ? formatHundredths(given.points) : undefined;
}
