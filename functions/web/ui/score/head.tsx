/** What stands above and below the score form: deadline, progress, who sees it; saving and the way on. */
import { clockTime, shortDate } from '../../../../shared/domain/calendar.ts';
import { closesAtFor } from '../../../../shared/domain/extension.ts';
import { ruleValue } from '../../../../shared/domain/rules.ts';
import type { Sheet } from '../../sheet.ts';
import { scoreText } from '../../text/score.ts';
import { SaveState } from '../drafted-form.tsx';
import { Icon } from '../icon.tsx';
import { DeadlineLine, Note, Tag } from '../parts.tsx';
import type { Shown } from './shown.ts';

/** How much of a sheet is marked, in whole percent. */
export function shareOf({ marked, cells }: Pick<Sheet, 'marked' | 'cells'>): number {
  return cells === 0 ? 100 : Math.floor((marked / cells) * 100);
}

export function Head({ visit, place, sheet, draft }: Shown) {
  const t = scoreText[visit.language];
  const judged = sheet.peers.filter(({ recusal }) => recusal === undefined).length;
  const { state, terms, unit, unitName } = place;
  const closesAt = closesAtFor(state, 'crossScore', unit);
  const handedIn = state.scoring.sheets[unit];
  const named = ruleValue(terms.rules, 'score.rater-names');
  return (
    <>
      <div class="td-head mb-3">
        <div>
          <h1 class="mb-1">{t.title}</h1>
          <p class="td-muted mb-0 mw-100">
            {t.lead(terms.name, unitName, judged, sheet.peers.length - judged)}
          </p>
        </div>
        <div class="td-prog">
          <div class="d-flex justify-content-between gap-4 mb-1">
            <Tag visit={visit} state={handedIn ? 'ok' : 'work'} />
            <span class="td-num" data-marked>
              {t.marked(sheet.marked, sheet.cells)}
            </span>
          </div>
          <svg class="td-bar" aria-hidden="true" height="6" data-marked-bar>
            <rect width={`${shareOf(sheet)}%`} height="6" />
          </svg>
        </div>
      </div>
      <DeadlineLine
        visit={visit}
        done={handedIn !== undefined}
        closesAt={closesAt}
        extended={closesAt !== terms.calendar.crossScore.closesAt}
        whoSees={named ? t.whoSeesNamed(unitName) : t.whoSees(unitName)}
      />
      {handedIn ? (
        <div class="mt-3">
          <Note kind="ok">
            <p>
              {t.handedIn(`${clockTime(handedIn.at)}, ${shortDate(handedIn.at)}`)}{' '}
              <a href={`/phieu-xac-nhan/${place.stream}/${handedIn.seq}`}>{t.receipt}</a>
            </p>
          </Note>
        </div>
      ) : null}
      {draft.status ? (
        <div class="mt-3">
          <Note kind={draft.status.state === 'returned' ? 'warn' : 'gold'}>
            <p>{draft.status.state === 'returned' ? t.returnedNote(draft.status.reason) : t.preparedNote}</p>
          </Note>
        </div>
      ) : null}
    </>
  );
}

export function Bar(props: Shown) {
  const { visit, draft, sheet } = props;
  const t = scoreText[visit.language];
  return (
    <>
      <SaveState visit={visit} draft={draft} />
      <span class="ms-auto td-num td-small" data-left>
        {t.left(sheet.lacking.length)}
      </span>
      <button class="btn btn-outline-primary" type="submit" name="_den" value="thieu" form="phieu">
        {t.toNext} <Icon name="arrow-down" />
      </button>
      <button class="btn btn-primary" type="submit" name="_den" value="xem-lai" form="phieu">
        {t.review}
      </button>
    </>
  );
}
