/** Founds the province of the sample: the directory's accounts and the Board's first assignments. Safe to repeat. */

import type { Deps } from '../../../functions/deps.ts';
import { execute } from '../../../functions/execute.ts';
import { putAccount } from '../../../functions/journal/directory.ts';
import { systemActor } from '../../../shared/domain/actor.ts';
import type { AccountId } from '../../../shared/domain/ids.ts';
import { foundingAssignments, type SampleSeason } from './season.ts';

/** Whether the province was founded before this process. */
export async function isFounded(deps: Deps): Promise<boolean> {
  return (await deps.journal.load({ kind: 'province' })).state.name !== undefined;
}

/** Gives the installation its accounts and its Board. */
export async function found(deps: Deps, sample: SampleSeason): Promise<void> {
  await Promise.all(
    sample.personas.map(({ subject, account }) => putAccount(deps, subject, account as AccountId)),
  );
  const result = await execute(deps, {
    ref: { kind: 'province' },
    name: 'FoundProvince',
    payload: { name: sample.province, assignments: foundingAssignments(sample) },
    id: 'found-province',
    actors: [systemActor],
    arrivedAt: deps.now(),
  });
  if (!result.ok) throw new Error(`the province could not be founded: ${result.refusal.en}`);
}
