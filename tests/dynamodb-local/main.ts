/**
 * `npm run test:dynamodb`: the store checks against DynamoDB Local, AWS's own implementation of its API. It needs Java,
 * and Maven once to fetch it; what is fetched stays in `.local/dynamodb-local`.
 *
 *   npm run test:dynamodb -- --accept-terms                     fetches DynamoDB Local where it is not there yet
 *   npm run test:dynamodb -- --endpoint http://127.0.0.1:8000   against a server that runs on this machine already
 *
 * DynamoDB Local is under AWS's own licence, not an open one, so it is fetched only for somebody who says that they
 * accept it. Ends with 0 when every check passed, with 1 when one failed, with 2 when nothing could be checked.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { DeleteTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { freshTable, type StoreCheck, storeChecks } from '../functions/journal/store-checks.ts';

const root = process.env.THIDUA_ROOT ?? process.cwd();
const folder = join(root, '.local', 'dynamodb-local');
const version = '2.6.1';
const serverClass = 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner';
const oldestJava = 17;
const startSeconds = 60;
const windows = process.platform === 'win32';

/** Something without which nothing can be checked; its message is the one sentence said about it. */
class CannotCheck extends Error {
  override readonly name = 'CannotCheck';
}

/** A server to check, and how to leave it. */
type Target = { readonly name: string; readonly endpoint: string; stop(): Promise<void> };

function options(): { endpoint?: string; 'accept-terms': boolean } {
  try {
    const { values } = parseArgs({
      options: { endpoint: { type: 'string' }, 'accept-terms': { type: 'boolean', default: false } },
    });
    return values;
  } catch (error) {
    throw new CannotCheck(`${error instanceof Error ? error.message : error}`);
  }
}

/** The Java of `JAVA_HOME`, else of the path, once it is known to be new enough. */
function javaCommand(): string {
  const home = process.env.JAVA_HOME;
  const java = home ? join(home, 'bin', windows ? 'java.exe' : 'java') : 'java';
  const { status, stderr, stdout } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  if (status !== 0) {
    throw new CannotCheck(
      `DynamoDB Local needs Java ${oldestJava} or newer, and there is none; nothing was checked.`,
    );
  }
  const major = Number(/version "(\d+)/.exec(`${stderr}${stdout}`)?.[1] ?? 0);
  if (major < oldestJava) {
    throw new CannotCheck(
      `DynamoDB Local needs Java ${oldestJava} or newer, this is Java ${major}; nothing was checked.`,
    );
  }
  return java;
}

/** What Maven needs to know to gather DynamoDB Local with everything it stands on. */
const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>thidua</groupId>
  <artifactId>dynamodb-local</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>com.amazonaws</groupId>
      <artifactId>DynamoDBLocal</artifactId>
      <version>${version}</version>
    </dependency>
  </dependencies>
</project>
`;

/** The folder with DynamoDB Local's files, native ones among them; fetched if it is not there whole. */
function library(accepted: boolean): string {
  const files = join(folder, version);
  const whole = join(folder, `${version}.whole`);
  if (existsSync(whole)) return files;
  if (!accepted) {
    throw new CannotCheck(
      "DynamoDB Local is not here yet and is under AWS's own licence: read it, then run this with -- --accept-terms to fetch it; nothing was checked.",
    );
  }
  rmSync(files, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'pom.xml'), pom);
  process.stderr.write(`fetching DynamoDB Local ${version} with Maven (once, about a minute) …\n`);
  const { status, error } = spawnSync(
    'mvn',
    [
      '--batch-mode',
      '--quiet',
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${files}`,
    ],
    { cwd: folder, stdio: ['ignore', 2, 2], shell: windows },
  );
  if (error)
    throw new CannotCheck('fetching DynamoDB Local needs Maven, and there is none; nothing was checked.');
  if (status !== 0)
    throw new CannotCheck('Maven could not fetch DynamoDB Local; its message is above. Nothing was checked.');
  writeFileSync(whole, '');
  return files;
}

