/** Reads the journal and says where a milestone stands: done, due, or to be waited for until a deadline. */
import * as z from 'zod';
import { timeoutSecondsOf } from '../../shared/domain/plan.ts';
import { parse } from '../execute.ts';
import { MilestoneName, readPlan } from '../plan.ts';
import type { Task } from './task.ts';

const PlanInput = z.looseObject({ stream: z.string(), milestone: MilestoneName });

export const plan: Task = {
  profile: 'reader',
  async run(deps, input) {
    const { stream, milestone } = parse('plan', PlanInput, input);
    const { plan: found, next } = await readPlan(deps, stream, milestone);
    // Every field is always there: a definition has no way to ask whether one is.
    if (found.outcome !== 'wait') return { outcome: found.outcome, timeoutSeconds: 0, deadline: null, next };
    const timeoutSeconds = timeoutSecondsOf(found.until, deps.now());
    return { outcome: found.outcome, timeoutSeconds, deadline: found.deadline, next };
  },
};
