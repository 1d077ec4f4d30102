/** How a drafted form goes from the officer who prepares it to the leader who hands it in, and back with a reason. */
import type { Context } from 'hono';
import type { WebDeps } from '../../deps.ts';
import { type DraftForm, markDraft } from '../../journal/drafts.ts';
import { closedFor, type Draft } from '../drafting.ts';
import type { Form } from '../form.ts';
import { refusalPage } from '../pages-of-refusal.tsx';
import { draftOf, type Place } from '../place.ts';
import { yearText } from '../text/year.ts';
import type { PageEnv, Visit } from '../visit.ts';
import { Note } from './parts.tsx';

/** What was noted between officer and leader. */
export function HandOverNote({ visit, draft }: { visit: Visit; draft: Draft }) {
  const t = yearText[visit.language];
  if (!draft.status) return null;
  return (
    <div class="mt-3">
      <Note kind={draft.status.state === 'returned' ? 'warn' : 'gold'}>
        <p>{draft.status.state === 'returned' ? t.returned(draft.status.reason) : t.prepared}</p>
      </Note>
    </div>
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
