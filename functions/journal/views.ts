/** Views: what lists need, folded once and kept beside the journal; rebuildable, and only ever replaced by a newer one. */
import { ConditionalCheckFailedException, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { BlocProgress } from '../../shared/domain/progress.ts';
import type { Deps } from '../deps.ts';
import { viewKey } from './keys.ts';

/** Stores a bloc's progress as of a commit, unless a newer one is there. */
export async function putBlocView(deps: Deps, seq: number, progress: BlocProgress): Promise<void> {
  const { pk, sk } = viewKey(progress.season, progress.bloc);
  try {
    await deps.db.send(
      new PutItemCommand({
        TableName: deps.table,
        Item: {
          pk: { S: pk },
          sk: { S: sk },
          seq: { N: String(seq) },
          view: { S: JSON.stringify(progress) },
        },
        ConditionExpression: 'attribute_not_exists(pk) or seq < :seq',
        ExpressionAttributeValues: { ':seq': { N: String(seq) } },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** The progress of every scheduled bloc of a season: blocs before clusters, each by id. */
export async function blocViews(deps: Deps, season: string): Promise<readonly BlocProgress[]> {
  const { Items } = await deps.db.send(
    new QueryCommand({
      TableName: deps.table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: viewKey(season, '').pk } },
    }),
  );
  return (Items ?? [])
    .flatMap((item) => (item.view?.S === undefined ? [] : [JSON.parse(item.view.S) as BlocProgress]))
    .sort((a, b) => Number(a.kind === 'cum') - Number(b.kind === 'cum') || (a.bloc < b.bloc ? -1 : 1));
}
