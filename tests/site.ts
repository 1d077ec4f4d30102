/** The product served on a port of the loopback, with a year played up to an act: what tests with a browser stand on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localRoutes, serve } from '../infra/local/host.ts';
import { found } from '../infra/local/seed/found.ts';
import { sampleSeason, sampleStart } from '../infra/local/seed/season.ts';
import { openWorld } from '../infra/local/world.ts';
import { points } from '../shared/domain/points.ts';
import { type Criterion, criteriaMarkedBy, type Rubric } from '../shared/domain/rubric.ts';
import { playOn, speakers, type TestWorld, type TestWorldOptions } from './world.ts';

export type Site = TestWorld & {
  /** The product's address, without a slash at the end. */
  readonly origin: string;
  close(): Promise<void>;
};

/** Halves criteria that the peers mark, with their points, until a rubric has so many. */
function widen(rubric: Rubric, criteria: number): void {
  while (criteriaMarkedBy(rubric, 'peers').length < criteria) {
    const group = rubric.groups.find((one) => one.criteria.some(canHalve));
    const at = group?.criteria.findIndex(canHalve) ?? -1;
    const whole = group?.criteria[at];
    if (!group || !whole) throw new Error(`the rubric cannot have ${criteria} criteria`);
    const half = (letter: string) => ({
      ...whole,
      id: `${whole.id}${letter}` as never,
      max: points(whole.max / 2),
    });
    group.criteria.splice(at, 1, half('a'), half('b'));
  }
}

function canHalve({ markedBy, kind, max, step, parts }: Criterion): boolean {
  return markedBy === 'peers' && kind === 'manual' && !parts && (max / 2) % step === 0 && max / 2 >= step;
}

/** Serves the sample season in memory; `demo` lays the demonstration's bar over it, `criteria` widens its rubrics. */
export async function servedSite(
  options: TestWorldOptions & { until?: string; demo?: boolean; criteria?: number } = {},
): Promise<Site> {
  const { blocs = 1, members = 4, until, demo = false, criteria, tamper } = options;
  const folder = mkdtempSync(join(tmpdir(), 'thidua-'));
  const sample = sampleSeason({ blocs, members });
  if (criteria !== undefined)
    for (const rubric of sample.rubrics) widen(rubric as unknown as Rubric, criteria);
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