/** A port that nobody listens on at this moment. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

function clientOf(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'ap-southeast-1',
    // DynamoDB Local takes any key of letters and digits.
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

/** Asks until the server answers; throws when it ended, or has not answered in time. */
async function answering(endpoint: string, child: ChildProcess, said: () => string): Promise<void> {
  const db = clientOf(endpoint);
  const giveUpAt = Date.now() + startSeconds * 1000;
  try {
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new CannotCheck(`DynamoDB Local ended while starting; nothing was checked. It said: ${said()}`);
      try {
        await db.send(new ListTablesCommand({}));
        return;
      } catch (error) {
        if (Date.now() > giveUpAt) {
          throw new CannotCheck(
            `DynamoDB Local did not answer within ${startSeconds} seconds (${error}); nothing was checked. It said: ${said()}`,
          );
        }
      }
      await new Promise((wake) => setTimeout(wake, 200));
    }
  } finally {
    db.destroy();
  }
}

/** Ends the server that was started here, by force if it does not go. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((exited) => child.once('exit', exited));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(force);
}

/** Starts DynamoDB Local on a free port, everything in its memory. */
async function start(accepted: boolean): Promise<Target> {
  const java = javaCommand();
  const files = library(accepted);
  const port = await freePort();
  const child = spawn(
    java,
    [
      `-Dsqlite4java.library.path=${files}`,
      '-cp',
      [join(files, '*'), files].join(delimiter),
      serverClass,
      '-inMemory',
      '-sharedDb',
      '-port',
      String(port),
    ],
    // It reports its use to AWS unless it is told not to.
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, DDB_LOCAL_TELEMETRY: '0' } },
  );
  let output = '';
  const hear = (text: Buffer) => {
    output = `${output}${text}`.slice(-4000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.on('error', (error) => hear(Buffer.from(String(error))));
  // Whatever ends this process ends the server, and no other.
  process.on('exit', () => child.kill('SIGKILL'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await answering(endpoint, child, () => output.trim() || 'nothing');
  } catch (error) {
    await end(child);
    throw error;
  }
  return { name: `DynamoDB Local ${version}`, endpoint, stop: () => end(child) };
}

/** A server that somebody else started and will end; on this machine only, for the checks make tables and fill them. */
async function running(endpoint: string): Promise<Target> {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) {
    throw new CannotCheck(
      `--endpoint is "${endpoint}"; it has to be an address on this machine, as http://127.0.0.1:8000. Nothing was checked.`,
    );
  }
  const db = clientOf(endpoint);
  try {
    await db.send(new ListTablesCommand({}));
  } catch (error) {
    throw new CannotCheck(`nothing at ${endpoint} speaks DynamoDB's API (${error}); nothing was checked.`);
  } finally {
    db.destroy();
  }
  return { name: `the server at ${endpoint}`, endpoint, stop: async () => undefined };
}

/** Runs one check on a table of its own and says how it went. */
async function passes(endpoint: string, { name, run }: StoreCheck): Promise<boolean> {
  const db = clientOf(endpoint);
  const started = performance.now();
  const took = () => `${Math.round(performance.now() - started)} ms`;
  try {
    const table = await freshTable(db);
    await run(db, table);
    await db.send(new DeleteTableCommand({ TableName: table }));
    process.stdout.write(`passed  ${name} (${took()})\n`);
    return true;
  } catch (error) {
    process.stdout.write(
      `FAILED  ${name} (${took()})\n${error instanceof Error ? error.stack : String(error)}\n`,
    );
    return false;
  } finally {
    db.destroy();
  }
}

async function main(): Promise<void> {
  const { endpoint, 'accept-terms': accepted } = options();
  const target = endpoint === undefined ? await start(accepted) : await running(endpoint);
  let passed = 0;
  try {
    process.stdout.write(`The store checks against ${target.name}\n\n`);
    for (const check of storeChecks) if (await passes(target.endpoint, check)) passed++;
  } finally {
    await target.stop();
  }
  const failed = storeChecks.length - passed;
  process.stdout.write(`\n${JSON.stringify({ against: target.name, passed, failed })}\n`);
  process.exit(failed === 0 ? 0 : 1);
}

main().catch((error: unknown) => {
  if (error instanceof CannotCheck) {
    process.stderr.write(`thidua: ${error.message}\n`);
    process.exit(2);
  }
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
});
