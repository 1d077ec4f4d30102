/** Closes self-scoring after its deadline and names who did not hand in. */
import { commandTask } from './task.ts';

export const closeSelfScoring = commandTask('bloc', 'CloseSelfScoring', 'close-self-scoring');
