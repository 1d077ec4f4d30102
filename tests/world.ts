/** The whole product on the embedded store, in memory, with the clock in hand: what tests of effects stand on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import type { WebDeps } from '../functions/deps.ts';
import { accountOf } from '../functions/journal/directory.ts';
import { beginSession } from '../functions/web/session.ts';
import { type ApiClient, createClient } from '../infra/local/client.ts';
import { playYear } from '../infra/local/rehearsal/year.ts';
import { found } from '../infra/local/seed/found.ts';
import { type SampleSeason, sampleSeason, sampleStart } from '../infra/local/seed/season.ts';
import { openWorld, type World, type WorldOptions } from '../infra/local/world.ts';

export type TestWorld = World & {
  readonly sample: SampleSeason;
  readonly client: ApiClient;
  /** The headers of a persona's requests, its token issued once; of nobody's where none is named. */
  readonly signedAs: (persona: string | undefined) => Promise<Record<string, string>>;
  /** What was logged as an error; a test that expects none looks here. */
  readonly errors: readonly object[];
};

export type TestWorldOptions = {
  blocs?: number;
  members?: number;
  tamper?: (deps: WebDeps) => WebDeps;
  aroundTask?: WorldOptions['aroundTask'];
  /** A scope that ends later than the test, such as `afterAll`. */
  closeWith?: (close: () => Promise<void>) => void;
};

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'thidua-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A province founded, nothing else. */
export async function testWorld(options: TestWorldOptions = {}): Promise<TestWorld> {
  const { blocs = 1, members = 4, tamper, aroundTask, closeWith = onTestFinished } = options;
  const folder = mkdtempSync(join(tmpdir(), 'thidua-'));
  const sample = sampleSeason({ blocs, members });
  const errors: object[] = [];
  const world = await openWorld({
    folder,
    inMemory: true,
    origin: 'http://127.0.0.1:3000',
    startsAt: sampleStart,
    clockRuns: false,
    personas: () => sample.personas,
    textKey: 'test',
    log: (level, message, fields) => void (level === 'error' && errors.push({ message, ...fields })),
    ...(tamper ? { tamper } : {}),
    ...(aroundTask ? { aroundTask } : {}),
  });
  closeWith(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await found(world.deps, sample);
  return { ...world, ...speakers(world), sample, errors };
}

/** Who speaks to a world in every role: tokens are issued once. */
export function speakers(world: World): Pick<TestWorld, 'client' | 'signedAs'> {
  const tokens = new Map<string, Promise<string | undefined>>();
  const tokenFor = (persona: string) => {
    const token = tokens.get(persona) ?? world.identity.issueToken(persona);
    tokens.set(persona, token);
    return token;
  };
  return {
    client: createClient(
      (path, init) => Promise.resolve(world.app.request(path, init)),
      (persona) => tokenFor(persona),
    ),
    signedAs: async (persona) =>
      persona === undefined ? {} : { Authorization: `Bearer ${await tokenFor(persona)}` },
  };
}

/** The cookie of a browser in which a persona has signed in. */
export async function cookieOf(world: World, persona: string): Promise<string> {
  const token = (await world.identity.issueToken(persona)) ?? '';
  const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    sub: string;
  };
  const door = new Hono().get('/', async (c) => {
    await beginSession(c, world.deps, { subject: sub, account: await accountOf(world.deps, sub) });
    return c.body(null, 204);
  });
  const response = await door.request('/');
  return (response.headers.get('Set-Cookie') ?? '').split(';')[0] ?? '';
}

/** The season set up and launched, its blocs scheduled. */
export async function launchedWorld(options: TestWorldOptions = {}): Promise<TestWorld> {
  const world = await testWorld(options);
  for (const [i, step] of world.sample.setUp.entries())
    await world.client.command(step.as, step.path, step.body, `set-up-${i}`);
  await world.settle();
  return world;
}

/** Thrown to stop a year in the middle. */
class Reached extends Error {}

/** The year played as in the rehearsal, up to the instant before `until` (an act's name), or to its end. */
export async function playedWorld(options: TestWorldOptions & { until?: string } = {}): Promise<TestWorld> {
  const world = await testWorld(options);
  await playOn(world, options.until);
  return world;
}

/** Plays the year in a founded world; `aside` is called before every move of the clock. */
export async function playOn(
  world: TestWorld,
  until?: string,
  aside: () => Promise<void> = async () => {},
): Promise<void> {
  try {
    await playYear({
      client: world.client,
      sample: world.sample,
      seed: '7',
      async moveTo(at) {
        await aside();
        await world.moveTo(at);
      },
      settle: world.settle,
      progress(what) {
        if (what === until) throw new Reached();
      },
    });
  } catch (error) {
    if (!(error instanceof Reached)) throw error;
  }
}
