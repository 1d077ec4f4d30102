/** The spine: commands accepted per second, folding a bloc's year, importing the deployed web function. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Log } from '../../functions/deps.ts';
import { openJournal } from '../../functions/journal/journal.ts';
import { bundleFunctions } from '../../infra/bundle.ts';
import { type ApiClient, createClient } from '../../infra/local/client.ts';
import { targetsOf } from '../../infra/local/rehearsal/cast.ts';
import { playYear } from '../../infra/local/rehearsal/year.ts';
import { found } from '../../infra/local/seed/found.ts';
import { type SampleSeason, sampleSeason, sampleStart } from '../../infra/local/seed/season.ts';
import { openWorld, type World } from '../../infra/local/world.ts';
import { SeasonId, type StreamRef, streamName } from '../../shared/domain/ids.ts';
import { folds } from '../../shared/domain/streams.ts';
import { emptyStream, foldOnto } from '../../shared/journal.ts';
import { inFolder, machine, rangeOf, root, type Spread, say, spreadOf, tell } from './measure.ts';

const inFlight = 16;
const load = { warmUps: 3, rounds: 5, blocs: 16, members: 8, perUnit: 8 } as const;
const folding = { warmUps: 5, rounds: 25, members: 20 } as const;
const cold = { warmUps: 1, runs: 7 } as const;

type Stage = { readonly world: World; readonly sample: SampleSeason; readonly client: ApiClient };

/** Runs work in a founded world on disk; whatever the product logs as an error ends the bench. */
async function inWorld<T>(
  size: { blocs: number; members: number },
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  return inFolder(async (folder) => {
    const sample = sampleSeason(size);
    const errors: string[] = [];
    const log: Log = (level, message, fields) => {
      if (level === 'error') errors.push(JSON.stringify({ message, ...fields }));
    };
    const world = await openWorld({
      folder,
      origin: 'http://127.0.0.1:3000',
      startsAt: sampleStart,
      clockRuns: false,
      personas: () => sample.personas,
      log,
    });
    try {
      await found(world.deps, sample);
      const result = await work({ world, sample, client: await clientOf(world, sample) });
      if (errors.length > 0) throw new Error(`the product logged errors: ${errors.join('; ')}`);
      return result;
    } finally {
      await world.close();
    }
  });
}

/** A client whose tokens are all issued beforehand, so that signing them is in no figure. */
async function clientOf(world: World, sample: SampleSeason): Promise<ApiClient> {
  const tokens = new Map<string, string | undefined>();
  for (const { id } of sample.personas) tokens.set(id, await world.identity.issueToken(id));
  return createClient(
    (path, init) => Promise.resolve(world.app.request(path, init)),
    (persona) => Promise.resolve(tokens.get(persona)),
  );
}

type Order = { readonly as: string; readonly path: string; readonly body: object; readonly id: string };

/** Every unit registers its targets so many times, each time others, the blocs taking turns. */
function ordersOf(sample: SampleSeason): readonly Order[] {
  const orders: Order[] = [];
  for (let time = 0; time < load.perUnit; time++) {
    for (let member = 0; member < load.members; member++) {
      for (const bloc of sample.blocs) {
        const unit = bloc.members[member];
        if (!unit) throw new Error(`${bloc.id} has no member ${member}`);
        orders.push({
          as: `officer.${unit}`,
          path: `/api/seasons/${sample.season}/blocs/${bloc.id}/commands/register-targets`,
          // Never twice the same: what changes nothing records nothing.
          body: {
            unit,
            targets: targetsOf(`bench ${time}`, unit).map((one) => ({
              ...one,
              indicator: `${one.indicator} ${time}`,
            })),
            titles: ['certificate'],
          },
          id: `bench-${time}-${unit}`,
        });
      }
    }
  }
  return orders;
}

