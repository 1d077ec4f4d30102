/** Closes the pledge after its deadline and names who did not sign. */
import { commandTask } from './task.ts';

export const closePledge = commandTask('bloc', 'ClosePledge', 'close-pledge');
