/** Random small seasons, played by the deciders under random rules: the recount comes to what the journal says. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { bundleOf, rehashed } from '../../bundle.ts';
import { inFull } from '../../full.ts';
import { starts, type World } from '../../shared/domain/arbitrary.ts';
import { temporaryFolder } from '../../world.ts';

/** Two hundred in the long run. */
const seasons = inFull ? 200 : 100;
const run = promisify(execFile);

/** The world's journal as a bundle, in which every account was assigned from the beginning what it acted as. */
function bundleIn(world: World): string {
  const commits = [...world.commits.keys()].sort().flatMap((stream) => world.commits.get(stream) ?? []);
  const actors = new Map<string, object>();
  for (const { body } of commits) {
    const { actor } = JSON.parse(body) as { actor: { role: string } };
    if (actor.role !== 'system') actors.set(JSON.stringify(actor), actor);
  }
  const all = rehashed(commits, (body, { stream, seq }) => {
    if (stream !== 'province' || seq !== 1) return;
    // Long before everything: the clocks of these seasons go back by up to a day.
    body.at = '2020-01-01T00:00:00.000Z';
    const assigned = body.events.find(({ type }) => type === 'AccountsAssigned') as { assignments: object[] };
    assigned.assignments.push(
      ...[...actors.values()].map((actor, i) => ({
        id: `all-${i}`,
        ...actor,
        from: '2020-01-01T00:00:00+07:00',
      })),
    );
  });
  return bundleOf(all);
}

test(`${seasons} random seasons are recounted to the same end`, { timeout: 170_000 }, async () => {
  const folder = temporaryFolder();
  const bad: string[] = [];
  let tallied = 0;
  const check = async (seed: number) => {
    const world = starts(seed).councils.at(-1);
    if (!world) throw new Error('a season has no Council');
    const bundle = bundleIn(world);
    const file = join(folder, `${seed}.ndjson`);
    writeFileSync(file, bundle);
    tallied += bundle.split('\\"type\\":\\"Tallied\\"').length - 1;
    const { stdout } = await run(process.execPath, ['infra/local/recount.mjs', file]).catch(
      (error: { stdout: string }) => error,
    );
    const said = stdout.trimEnd().split('\n').at(-1) ?? '';
    if (!(JSON.parse(said) as { ok: boolean }).ok) bad.push(`${seed}: ${said}`);
  };
  for (let seed = 100; seed < 100 + seasons; seed += 4)
    await Promise.all([0, 1, 2, 3].map((more) => check(seed + more)));
  expect(bad.slice(0, 8)).toEqual([]);
  // Most of them came to a result, or nothing was recounted.
  expect(tallied).toBeGreaterThan(seasons);
});
