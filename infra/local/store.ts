/**
 * The embedded store: DynamoDB's API on a folder of this machine, in this process, with a real SDK client in front.
 * Survives being killed; serves one process at a time, and says so when a second one comes.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  ResourceNotFoundException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { Level } from 'level';
import { tableForm } from '../../functions/journal/keys.ts';
import { BrokenChain } from '../../shared/journal.ts';
import { readIfThere, writeDurably } from './files.ts';

/** Something that a person has to mend before the host can start; its message is the one sentence said about it. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

/** The port or the folder is held by another process. */
export class InUse extends CannotStart {}

export type Store = {
  /** A client of its own for each part that is counted on its own. */
  client(): DynamoDBClient;
  /** Identity of this table: a new one for a new folder. */
  tableId: string;
  close(): Promise<void>;
};

/** Name of the one table, and of the one in which the laptop's Step Functions keep their executions. */
export const tables = { thidua: 'thidua', stepFunctions: 'thidua-step-functions' } as const;

/** Opens the store of a folder, or one in memory that ends with the process. */
export async function openStore(folder: string | undefined): Promise<Store> {
  const path = folder === undefined ? undefined : join(folder, 'store');
  if (path !== undefined) await probe(path);
  const server = dynalite({ createTableMs: 0, ...(path === undefined ? {} : { path }) });
  // Closing an idle connection just as it is used again breaks a request; client and server end together anyhow.
  server.keepAliveTimeout = 0;
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  const clients: DynamoDBClient[] = [];
  const config: DynamoDBClientConfig = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'ap-southeast-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const client = () => {
    const made = new DynamoDBClient(config);
    clients.push(made);
    return made;
  };
  for (const name of Object.values(tables)) await createTable(client(), name);
  return {
    client,
    tableId: folder === undefined ? randomUUID() : await tableIdOf(folder),
    async close() {
      for (const made of clients) made.destroy();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Opens the database alone first: dynalite would hide why it cannot. */
async function probe(path: string): Promise<void> {
  try {
    makeFolder(path);
  } catch (error) {
    throw new CannotStart(
      `the folder ${path} cannot be written (${codeOf(error)}). Choose another with THIDUA_DATA.`,
    );
  }
  const level = new Level(path);
  try {
    await level.open();
  } catch (error) {
    const code = codeOf(error instanceof Error && error.cause ? error.cause : error);
    if (code === 'LEVEL_LOCKED') {
      throw new InUse(
        `the folder ${path} is in use by another process. End that one, or choose another folder with THIDUA_DATA.`,
      );
    }
    if (code === 'LEVEL_CORRUPTION') throw damaged(path, 'the database does not open');
    throw new CannotStart(
      `the store in ${path} does not open (${code}). Choose another folder with THIDUA_DATA.`,
    );
  } finally {
    await level.close();
  }
}

/**
 * Makes a folder with those above it. Node's own recursive way never comes back where a file system takes no folders,
 * such as /proc.
 */
function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory())
      throw Object.assign(new Error(`${path} is a file`), { code: 'ENOTDIR' });
    return;
  }
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path);
}

/** What a host keeps in its folder; the writing of a file may have been killed half-way. */
const ownNames = /^(store|files|mail|identity|(clock\.json|host\.json|table-id|text-key)(\..*)?)$/;

/** Deletes a host's folder to begin anew; not one that another process has open, nor one that holds anything else. */
export async function discardFolder(folder: string): Promise<void> {
  const names = existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : [];
  const other = names.find((name) => !ownNames.test(name));
  if (other !== undefined) {
    throw new CannotStart(
      `the folder ${folder} holds "${other}", which --fresh would delete. Choose another with THIDUA_DATA.`,
    );
  }
  if (names.includes('store')) {
    await probe(join(folder, 'store')).catch((error) => {
      // A store that does not open any more is what is given up here.
      if (error instanceof InUse) throw error;
    });
  }
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
}

/** The sentence for a store that is not what it was. */
export function damaged(path: string | undefined, why: string): CannotStart {
  return new CannotStart(
    `the store${path ? ` in ${path}` : ''} is damaged: ${why}. Restore a copy, or begin anew with --fresh.`,
  );
}

/** Ends the program with 1: in one sentence where a person can mend what is wrong, else with where it broke. */
export function giveUp(error: unknown): never {
  const said = isDamage(error) ? damaged(undefined, error.message) : error;
  process.stderr.write(
    said instanceof CannotStart
      ? `thidua: ${said.message}\n`
      : `${said instanceof Error ? said.stack : said}\n`,
  );
  process.exit(1);
}

/** Whether a chain, a block or a file of the store is not what was written. */
function isDamage(error: unknown): error is Error {
  return (
    error instanceof BrokenChain ||
    (error instanceof Error && /^LEVEL_(CORRUPTION|IO_ERROR)$/.test(codeOf(error)))
  );
}

function codeOf(error: unknown): string {
  return (error as { code?: string } | undefined)?.code ?? String(error);
}

/** Creates a table of our form where there is none, and waits until it takes items. */
async function createTable(db: DynamoDBClient, name: string): Promise<void> {
  try {
    await db.send(new DescribeTableCommand({ TableName: name }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await db.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: tableForm.partition, KeyType: 'HASH' },
          { AttributeName: tableForm.sort, KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: tableForm.partition, AttributeType: 'S' },
          { AttributeName: tableForm.sort, AttributeType: 'S' },
        ],
      }),
    );
  }
  await waitUntilTableExists(
    { client: db, minDelay: 0.02, maxDelay: 0.5, maxWaitTime: 20 },
    { TableName: name },
  );
}

async function tableIdOf(folder: string): Promise<string> {
  const path = join(folder, 'table-id');
  const kept = await readIfThere(path);
  if (kept) return Buffer.from(kept).toString();
  const id = randomUUID();
  await writeDurably(path, id);
  return id;
}
