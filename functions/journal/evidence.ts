/** Where a file was handed in as evidence: an index beside the journal, by which the same file used twice is seen. */
import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Bloc } from '../../shared/domain/bloc.ts';
import { streamRefOf } from '../../shared/domain/ids.ts';
import type { Deps } from '../deps.ts';
import { evidenceKey } from './keys.ts';

/** One use of a file: by whom, in which season, under which criterion. */
export type EvidenceUse = {
  readonly season: string;
  readonly bloc: string;
  readonly unit: string;
  readonly criterion: string;
};

/** Notes the files of every self-score that was handed in after a commit. */
export async function noteEvidence(deps: Deps, bloc: Bloc, after: number): Promise<void> {
  const { terms, scoring } = bloc;
  if (!terms) return;
  const uses = Object.entries(scoring.selfScores)
    .filter(([, { seq }]) => seq > after)
    .flatMap(([unit, { lines }]) =>
      lines.flatMap(({ criterion, evidence }) =>
        evidence.flatMap(({ file }) => (file ? [{ sha256: file.sha256, unit, criterion }] : [])),
      ),
    );
  for (const { sha256, unit, criterion } of uses) {
    const { pk, sk } = evidenceKey(sha256, [terms.season, terms.bloc, unit, criterion]);
    await deps.db.send(new PutItemCommand({ TableName: deps.table, Item: { pk: { S: pk }, sk: { S: sk } } }));
  }
}

/** Every place at which a file was handed in. */
export async function usesOf(
  deps: Deps,
  sha256: string,
): Promise<{ readonly sha256: string; readonly places: readonly EvidenceUse[] }> {
  const { Items } = await deps.db.send(
    new QueryCommand({
      TableName: deps.table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: evidenceKey(sha256, []).pk } },
    }),
  );
  const noted = (Items ?? []).map(({ sk }) => {
    const [season = '', bloc = '', unit = '', criterion = ''] = (sk?.S ?? '').split('#');
    return { season, bloc, unit, criterion };
  });
  // A self-score that was handed in again may have left a file out: what counts is what its record says now.
  const hold = await Promise.all(
    noted.map(async ({ season, bloc, unit, criterion }) => {
      const ref = streamRefOf(`bloc-${season}-${bloc}`);
      if (ref?.kind !== 'bloc') return false;
      const { lines = [] } = (await deps.journal.load(ref)).state.scoring.selfScores[unit] ?? {};
      return lines.some(
        (line) => line.criterion === criterion && line.evidence.some(({ file }) => file?.sha256 === sha256),
      );
    }),
  );
  return { sha256, places: noted.filter((_place, i) => hold[i]) };
}
