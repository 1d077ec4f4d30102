/**
 * What the laptop's identity provider remembers: sessions, grants, codes and half-done sign-ins, each in a small file
 * of its own, all of them in memory while the host runs.
 *
 * A change is on the disk before it is answered, so a sign-in outlives the process however it ends.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Adapter } from 'oidc-provider';
import * as z from 'zod';
import type { Log } from '../../../functions/deps.ts';
import { readIfThere, writeDurably } from '../files.ts';

const Entry = z.object({
  model: z.string(),
  id: z.string(),
  /** Wall time in milliseconds; null for what has no end. */
  expiresAt: z.number().nullable(),
  payload: z.record(z.string(), z.unknown()),
});
type Entry = z.infer<typeof Entry>;

/** Opens the store; answers what `oidc-provider` calls an adapter, one per model. */
export async function openStore(options: {
  folder: string;
  wallNow(): Date;
  log: Log;
}): Promise<(model: string) => Adapter> {
  const { folder, wallNow, log } = options;
  await mkdir(folder, { recursive: true });
  const entries = new Map<string, Entry>();
  for (const name of await readdir(folder)) {
    const entry = name.endsWith('.json') ? await readEntry(join(folder, name)) : undefined;
    if (entry) {
      entries.set(keyOf(entry), entry);
    } else {
      // A draft left by a killed process, or damage: worth one more sign-in, not a laptop that does not start.
      log('warn', 'a sign-in record could not be read and is dropped');
      await rm(join(folder, name), { force: true });
    }
  }

  // One change at a time: two writes of one entry would otherwise race, and the older could stay on the disk.
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work, work);
    return last;
  };
  const fileOf = (entry: Entry) =>
    join(folder, `${createHash('sha256').update(keyOf(entry)).digest('hex')}.json`);
  const keep = (entry: Entry) => {
    entries.set(keyOf(entry), entry);
    return inTurn(() => writeDurably(fileOf(entry), JSON.stringify(entry)));
  };
  const drop = (entry: Entry) => {
    entries.delete(keyOf(entry));
    return inTurn(() => rm(fileOf(entry), { force: true }));
  };
  const isOver = ({ expiresAt }: Entry) => expiresAt !== null && expiresAt <= wallNow().getTime();

  const sweep = async () => {
    for (const entry of entries.values()) if (isOver(entry)) await drop(entry);
  };
  await sweep();

  return (model) => {
    const entryOf = (id: string) => {
      const entry = entries.get(keyOf({ model, id }));
      return entry && !isOver(entry) ? entry : undefined;
    };
    // By reference the provider could change what is kept without saving it.
    const payloadOf = (entry: Entry | undefined) => structuredClone(entry?.payload);
    return {
      async upsert(id, payload, expiresIn) {
        await sweep();
        const expiresAt = expiresIn === undefined ? null : wallNow().getTime() + expiresIn * 1000;
        await keep({ model, id, expiresAt, payload: structuredClone(payload) });
      },
      find: async (id) => payloadOf(entryOf(id)),
      async findByUid(uid) {
        for (const entry of entries.values()) {
          if (entry.model === model && entry.payload.uid === uid && !isOver(entry)) return payloadOf(entry);
        }
        return undefined;
      },
      // Only the device flow has user codes, and it is off.
      findByUserCode: async () => undefined,
      async consume(id) {
        const entry = entryOf(id);
        if (!entry) return;
        const consumed = Math.floor(wallNow().getTime() / 1000);
        await keep({ ...entry, payload: { ...entry.payload, consumed } });
      },
      async destroy(id) {
        const entry = entries.get(keyOf({ model, id }));
        if (entry) await drop(entry);
      },
      async revokeByGrantId(grantId) {
        for (const entry of entries.values()) {
          if (entry.model === model && entry.payload.grantId === grantId) await drop(entry);
        }
      },
    };
  };
}

function keyOf({ model, id }: { model: string; id: string }): string {
  return `${model}:${id}`;
}

async function readEntry(path: string): Promise<Entry | undefined> {
  try {
    const bytes = await readIfThere(path);
    return bytes && Entry.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
