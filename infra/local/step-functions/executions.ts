/** Executions as they are kept: one item for what an execution is now, its history beside it, in an own table. */
import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { StateError } from './data.ts';

/** A path of states that is being walked: the execution itself, or one item of a Map. */
export type Branch = {
  /** The state it is in, and the data that came into it. */
  state: string;
  data: unknown;
  enteredAt: string;
  /** How often each retrier of the state was used. */
  retries: number[];
  step: 'enter' | 'invoke' | 'answer' | 'wait' | 'retry' | 'items' | 'over';
  /** When a wait or a retry's delay ends, in legal milliseconds. */
  dueAt?: number;
  token?: string;
  timeoutAt?: number;
  /** Every heartbeat moves it on by the state's seconds. */
  heartbeatAt?: number;
  answer?: { output: unknown } | { error: StateError };
  items?: { values: unknown[]; branches: (Branch | null)[] };
  item?: { Index: number; Value: unknown };
  outcome?: { output: unknown } | { error: StateError };
};

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export type Execution = {
  arn: string;
  machine: string;
  name: string;
  input: string;
  startedAt: string;
  stoppedAt?: string;
  status: Status;
  output?: string;
  error?: StateError;
  transitions: number;
  /** Events of the history so far. */
  events: number;
  root: Branch;
};

/** One event of a history, in the form of the API's own. */
export type HistoryEvent = {
  id: number;
  previousEventId: number;
  timestamp: string;
  type: string;
  details: Record<string, unknown>;
};

export type Executions = {
  all(): Promise<Execution[]>;
  /** Keeps new events and the execution, in this order: a repeated step overwrites its own events. */
  keep(execution: Execution, events: readonly HistoryEvent[]): Promise<void>;
  history(arn: string): Promise<HistoryEvent[]>;
};

const listKey = 'executions';

/** Executions in a table of the embedded store. */
export function openExecutions(db: DynamoDBClient, table: string): Executions {
  async function query(pk: string): Promise<string[]> {
    const found: string[] = [];
    let next: QueryCommand['input']['ExclusiveStartKey'];
    do {
      const page = await db.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: pk } },
          ConsistentRead: true,
          ExclusiveStartKey: next,
        }),
      );
      for (const item of page.Items ?? []) found.push(item.body?.S ?? '');
      next = page.LastEvaluatedKey;
    } while (next);
    return found;
  }
  const put = (pk: string, sk: string, body: unknown) =>
    db.send(
      new PutItemCommand({
        TableName: table,
        Item: { pk: { S: pk }, sk: { S: sk }, body: { S: JSON.stringify(body) } },
      }),
    );

  return {
    async all() {
      return (await query(listKey)).map((body) => JSON.parse(body) as Execution);
    },
    async keep(execution, events) {
      const first = events[0];
      if (first) await put(`history#${execution.arn}`, String(first.id).padStart(6, '0'), events);
      await put(listKey, execution.arn, execution);
    },
    async history(arn) {
      return (await query(`history#${arn}`)).flatMap((body) => JSON.parse(body) as HistoryEvent[]);
    },
  };
}
