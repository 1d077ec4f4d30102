/** In which blocs a unit takes part, season by season. */

import type { Bloc } from '../../shared/domain/bloc.ts';
import { isMember } from '../../shared/domain/bloc.ts';
import { BlocId, SeasonId, type UnitId } from '../../shared/domain/ids.ts';
import type { Deps } from '../deps.ts';
import { seasonStreams } from '../journal/streams.ts';

/** A unit's part in one season's bloc. */
export type UnitPlace = {
  readonly season: SeasonId;
  readonly title: string;
  readonly archived: boolean;
  readonly bloc: BlocId;
  readonly state: Bloc;
};

/** Every place of a unit, newest season first; the season's own decision names it, an addendum may have moved it. */
export async function placesOf(deps: Deps, unit: UnitId): Promise<readonly UnitPlace[]> {
  const { state: province } = await deps.journal.load({ kind: 'province' });
  const found = await Promise.all(
    Object.entries(province.seasons).map(async ([id, { title, state: stage }]) => {
      const season = SeasonId.parse(id);
      const place = await placeIn(deps, season, unit);
      return place ? [{ season, title, archived: stage === 'archived', ...place }] : [];
    }),
  );
  return found.flat().sort((a, b) => (a.season < b.season ? 1 : -1));
}

async function placeIn(deps: Deps, season: SeasonId, unit: UnitId) {
  const { state } = await deps.journal.load({ kind: 'season', season });
  const planned = Object.values(state.blocs).find(({ members }) => members.some((one) => one.unit === unit));
  const load = async (bloc: BlocId) => {
    const loaded = await deps.journal.load({ kind: 'bloc', season, bloc });
    const { terms, addenda } = loaded.state;
    const takesPart =
      terms !== undefined &&
      (isMember(terms, unit) || addenda.some((one) => one.state === 'open' && one.signers.includes(unit)));
    return takesPart ? { bloc, state: loaded.state } : undefined;
  };
  const there = planned && (await load(BlocId.parse(planned.id)));
  if (there) return there;
  for (const ref of await seasonStreams(deps, season)) {
    if (ref.kind !== 'bloc' || ref.bloc === planned?.id) continue;
    const joined = await load(ref.bloc);
    if (joined) return joined;
  }
  return undefined;
}
