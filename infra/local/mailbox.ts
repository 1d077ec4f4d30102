/**
 * The laptop's mail: every letter becomes an `.eml` file that any mail program opens, and nothing leaves the machine.
 *
 * A file is called by the hash of its letter's key, so a letter sent again finds itself there and stays one letter.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Letter, Mail } from '../../functions/deps.ts';
import { readIfThere, writeDurably } from './files.ts';

/** A letter as it lies in the mailbox, sent to the second. */
export type KeptLetter = Letter & { readonly sentAt: string };

export type Mailbox = Mail & {
  /** All letters, newest first. */
  list(): Promise<KeptLetter[]>;
  read(key: string): Promise<KeptLetter | undefined>;
};

const sender = 'thidua@localhost';
const lineEnd = '\r\n';

/** The mailbox kept under `folder`; its letters are dated by the clock on the wall. */
export async function createMailbox(options: { folder: string; wallNow(): Date }): Promise<Mailbox> {
  const { folder, wallNow } = options;
  await mkdir(folder, { recursive: true });
  const pathOf = (key: string) => join(folder, `${hashOf(key)}.eml`);

  const open = async (path: string): Promise<KeptLetter | undefined> => {
    const bytes = await readIfThere(path);
    return bytes && parseEml(Buffer.from(bytes).toString('latin1'));
  };

  return {
    async send(letter) {
      const path = pathOf(letter.key);
      if ((await readIfThere(path)) === undefined) await writeDurably(path, formatEml(letter, wallNow()));
    },
    async list() {
      const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'));
      const letters: KeptLetter[] = [];
      for (const name of names) {
        const letter = await open(join(folder, name));
        if (letter) letters.push(letter);
      }
      return letters.sort((a, b) => compare(b.sentAt, a.sentAt) || compare(a.key, b.key));
    },
    read: (key) => open(pathOf(key)),
  };
}

/** The letter in the form of RFC 5322: header lines are ASCII, whatever was typed rides inside base64. */
function formatEml(letter: Letter, sentAt: Date): string {
  // One plain address: a comma, a bracket or a line break here could name receivers nobody meant.
  if (!/^[!#-'*+\-./0-9=?A-Z^-~]+@[A-Za-z0-9.-]+$/.test(letter.to)) {
    throw new Error(`letter ${letter.key} is not addressed to one plain mail address`);
  }
  const body = Buffer.from(letter.text.replace(/\r\n?|\n/g, lineEnd), 'utf8').toString('base64');
  return [
    `From: ${sender}`,
    `To: ${letter.to}`,
    `Subject: ${encodedWords(letter.subject)}`,
    `Date: ${sentAt.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${hashOf(letter.key)}@localhost>`,
    `X-Letter-Key: ${encodedWords(letter.key)}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    ...(body.match(/.{1,76}/g) ?? []),
    '',
  ].join(lineEnd);
}

/** Reads what formatEml wrote; undefined for a foreign file somebody laid into the folder. */
function parseEml(eml: string): KeptLetter | undefined {
  const end = eml.indexOf(lineEnd + lineEnd);
  if (end < 0) return undefined;
  const headers = new Map<string, string>();
  for (const line of eml
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split(lineEnd)) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const [to, subject, date, key] = ['to', 'subject', 'date', 'x-letter-key'].map((name) => headers.get(name));
  if (to === undefined || subject === undefined || date === undefined || key === undefined) return undefined;
  return {
    key: decodedWords(key),
    to,
    subject: decodedWords(subject),
    text: Buffer.from(eml.slice(end), 'base64').toString('utf8').replaceAll(lineEnd, '\n'),
    sentAt: new Date(date).toISOString(),
  };
}

/**
 * The text as encoded words of RFC 2047, folded so that no line passes 76 characters even after the longest header
 * name; a word never ends inside a character, which mail programs would show as two broken ones.
 */
function encodedWords(text: string): string {
  const widest = 36;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > widest) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  words.push(word);
  return words
    .map((part) => `=?UTF-8?B?${Buffer.from(part, 'utf8').toString('base64')}?=`)
    .join(`${lineEnd} `);
}

function decodedWords(value: string): string {
  return value
    .split(' ')
    .map((word) => Buffer.from(word.slice('=?UTF-8?B?'.length, -'?='.length), 'base64').toString('utf8'))
    .join('');
}

function hashOf(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
