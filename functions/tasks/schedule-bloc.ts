/** Copies the season's decisions into a bloc's record and says which execution signs its pledge. */
import { streamName } from '../../shared/domain/ids.ts';
import { nextOf } from '../../shared/workflow/workflow.ts';
import { Fault, give, refOf, type Task } from './task.ts';

export const scheduleBloc: Task = {
  profile: 'writer',
  async run(deps, input) {
    const ref = refOf(input, 'bloc');
    const given = await give(deps, ref, 'ScheduleBloc', 'schedule-bloc');
    // Without terms the bloc's machines could not plan; the season is launched, so this is no lawful no.
    if (given.outcome === 'refused')
      throw new Fault(`${streamName(ref)} could not be scheduled: ${given.code}`);
    const { state } = await deps.journal.load(ref);
    return { next: nextOf(streamName(ref), 'pledge-signing', state.runs['pledge-signing'] ?? 1) };
  },
};
