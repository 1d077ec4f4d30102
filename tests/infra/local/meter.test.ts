/** The meter counts what the store itself says that each request consumed. */
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { itemSize, meter } from '../../../infra/local/meter.ts';
import { openStore, tables } from '../../../infra/local/store.ts';

async function meteredStore() {
  const store = await openStore(undefined);
  onTestFinished(() => store.close());
  const db = store.client();
  const counted = meter(db);
  const said = { read: 0, write: 0 };
  const send = async (command: PutItemCommand | GetItemCommand | QueryCommand) => {
    command.input.ReturnConsumedCapacity = 'TOTAL';
    const { ConsumedCapacity } = await db.send(command as PutItemCommand);
    said[command instanceof PutItemCommand ? 'write' : 'read'] +=
      ConsumedCapacity?.CapacityUnits ?? Number.NaN;
  };
  return { counted, said, send };
}

const TableName = tables.thidua;
const key = (pk: string, sk: number) => ({ pk: { S: pk }, sk: { S: String(sk).padStart(8, '0') } });

test('puts, gets and queries of every size cost what the store says', async () => {
  const { counted, said, send } = await meteredStore();
  // Around the edges of a kilobyte and of four; in ASCII, for the embedded store counts letters where AWS counts bytes.
  const sizes = [0, 1, 900, 960, 975, 976, 977, 1000, 2000, 4000, 4040, 4096, 5000, 9000, 40_000];
  for (const [i, size] of sizes.entries()) {
    for (const letter of ['a', 'b', 'c']) {
      const place = key(`journal#${letter}`, i);
      await send(new PutItemCommand({ TableName, Item: { ...place, body: { S: letter.repeat(size) } } }));
      for (const ConsistentRead of [true, false])
        await send(new GetItemCommand({ TableName, Key: place, ConsistentRead }));
    }
  }
  for (const letter of ['a', 'b', 'c'])
    for (const ConsistentRead of [true, false])
      await send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: `journal#${letter}` } },
          ConsistentRead,
        }),
      );
  expect(counted).toEqual({ writeUnits: said.write, readUnits: said.read });
});

test('a smaller item over a larger costs as much as the larger', async () => {
  const { counted, said, send } = await meteredStore();
  for (const size of [5000, 10, 3000])
    await send(
      new PutItemCommand({ TableName, Item: { ...key('view#a', 1), body: { S: 'x'.repeat(size) } } }),
    );
  expect(counted.writeUnits).toBe(said.write);
});

test('a query that finds nothing costs the least there is, which the embedded store gives away', async () => {
  const { counted, said, send } = await meteredStore();
  const ExpressionAttributeValues = { ':pk': { S: 'journal#nothing' } };
  const query = { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues };
  await send(new QueryCommand({ ...query, ConsistentRead: true }));
  await send(new QueryCommand(query));
  expect([counted.readUnits, said.read]).toEqual([1.5, 0]);
});

test('a put that loses its race is billed like one that wins', async () => {
  const { counted, send } = await meteredStore();
  const Item = { ...key('journal#a', 1), body: { S: 'x'.repeat(2500) } };
  const put = () =>
    send(new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
  await put();
  await expect(put()).rejects.toThrow(ConditionalCheckFailedException);
  expect(counted.writeUnits).toBe(6);
});

test('an item is as large as its names and values in UTF-8', () => {
  expect(itemSize({ pk: { S: 'ab' }, n: { N: '1234' } })).toBe(2 + 2 + 1 + 3);
  expect(itemSize({ pk: { S: 'đệ' } })).toBe(2 + 2 + 3);
});
