/** Executions as they are kept: one item for what an execution is now, its history beside it, in an own table. */
import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { StateError } from './data.ts';

/** A path of states that is being walked: the execution itself, or one item of a Map. */
export type Branch = {
  /** The state it is in, and the data that came into it. */
  state: string;
  data: unknown;
  enteredAt: string;
  /** Which visit of a state in the whole execution this is: a repeated step knows by it what it did itself. */
  visit?: number;
  /** How often each retrier of the state was used. */
  retries: number[];
  step: 'enter' | 'invoke' | 'answer' | 'wait' | 'retry' | 'items' | 'over';
  /** When a wait or a retry's delay ends, in legal milliseconds. */
  dueAt?: number;
  token?: string;
  timeoutAt?: number;
  /** Every heartbeat moves it on by the state's seconds. */
  heartbeatAt?: number;
  heartbeatSeconds?: number;
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
  /** The visit of the state by which another execution started this one. */
  startedBy?: string;
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
/** An item of DynamoDB ends at 400 KB; a larger body lies beside its item, in pieces of this size. */
const pieceBytes = 350_000;

/** Executions in a table of the embedded store. */
export function openExecutions(db: DynamoDBClient, table: string): Executions {
  /** The set of pieces that an item points at: a new body goes into its other set, so that one is always whole. */
  const sets = new Map<string, string>();
  const piecesOf = (pk: string, sk: string, set: string) => `pieces#${set}#${pk}#${sk}`;

  async function query(pk: string): Promise<Record<string, AttributeValue>[]> {
    const found: Record<string, AttributeValue>[] = [];
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
      found.push(...(page.Items ?? []));
      next = page.LastEvaluatedKey;
    } while (next);
    return found;
  }

  async function bodies(pk: string): Promise<unknown[]> {
    const found: unknown[] = [];
    for (const { sk, body, set, count } of await query(pk)) {
      let text = body?.S ?? '';
      if (set?.S !== undefined) {
        sets.set(`${pk}#${sk?.S}`, set.S);
        const pieces = await query(piecesOf(pk, sk?.S ?? '', set.S));
        text = Buffer.concat(
          pieces.slice(0, Number(count?.N)).map((piece) => piece.body?.B ?? new Uint8Array()),
        ).toString();
      }
      found.push(JSON.parse(text));
    }
    return found;
  }

  const putItem = (pk: string, sk: string, fields: Record<string, AttributeValue>) =>
    db.send(new PutItemCommand({ TableName: table, Item: { pk: { S: pk }, sk: { S: sk }, ...fields } }));

  async function put(pk: string, sk: string, body: unknown): Promise<void> {
    const text = JSON.stringify(body);
    const bytes = Buffer.from(text);
    if (bytes.length <= pieceBytes) {
      await putItem(pk, sk, { body: { S: text } });
      return;
    }
    const set = sets.get(`${pk}#${sk}`) === 'a' ? 'b' : 'a';
    const count = Math.ceil(bytes.length / pieceBytes);
    for (let i = 0; i < count; i++) {
      const piece = bytes.subarray(i * pieceBytes, (i + 1) * pieceBytes);
      await putItem(piecesOf(pk, sk, set), String(i).padStart(6, '0'), { body: { B: piece } });
    }
    await putItem(pk, sk, { set: { S: set }, count: { N: String(count) } });
    sets.set(`${pk}#${sk}`, set);
  }

  return {
    async all() {
      return (await bodies(listKey)) as Execution[];
    },
    async keep(execution, events) {
      const first = events[0];
      if (first) await put(`history#${execution.arn}`, String(first.id).padStart(6, '0'), events);
      await put(listKey, execution.arn, execution);
    },
    async history(arn) {
      return ((await bodies(`history#${arn}`)) as HistoryEvent[][]).flat();
    },
  };
}
