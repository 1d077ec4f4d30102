/**
 * The world, as one record: everything a task, a reaction or a page may touch besides its arguments.
 *
 * The hosts build it: a Lambda from the AWS SDK, the laptop from its embedded store, clock and folders, the tests
 * from the same with the clock in hand. Nothing else reads the clock, chance or the environment.
 */
import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Context } from 'hono';
import type { Workflow } from '../shared/workflow/workflow.ts';
import type { Journal } from './journal/journal.ts';

/** Content-addressed attachments: evidence, scans of signed papers. */
export type Files = {
  /** Stores the bytes under their SHA-256 (lower-case hex); the same bytes twice are one file. */
  put(bytes: Uint8Array, contentType: string): Promise<{ sha256: string; size: number }>;
  get(sha256: string): Promise<{ bytes: Uint8Array; contentType: string } | undefined>;
  /** How many bytes are stored under the hash; undefined where none are. */
  sizeOf(sha256: string): Promise<number | undefined>;
};

/** One outgoing letter; `key` names it for good, so that a claim on it can keep it from being sent twice. */
export type Letter = { key: string; to: string; subject: string; text: string };

/** Sends mail, or throws. */
export type Mail = { send(letter: Letter): Promise<void> };

/** Writes one structured line; never a name, a mark or a token. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields?: Record<string, unknown>,
) => void;

/** What a bearer token says after it was verified. */
export type Bearer = { subject: string };

/** The effects of every function. */
export type Deps = {
  /** The legal clock: judges deadlines and stamps events. On the laptop it can be moved, never back. */
  now(): Date;
  /** The clock on the wall: tokens, sessions, expiry of drafts, logs. */
  wallNow(): Date;
  /** A fresh opaque id (UUID). */
  newId(): string;
  /** Chance in [0, 1): jitter only, nothing official. */
  random(): number;
  db: DynamoDBClient;
  /** Name of the one table. */
  table: string;
  journal: Journal;
  /** Runs work on a stream one after the other where one process serves it all; elsewhere at once, the put decides. */
  exclusive<T>(stream: string, work: () => Promise<T>): Promise<T>;
  sfn: SFNClient;
  /** Key by which the salts of bound texts are made; a secret of the installation. */
  textKey: string;
  /** ARN of the state machine that runs a workflow. */
  machineArn(workflow: Workflow): string;
  log: Log;
};

/** What the web application may touch besides: attachments, and who is at the door. */
export type WebDeps = Deps & {
  files: Files;
  /** The product's own address as browsers call it, such as `https://thidua.example`, without a slash at the end. */
  origin: string;
  /** How the Board is reached: telephone, mail; stands on every page. */
  contact: string;
  /** Who is asked at a sign-in by page. */
  provider: { issuer: string; clientId: string };
  /** The network address a request came from, where the host knows it: counts sign-ins, is kept nowhere. */
  addressOf?(c: Context): string | undefined;
  /** Verifies an access token; undefined when it is not valid now. */
  verifyBearer(token: string): Promise<Bearer | undefined>;
  /** The OpenAPI 3.1 document as JSON text, generated where the host is built. */
  openApi(): Promise<string>;
};

/** What a host takes from its own process: the wall's clock, fresh ids, chance, the environment. Read nowhere else. */
export const ofProcess = {
  wallNow: () => new Date(),
  newId: (): string => randomUUID(),
  random: () => Math.random(),
  environment: (name: string): string => {
    const value = process.env[name];
    if (value === undefined || value === '') throw new Error(`the environment does not set ${name}`);
    return value;
  },
} as const;
