/** The product served on a port of the loopback, with a year played up to an act: what tests with a browser stand on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localRoutes, serve } from '../infra/local/host.ts';
import { found } from '../infra/local/seed/found.ts';
import { sampleSeason, sampleStart } from '../infra/local/seed/season.ts';
import { openWorld } from '../infra/local/world.ts';
import { playOn, speakers, type TestWorld, type TestWorldOptions } from './world.ts';

export type Site = TestWorld & {
  /** The product's address, without a slash at the end. */
  readonly origin: string;
  close(): Promise<void>;
};

/** Serves the sample season in memory; `demo` lays the demonstration's bar over it. */
export async function servedSite(
  options: TestWorldOptions & { until?: string; demo?: boolean } = {},
): Promise<Site> {
  const { blocs = 1, members = 4, until, demo = false, tamper } = options;
  const folder = mkdtempSync(join(tmpdir(), 'thidua-'));
  const sample = sampleSeason({ blocs, members });
  const errors: object[] = [];
  const host = await serve(0, async (origin) => {
    const world = await openWorld({
      folder,
      inMemory: true,
      origin,
      startsAt: sampleStart,
      clockRuns: false,
      personas: () => sample.personas,
      textKey: 'test',
      log: (level, message, fields) => void (level === 'error' && errors.push({ message, ...fields })),
      ...(tamper ? { tamper } : {}),
    });
    return { world, local: demo ? localRoutes(world, sample.personas) : undefined };
  });
  const { world, origin } = host;
  await found(world.deps, sample);
  const site = {
    ...world,
    ...speakers(world),
    sample,
    errors,
    origin,
    async close() {
      await host.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await playOn(site, until);
  return site;
}
