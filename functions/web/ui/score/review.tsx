/** The whole sheet read once more before it is handed in, passed on to the leader, or returned. */
import { formatHundredths } from '../../../../shared/domain/points.ts';
import { closedFor, digestOf } from '../../drafting.ts';
import { markField } from '../../sheet.ts';
import { frame } from '../../text/frame.ts';
import { scoreText } from '../../text/score.ts';
import { ChangesSince } from '../hand-over.tsx';
import { Page, placePath } from '../page.tsx';
import { ErrorSummary, Facts, Note } from '../parts.tsx';
import { classOf, complaint } from './cell.tsx';
import { cellAddress, crumbOf, form, labelsOf, page, type Shown } from './shown.ts';

export function Review(props: Shown & { changed?: boolean; reasonMissing?: boolean }) {
  const { visit, place, sheet, draft, formId, changed, reasonMissing } = props;
  const t = scoreText[visit.language];
  const base = placePath(place.ref, page);
  const no = closedFor(place, form, visit.now);
  const judged = sheet.peers.filter(({ recusal }) => recusal === undefined);
  const commented = judged.flatMap(({ cells }) =>
    [...cells.values()].filter(({ comment }) => comment.trim() !== ''),
  );
  const label = labelsOf(visit, place);
  const most = 20;
  const errors = sheet.lacking.slice(0, most).map((cell) => ({
    path: cellAddress(place, cell),
    message: `${label(markField(cell.peer, cell.line.id))}: ${
      cell.verdict === 'empty'
        ? t.wrong.empty
        : cell.verdict === 'comment-missing'
          ? t.wrong['comment-missing']
          : complaint(visit, cell)
    }`,
  }));
  return (
    <Page
      visit={visit}
      title={t.reviewTitle}
      section="crossScore"
      place={place.ref}
      wide
      crumb={crumbOf(visit, place)}
    >
      {changed ? <ErrorSummary visit={visit} errors={[]} title={t.changed} /> : null}
      {sheet.lacking.length > 0 ? (
        <div class="td-errors" role="alert" tabindex={-1} data-errors>
          <h2>{t.lackingTitle(sheet.lacking.length)}</h2>
          <ul>
            {errors.map(({ path, message }) => (
              <li>
                <a href={path}>{message}</a>
              </li>
            ))}
            {sheet.lacking.length > most ? <li>{t.more(sheet.lacking.length - most)}</li> : null}
          </ul>
        </div>
      ) : null}
      <h1>{t.reviewTitle}</h1>
      <p class="td-lead">{t.reviewLead}</p>
      {no ? (
        <Note kind="warn">
          <p>{no[visit.language]}</p>
        </Note>
      ) : null}
      <ChangesSince visit={visit} draft={draft} labelOf={label} />
      <section class="td-scroll td-matrix" tabindex={0} aria-label={t.reviewTitle}>
        <table class="table td-table">
          <thead>
            <tr>
              <th scope="col">{t.columns.peer}</th>
              {sheet.lines.map(({ id, title }) => (
                <th scope="col" class="td-num">
                  <abbr title={title}>{id}</abbr>
                </th>
              ))}
              <th scope="col" class="td-num">
                {t.total}
              </th>
            </tr>
          </thead>
          <tbody>
            {sheet.peers.map((peer) => (
              <tr class={peer.recusal === undefined ? '' : 'is-off'}>
                <th scope="row" lang="vi">
                  {peer.name}
                </th>
                {peer.recusal !== undefined ? (
                  <td colspan={sheet.lines.length}>
                    {t.off} <span lang="vi">{peer.recusal}</span>
                  </td>
                ) : (
                  [...peer.cells.values()].map((cell) => (
                    <td class="td-num">
                      <a href={cellAddress(place, cell)} class={classOf[cell.verdict]}>
                        {cell.mark === undefined ? cell.typed || '–' : formatHundredths(cell.mark)}
                      </a>
                    </td>
                  ))
                )}
                <td class="td-num">
                  <b>{peer.recusal === undefined ? formatHundredths(peer.total) : '–'}</b>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {commented.length > 0 ? (
        <section class="td-section">
          <h2>{t.comments}</h2>
          <dl class="td-sum">
            {commented.map((cell) => (
              <>
                <dt>{label(markField(cell.peer, cell.line.id))}</dt>
                <dd class="td-typed">{cell.comment}</dd>
              </>
            ))}
          </dl>
        </section>
      ) : null}
      {no ? null : (
        <section class="td-section">
          {place.binds && sheet.lacking.length === 0 ? (
            <div class="td-confirm">
              <h2>{t.handQuestion(place.unitName)}</h2>
              <p>{t.handLead}</p>
              <Facts
                facts={[
                  [t.facts.peers, t.peersCount(judged.length, sheet.peers.length - judged.length)],
                  [t.facts.cells, `${sheet.marked}/${sheet.cells}`],
                  [t.facts.comments, String(commented.length)],
                  [t.facts.by, visit.acting ? frame[visit.language].roles[visit.acting.role] : ''],
                ]}
              />
              <form class="td-actions" method="post" action={`${base}/gui`}>
                <input type="hidden" name="_id" value={formId} />
                <input type="hidden" name="_ban" value={digestOf(draft)} />
                <button class="btn btn-danger" type="submit">
                  {t.hand}
                </button>
                <a href={base}>{frame[visit.language].back}</a>
              </form>
            </div>
          ) : null}
          {place.binds ? null : (
            <form method="post" action={`${base}/chuyen`}>
              <input type="hidden" name="_id" value={formId} />
              <h2>{t.toLeader}</h2>
              <p>{t.officerOnly}</p>
              <button class="btn btn-primary" type="submit" disabled={sheet.lacking.length > 0}>
                {t.toLeader}
              </button>
            </form>
          )}
          {place.binds && draft.status?.state === 'prepared' ? (
            <form class="mt-4" method="post" action={`${base}/tra-lai`}>
              <input type="hidden" name="_id" value={formId} />
              <label class="form-label" for="ly-do">
                {t.returnReason}
              </label>
              {reasonMissing ? (
                <p class="td-fielderr" id="ly-do-loi">
                  {frame[visit.language].errors.required}
                </p>
              ) : null}
              <textarea
                class="form-control"
                id="ly-do"
                name="ly-do"
                rows={2}
                maxlength={500}
                required
              ></textarea>
              <div class="td-actions">
                <button class="btn btn-outline-primary" type="submit">
                  {t.return}
                </button>
              </div>
            </form>
          ) : null}
        </section>
      )}
    </Page>
  );
}
