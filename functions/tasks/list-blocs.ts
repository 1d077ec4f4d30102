/** Lists the blocs of a launched season, for the Map that schedules them. */
import { streamName } from '../../shared/domain/ids.ts';
import { refOf, type Task } from './task.ts';

export const listBlocs: Task = {
  profile: 'reader',
  async run(deps, input) {
    const ref = refOf(input, 'season');
    const { state } = await deps.journal.load(ref);
    const blocs = state.launched ? Object.values(state.blocs) : [];
    return {
      blocs: blocs.map(({ id }) => ({ stream: streamName({ kind: 'bloc', season: ref.season, bloc: id }) })),
    };
  },
};
