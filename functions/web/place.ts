/** A place: the bloc whose year a page is about, and the unit for which the visitor works in it. */
import type { Context, MiddlewareHandler } from 'hono';
import { canSignFor } from '../../shared/domain/actor.ts';
import { type Bloc, type BlocTerms, isHead, isMember } from '../../shared/domain/bloc.ts';
import { BlocId, SeasonId, type StreamRef, streamName, type UnitId } from '../../shared/domain/ids.ts';
import type { WebDeps } from '../deps.ts';
import { type DraftForm, type DraftPlace, keepDraftUntil } from '../journal/drafts.ts';
import { refusedPage } from './pages-of-refusal.tsx';
import type { PageEnv } from './visit.ts';

export type Place = {
  readonly ref: Extract<StreamRef, { kind: 'bloc' }>;
  readonly stream: string;
  readonly terms: BlocTerms;
  readonly state: Bloc;
  readonly unit: UnitId;
  readonly unitName: string;
  /** Whether the visitor binds the unit: its leader or who signs for the leader. */
  readonly binds: boolean;
  /** Whether the unit heads the bloc and the visitor binds it. */
  readonly heads: boolean;
};

/** The place that an address names, for whoever works for a unit with a part in it; else the page that says why not. */
export function placed(deps: WebDeps): MiddlewareHandler<PageEnv> {
  return async (c, next) => {
    const place = await placeOf(c, deps);
    if (!place) return refusedPage(c, 'not-found');
    if (place === 'denied') return refusedPage(c, 'not-allowed');
    c.set('place', place);
    return next();
  };
}

/** Pages for whoever binds the unit alone. */
export const binding: MiddlewareHandler<PageEnv> = async (c, next) =>
  c.get('place').binds ? next() : refusedPage(c, 'not-allowed');

/** Loads the place anew; after a command its state is another. */
export async function placeOf(c: Context<PageEnv>, deps: WebDeps): Promise<Place | 'denied' | undefined> {
  const season = SeasonId.safeParse(c.req.param('season'));
  const bloc = BlocId.safeParse(c.req.param('bloc'));
  if (!season.success || !bloc.success) return undefined;
  const ref = { kind: 'bloc', season: season.data, bloc: bloc.data } as const;
  const { state } = await deps.journal.load(ref);
  const { terms } = state;
  if (!terms) return undefined;
  const { acting, units } = c.get('visit');
  const unit = acting?.unit;
  const joins = state.addenda.some((one) => one.state === 'open' && one.signers.includes(unit as UnitId));
  if (!acting || unit === undefined || !(isMember(terms, unit) || joins)) return 'denied';
  return {
    ref,
    stream: streamName(ref),
    terms,
    state,
    unit,
    unitName: terms.members.find((one) => one.unit === unit)?.name ?? units[unit]?.name ?? unit,
    binds: canSignFor(acting, unit),
    heads: isHead(acting, state),
  };
}

/** Where the unit's draft of a form lies, and how long it is kept under whose account. */
export function draftOf(
  deps: WebDeps,
  { stream, unit, terms }: Place,
  form: DraftForm,
  account: string,
): { place: DraftPlace; keeping: { account: string; keepUntil: Date } } {
  return {
    place: { stream, unit, form },
    keeping: { account, keepUntil: keepDraftUntil(deps, terms, form) },
  };
}
