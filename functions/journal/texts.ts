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
/** Comments stand by peer and line: nothing lies deeper. */
const deepest = 4;

/** A text on its way to the store, bound by its hash. */
export type BoundText = { readonly ref: string; readonly text: string; readonly salt: string };

/**
 * A payload with every `{"text": "…"}` below the named keys replaced by `{"ref": hash}`, and the texts to be stored
 * once the command is accepted. A hash of the caller's own is taken out: nobody names a text that he did not write.
 */
export function bindTexts(
  key: string,
  payload: unknown,
  keys: readonly string[],
  command: { stream: string; id: string },
): { readonly payload: unknown; readonly texts: readonly BoundText[] } {
  const texts: BoundText[] = [];
  const bind = (value: unknown, path: string, depth: number): unknown => {
    if (value === null || typeof value !== 'object' || Array.isArray(value) || depth > deepest) return null;
    const { text } = value as { text?: unknown };
    if (typeof text === 'string') {
      const said = text.trim();
      if (said === '' || said.length > largest) return null;
      const salt = createHmac('sha256', key).update(`${command.stream} ${command.id} ${path}`).digest('hex');
      const ref = refOf(salt, said);
      texts.push({ ref, text: said, salt });
      return { ref };
    }
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => name !== 'ref')
        .map(([name, inner]) => [name, bind(inner, `${path}.${name}`, depth + 1)]),
    );
  };
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) return { payload, texts };
  const bound = Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      keys.includes(name) ? bind(value, name, 0) : value,
    ]),
  );
  return { payload: bound, texts };
}

/** Texts on their way to the store at a time: fewer than the sockets that a client keeps. */
const atOnce = 25;

/** Stores bound texts; before the commit that names them, so that none is ever missing. */
export async function storeTexts(deps: Deps, stream: string, texts: readonly BoundText[]): Promise<void> {
  for (let from = 0; from < texts.length; from += atOnce) {
    await Promise.all(
      texts.slice(from, from + atOnce).map(({ ref, text, salt }) => {
        const { pk, sk } = textKey(ref);
        return deps.db.send(
          new PutItemCommand({
            TableName: deps.table,
            Item: {
              pk: { S: pk },
              sk: { S: sk },
              text: { S: text },
              salt: { S: salt },
              stream: { S: stream },
            },
          }),
        );
      }),
    );
  }
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
