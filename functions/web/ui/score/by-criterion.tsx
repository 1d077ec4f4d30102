/** The score form on a desk: one criterion × all peers. */
import { formatHundredths } from '../../../../shared/domain/points.ts';
import type { MarkedLine } from '../../../../shared/domain/rubric.ts';
import { commentField, markField, type Peer } from '../../sheet.ts';
import { scoreText } from '../../text/score.ts';
import type { Visit } from '../../visit.ts';
import { ActionBar, draftedForm, HiddenFields } from '../drafted-form.tsx';
import { Icon } from '../icon.tsx';
import { Page, placePath } from '../page.tsx';
import { CellMessage, CommentButton, hasMessage, MarkInput } from './cell.tsx';
import { Bar, Head } from './head.tsx';
import { Evidence, selfPoints, TargetsReached } from './reported.tsx';
import { form, page, type Shown } from './shown.ts';

/** The ladder of a line in words. */
function ladder(visit: Visit, { step, bands }: MarkedLine): string {
  const t = scoreText[visit.language];
  return bands ? t.bands(bands.map(formatHundredths).join('; ')) : t.step(formatHundredths(step));
}

function CriteriaList({ visit, place, sheet, current }: Shown & { current: string }) {
  const t = scoreText[visit.language];
  const mine = new Set(sheet.lines.map(({ id }) => id as string));
  const groups = place.terms.rubric.groups
    .map((group) => ({
      group,
      lines: group.criteria.flatMap((one) => one.parts ?? [one]).filter(({ id }) => mine.has(id)),
    }))
    .filter(({ lines }) => lines.length > 0);
  const judged = sheet.peers.filter(({ recusal }) => recusal === undefined);
  return (
    <nav aria-label={t.criteria}>
      <ol class="td-crit">
        {groups.map(({ group, lines }) => (
          <>
            <li class="grp">
              <span lang="vi">
                {group.id}. {group.title}
              </span>
            </li>
            {lines.map((line) => {
              const done = judged.filter(({ cells }) => cells.get(line.id)?.verdict === 'ok').length;
              const full = done === judged.length;
              return (
                <li>
                  <button
                    type="submit"
                    name="_den"
                    value={`tc:${line.id}`}
                    class={full ? 'full' : ''}
                    {...(line.id === current ? { 'aria-current': 'true' as const } : {})}
                  >
                    <span>{line.id}</span>
                    <span lang="vi">{line.title}</span>
                    <span>
                      {full ? <Icon name="check" /> : null}
                      {done}/{judged.length}
                    </span>
                  </button>
                </li>
              );
            })}
          </>
        ))}
      </ol>
    </nav>
  );
}

