/** Publishes the awards whose instant has come. The command's id is that instant: each is published once. */
import { nextPublication } from '../../shared/domain/council.ts';
import { give, refOf, type Task } from './task.ts';

export const publishAwards: Task = {
  profile: 'writer',
  async run(deps, input) {
    const ref = refOf(input, 'council');
    const { state } = await deps.journal.load(ref);
    const due = nextPublication(state);
    const id = due === undefined ? 'publish-awards' : `publish-awards-${new Date(due).toISOString()}`;
    return give(deps, ref, 'PublishAwards', id);
  },
};
