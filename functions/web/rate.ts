/** How many requests one address or session may make in a minute: enough for hasty hands, too few for a machine. */
import type { MiddlewareHandler } from 'hono';
import type { WebDeps } from '../deps.ts';
import { rateKey } from '../journal/keys.ts';
import { count } from '../journal/passing.ts';
import { shownOwner } from './session.ts';
import type { PageEnv } from './visit.ts';

const minuteMs = 60_000;

/** Refuses with 429 what goes beyond `most` a minute of the wall's clock, for the same kind of request. */
export function atMost(deps: WebDeps, kind: string, most: number): MiddlewareHandler<PageEnv> {
  return async (c, next) => {
    const who = shownOwner(c, deps) ?? deps.addressOf?.(c) ?? 'nobody';
    const window = Math.floor(deps.wallNow().getTime() / minuteMs);
    const until = new Date((window + 2) * minuteMs);
    if ((await count(deps, rateKey(`${kind} ${who}`, String(window)), until)) > most) {
      c.header('Retry-After', String(Math.ceil(((window + 1) * minuteMs - deps.wallNow().getTime()) / 1000)));
      return c.text(
        'Quá nhiều yêu cầu trong một phút. Chờ một phút rồi thử lại.\nToo many requests in a minute.',
        429,
      );
    }
    return next();
  };
}
