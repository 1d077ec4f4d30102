/**
 * Sets the gate at which an execution waits for people, then looks at the record once more: what was decided between
 * the plan and the gate would otherwise wait for a time-out. Such a gate is moot, and the machine plans again.
 */
import * as z from 'zod';
import { parse } from '../execute.ts';
import { setGate } from '../journal/gates.ts';
import { MilestoneName, readPlan } from '../plan.ts';
import type { Task } from './task.ts';

const GateInput = z.looseObject({
  stream: z.string(),
  milestone: MilestoneName,
  execution: z.string().min(1),
  token: z.string().min(1),
  /** The deadline by which the plan computed the time-out. */
  deadline: z.number().nullable(),
});

/** What the gate waits for is already decided. */
export class GateMoot extends Error {
  override readonly name = 'GateMoot';
}

export const awaitGate: Task = {
  profile: 'gatekeeper',
  async run(deps, input) {
    const { stream, milestone, execution, token, deadline } = parse('await-gate', GateInput, input);
    await setGate(deps, { stream, milestone, execution, token, deadline });
    const { plan } = await readPlan(deps, stream, milestone);
    if (plan.outcome !== 'wait' || plan.deadline !== deadline) {
      throw new GateMoot(`${milestone} of ${stream} is ${plan.outcome}`);
    }
    return { outcome: 'waiting' };
  },
};