/** Gives all orders, so many at a time; throws at the first that is refused or records nothing. */
async function giveAll(client: ApiClient, orders: readonly Order[]): Promise<void> {
  const queue = orders.values();
  const lane = async () => {
    // One iterator for all lanes: each takes the next order as soon as its last was answered.
    for (const { as, path, body, id } of queue) {
      const { events } = await client.command(as, path, body, id);
      if (events.length === 0) throw new Error(`${id} was answered, but nothing was recorded`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}

/** Commits of all blocs together: what the journal says was accepted. */
async function blocCommits({ world, sample }: Stage): Promise<number> {
  const season = SeasonId.parse(sample.season);
  const seqs = await Promise.all(
    sample.blocs.map(
      async ({ id }) => (await world.deps.journal.load({ kind: 'bloc', season, bloc: id })).seq,
    ),
  );
  return seqs.reduce((sum, seq) => sum + seq, 0);
}

/** One round in a province of its own: commands accepted per second. */
async function loadRound(stage: Stage): Promise<number> {
  const { world, sample, client } = stage;
  for (const [i, step] of sample.setUp.entries())
    await client.command(step.as, step.path, step.body, `set-up-${i}`);
  await world.settle();
  await world.moveTo(new Date('2023-02-14T09:00:00+07:00'));
  const orders = ordersOf(sample);
  const before = await blocCommits(stage);
  const started = performance.now();
  await giveAll(client, orders);
  const seconds = (performance.now() - started) / 1000;
  await world.settle();
  const recorded = (await blocCommits(stage)) - before;
  if (recorded !== orders.length)
    throw new Error(`${orders.length} commands were accepted, ${recorded} are in the journal`);
  return orders.length / seconds;
}

async function measureCommands() {
  const commands = load.blocs * load.members * load.perUnit;
  const rates: number[] = [];
  for (let round = 0; round < load.warmUps + load.rounds; round++) {
    const rate = await inWorld(load, loadRound);
    const warmUp = round < load.warmUps;
    tell(`commands: ${warmUp ? 'warm-up' : `round ${rates.length + 1}`}, ${rate.toFixed(1)} per second`);
    if (!warmUp) rates.push(rate);
  }
  return { ...spreadOf(rates, 1), inFlight, commands };
}

/** Repeats work and gives the milliseconds of each run after the warm-up. */
async function timed(work: () => unknown): Promise<readonly number[]> {
  const times: number[] = [];
  for (let run = 0; run < folding.warmUps + folding.rounds; run++) {
    const started = performance.now();
    await work();
    const took = performance.now() - started;
    if (run >= folding.warmUps) times.push(took);
  }
  return times;
}

async function measureFold() {
  return inWorld({ blocs: 1, members: folding.members }, async ({ world, sample, client }) => {
    await playYear({
      client,
      sample,
      seed: '2023',
      moveTo: world.moveTo,
      settle: world.settle,
      progress: (what) => tell(`fold: ${what}`),
    });
    const bloc = sample.blocs[0]?.id;
    if (!bloc) throw new Error('the sample has no bloc');
    const ref = { kind: 'bloc', season: SeasonId.parse(sample.season), bloc } as const satisfies StreamRef;
    const name = streamName(ref);
    const { db, table, journal } = world.deps;
    const commits = await journal.commits(name);
    const seqOf = { cold: 0, pure: 0 };
    const loads = await timed(async () => {
      seqOf.cold = (await openJournal({ db, table, tableId: crypto.randomUUID() }).load(ref)).seq;
    });
    tell(`fold: ${loads.length} cold loads`);
    const pure = await timed(() => {
      seqOf.pure = foldOnto(emptyStream(name, folds.bloc), commits, folds.bloc).seq;
    });
    tell(`fold: ${pure.length} folds without the store`);
    if (seqOf.cold !== commits.length || seqOf.pure !== commits.length)
      throw new Error('a fold did not reach the head');
    return {
      ...spreadOf(loads, 2),
      commits: commits.length,
      bytes: commits.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0),
      members: folding.members,
      foldOnlyMs: spreadOf(pure, 2),
    };
  });
}

/** The two SDK clients that every function constructs, and nothing else, bundled as the functions are. */
async function bundleSdk(outfile: string): Promise<void> {
  await build({
    absWorkingDir: root,
    stdin: {
      contents: [
        "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';",
        "import { SFNClient } from '@aws-sdk/client-sfn';",
        'export const handler = [new DynamoDBClient({}), new SFNClient({})];',
      ].join('\n'),
      resolveDir: root,
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'error',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
}

/** What a child runs: imports the module it is given and prints how long that took. */
const importer = `
const started = performance.now();
const module = await import(process.argv[2]);
const took = performance.now() - started;
process.stdout.write(JSON.stringify({ took, exported: Object.keys(module) }), () => process.exit(0));
`;

/** Whatever a deployed function finds in its environment, none of it anything real. */
const lambdaEnvironment = {
  AWS_REGION: 'ap-southeast-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  TABLE: 'bench',
  MACHINE_ARN: 'arn:aws:states:ap-southeast-1:000000000000:stateMachine:*',
  FILES_BUCKET: 'bench',
  TOKEN_ISSUER: 'https://cognito-idp.ap-southeast-1.amazonaws.com/ap-southeast-1_bench',
  CLIENT_ID: 'bench',
  ORIGIN: 'https://thidua.example.vn',
  TEXT_KEY: 'bench',
} as const;

/** Milliseconds that a fresh Node takes to import a module, told by that Node itself. */
function importTime(script: string, module: string, exported: readonly string[]): number {
  const child = spawnSync(process.execPath, [script, pathToFileURL(module).href], {
    encoding: 'utf8',
    // Nothing is inherited: options or a compile cache of this process would change the figure.
    env: lambdaEnvironment,
  });
  if (child.status !== 0) {
    // The bundle is one long line, which Node prints before it says what was wrong.
    const said = child.stderr.split('\n').filter((line) => line.length < 400);
    throw new Error(`${module} could not be imported: ${said.join('\n')}`);
  }
  const answer = JSON.parse(child.stdout) as { took: number; exported: string[] };
  if (answer.exported.join() !== exported.join()) throw new Error(`${module} exports ${answer.exported}`);
  return answer.took;
}

async function measureColdStart() {
  return inFolder(async (folder) => {
    const script = join(folder, 'import.mjs');
    writeFileSync(script, importer);
    const empty = join(folder, 'empty', 'index.mjs');
    mkdirSync(join(folder, 'empty'));
    writeFileSync(empty, '');
    const sdk = join(folder, 'sdk', 'index.mjs');
    await bundleSdk(sdk);
    const web = join((await bundleFunctions(root, join(folder, 'functions'))).web, 'index.mjs');
    const modules = [
      { name: 'empty', file: empty, exported: [], times: [] as number[] },
      { name: 'sdk', file: sdk, exported: ['handler'], times: [] as number[] },
      { name: 'web', file: web, exported: ['handler'], times: [] as number[] },
    ] as const;
    // In turn, so that whatever else the machine does meets all three alike.
    for (let run = 0; run < cold.warmUps + cold.runs; run++) {
      for (const { file, exported, times } of modules) {
        const took = importTime(script, file, exported);
        if (run >= cold.warmUps) times.push(took);
      }
      tell(`cold start: ${run < cold.warmUps ? 'warm-up' : `run ${run - cold.warmUps + 1}`}`);
    }
    const [emptyMs, sdkMs, webMs] = modules.map(({ times }) => spreadOf(times, 1)) as [
      Spread,
      Spread,
      Spread,
    ];
    return { emptyMs, sdkMs, webMs, webBytes: statSync(web).size, sdkBytes: statSync(sdk).size };
  });
}

export async function spine(): Promise<void> {
  const commandsPerSecond = await measureCommands();
  const foldMilliseconds = await measureFold();
  const start = await measureColdStart();

  say(machine());
  say('');
  say(`Commands accepted per second, ${inFlight} in flight: ${rangeOf(commandsPerSecond, 'per second')}`);
  say(
    `  ${load.rounds} rounds after ${load.warmUps} warm-ups, each in a new province on disk: ${commandsPerSecond.commands} times RegisterTargets`,
  );
  say(
    `  over ${load.blocs} blocs of ${load.members} units through the HTTP application in process, with token and Idempotency-Key. Client,`,
  );
  say(
    '  product, embedded store and the reactions that follow each commit share one process; the store does not wait',
  );
  say('  for the disk after each write. Each round was counted again in the journal.');
  say('');
  say(`Loading a bloc of ${folding.members} after its year, cold: ${rangeOf(foldMilliseconds, 'ms')}`);
  say(
    `  ${foldMilliseconds.commits} commits, ${foldMilliseconds.bytes} bytes, read from the embedded store on disk, every hash checked; ${folding.rounds} runs after`,
  );
  say(
    `  ${folding.warmUps} warm-ups, each with a new journal. Folding alone, without the store: ${rangeOf(foldMilliseconds.foldOnlyMs, 'ms')}.`,
  );
  say('');
  say(`Importing the deployed web function in a fresh Node: ${rangeOf(start.webMs, 'ms')}`);
  say(
    `  two SDK clients alone ${rangeOf(start.sdkMs, 'ms')}; an empty module ${rangeOf(start.emptyMs, 'ms')}; ${cold.runs} processes each after`,
  );
  say(
    `  ${cold.warmUps} warm-up that brings the files into memory. The web bundle has ${start.webBytes} bytes, the SDK's ${start.sdkBytes}. Measured around`,
  );
  say('  the import inside the child: neither the start of Node nor anything of Lambda is in it.');
  say('');
  say(
    JSON.stringify({
      commandsPerSecond,
      foldMilliseconds,
      coldStart: {
        webMs: start.webMs.median,
        emptyMs: start.emptyMs.median,
        sdkMs: start.sdkMs.median,
        webBytes: start.webBytes,
      },
      node: process.version,
      cpus: cpus().length,
    }),
  );
}
