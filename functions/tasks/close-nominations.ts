/**
 * Closes nominations at their cut-off. Blocs whose own time ends at the same instant are closed first and received, so
 * that a nomination of the last second counts whichever machine comes first.
 */
import { hasPassed } from '../../shared/domain/calendar.ts';
import { lastClosesAt } from '../../shared/domain/extension.ts';
import { receiveEnded } from '../nominations.ts';
import { give, refOf, type Task } from './task.ts';

export const closeNominations: Task = {
  profile: 'writer',
  async run(deps, input) {
    const ref = refOf(input, 'council');
    const { state } = await deps.journal.load(ref);
    for (const { bloc } of state.terms?.blocs ?? []) {
      if (state.received[bloc]) continue;
      const own = { kind: 'bloc' as const, season: ref.season, bloc };
      const { state: year } = await deps.journal.load(own);
      if (year.terms && !year.meeting.ended && hasPassed(lastClosesAt(year, 'meeting'), deps.now()))
        await give(deps, own, 'CloseMeeting', 'close-meeting');
    }
    await receiveEnded(deps, ref);
    return give(deps, ref, 'CloseNominations', 'close-nominations');
  },
};
