/** The mail of the laptop: letters any mail program opens, each there once. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMailbox } from '../../../infra/local/mailbox.ts';

let folder: string;
let clock: Date;
const wallNow = () => clock;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thidua-mail-'));
  clock = new Date('2023-07-03T01:00:00Z');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const letter = {
  key: 'nhac-viec/2023-07-03/khối 5',
  to: 'so-noi-vu@tinh.example',
  subject:
    'Nhắc việc: phiếu chấm điểm chéo của Khối các sở, ban, ngành tổng hợp còn thiếu, hạn nộp 17 giờ ngày 05 tháng 7',
  text: 'Kính gửi cơ quan,\n\nCòn 2 ngày nữa hết hạn nộp phiếu chấm điểm.\nTrân trọng.\n',
};

async function onlyFile(): Promise<string> {
  const [name, ...more] = await readdir(folder);
  expect(more).toEqual([]);
  expect(name).toMatch(/^[0-9a-f]{64}\.eml$/);
  return readFile(join(folder, `${name}`), 'latin1');
}

test('a letter comes back as it was sent, with the time of the wall clock', async () => {
  const mailbox = await createMailbox({ folder, wallNow });
  await mailbox.send(letter);
  const again = await createMailbox({ folder, wallNow });
  expect(await again.read(letter.key)).toEqual({ ...letter, sentAt: '2023-07-03T01:00:00.000Z' });
  expect(await again.read('another')).toBeUndefined();
});

test('a letter is a message of RFC 5322: ASCII, lines of at most 76 characters, carriage returns everywhere', async () => {
  const mailbox = await createMailbox({ folder, wallNow });
  await mailbox.send(letter);
  const eml = await onlyFile();
  expect(eml).toMatch(/^[\r\n\x20-\x7e]*$/);
  expect(eml.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  expect(eml).toContain('Date: Mon, 03 Jul 2023 01:00:00 +0000\r\n');
  expect(eml).toContain(
    'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n',
  );
  const lines = eml.split('\r\n').filter((line) => !line.startsWith('Message-ID:'));
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(76);
});

test('the same key is one letter, and the first one stays', async () => {
  const mailbox = await createMailbox({ folder, wallNow });
  await mailbox.send(letter);
  clock = new Date('2023-07-04T01:00:00Z');
  await mailbox.send({ ...letter, text: 'Another text' });
  await onlyFile();
  expect(await mailbox.read(letter.key)).toMatchObject({
    text: letter.text,
    sentAt: '2023-07-03T01:00:00.000Z',
  });
});

test('the newest letter is listed first, and what is not a letter is left out', async () => {
  const mailbox = await createMailbox({ folder, wallNow });
  for (const [key, at] of [
    ['b', '2023-07-02T01:00:00Z'],
    ['c', '2023-07-03T01:00:00Z'],
    ['a', '2023-07-01T01:00:00Z'],
  ] as const) {
    clock = new Date(at);
    await mailbox.send({ ...letter, key });
  }
  await writeFile(join(folder, 'foreign.eml'), 'Subject: hello\r\n\r\nworld');
  await writeFile(join(folder, 'broken.eml'), 'nothing');
  expect((await mailbox.list()).map(({ key }) => key)).toEqual(['c', 'b', 'a']);
});

test.each([
  'so-noi-vu@tinh.example, other@tinh.example',
  'so-noi-vu@tinh.example\r\nBcc: other@tinh.example',
  'Sở Nội vụ <so-noi-vu@tinh.example>',
  'sở@tinh.example',
  'so-noi-vu',
  '',
])('a letter to %j is refused and nothing is written', async (to) => {
  const mailbox = await createMailbox({ folder, wallNow });
  await expect(mailbox.send({ ...letter, to })).rejects.toThrow('one plain mail address');
  expect(await readdir(folder)).toEqual([]);
});

test('no subject, key or text can add a header or get lost', async () => {
  const mailbox = await createMailbox({ folder, wallNow });
  const words = fc.string({
    unit: fc.constantFrom('a', ' ', 'ộ', '𝄞', '\r\n', ':', '=?UTF-8?B?', '<', '\t'),
  });
  await fc.assert(
    fc.asyncProperty(words, words, words, async (key, subject, text) => {
      await mailbox.send({ key: `k${key}`, to: letter.to, subject, text });
      const kept = await mailbox.read(`k${key}`);
      expect(kept?.key).toBe(`k${key}`);
      await rm(folder, { recursive: true, force: true });
      expect(kept?.subject).toBe(subject);
      expect(kept?.text).toBe(text.replaceAll('\r\n', '\n'));
    }),
    { numRuns: 60 },
  );
});
