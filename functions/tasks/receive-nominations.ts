/** Receives the blocs that ended before the session's machine was there. */
import { receiveEnded } from '../nominations.ts';
import { refOf, type Task } from './task.ts';

export const receiveNominations: Task = {
  profile: 'writer',
  async run(deps, input) {
    await receiveEnded(deps, refOf(input, 'council'));
    return { outcome: 'recorded' };
  },
};
