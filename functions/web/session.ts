/**
 * Sessions of browsers: an opaque cookie, and behind it an item that says whose sign-in it was and as whom that
 * account acts. What an account may do is read from its assignments at every request, never kept here.
 */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { AccountId } from '../../shared/domain/ids.ts';
import { sha256Of } from '../../shared/journal.ts';
import type { WebDeps } from '../deps.ts';
import { sessionKey } from '../journal/keys.ts';
import { keep, look, take, takeAll } from '../journal/passing.ts';

/** What is kept of a session. */
type Kept = {
  readonly subject: string;
  readonly account: AccountId | null;
  /** Which of the account's roles acts, as `roleKey` names it; the first where none was chosen. */
  readonly acting?: string;
  /** Signed by the identity provider: it ends its own session when shown. */
  readonly idToken?: string;
  readonly signedInAt: string;
  readonly seenAt: string;
};

export type Session = Kept & {
  /** Hash of the subject: under it all sessions of one sign-in lie, and the forms held for them. */
  readonly owner: string;
  readonly token: string;
};

const minute = 60_000;
/** A session ends two hours after it was last used, and twelve after the sign-in. */
const idleMs = 120 * minute;
const longestMs = 12 * 60 * minute;
/** How often the last use is written down. */
const noteEveryMs = 5 * minute;

const isHttps = (deps: WebDeps) => deps.origin.startsWith('https:');

/** `__Host-` binds a cookie to this host over https; on the laptop's plain http browsers refuse that prefix. */
function cookieName(deps: WebDeps): string {
  return isHttps(deps) ? '__Host-thidua' : 'thidua';
}

/** Attributes of every cookie of the product. */
export function cookieOptions(deps: WebDeps) {
  return { path: '/', httpOnly: true, sameSite: 'Lax', secure: isHttps(deps) } as const;
}

/** The hash under which a subject's sessions lie. */
export function ownerOf(subject: string): string {
  return sha256Of(`session ${subject}`).slice(0, 32);
}

function endOf({ signedInAt, seenAt }: Kept): Date {
  return new Date(Math.min(Date.parse(signedInAt) + longestMs, Date.parse(seenAt) + idleMs));
}

/** Begins a session and gives the browser its cookie. */
export async function beginSession(
  c: Context,
  deps: WebDeps,
  who: { subject: string; account: AccountId | undefined; idToken?: string | undefined },
): Promise<Session> {
  const now = deps.wallNow().toISOString();
  const kept: Kept = {
    subject: who.subject,
    account: who.account ?? null,
    signedInAt: now,
    seenAt: now,
    ...(who.idToken === undefined ? {} : { idToken: who.idToken }),
  };
  const owner = ownerOf(who.subject);
  const secret = `${deps.newId()}${deps.newId()}`.replaceAll('-', '');
  const token = sha256Of(secret);
  await keep(deps, sessionKey(owner, token), kept, endOf(kept));
  setCookie(c, cookieName(deps), `${owner}.${secret}`, cookieOptions(deps));
  return { ...kept, owner, token };
}

/** Whose cookie the browser shows, also when the session behind it is over; nothing is proven by it alone. */
export function shownOwner(c: Context, deps: WebDeps): string | undefined {
  return /^([0-9a-f]{32})\.[0-9a-f]{64}$/.exec(getCookie(c, cookieName(deps)) ?? '')?.[1];
}

/** The session of a request; undefined when there is none, or none any more. */
export async function sessionOf(c: Context, deps: WebDeps): Promise<Session | undefined> {
  const [owner, secret] = (getCookie(c, cookieName(deps)) ?? '').split('.');
  if (!shownOwner(c, deps) || owner === undefined || secret === undefined) return undefined;
  const token = sha256Of(secret);
  const kept = await look<Kept>(deps, sessionKey(owner, token));
  if (!kept || ownerOf(kept.subject) !== owner || endOf(kept) <= deps.wallNow()) return undefined;
  const session = { ...kept, owner, token };
  if (deps.wallNow().getTime() - Date.parse(kept.seenAt) < noteEveryMs) return session;
  return changeSession(deps, session, {});
}

/** Notes a change of a session, and that it was used. */
export async function changeSession(
  deps: WebDeps,
  { owner, token, ...kept }: Session,
  change: { acting?: string },
): Promise<Session> {
  const next: Kept = { ...kept, ...change, seenAt: deps.wallNow().toISOString() };
  await keep(deps, sessionKey(owner, token), next, endOf(next));
  return { ...next, owner, token };
}

/** Ends a session here, or every session of its sign-in. */
export async function endSession(
  c: Context,
  deps: WebDeps,
  { owner, token }: Session,
  everywhere: boolean,
): Promise<void> {
  if (everywhere) await takeAll(deps, sessionKey(owner, token).pk);
  else await take(deps, sessionKey(owner, token));
  deleteCookie(c, cookieName(deps), cookieOptions(deps));
}
