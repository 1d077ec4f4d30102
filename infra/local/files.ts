/**
 * The attachments on the laptop: a folder in which every file is called by the SHA-256 of its bytes, with its content
 * type beside it. Also the one careful way in which the laptop writes small files.
 *
 *   ab/cd/abcd…      the bytes
 *   ab/cd/abcd….type the content type
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Files } from '../../functions/deps.ts';

/** Writes all or nothing, and keeps it through a power cut: beside, flushed, renamed over; readable by its owner only. */
export async function writeDurably(path: string, content: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await flushFolder(folder);
}

/** The content, or undefined where there is no such file. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The attachments kept under `folder`; what a file holds is proved against its name on every read. */
export function createFiles(folder: string): Files {
  return {
    async put(bytes, contentType) {
      const sha256 = sha256Of(bytes);
      const path = pathOf(folder, sha256);
      const kept = await readIfThere(path);
      // Bytes that rotted on the disk are mended by whoever brings them again; the first content type stays.
      if (kept === undefined || sha256Of(kept) !== sha256) {
        // The type first: whoever finds the bytes finds it too.
        await writeDurably(`${path}.type`, contentType);
        await writeDurably(path, bytes);
      }
      return { sha256, size: bytes.byteLength };
    },
    async sizeOf(sha256) {
      try {
        return (await stat(pathOf(folder, sha256))).size;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async get(sha256) {
      const path = pathOf(folder, sha256);
      const bytes = await readIfThere(path);
      if (bytes === undefined) return undefined;
      if (sha256Of(bytes) !== sha256)
        throw new Error(`attachment ${sha256} does not hold the bytes of its name`);
      return { bytes, contentType: await readFile(`${path}.type`, 'utf8') };
    },
  };
}

/** Only a whole lower-case hash names a file: nothing else may ever become part of a path. */
function pathOf(folder: string, sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('an attachment is named by 64 lower-case hex digits');
  return join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Makes the new name itself last; Windows opens no folders and keeps names in its own journal. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
