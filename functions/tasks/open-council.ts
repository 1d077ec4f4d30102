/** Opens the Council's record from the season's roll, blocs and rules. */
import { commandTask } from './task.ts';

export const openCouncil = commandTask('council', 'OpenCouncil', 'open-council');
