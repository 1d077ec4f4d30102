/** The attachments of the laptop: named by what they hold, and proved on every read. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFiles } from '../../../infra/local/files.ts';

const bytes = new TextEncoder().encode('Biên bản họp khối');
const sha256 = createHash('sha256').update(bytes).digest('hex');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thidua-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function filesUnder(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

test('an attachment is stored under the SHA-256 of its bytes and comes back with its content type', async () => {
  expect(await createFiles(folder).put(bytes, 'application/pdf')).toEqual({ sha256, size: bytes.length });
  const kept = await createFiles(folder).get(sha256);
  expect(kept && Buffer.from(kept.bytes).equals(bytes)).toBe(true);
  expect(kept?.contentType).toBe('application/pdf');
  expect(await readdir(join(folder, sha256.slice(0, 2), sha256.slice(2, 4)))).toContain(sha256);
});

test('the same bytes brought many times at once are one file, and no draft stays behind', async () => {
  const files = createFiles(folder);
  await Promise.all(Array.from({ length: 20 }, () => files.put(bytes, 'application/pdf')));
  await files.put(bytes, 'text/plain');
  expect((await filesUnder(folder)).sort()).toEqual([sha256, `${sha256}.type`]);
  expect((await files.get(sha256))?.contentType).toBe('application/pdf');
});

test('an empty file is a file like any other', async () => {
  const { sha256: empty } = await createFiles(folder).put(new Uint8Array(), 'text/plain');
  expect((await createFiles(folder).get(empty))?.bytes).toHaveLength(0);
});

test('a hash nobody stored is not there', async () => {
  expect(await createFiles(folder).get('0'.repeat(64))).toBeUndefined();
});

test.each([
  ['upper case', sha256.toUpperCase()],
  ['too short', sha256.slice(1)],
  ['too long', `${sha256}0`],
  ['a path', `../../${sha256}`],
  ['a line break at the end', `${sha256}\n`],
  ['the name of a content type', `${sha256}.type`],
  ['nothing', ''],
])('an id that is %s names no file', async (_what, id) => {
  const files = createFiles(folder);
  await files.put(bytes, 'application/pdf');
  await expect(files.get(id)).rejects.toThrow('64 lower-case hex digits');
});

test('bytes that are no longer those of their name are not handed out, and mended when brought again', async () => {
  const files = createFiles(folder);
  await files.put(bytes, 'application/pdf');
  await writeFile(join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256), 'Biên bản khác');
  await expect(files.get(sha256)).rejects.toThrow('does not hold the bytes of its name');
  await files.put(bytes, 'application/pdf');
  expect(Buffer.from((await files.get(sha256))?.bytes ?? []).equals(bytes)).toBe(true);
});
