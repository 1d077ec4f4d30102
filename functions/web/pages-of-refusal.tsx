/** The pages that say no: 401, 403, 404, 409, 422, 429, 500, each with what happened, what is kept, who can help. */
import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { Refusal } from '../../shared/result.ts';
import { statusOf } from '../../shared/result.ts';
import type { Form } from './form.ts';
import { formIdField } from './form.ts';
import { frame } from './text/frame.ts';
import { refusalText } from './text/refusals.ts';
import { Page, type PlaceAddress, placePath } from './ui/page.tsx';
import { Note } from './ui/parts.tsx';
import type { PageEnv, Visit } from './visit.ts';

const statuses = {
  'not-allowed': 403,
  foreign: 403,
  'not-found': 404,
  malformed: 422,
  'too-many': 429,
  fault: 500,
} as const;

/** What was typed, to be read and copied. */
export function Typed({ visit, form }: { visit: Visit; form: Pick<Form, 'entries'> }) {
  const t = refusalText[visit.language];
  const shown = form.entries.filter(([name, value]) => !name.startsWith('_') && value.trim() !== '');
  if (shown.length === 0) return null;
  return (
    <section class="td-section">
      <h2>{t.typed}</h2>
      <section class="td-scroll" tabindex={0} aria-label={t.typed}>
        <table class="table td-table">
          <thead>
            <tr>
              <th scope="col">{t.field}</th>
              <th scope="col">{t.value}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(([name, value]) => (
              <tr>
                <th scope="row">{name}</th>
                <td class="td-typed">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Help({ c, visit }: { c: Context<PageEnv>; visit: Visit }) {
  const t = refusalText[visit.language];
  return (
    <section class="td-section">
      <h2>{t.help}</h2>
      <p>
        {t.helpText} <span lang="vi">{visit.contact}</span>
      </p>
      <p>
        {t.helpCode} <span class="td-hash">{c.get('requestId')}</span>
      </p>
      <p>
        <a href="/ban-lam-viec">{t.toDesk}</a>
        {visit.roles.length > 1 ? (
          <>
            {' · '}
            <a href="/tai-khoan">{t.toAccount}</a>
          </>
        ) : null}
      </p>
    </section>
  );
}

/** A page that says no for everybody alike. */
export function refusedPage(c: Context<PageEnv>, why: keyof typeof statuses): Response | Promise<Response> {
  const visit = c.get('visit');
  const t = refusalText[visit.language];
  return c.html(
    <Page visit={visit} title={t.titles[why]}>
      <h1>{t.titles[why]}</h1>
      <p class="td-lead">{t.leads[why]}</p>
      <Help c={c} visit={visit} />
    </Page>,
    statuses[why],
  );
}

/** A lawful no to what a form asked: the sentence, everything that was typed, and what can be done. */
export function refusalPage(
  c: Context<PageEnv>,
  refusal: Refusal,
  {
    form,
    place,
    children,
  }: { form?: Form | undefined; place?: PlaceAddress | undefined; children?: Child } = {},
): Response | Promise<Response> {
  const visit = c.get('visit');
  const t = refusalText[visit.language];
  const late = refusal.code === 'after-deadline';
  return c.html(
    <Page visit={visit} title={t.titles.conflict} place={place}>
      <h1>{t.titles.conflict}</h1>
      <p class="td-lead" role="alert">
        {refusal[visit.language]}
      </p>
      {late && place ? (
        <p>
          <a class="btn btn-outline-primary" href={placePath(place, 'gia-han')}>
            {t.askExtension}
          </a>
        </p>
      ) : null}
      {children}
      {form ? <Typed visit={visit} form={form} /> : null}
      <Help c={c} visit={visit} />
    </Page>,
    statusOf(refusal.code),
  );
}

/** The session has ended under a form: it is held for its owner, or shown to be copied. */
export function sessionEndedPage(
  c: Context<PageEnv>,
  { form, signIn, held }: { form: Form; signIn: string; held: boolean },
): Response | Promise<Response> {
  const visit = c.get('visit');
  const t = refusalText[visit.language];
  return c.html(
    <Page visit={visit} title={t.titles.session}>
      <h1>{t.titles.session}</h1>
      <Note kind="warn">
        <p>{held ? t.session.held : t.session.notHeld}</p>
      </Note>
      <p class="mt-4">
        <a class="btn btn-primary" href={signIn}>
          {t.session.again}
        </a>
      </p>
      {held ? null : <Typed visit={visit} form={form} />}
    </Page>,
    401,
  );
}

/** After signing in again: what was held, ready to be sent on. */
export function heldPage(
  c: Context<PageEnv>,
  held: { path: string; entries: readonly (readonly [string, string])[] } | undefined,
): Response | Promise<Response> {
  const visit = c.get('visit');
  const t = refusalText[visit.language];
  if (!held) {
    return c.html(
      <Page visit={visit} title={t.titles['not-found']}>
        <h1>{t.titles['not-found']}</h1>
        <p class="td-lead">{t.session.gone}</p>
        <Help c={c} visit={visit} />
      </Page>,
      404,
    );
  }
  return c.html(
    <Page visit={visit} title={t.session.title}>
      <h1>{t.session.title}</h1>
      <p class="td-lead">{t.session.lead}</p>
      <form method="post" action={held.path}>
        {held.entries.map(([name, value]) =>
          value.includes('\n') ? (
            <textarea name={name} hidden>
              {`\n${value}`}
            </textarea>
          ) : (
            <input type="hidden" name={name} value={value} />
          ),
        )}
        <button class="btn btn-primary" type="submit">
          {t.session.go}
        </button>
      </form>
      <Typed visit={visit} form={{ entries: held.entries.filter(([name]) => name !== formIdField) }} />
    </Page>,
  );
}

/** In the window opened for signing in again: nothing to do here but to go back. */
export function signedInAgainPage(c: Context<PageEnv>): Response | Promise<Response> {
  const visit = c.get('visit');
  const t = refusalText[visit.language];
  return c.html(
    <Page visit={visit} title={t.session.title}>
      <h1>{t.session.title}</h1>
      <p class="td-lead">{frame[visit.language].signedInAgain}</p>
    </Page>,
  );
}
