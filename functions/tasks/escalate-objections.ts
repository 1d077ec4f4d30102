/** Passes objections that the head did not answer in time to the Board; at every look as many as are overdue. */
import { give, refOf, type Task } from './task.ts';

export const escalateObjections: Task = {
  profile: 'writer',
  async run(deps, input) {
    const ref = refOf(input, 'bloc');
    const { state } = await deps.journal.load(ref);
    // One command per overdue objection would be many; the numbers open now name what this look passes on.
    const open = state.objections.filed.filter((one) => one.state === 'open').map(({ number }) => number);
    return give(deps, ref, 'EscalateObjections', `escalate-objections-${open.join('-')}`);
  },
};
