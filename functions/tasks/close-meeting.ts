/** Closes a bloc that has not nominated in time. */
import { commandTask } from './task.ts';

export const closeMeeting = commandTask('bloc', 'CloseMeeting', 'close-meeting');
