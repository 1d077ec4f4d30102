/**
 * The journal in DynamoDB: load a stream, append one commit. Nothing else writes `journal#…`, and nothing ever
 * changes or deletes it.
 *
 * A commit costs one conditional put at `seq = head + 1`. History cannot change, so it is kept folded in memory per
 * stream and table; the tail is read consistently every time.
 */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { type StreamKind, type StreamRef, streamName } from '../../shared/domain/ids.ts';
import type { StateOf } from '../../shared/domain/streams.ts';
import { folds } from '../../shared/domain/streams.ts';
import {
  type Commit,
  emptyStream,
  type Fold,
  foldOnto,
  maxCommitBytes,
  type Stream,
} from '../../shared/journal.ts';
import { journalKey, seqKey } from './keys.ts';

/** A stream of the kind that a reference names. */
export type LoadedStream<K extends StreamKind> = Stream<StateOf[K]>;

export type Journal = {
  /** The stream folded to its present head, read consistently. */
  load<K extends StreamKind>(ref: Extract<StreamRef, { kind: K }>): Promise<LoadedStream<K>>;
  /** Stores the commit if nobody stored one at its place; false when the race is lost. Throws CommitTooLarge. */
  append(commit: Commit): Promise<boolean>;
  /** One commit as stored. */
  read(stream: string, seq: number): Promise<Commit | undefined>;
  /** All commits of a stream from a seq on, in order. */
  commits(stream: string, from?: number): Promise<readonly Commit[]>;
};

/** A commit above the size that an item can hold; nothing was written. */
export class CommitTooLarge extends Error {
  override readonly name = 'CommitTooLarge';
  readonly bytes: number;
  constructor(stream: string, bytes: number) {
    super(`a commit of ${bytes} bytes for ${stream} is above ${maxCommitBytes}`);
    this.bytes = bytes;
  }
}

/** So many streams stay folded in memory; the least recently used one leaves first. */
const keptStreams = 128;

export type JournalOptions = {
  db: DynamoDBClient;
  table: string;
  /** Identity of the table: a restored table is another one, whatever its name. */
  tableId: string;
  /** Told of every commit that this process appended: how the laptop follows commits, which AWS does by stream. */
  onAppended?: (commit: Commit) => void;
};

/** Opens the journal in a table. */
export function openJournal({ db, table, tableId, onAppended }: JournalOptions): Journal {
  const kept = new Map<string, Stream<unknown>>();

  function keep(stream: Stream<unknown>): void {
    const key = `${tableId} ${stream.name}`;
    const before = kept.get(key);
    if (before && before.seq > stream.seq) return;
    kept.delete(key);
    kept.set(key, stream);
    for (const oldest of kept.keys()) {
      if (kept.size <= keptStreams) break;
      kept.delete(oldest);
    }
  }

  async function query(stream: string, from: number, consistent: boolean): Promise<Commit[]> {
    const found: Commit[] = [];
    let next: QueryCommand['input']['ExclusiveStartKey'];
    do {
      const page = await db.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk and sk >= :from',
          ExpressionAttributeValues: { ':pk': { S: journalKey(stream, 0).pk }, ':from': { S: seqKey(from) } },
          ConsistentRead: consistent,
          ExclusiveStartKey: next,
        }),
      );
      for (const item of page.Items ?? []) found.push(commitFrom(stream, item));
      next = page.LastEvaluatedKey;
    } while (next);
    return found;
  }

  async function read(stream: string, seq: number): Promise<Commit | undefined> {
    const { pk, sk } = journalKey(stream, seq);
    const { Item } = await db.send(
      new GetItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true }),
    );
    return Item && commitFrom(stream, Item);
  }

  async function fold<State>(name: string, how: Fold<State>): Promise<Stream<State>> {
    const held = kept.get(`${tableId} ${name}`) as Stream<State> | undefined;
    // Cold: the bulk at half price, then the tail consistently, for an eventually consistent read may lag behind.
    const base = held ?? foldOnto(emptyStream(name, how), await query(name, 1, false), how);
    const stream = foldOnto(base, await query(name, base.seq + 1, true), how);
    keep(stream);
    return stream;
  }

  return {
    async load<K extends StreamKind>(ref: Extract<StreamRef, { kind: K }>): Promise<LoadedStream<K>> {
      return fold(streamName(ref), folds[ref.kind as K]);
    },

    async append(commit) {
      const bytes = Buffer.byteLength(commit.body);
      if (bytes > maxCommitBytes) throw new CommitTooLarge(commit.stream, bytes);
      const { pk, sk } = journalKey(commit.stream, commit.seq);
      try {
        await db.send(
          new PutItemCommand({
            TableName: table,
            Item: { pk: { S: pk }, sk: { S: sk }, sha256: { S: commit.sha256 }, body: { S: commit.body } },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // The SDK may have repeated a put whose answer was lost: then the commit in our place is our own.
        const there = await read(commit.stream, commit.seq);
        if (there?.sha256 !== commit.sha256) return false;
      }
      onAppended?.(commit);
      return true;
    },

    read,

    commits: (stream, from = 1) => query(stream, from, true),
  };
}

function commitFrom(stream: string, item: Record<string, { S?: string | undefined }>): Commit {
  const { sk, sha256, body } = item;
  if (sk?.S === undefined || sha256?.S === undefined || body?.S === undefined) {
    throw new Error(`an item of journal ${stream} is not a commit`);
  }
  return { stream, seq: Number(sk.S), sha256: sha256.S, body: body.S };
}
