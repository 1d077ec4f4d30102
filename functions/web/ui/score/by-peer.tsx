/** The score form on a phone: one peer, all criteria. */
import { formatHundredths } from '../../../../shared/domain/points.ts';
import { inputName } from '../../drafting.ts';
import { commentField, markField, type Peer } from '../../sheet.ts';
import { scoreText } from '../../text/score.ts';
import { ActionBar, draftedForm, HiddenFields } from '../drafted-form.tsx';
import { Icon } from '../icon.tsx';
import { Page, placePath } from '../page.tsx';
import { Note } from '../parts.tsx';
import { CellMessage, CommentButton, hasMessage, MarkInput } from './cell.tsx';
import { Bar, Head } from './head.tsx';
import { Evidence, selfPoints, TargetsReached } from './reported.tsx';
import { form, page, type Shown } from './shown.ts';

export function ByPeer(props: Shown & { peer: Peer }) {
  const { visit, place, sheet, draft, formId, opened, peer } = props;
  const t = scoreText[visit.language];
  const at = sheet.peers.findIndex(({ unit }) => unit === peer.unit);
  const [previous, next] = [sheet.peers[at - 1], sheet.peers[at + 1]];
  const names = sheet.lines.flatMap(({ id }) => [markField(peer.unit, id), commentField(peer.unit, id)]);
  return (
    <Page
      visit={visit}
      title={t.title}
      section="crossScore"
      place={place.ref}
      actions={
        <ActionBar visit={visit}>
          <Bar {...props} />
        </ActionBar>
      }
    >
      <Head {...props} />
      <form
        id="phieu"
        class="td-narrow"
        method="post"
        action={placePath(place.ref, page)}
        {...draftedForm(visit, place, form)}
      >
        <button class="visually-hidden" type="submit" name="_den" value={`dv:${peer.unit}`} tabindex={-1}>
          {t.save}
        </button>
        <HiddenFields names={peer.recusal === undefined ? names : []} draft={draft} id={formId} />
        <div class="td-peer-row">
          {previous ? (
            <button
              class="btn btn-outline-primary"
              type="submit"
              name="_den"
              value={`dv:${previous.unit}`}
              aria-label={t.previous(previous.name)}
            >
              <Icon name="chevron-left" />
            </button>
          ) : (
            <span></span>
          )}
          <div>
            <p class="td-small td-muted td-num mb-0">{t.peerOf(at + 1, sheet.peers.length)}</p>
            <h2 class="mb-0" lang="vi">
              {peer.name}
            </h2>
          </div>
          {next ? (
            <button
              class="btn btn-outline-primary"
              type="submit"
              name="_den"
              value={`dv:${next.unit}`}
              aria-label={t.next(next.name)}
            >
              <Icon name="chevron-right" />
            </button>
          ) : (
            <span></span>
          )}
        </div>
        {peer.recusal !== undefined ? (
          <Note>
            <p>
              <strong>{t.off}</strong> {t.offReason} <span lang="vi">{peer.recusal}</span>
            </p>
          </Note>
        ) : (
          <>
            <TargetsReached visit={visit} place={place} peer={peer} />
            {sheet.lines.map((line) => {
              const cell = peer.cells.get(line.id);
              return cell ? (
                <div class="td-one" data-row>
                  <h3>
                    <label for={inputName(markField(peer.unit, line.id))} lang="vi">
                      {line.id}. {line.title}
                    </label>
                  </h3>
                  <div class="td-one-row">
                    <dl>
                      <dt>{t.max}</dt>
                      <dd>{formatHundredths(line.max)}</dd>
                      <dt>{t.self}</dt>
                      <dd>{selfPoints(place, peer.unit, line.id) ?? t.noSelf}</dd>
                      <dt>{t.columns.evidence}</dt>
                      <dd>
                        <Evidence visit={visit} place={place} peer={peer} line={line.id} />
                      </dd>
                      <dt></dt>
                      <dd>
                        <CommentButton visit={visit} cell={cell} peer={peer} view="dv" />
                      </dd>
                    </dl>
                    <div>
                      <MarkInput visit={visit} draft={draft} cell={cell} peer={peer} />
                    </div>
                  </div>
                  <div hidden={!hasMessage(cell) && opened !== `${peer.unit}:${line.id}`} data-msg>
                    <CellMessage
                      visit={visit}
                      draft={draft}
                      cell={cell}
                      peer={peer}
                      opened={opened === `${peer.unit}:${line.id}`}
                    />
                  </div>
                </div>
              ) : null;
            })}
          </>
        )}
        <div class="td-actions">
          <button class="btn btn-outline-primary" type="submit" name="_den" value={`dv:${peer.unit}`}>
            {t.save}
          </button>
          <button class="td-linkbutton" type="submit" name="_den" value={`tc:${sheet.lines[0]?.id ?? ''}`}>
            {t.byCriterion}
          </button>
          <button class="td-linkbutton" type="submit" name="_den" value="khong-cham">
            {t.recusals}
          </button>
        </div>
      </form>
    </Page>
  );
}