export function ByCriterion(props: Shown & { line: MarkedLine }) {
  const { visit, place, sheet, draft, formId, line } = props;
  const t = scoreText[visit.language];
  const at = sheet.lines.findIndex(({ id }) => id === line.id);
  const [previous, next] = [sheet.lines[at - 1], sheet.lines[at + 1]];
  const judged = sheet.peers.filter(({ recusal }) => recusal === undefined);
  const names = judged.flatMap(({ unit }) => [markField(unit, line.id), commentField(unit, line.id)]);
  const columns = t.columns;
  return (
    <Page
      visit={visit}
      title={t.title}
      section="crossScore"
      place={place.ref}
      wide
      actions={
        <ActionBar visit={visit} wide>
          <Bar {...props} />
        </ActionBar>
      }
    >
      <Head {...props} />
      <form
        id="phieu"
        class="td-score mt-4"
        method="post"
        action={placePath(place.ref, page)}
        {...draftedForm(visit, place, form)}
      >
        <button class="visually-hidden" type="submit" name="_den" value={`tc:${line.id}`} tabindex={-1}>
          {t.save}
        </button>
        <HiddenFields names={names} draft={draft} id={formId} />
        <CriteriaList {...props} current={line.id} />
        <section aria-labelledby="h-tc">
          <div class="td-head mb-2">
            <div>
              <p class="td-muted mb-0 td-num td-small">{t.criterion(line.id, formatHundredths(line.max))}</p>
              <h2 id="h-tc" class="mb-1" lang="vi">
                {line.title}
              </h2>
            </div>
            <div class="d-flex gap-2 flex-wrap">
              {previous ? (
                <button
                  class="btn btn-outline-primary btn-sm"
                  type="submit"
                  name="_den"
                  value={`tc:${previous.id}`}
                >
                  <Icon name="chevron-left" /> {t.previous(previous.id)}
                </button>
              ) : null}
              {next ? (
                <button
                  class="btn btn-outline-primary btn-sm"
                  type="submit"
                  name="_den"
                  value={`tc:${next.id}`}
                >
                  {t.next(next.id)} <Icon name="chevron-right" />
                </button>
              ) : null}
            </div>
          </div>
          <p class="td-table-note td-num">
            {line.guide ? <span lang="vi">{line.guide} </span> : null}
            {ladder(visit, line)}
          </p>
          <section class="td-panel td-flush td-scroll" tabindex={0} aria-label={t.grid(line.id)}>
            <table class="table td-table td-grid">
              <caption class="visually-hidden">{t.caption(line.id)}</caption>
              <thead>
                <tr>
                  <th scope="col">{columns.peer}</th>
                  <th scope="col">{columns.reported}</th>
                  <th scope="col">{columns.evidence}</th>
                  <th scope="col" class="td-num">
                    {columns.self}
                  </th>
                  <th scope="col" class="td-num">
                    {columns.mark}
                  </th>
                  <th scope="col" class="td-num">
                    {columns.total}
                  </th>
                </tr>
              </thead>
              <tbody>
                {sheet.peers.map((peer) => (
                  <Row {...props} peer={peer} />
                ))}
              </tbody>
            </table>
          </section>
          <div class="td-actions">
            <button class="btn btn-outline-primary" type="submit" name="_den" value={`tc:${line.id}`}>
              {t.save}
            </button>
            <button class="td-linkbutton" type="submit" name="_den" value={`dv:${judged[0]?.unit ?? ''}`}>
              {t.byPeer}
            </button>
            <button class="td-linkbutton" type="submit" name="_den" value="khong-cham">
              {t.recusals}
            </button>
          </div>
          <details class="mt-3">
            <summary>{t.keysTitle}</summary>
            <p class="mb-0">{t.keys}</p>
          </details>
        </section>
      </form>
    </Page>
  );
}

function Row(props: Shown & { peer: Peer; line: MarkedLine }) {
  const { visit, place, draft, peer, line } = props;
  const t = scoreText[visit.language];
  if (peer.recusal !== undefined) {
    return (
      <tr class="is-off">
        <th scope="row" lang="vi">
          {peer.name}
        </th>
        <td colspan={4}>
          <strong>{t.off}</strong> {t.offReason} <span lang="vi">{peer.recusal}</span>
        </td>
        <td class="td-num">{t.notCounted}</td>
      </tr>
    );
  }
  const cell = peer.cells.get(line.id);
  if (!cell) return null;
  const opened = props.opened === `${peer.unit}:${line.id}`;
  const spoken = opened || hasMessage(cell);
  const share = peer.outOf === 0 ? 0 : Math.round((peer.total / peer.outOf) * 100);
  return (
    <>
      <tr class={spoken ? 'has-msg' : ''} data-row>
        <th scope="row">
          <span lang="vi">{peer.name}</span>
          <CommentButton visit={visit} cell={cell} peer={peer} view="tc" />
        </th>
        <td>
          <TargetsReached visit={visit} place={place} peer={peer} />
        </td>
        <td>
          <Evidence visit={visit} place={place} peer={peer} line={line.id} />
        </td>
        <td class="td-num">
          {selfPoints(place, peer.unit, line.id) ?? <span class="td-muted">{t.noSelf}</span>}
        </td>
        <td class="td-cell td-num">
          <MarkInput visit={visit} draft={draft} cell={cell} peer={peer} />
        </td>
        <td
          class="td-num td-total"
          data-total={peer.total - (cell.mark ?? 0)}
          data-outof={peer.outOf - (cell.mark === undefined ? 0 : line.max)}
        >
          <span data-total-text>
            <b>{formatHundredths(peer.total)}</b> / {formatHundredths(peer.outOf)}
          </span>
          <svg class="td-bar" aria-hidden="true" height="6">
            <rect width={`${share}%`} height="6" />
          </svg>
        </td>
      </tr>
      <tr class="td-msg" hidden={!spoken} data-msg>
        <td></td>
        <td colspan={5}>
          <CellMessage visit={visit} draft={draft} cell={cell} peer={peer} opened={opened} />
        </td>
      </tr>
    </>
  );
}
