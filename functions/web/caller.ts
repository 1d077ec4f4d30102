/** Who is calling: the bearer token's subject, its account, and every role that account holds at this instant. */
import { type Actor, publicActor } from '../../shared/domain/actor.ts';
import { actorsOf } from '../../shared/domain/province.ts';
import type { WebDeps } from '../deps.ts';
import { accountOf } from '../journal/directory.ts';

/** Somebody at the door; `roles` are what the account may act as, the public's role last. */
export type Caller = { readonly signedIn: boolean; readonly roles: readonly Actor[] };

/** The caller of a request; undefined when a token is sent that is not valid now. */
export async function callerOf(
  deps: WebDeps,
  authorization: string | undefined,
): Promise<Caller | undefined> {
  if (authorization === undefined) return { signedIn: false, roles: [publicActor] };
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
  const bearer = token === undefined ? undefined : await deps.verifyBearer(token);
  if (!bearer) return undefined;
  const account = await accountOf(deps, bearer.subject);
  if (!account) return { signedIn: true, roles: [publicActor] };
  const { state } = await deps.journal.load({ kind: 'province' });
  return { signedIn: true, roles: [...actorsOf(state, account, deps.now()), { ...publicActor, account }] };
}
