/** The roster of tasks: one file each, named as in the workflows. Deployed as one Lambda per access profile. */
import * as z from 'zod';
import type { Deps } from '../deps.ts';
import { Misfit, parse } from '../execute.ts';
import { awaitGate, GateMoot } from './await-gate.ts';
import { closeMeeting } from './close-meeting.ts';
import { closeNominations } from './close-nominations.ts';
import { closePledge } from './close-pledge.ts';
import { closeReview } from './close-review.ts';
import { closeRound } from './close-round.ts';
import { closeSelfScoring } from './close-self-scoring.ts';
import { escalateObjections } from './escalate-objections.ts';
import { listBlocs } from './list-blocs.ts';
import { openCouncil } from './open-council.ts';
import { openRound } from './open-round.ts';
import { plan } from './plan.ts';
import { publishAwards } from './publish-awards.ts';
import { receiveNominations } from './receive-nominations.ts';
import { scheduleBloc } from './schedule-bloc.ts';
import { type AccessProfile, Fault, type Task } from './task.ts';

export const tasks = {
  'list-blocs': listBlocs,
  'schedule-bloc': scheduleBloc,
  plan,
  'await-gate': awaitGate,
  'close-pledge': closePledge,
  'close-review': closeReview,
  'close-self-scoring': closeSelfScoring,
  'open-round': openRound,
  'close-round': closeRound,
  'escalate-objections': escalateObjections,
  'close-meeting': closeMeeting,
  'open-council': openCouncil,
  'receive-nominations': receiveNominations,
  'close-nominations': closeNominations,
  'publish-awards': publishAwards,
} as const satisfies Record<string, Task>;

export type TaskName = keyof typeof tasks;

/** The profiles in use, each a Lambda. */
export const accessProfiles: readonly AccessProfile[] = [
  ...new Set(Object.values(tasks).map(({ profile }) => profile)),
];

const TaskInput = z.looseObject({ task: z.string() });

/** Runs the task that the input names, if it belongs to the profile; throws Misfit, GateMoot or Fault only. */
export async function runTask(deps: Deps, profile: AccessProfile, input: unknown): Promise<unknown> {
  try {
    const { task: name } = parse('task', TaskInput, input);
    const task: Task | undefined = Object.hasOwn(tasks, name) ? tasks[name as TaskName] : undefined;
    if (task?.profile !== profile) {
      throw new Misfit('task', [{ path: 'task', message: `${name} is not a task of ${profile}` }]);
    }
    return await task.run(deps, input);
  } catch (error) {
    if (error instanceof Misfit || error instanceof GateMoot || error instanceof Fault) throw error;
    deps.log('error', 'a task failed', { error: String(error) });
    throw new Fault(error instanceof Error ? `${error.name}: ${error.message}` : String(error), {
      cause: error,
    });
  }
}
