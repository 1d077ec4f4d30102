/**
 * The meter: what the store's requests would cost in DynamoDB, by the sizes of items as its documentation counts them.
 * A write takes one unit per begun kilobyte (the larger of the old item and the new), also when its condition fails;
 * a read one unit per begun four kilobytes, half of that when it may lag behind.
 */
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';

type Item = Record<string, AttributeValue>;

export type Meter = { readonly writeUnits: number; readonly readUnits: number };

function utf8(text: string): number {
  return Buffer.byteLength(text);
}

/** Bytes of an attribute's value. */
function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return utf8(value.S);
  // One byte for two significant digits, and one more.
  if (value.N !== undefined)
    return Math.ceil(value.N.replace(/[-.]/g, '').replace(/^0+|0+$/g, '').length / 2) + 1;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  throw new Error('the meter has not met this type of attribute');
}

/** Bytes of an item: names and values. */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + utf8(name) + valueSize(value), 0);
}

/** Counts every request of this client from now on. */
export function meter(db: DynamoDBClient): Meter {
  const sizes = new Map<string, number>();
  const counted = { writeUnits: 0, readUnits: 0 };
  const keyOf = (item: Item) => `${item.pk?.S} ${item.sk?.S}`;
  const readUnits = (bytes: number, consistent: boolean) =>
    Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);

  db.middlewareStack.add(
    (next, context) => async (args) => {
      const input = args.input as { Item?: Item; Key?: Item; ConsistentRead?: boolean };
      if (context.commandName === 'PutItemCommand' && input.Item) {
        const size = itemSize(input.Item);
        const before = sizes.get(keyOf(input.Item)) ?? 0;
        counted.writeUnits += Math.max(1, Math.ceil(Math.max(size, before) / 1024));
        const result = await next(args);
        sizes.set(keyOf(input.Item), size);
        return result;
      }
      const result = await next(args);
      const output = result.output as { Item?: Item; Items?: Item[] };
      if (context.commandName === 'GetItemCommand') {
        counted.readUnits += readUnits(
          output.Item ? itemSize(output.Item) : 0,
          input.ConsistentRead === true,
        );
      } else if (context.commandName === 'QueryCommand') {
        const bytes = (output.Items ?? []).reduce((sum, item) => sum + itemSize(item), 0);
        counted.readUnits += readUnits(bytes, input.ConsistentRead === true);
      }
      return result;
    },
    { step: 'initialize', name: 'meter' },
  );
  return counted;
}
