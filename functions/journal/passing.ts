/**
 * What passes: items beside the journal that live for minutes or hours and may be lost without harm to the record:
 * sign-ins under way, sessions, forms held over a sign-in, counts of requests. Kept by the clock on the wall.
 */
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Deps } from '../deps.ts';
import type { Key } from './keys.ts';

type Store = Pick<Deps, 'db' | 'table' | 'wallNow'>;

const named = ({ pk, sk }: Key) => ({ pk: { S: pk }, sk: { S: sk } });
const epoch = (at: Date) => Math.floor(at.getTime() / 1000);

type Item = Record<string, { S?: string | undefined; N?: string | undefined }>;

/** The value of an item that has not expired; DynamoDB removes what has expired days late. */
function living<T>({ wallNow }: Store, item: Item | undefined): T | undefined {
  if (item?.value?.S === undefined || Number(item.expiresAt?.N) <= epoch(wallNow())) return undefined;
  return JSON.parse(item.value.S) as T;
}

/** Keeps a value until an instant; replaces what was there. */
export async function keep(store: Store, key: Key, value: unknown, until: Date): Promise<void> {
  await store.db.send(
    new PutItemCommand({
      TableName: store.table,
      Item: { ...named(key), value: { S: JSON.stringify(value) }, expiresAt: { N: String(epoch(until)) } },
    }),
  );
}

/** The value that is kept; undefined when there is none any more. */
export async function look<T>(store: Store, key: Key): Promise<T | undefined> {
  const { Item } = await store.db.send(
    new GetItemCommand({ TableName: store.table, Key: named(key), ConsistentRead: true }),
  );
  return living<T>(store, Item);
}

/** Takes the value away: of several that ask at once, one gets it. */
export async function take<T>(store: Store, key: Key): Promise<T | undefined> {
  const { Attributes } = await store.db.send(
    new DeleteItemCommand({ TableName: store.table, Key: named(key), ReturnValues: 'ALL_OLD' }),
  );
  return living<T>(store, Attributes);
}

/** Takes away everything under one partition. */
export async function takeAll(store: Store, pk: string): Promise<void> {
  const { Items = [] } = await store.db.send(
    new QueryCommand({
      TableName: store.table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
      ProjectionExpression: 'pk, sk',
    }),
  );
  for (const { sk } of Items) await take(store, { pk, sk: sk?.S ?? '' });
}

/** Counts one more under the key and says how many there are now. */
export async function count(store: Store, key: Key, until: Date): Promise<number> {
  const { Attributes } = await store.db.send(
    new UpdateItemCommand({
      TableName: store.table,
      Key: named(key),
      UpdateExpression: 'ADD seen :one SET expiresAt = :until',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':until': { N: String(epoch(until)) } },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  return Number(Attributes?.seen?.N ?? 0);
}
