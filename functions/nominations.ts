/** Copies into the Council's record what blocs have ended with so far; reactions copy the rest as it comes. */
import type { StreamRef } from '../shared/domain/ids.ts';
import type { Deps } from './deps.ts';
import { Fault, give } from './tasks/task.ts';

/** Receives every bloc that has ended and is not received yet. */
export async function receiveEnded(deps: Deps, ref: Extract<StreamRef, { kind: 'council' }>): Promise<void> {
  const { state } = await deps.journal.load(ref);
  if (!state.terms) throw new Fault('the session is not opened yet');
  for (const { bloc } of state.terms.blocs) {
    if (state.received[bloc]) continue;
    const { state: year } = await deps.journal.load({ kind: 'bloc', season: ref.season, bloc });
    if (year.meeting.ended)
      await give(deps, ref, 'ReceiveNomination', `receive-nomination-${bloc}`, { bloc });
  }
}
