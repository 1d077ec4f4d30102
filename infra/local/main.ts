/**
 * `npm start`: the product on this machine with the sample season, going on where it was.
 *
 * PORT (3000), THIDUA_DATA (.local/start), THIDUA_DEMO=0 (nothing of the local world under /__local), `-- --fresh`.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Log } from '../../functions/deps.ts';
import { SeasonId } from '../../shared/domain/ids.ts';
import { BrokenChain } from '../../shared/journal.ts';
import { createClient } from './client.ts';
import { hostFile, localRoutes, serve } from './host.ts';
import { found, isFounded } from './seed/found.ts';
import { type SampleSeason, sampleSeason, sampleStart } from './seed/season.ts';
import { CannotStart, damaged, discardFolder, giveUp, InUse } from './store.ts';
import { openWorld, type World } from './world.ts';

const root = process.env.THIDUA_ROOT ?? process.cwd();

/** Lines for whoever watches the terminal; what is routine stays out of it. */
const log: Log = (level, message, fields) => {
  if (level === 'info') return;
  process.stderr.write(`${JSON.stringify({ level, message, ...fields })}\n`);
};

function portFrom(text: string | undefined): number {
  const port = /^\d{1,5}$/.test(text ?? '3000') ? Number(text ?? 3000) : Number.NaN;
  if (!(port <= 65535)) throw new CannotStart(`PORT is "${text}"; it has to be a number from 0 to 65535.`);
  return port;
}

async function isLaunched(world: World, sample: SampleSeason): Promise<boolean> {
  const { state } = await world.deps.journal.load({ kind: 'season', season: SeasonId.parse(sample.season) });
  return state.launched !== undefined;
}

/** Tries again for three seconds while what is needed is in use. */
async function patiently<T>(start: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof InUse) || tries === 15) throw error;
      await new Promise((wake) => setTimeout(wake, 200));
    }
  }
}

async function main(): Promise<void> {
  const stray = process.argv.slice(2).filter((argument) => argument !== '--fresh');
  if (stray.length > 0)
    throw new CannotStart(`${stray.join(' ')} is not understood; the one option is -- --fresh.`);
  // Set to nothing is not set: the folder would be the project's.
  const given = process.env.THIDUA_DATA || '.local/start';
  const folder = isAbsolute(given) ? given : join(root, given);
  const port = portFrom(process.env.PORT || undefined);
  const demo = process.env.THIDUA_DEMO !== '0';
  const sample = sampleSeason();

  // Right after a kill the process before this one may still hold port and folder for a moment.
  const host = await patiently(() =>
    serve(port, async (origin) => {
      if (process.argv.includes('--fresh')) await discardFolder(folder);
      const world = await openWorld({
        folder,
        origin,
        startsAt: sampleStart,
        clockRuns: true,
        personas: () => sample.personas,
        log,
      });
      return { world, local: demo ? localRoutes(world, sample.personas) : undefined };
    }),
  );
  const { world, origin } = host;
  try {
    if (!(await isFounded(world.deps))) await found(world.deps, sample);
    if (!(await isLaunched(world, sample))) {
      process.stderr.write('thidua: preparing the sample season …\n');
      const client = createClient(
        (path, init) => Promise.resolve(world.app.request(path, init)),
        (persona) => world.identity.issueToken(persona),
      );
      // A start that was cut short is taken up again: each step has its id, and what is done answers as before.
      for (const [i, step] of sample.setUp.entries())
        await client.command(step.as, step.path, step.body, `sample-${i}`);
    }
    await world.catchUp();
    await world.settle();
  } catch (error) {
    if (error instanceof BrokenChain) throw damaged(folder, error.message);
    throw error;
  }
  // Where this host listens, for a command that finds the folder in use.
  const address = join(folder, hostFile);
  writeFileSync(address, JSON.stringify({ origin }));
  process.stdout.write(`${origin}/\n`);
  process.stdout.write(
    `Tỉnh ${sample.province}, mùa thi đua ${sample.season}: ${sample.blocs.length} khối, cụm. Dữ liệu mẫu, lưu tại ${folder}. Dừng: Ctrl+C.\n`,
  );

  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(1);
      ending = true;
      rmSync(address, { force: true });
      void host.close().then(() => process.exit(0));
    });
  }
}

// The embedded store throws a damaged block at nobody who could catch it.
process.on('uncaughtException', giveUp);
main().catch(giveUp);
