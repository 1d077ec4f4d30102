/** Finds the streams of a season from the province's list and the season's own blocs; nobody scans the table. */
import { councilStream } from '../../shared/domain/council.ts';
import { type SeasonId, type StreamRef, streamRefOf } from '../../shared/domain/ids.ts';
import type { Deps } from '../deps.ts';

/** The season's stream, its blocs' and its Council's, those that have a commit. */
export async function seasonStreams(
  deps: Pick<Deps, 'journal'>,
  season: SeasonId,
): Promise<readonly StreamRef[]> {
  const { state } = await deps.journal.load({ kind: 'season', season });
  if (state.id === undefined) return [];
  const council = streamRefOf(councilStream(season));
  const refs: StreamRef[] = [
    { kind: 'season', season },
    ...Object.values(state.blocs).map(({ id }): StreamRef => ({ kind: 'bloc', season, bloc: id })),
    ...(council ? [council] : []),
  ];
  const heads = await Promise.all(refs.map(async (ref) => (await deps.journal.load(ref)).seq));
  return refs.filter((_ref, i) => (heads[i] ?? 0) > 0);
}
