/** Publishes the awards at the instant of the decision. */
import { commandTask } from './task.ts';

export const publishAwards = commandTask('council', 'PublishAwards', 'publish-awards');
