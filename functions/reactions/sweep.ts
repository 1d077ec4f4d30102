/** The sweep: finds streams whose last commit nothing reacted to, and reacts. Heals what a lost record left undone. */

import type { SeasonId } from '../../shared/domain/ids.ts';
import { streamName } from '../../shared/domain/ids.ts';
import { openSeasonsOf } from '../../shared/domain/province.ts';
import type { Deps } from '../deps.ts';
import { seasonStreams } from '../journal/streams.ts';
import { react, reactedSeq } from './react.ts';

/** Reacts to every stream of an open season that is behind; returns their names. */
export async function sweep(deps: Deps): Promise<readonly string[]> {
  const province = await deps.journal.load({ kind: 'province' });
  const healed: string[] = [];
  for (const season of openSeasonsOf(province.state)) {
    for (const ref of await seasonStreams(deps, season as SeasonId)) {
      const { seq } = await deps.journal.load(ref);
      const name = streamName(ref);
      if ((await reactedSeq(deps, name)) >= seq) continue;
      await react(deps, name);
      healed.push(name);
    }
  }
  return healed;
}
