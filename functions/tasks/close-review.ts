/** Closes the mid-year review after its deadline and names who did not report. */
import { commandTask } from './task.ts';

export const closeReview = commandTask('bloc', 'CloseReview', 'close-review');
