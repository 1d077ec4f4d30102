/**
 * The one table, and every way it is read and written.
 *
 * | what                    | partition key          | sort key            | written by                | read by            |
 * |-------------------------|------------------------|---------------------|---------------------------|--------------------|
 * | commit of a stream      | `journal#STREAM`       | seq, eight digits   | `append`, once, for good  | Query from a seq   |
 * | gate of an execution    | `gate#STREAM`          | execution name      | await-gate, reactions     | Query by stream    |
 * | view of a bloc          | `view#season-YEAR`     | `bloc#ID`           | reactions, newer seq only | Query by season    |
 * | draft of a unit's form  | `draft#STREAM#UNIT`    | `FORM#FIELD`        | web, by version           | Query by form      |
 * | how far reactions went  | `reacted#STREAM`       | `cursor`            | reactions                 | Get                |
 * | account of a sign-in    | `directory#SUBJECT`    | `account`           | installation, Board       | Get                |
 * | text bound by its hash  | `text#HASH`            | `text`              | web, erasable             | Get                |
 * | use of a file           | `evidence#SHA256`      | season#bloc#unit#line | reactions               | Query              |
 * | claim on a letter       | `mail#KEY`             | `claim`             | reactions, once           | conditional put    |
 * | session of a browser    | `session#OWNER`        | hash of its token   | web                       | Get, Query to end all |
 * | sign-in under way       | `sign-in#HASH`         | `sign-in`           | web, taken once           | Delete             |
 * | form held over a sign-in | `held#OWNER`          | its id              | web, taken by its owner   | Get, Delete        |
 * | requests in a window    | `rate#WHO`             | start of the window | web                       | counted up         |
 *
 * The kind stands first in the partition key, because IAM's leading keys see nothing else. No index, no transaction,
 * no scan: what is official is found by its stream, and the streams of a season from `province`.
 */

/** A primary key of the table. */
export type Key = { readonly pk: string; readonly sk: string };

/** Names of the table's key attributes and of the one by which what passes expires (epoch seconds). */
export const tableForm = { partition: 'pk', sort: 'sk', expiry: 'expiresAt' } as const;

/** Sort key of a commit: eight digits, so that text order is number order. */
export function seqKey(seq: number): string {
  return String(seq).padStart(8, '0');
}

export function journalKey(stream: string, seq: number): Key {
  return { pk: `journal#${stream}`, sk: seqKey(seq) };
}

export function gateKey(stream: string, execution: string): Key {
  return { pk: `gate#${stream}`, sk: execution };
}

export function viewKey(season: string, bloc: string): Key {
  return { pk: `view#season-${season}`, sk: `bloc#${bloc}` };
}

export function draftKey(stream: string, unit: string, form: string, field: string): Key {
  return { pk: `draft#${stream}#${unit}`, sk: `${form}#${field}` };
}

export function reactedKey(stream: string): Key {
  return { pk: `reacted#${stream}`, sk: 'cursor' };
}

export function directoryKey(subject: string): Key {
  return { pk: `directory#${subject}`, sk: 'account' };
}

export function mailKey(letter: string): Key {
  return { pk: `mail#${letter}`, sk: 'claim' };
}

export function evidenceKey(sha256: string, place: readonly string[]): Key {
  return { pk: `evidence#${sha256}`, sk: place.join('#') };
}

export function textKey(ref: string): Key {
  return { pk: `text#${ref}`, sk: 'text' };
}

/** `owner` is the hash of a subject, `token` that of the cookie's secret. */
export function sessionKey(owner: string, token: string): Key {
  return { pk: `session#${owner}`, sk: token };
}

export function signInKey(stateHash: string): Key {
  return { pk: `sign-in#${stateHash}`, sk: 'sign-in' };
}

export function heldKey(owner: string, id: string): Key {
  return { pk: `held#${owner}`, sk: id };
}

export function rateKey(who: string, window: string): Key {
  return { pk: `rate#${who}`, sk: window };
}

/** The stream whose commit has this partition key; undefined for every other item. */
export function streamOfKey(pk: string): string | undefined {
  return pk.startsWith('journal#') ? pk.slice('journal#'.length) : undefined;
}
