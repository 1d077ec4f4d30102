/** Closes nominations when every bloc has reported, or at the cut-off. */
import { commandTask } from './task.ts';

export const closeNominations = commandTask('council', 'CloseNominations', 'close-nominations');
