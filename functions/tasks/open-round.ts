/** Opens the scoring round on its day where the head has not opened it before. */
import { commandTask } from './task.ts';

export const openRound = commandTask('bloc', 'OpenRound', 'open-round');
