/**
 * Texts that may have to be erased: comments on marks, reasons of a recusal, grounds of an objection. The journal holds
 * a salted hash; the text lies beside it and can be removed without touching the record. The salt follows from the
 * command's id, so that the same command sent again binds the same way.
 */
import { createHash, createHmac } from 'node:crypto';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Deps } from '../deps.ts';
import { textKey } from './keys.ts';

/** The hash under which a text is recorded. */
function refOf(salt: string, text: string): string {
  return createHash('sha256').update(`${salt} ${text}`).digest('hex');
}

const largest = 4000;

/** Replaces every `{"text": "…"}` below the named keys of a payload by `{"ref": hash}`, after storing the text. */
export async function bindTexts(
  deps: Deps,
  payload: unknown,
  keys: readonly string[],
  command: { stream: string; id: string },
): Promise<unknown> {
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) return payload;
  const puts: Promise<unknown>[] = [];
  const bind = (value: unknown, path: string): unknown => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    const { text, ...others } = value as { text?: unknown };
    if (
      typeof text === 'string' &&
      Object.keys(others).length === 0 &&
      text.trim() !== '' &&
      text.length <= largest
    ) {
      const said = text.normalize('NFC').trim();
      const salt = createHmac('sha256', deps.textKey)
        .update(`${command.stream} ${command.id} ${path}`)
        .digest('hex');
      const ref = refOf(salt, said);
      const { pk, sk } = textKey(ref);
      puts.push(
        deps.db.send(
          new PutItemCommand({
            TableName: deps.table,
            Item: {
              pk: { S: pk },
              sk: { S: sk },
              text: { S: said },
              salt: { S: salt },
              stream: { S: command.stream },
            },
          }),
        ),
      );
      return { ref };
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, bind(inner, `${path}.${key}`)]),
    );
  };
  const bound = Object.fromEntries(
    Object.entries(payload).map(([key, value]) => [key, keys.includes(key) ? bind(value, key) : value]),
  );
  await Promise.all(puts);
  return bound;
}

/** The texts of these hashes, as far as they were not erased. */
export async function readTexts(deps: Deps, refs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const wanted = [...new Set(refs)];
  for (let from = 0; from < wanted.length; from += 50) {
    await Promise.all(
      wanted.slice(from, from + 50).map(async (ref) => {
        const { pk, sk } = textKey(ref);
        const { Item } = await deps.db.send(
          new GetItemCommand({ TableName: deps.table, Key: { pk: { S: pk }, sk: { S: sk } } }),
        );
        const text = Item?.text?.S;
        // A text that is not what the record says is no text.
        if (text !== undefined && refOf(Item?.salt?.S ?? '', text) === ref) found.set(ref, text);
      }),
    );
  }
  return found;
}
