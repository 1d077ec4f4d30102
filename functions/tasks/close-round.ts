/** Closes the scoring round after its deadline: fixes the sheets that count, and tallies. */
import { commandTask } from './task.ts';

export const closeRound = commandTask('bloc', 'CloseRound', 'close-round');
