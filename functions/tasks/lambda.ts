/** The tasks of one access profile as a Lambda: Step Functions invokes it with the task's name and input. */
import { cloudDeps } from '../cloud/cloud.ts';
import { ofProcess } from '../deps.ts';
import { runTask } from './index.ts';
import type { AccessProfile } from './task.ts';

const deps = cloudDeps();
const profile = ofProcess.environment('PROFILE') as AccessProfile;

export const handler = (input: unknown): Promise<unknown> => runTask(deps, profile, input);
