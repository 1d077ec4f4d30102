/** What a read is: its address, who may, and how it is loaded; and the questions that many of them ask. */
import * as z from 'zod';
import { type Actor, isOfBoard, isOfUnit } from '../../../shared/domain/actor.ts';
import type { Bloc, BlocTerms } from '../../../shared/domain/bloc.ts';
import type { Council } from '../../../shared/domain/council.ts';
import { BlocId, SeasonId, SessionNumber, UnitId } from '../../../shared/domain/ids.ts';
import { ok, type Result, refuse } from '../../../shared/result.ts';
import type { Deps } from '../../deps.ts';
import type { Caller } from '../caller.ts';

/** A thing to read: its address below /api, who may, and how it is loaded. */
export type Read = {
  readonly path: string;
  readonly vi: string;
  readonly en: string;
  /** Who may read it, in words, for the API's document. */
  readonly access: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  run(deps: Deps, caller: Caller, params: never, query: never): Promise<Result<unknown>>;
};

export function read<P extends z.ZodObject, Q extends z.ZodObject>(
  path: string,
  params: P,
  query: Q,
  rest: {
    vi: string;
    en: string;
    access: string;
    run(deps: Deps, caller: Caller, params: z.infer<P>, query: z.infer<Q>): Promise<Result<unknown>>;
  },
): Read {
  return { path, params, query, ...rest };
}

export const none = z.object({});
export const ofSeason = z.object({ season: SeasonId });
export const ofBloc = z.object({ season: SeasonId, bloc: BlocId });
export const ofUnit = z.object({ season: SeasonId, bloc: BlocId, unit: UnitId });
export const ofSession = z.object({ season: SeasonId, session: SessionNumber });

/** Whether one of the caller's roles may. */
export function may(caller: Caller, can: (actor: Actor) => boolean): boolean {
  return caller.roles.some(can);
}

/** The refusal for a caller who may not: sign in first, or not this role. */
export function denied(caller: Caller) {
  return refuse(caller.signedIn ? 'not-allowed' : 'not-signed-in');
}

/** A scheduled bloc's terms and state. */
export async function loadBloc(
  deps: Deps,
  { season, bloc }: { season: SeasonId; bloc: BlocId },
): Promise<Result<{ terms: BlocTerms; state: Bloc }>> {
  const { state } = await deps.journal.load({ kind: 'bloc', season, bloc });
  return state.terms ? ok({ terms: state.terms, state }) : refuse('not-found');
}

/** A session's state. */
export async function loadCouncil(
  deps: Deps,
  params: { season: SeasonId; session: SessionNumber },
): Promise<Result<Council>> {
  const { state } = await deps.journal.load({ kind: 'council', ...params });
  return state.terms ? ok(state) : refuse('not-found');
}

/** Whoever works for a member. */
export function isOfBloc(terms: BlocTerms): (actor: Actor) => boolean {
  return (actor) => terms.members.some(({ unit }) => isOfUnit(actor, unit));
}

/** Insiders of a bloc's record: its members, the Board, the auditor. */
export function isInsider(terms: BlocTerms): (actor: Actor) => boolean {
  return (actor) => isOfBloc(terms)(actor) || isOfBoard(actor) || actor.role === 'auditor';
}
