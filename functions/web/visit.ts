/**
 * A visit: what every page knows of a request before it looks at anything: the language, the session, the roles that
 * the account holds at this instant, and in which of them it acts.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Actor } from '../../shared/domain/actor.ts';
import { actorsOf, type Province } from '../../shared/domain/province.ts';
import type { WebDeps } from '../deps.ts';
import type { ApiEnv } from './api/api.ts';
import type { Place } from './place.ts';
import { cookieOptions, type Session, sessionOf } from './session.ts';
import { type Language, languages } from './text/say.ts';

export type Visit = {
  readonly language: Language;
  readonly path: string;
  readonly now: Date;
  readonly session: Session | undefined;
  /** Everything the account may act as now; empty for a stranger. */
  readonly roles: readonly Actor[];
  /** The role that acts. */
  readonly acting: Actor | undefined;
  readonly units: Province['units'];
  /** How the Board is reached. */
  readonly contact: string;
};

/** What a page finds in its context; the place is there below a bloc's address alone. */
export type PageEnv = { Variables: ApiEnv['Variables'] & { visit: Visit; place: Place } };

/** Names a role of an account in a form and in the session. */
export function roleKey({ role, unit, seat }: Actor): string {
  return [role, unit ?? seat ?? ''].join(' ');
}

const languageCookie = 'thidua-ngon-ngu';
const year = 365 * 24 * 60 * 60;

/** Reads the visit; a language asked for in the address is remembered and taken out of it. */
export function visiting(deps: WebDeps): MiddlewareHandler<PageEnv> {
  return async (c, next) => {
    const asked = c.req.query('ngon-ngu');
    if (c.req.method === 'GET' && languages.includes(asked as Language)) {
      setCookie(c, languageCookie, asked as Language, { ...cookieOptions(deps), maxAge: year });
      const url = new URL(c.req.url);
      url.searchParams.delete('ngon-ngu');
      return c.redirect(`${url.pathname}${url.search}`, 303);
    }
    c.set('visit', await visitOf(c, deps));
    await next();
    c.res.headers.set('Cache-Control', 'no-store');
  };
}

async function visitOf(c: Context<PageEnv>, deps: WebDeps): Promise<Visit> {
  const session = await sessionOf(c, deps);
  const { state } = await deps.journal.load({ kind: 'province' });
  const roles = session?.account ? actorsOf(state, session.account, deps.now()) : [];
  return {
    language: getCookie(c, languageCookie) === 'en' ? 'en' : 'vi',
    path: c.req.path,
    now: c.get('arrivedAt'),
    session,
    roles,
    acting: roles.find((role) => roleKey(role) === session?.acting) ?? roles[0],
    units: state.units,
    contact: deps.contact,
  };
}

/** The name under which the acting role is shown: its unit, or nothing where it is no unit's. */
export function unitNameOf({ acting, units }: Visit): string | undefined {
  return acting?.unit === undefined ? undefined : (units[acting.unit]?.name ?? acting.unit);
}
