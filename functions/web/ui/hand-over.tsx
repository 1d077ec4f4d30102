/** How a drafted form goes from the officer who prepares it to the leader who hands it in, and back with a reason. */
import type { Context } from 'hono';
import { clockTime, shortDate } from '../../../shared/domain/calendar.ts';
import type { WebDeps } from '../../deps.ts';
import { type DraftForm, markDraft } from '../../journal/drafts.ts';
import { closedFor, type Draft } from '../drafting.ts';
import type { Form } from '../form.ts';
import { refusalPage } from '../pages-of-refusal.tsx';
import { draftOf, type Place } from '../place.ts';
import { frame } from '../text/frame.ts';
import { yearText } from '../text/year.ts';
import type { PageEnv, Visit } from '../visit.ts';
import { Note } from './parts.tsx';

type Noted = { visit: Visit; draft: Draft; labelOf: (field: string) => string };

/** What was noted between officer and leader, and what was changed since. */
export function HandOverNote({ visit, draft, labelOf }: Noted) {
  const t = yearText[visit.language];
  if (!draft.status) return null;
  return (
    <div class="mt-3">
      <Note kind={draft.status.state === 'returned' ? 'warn' : 'gold'}>
        <p>{draft.status.state === 'returned' ? t.returned(draft.status.reason) : t.prepared}</p>
      </Note>
      <ChangesSince visit={visit} draft={draft} labelOf={labelOf} />
    </div>
  );
}

/** Field by field what is another than when the draft was passed on or returned. */
export function ChangesSince({ visit, draft, labelOf }: Noted) {
  const t = yearText[visit.language];
  const f = frame[visit.language];
  if (!draft.status || draft.changes.length === 0) return null;
  return (
    <section class="td-section">
      <h2>{t.changesSince(`${clockTime(draft.status.savedAt)}, ${shortDate(draft.status.savedAt)}`)}</h2>
      <section class="td-scroll" tabindex={0} aria-label={t.changesTable}>
        <table class="table td-table">
          <thead>
            <tr>
              <th scope="col">{f.conflict.field}</th>
              <th scope="col">{t.before}</th>
              <th scope="col">{t.after}</th>
            </tr>
          </thead>
          <tbody>
            {draft.changes.map(({ field, before, after }) => (
              <tr>
                <th scope="row">{labelOf(field)}</th>
                <td class="td-typed">{before || f.conflict.empty}</td>
                <td class="td-typed">{after || f.conflict.empty}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

/** The buttons below a form: hand in for who binds the unit, pass on for who does not. */
export function HandOverButtons({ visit, place, submit }: { visit: Visit; place: Place; submit: string }) {
  const t = yearText[visit.language];
  return place.binds ? (
    <button class="btn btn-primary" type="submit" name="_viec" value="gui">
      {submit}
    </button>
  ) : (
    <>
      <button class="btn btn-primary" type="submit" name="_viec" value="chuyen">
        {t.toLeader}
      </button>
      <span class="td-small td-muted">{t.officer}</span>
    </>
  );
}

/** The leader's way back to the officer. */
export function ReturnForm({ visit, place, draft }: { visit: Visit; place: Place; draft: Draft }) {
  const t = yearText[visit.language];
  if (!place.binds || draft.status?.state !== 'prepared') return null;
  return (
    <div class="td-one">
      <label class="form-label" for="ly-do">
        {t.returnReason}
      </label>
      <textarea class="form-control" id="ly-do" name="ly-do" rows={2} maxlength={500}></textarea>
      <button class="btn btn-outline-primary mt-2" type="submit" name="_viec" value="tra-lai">
        {t.returnTo}
      </button>
    </div>
  );
}

/** Does what the buttons say short of handing in; the answer, or undefined where the form is to be handed in. */
export async function handOver(
  c: Context<PageEnv>,
  deps: WebDeps,
  name: DraftForm,
  posted: Form,
  here: string,
): Promise<Response | undefined> {
  const place = c.get('place');
  const doing = posted.get('_viec');
  if (doing === 'gui') return undefined;
  const no = closedFor(place, name, c.get('arrivedAt'));
  if (no) return refusalPage(c, no, { place: place.ref });
  const { place: where, keeping } = draftOf(deps, place, name, c.get('visit').acting?.account ?? '');
  if (doing === 'chuyen') {
    await markDraft(deps, where, { state: 'prepared' }, keeping);
    return c.redirect('/ban-lam-viec', 303);
  }
  const reason = posted.get('ly-do').slice(0, 500);
  if (doing === 'tra-lai' && place.binds && reason !== '')
    await markDraft(deps, where, { state: 'returned', reason }, keeping);
  return c.redirect(here, 303);
}
