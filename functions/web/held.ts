/**
 * Forms held over a sign-in: what was posted when the session had ended, kept for an hour for the one whose session it
 * was, so that signing in again is all that has to be done again.
 */
import type { WebDeps } from '../deps.ts';
import { heldKey } from '../journal/keys.ts';
import { keep, look } from '../journal/passing.ts';

export type HeldForm = {
  readonly path: string;
  readonly entries: readonly (readonly [name: string, value: string])[];
};

const heldForMs = 60 * 60_000;
/** An item ends at 400 KB; what is larger is shown to be copied instead. */
const largest = 300 * 1024;

/** Holds a form for the owner of an ended session; undefined when it is too large. */
export async function hold(deps: WebDeps, owner: string, form: HeldForm): Promise<string | undefined> {
  if (Buffer.byteLength(JSON.stringify(form)) > largest) return undefined;
  const id = deps.newId();
  await keep(deps, heldKey(owner, id), form, new Date(deps.wallNow().getTime() + heldForMs));
  return id;
}

/** What is held under an id for this owner. */
export async function heldFor(deps: WebDeps, owner: string, id: string): Promise<HeldForm | undefined> {
  return look<HeldForm>(deps, heldKey(owner, id));
}
