/** Follows the table's stream: every new commit is reacted to, and a commit that was changed or removed is cried out. */
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Deps } from '../deps.ts';
import { streamOfKey } from '../journal/keys.ts';
import { react } from './react.ts';

/** Reacts once to each stream that a batch names; the records whose stream failed come again. */
export async function followRecords(
  deps: Deps,
  { Records }: Pick<DynamoDBStreamEvent, 'Records'>,
): Promise<DynamoDBBatchResponse> {
  const byStream = new Map<string, DynamoDBRecord[]>();
  for (const record of Records) {
    const stream = streamOfKey(record.dynamodb?.Keys?.pk?.S ?? '');
    if (stream === undefined) continue;
    if (record.eventName !== 'INSERT') {
      deps.log('error', 'an item of the journal was touched', {
        alarm: 'journal-touched',
        stream,
        seq: record.dynamodb?.Keys?.sk?.S,
        change: record.eventName,
      });
      continue;
    }
    byStream.set(stream, [...(byStream.get(stream) ?? []), record]);
  }
  const failed: DynamoDBRecord[] = [];
  for (const [stream, records] of byStream) {
    try {
      await react(deps, stream);
    } catch (error) {
      deps.log('error', 'a reaction failed', { stream, error: String(error) });
      failed.push(...records);
    }
  }
  return {
    batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? '' })),
  };
}
