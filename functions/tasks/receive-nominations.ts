/** Copies into the Council's record what blocs have ended with so far; reactions copy the rest as it comes. */
import { Fault, give, refOf, type Task } from './task.ts';

export const receiveNominations: Task = {
  profile: 'writer',
  async run(deps, input) {
    const ref = refOf(input, 'council');
    const { state } = await deps.journal.load(ref);
    if (!state.terms) throw new Fault('the session is not opened yet');
    for (const { bloc } of state.terms.blocs) {
      if (state.received[bloc]) continue;
      const { state: year } = await deps.journal.load({ kind: 'bloc', season: ref.season, bloc });
      if (year.meeting.ended)
        await give(deps, ref, 'ReceiveNomination', `receive-nomination-${bloc}`, { bloc });
    }
    return { outcome: 'recorded' };
  },
};
