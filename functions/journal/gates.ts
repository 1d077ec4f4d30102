/** Gates: the tokens of executions that wait for people, kept beside the journal until the record answers them. */
import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Milestone } from '../../shared/domain/plan.ts';
import type { Deps } from '../deps.ts';
import { gateKey } from './keys.ts';

/** An execution that waits at a milestone of a stream. */
export type Gate = {
  readonly stream: string;
  readonly execution: string;
  readonly milestone: Milestone;
  readonly token: string;
  /** The milestone's deadline when the gate was set; another one now means that it was rescheduled. */
  readonly deadline: number | null;
};

/** How long a gate's item outlives its last use, in seconds: longer than any execution. */
const keptSeconds = 400 * 24 * 60 * 60;

/** Sets the gate of an execution; one execution waits at one gate at a time. */
export async function setGate(deps: Deps, gate: Gate): Promise<void> {
  const { pk, sk } = gateKey(gate.stream, gate.execution);
  await deps.db.send(
    new PutItemCommand({
      TableName: deps.table,
      Item: {
        pk: { S: pk },
        sk: { S: sk },
        gate: { S: JSON.stringify(gate) },
        expiresAt: { N: String(Math.floor(deps.wallNow().getTime() / 1000) + keptSeconds) },
      },
    }),
  );
}

/** Takes the token out of a gate that was answered; nobody has the right to delete. */
export async function clearGate(deps: Deps, { stream, execution }: Gate): Promise<void> {
  const { pk, sk } = gateKey(stream, execution);
  const soon = String(Math.floor(deps.wallNow().getTime() / 1000));
  await deps.db.send(
    new PutItemCommand({
      TableName: deps.table,
      Item: { pk: { S: pk }, sk: { S: sk }, expiresAt: { N: soon } },
    }),
  );
}

/** The gates at which executions wait for a stream, read consistently. */
export async function gatesOf(deps: Deps, stream: string): Promise<readonly Gate[]> {
  const { Items } = await deps.db.send(
    new QueryCommand({
      TableName: deps.table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: gateKey(stream, '').pk } },
      ConsistentRead: true,
    }),
  );
  return (Items ?? []).flatMap((item) =>
    item.gate?.S === undefined ? [] : [JSON.parse(item.gate.S) as Gate],
  );
}
