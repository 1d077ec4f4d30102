/**
 * The laptop's world: the same functions that are deployed, on an embedded store, a clock in hand, Step Functions of
 * our own, folders for files and mail, and an identity provider. `npm start`, the rehearsal and the tests stand on it.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Hono } from 'hono';
import type { Log, WebDeps } from '../../functions/deps.ts';
import { openJournal } from '../../functions/journal/journal.ts';
import { react } from '../../functions/reactions/react.ts';
import { sweep } from '../../functions/reactions/sweep.ts';
import { runTask, type TaskName, tasks } from '../../functions/tasks/index.ts';
import type { AccessProfile } from '../../functions/tasks/task.ts';
import type { ApiEnv } from '../../functions/web/api/api.ts';
import { openApiDocument } from '../../functions/web/api/openapi.ts';
import { createApp } from '../../functions/web/app.tsx';
import { createBearerVerifier } from '../../functions/web/bearer.ts';
import {
  definitions,
  placeholderOf,
  substitute,
  type Workflow,
  workflows,
} from '../../shared/workflow/workflow.ts';
import { type Clock, openClock } from './clock.ts';
import { createFiles, readIfThere, writeDurably } from './files.ts';
import { createIdentity, type Identity, type Persona } from './identity/identity.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import { type Meter, meter } from './meter.ts';
import { createReactor } from './reactor.ts';
import { createRunner, type Runner } from './step-functions/runner.ts';
import { openStore, tables } from './store.ts';

export type WorldOptions = {
  /** Where everything is kept. The store alone may be in memory: then nothing of the journal outlives the process. */
  folder: string;
  inMemory?: boolean;
  /** The product's address, known before anything listens. */
  origin: string;
  startsAt: Date;
  /** Whether the legal clock goes on with the wall, or stands until it is moved. */
  clockRuns: boolean;
  personas: () => readonly Persona[];
  log: Log;
  /** The key of bound texts' salts; without it one is made and kept in the folder. */
  textKey?: string;
  /** Changes effects before they are used: how tests put faults between the product and its store. */
  tamper?: (deps: WebDeps) => WebDeps;
  /** Stands around every task that a machine invokes: how tests interrupt machines between any two steps. */
  aroundTask?: (input: unknown, run: () => Promise<unknown>) => Promise<unknown>;
};

export type World = {
  deps: WebDeps;
  app: Hono<ApiEnv>;
  identity: Identity;
  mailbox: Mailbox;
  runner: Runner;
  clock: Clock;
  meter: Meter;
  /** Resolves when neither reactions nor machines have anything left to do at this instant. */
  settle(): Promise<void>;
  /** Moves the legal clock on, through every due instant between, each settled before the next. */
  moveTo(to: Date): Promise<void>;
  /** Heals what a lost process left undone; done once at start. */
  catchUp(): Promise<void>;
  close(): Promise<void>;
};

/** Opens the world of a folder. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { folder, origin, log } = options;
  const wallNow = () => new Date();
  const store = await openStore(options.inMemory ? undefined : folder);
  const kept = options.inMemory ? undefined : folder;
  const clock = await openClock({
    folder: kept,
    startsAt: options.startsAt,
    runs: options.clockRuns,
    wallNow,
  });
  const db: DynamoDBClient = store.client();
  const counted = meter(db);
  const files = createFiles(join(folder, 'files'));
  const mailbox = await createMailbox({ folder: join(folder, 'mail'), wallNow });
  const identity = await createIdentity({
    folder: join(folder, 'identity'),
    origin,
    personas: options.personas,
    redirectUris: [`${origin}/auth/callback`],
    wallNow,
    log,
  });

  const runner = createRunner({
    definitions: localDefinitions(),
    // One function per access profile, as deployed; its name is the profile's.
    invoke(functionName, payload) {
      const run = () => runTask(deps, functionName as AccessProfile, payload);
      return options.aroundTask ? options.aroundTask(payload, run) : run();
    },
    db: store.client(),
    table: tables.stepFunctions,
    now: clock.now,
    random: Math.random,
    newId: randomUUID,
    log,
  });
  const sfn = new SFNClient({
    region: 'ap-southeast-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: runner.requestHandler,
  });
  const reactor = createReactor((stream) => react(deps, stream), log);
  const queues = new Map<string, Promise<unknown>>();
  let document: string | undefined;

  const own: WebDeps = {
    now: clock.now,
    wallNow,
    newId: randomUUID,
    random: Math.random,
    db,
    table: tables.thidua,
    journal: openJournal({
      db,
      table: tables.thidua,
      tableId: store.tableId,
      onAppended: ({ stream }) => reactor.follow(stream),
    }),
    exclusive(stream, work) {
      const before = queues.get(stream) ?? Promise.resolve();
      const mine = before.then(work, work);
      const quiet = mine
        .catch(() => undefined)
        .finally(() => queues.get(stream) === quiet && queues.delete(stream));
      queues.set(stream, quiet);
      return mine;
    },
    sfn,
    textKey: options.textKey ?? (await secretOf(join(folder, 'text-key'))),
    machineArn,
    files,
    log,
    origin,
    contact: 'điện thoại 0200 000 000 (số mẫu), thư lienhe@thidua.example (địa chỉ mẫu).',
    provider: { issuer: identity.issuer, clientId: identity.clientId },
    verifyBearer: createBearerVerifier({ ...identity, jwks: await identity.jwks() }),
    openApi: async () => {
      document ??= openApiDocument('0.1.0');
      return document;
    },
  };
  const deps: WebDeps = options.tamper?.(own) ?? own;

  async function settle(): Promise<void> {
    while (!reactor.isIdle() || !runner.isIdle()) {
      await reactor.idle();
      await runner.idle();
    }
  }

  await runner.start();
  return {
    deps,
    app: createApp(deps),
    identity,
    mailbox,
    runner,
    clock,
    meter: counted,
    settle,
    async moveTo(to) {
      if (to < clock.now()) throw new RangeError(`the clock does not go back to ${to.toISOString()}`);
      for (;;) {
        await settle();
        const due = runner.nextDueAt();
        if (!due || due > to) break;
        if (due > clock.now()) await clock.set(due);
        runner.wake();
      }
      if (to > clock.now()) await clock.set(to);
      runner.wake();
      await settle();
    },
    async catchUp() {
      const healed = await sweep(deps);
      if (healed.length > 0) log('info', 'caught up with what had not been reacted to', { streams: healed });
    },
    async close() {
      await reactor.stop();
      await runner.stop();
      await store.close();
    },
  };
}

/** A secret of this folder, made when it is first asked for. */
async function secretOf(path: string): Promise<string> {
  const kept = await readIfThere(path);
  if (kept) return Buffer.from(kept).toString();
  const made = randomBytes(32).toString('hex');
  await writeDurably(path, made);
  return made;
}

/** ARN of a workflow's machine on the laptop. */
function machineArn(workflow: Workflow): string {
  return `arn:aws:states:ap-southeast-1:000000000000:stateMachine:${workflow}`;
}

/** The six definitions with the laptop's functions and machines in their placeholders. */
export function localDefinitions(): Record<Workflow, object> {
  const values = {
    ...Object.fromEntries(
      (Object.keys(tasks) as TaskName[]).map((name) => [placeholderOf(name), tasks[name].profile]),
    ),
    ...Object.fromEntries(workflows.map((name) => [placeholderOf(name), machineArn(name)])),
  };
  return Object.fromEntries(workflows.map((name) => [name, substitute(definitions[name], values)])) as Record<
    Workflow,
    object
  >;
}
