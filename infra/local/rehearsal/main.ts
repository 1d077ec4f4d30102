/**
 * `npm run rehearsal`: one year of the sample season, headless, through the HTTP API of a host of its own, on a clock
 * that is moved. Prints the awards per bloc and, as its last line, what was counted.
 *
 *   npm run rehearsal -- --blocs 2 --members 5 --seed 7
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Log } from '../../../functions/deps.ts';
import { exportBundle } from '../../../functions/journal/bundle.ts';
import { SeasonId } from '../../../shared/domain/ids.ts';
import { blocSize } from '../../../shared/domain/season.ts';
import type { CommitBody } from '../../../shared/journal.ts';
import { createClient } from '../client.ts';
import { localRoutes, serve } from '../host.ts';
import { found } from '../seed/found.ts';
import { sampleSeason, sampleStart } from '../seed/season.ts';
import { CannotStart } from '../store.ts';
import { openWorld } from '../world.ts';
import { situationNames, situationOf, tieNames } from './situations.ts';
import { acts, playYear } from './year.ts';

const root = process.env.THIDUA_ROOT ?? process.cwd();
const folder = join(root, '.local', 'rehearsal');

const log: Log = (level, message, fields) => {
  // Refusals are part of the play; only what broke is worth a line.
  if (level === 'error') process.stderr.write(`${JSON.stringify({ level, message, ...fields })}\n`);
};

function wholeOption(
  name: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new CannotStart(`--${name} is "${text}"; it has to be a whole number from ${least} to ${most}.`);
  }
  return value;
}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        blocs: { type: 'string' },
        members: { type: 'string' },
        seed: { type: 'string', default: '2023' },
      },
    });
    const blocs = wholeOption('blocs', values.blocs, 1, 99);
    const members = wholeOption('members', values.members, blocSize.least, blocSize.most);
    const seed = wholeOption('seed', values.seed, 0, Number.MAX_SAFE_INTEGER) ?? 2023;
    return { ...(blocs === undefined ? {} : { blocs }), ...(members === undefined ? {} : { members }), seed };
  } catch (error) {
    if (error instanceof CannotStart) throw error;
    // The first line says what is wrong, the others how to quote a dash.
    const [what = ''] = String(error instanceof Error ? error.message : error).split('\n');
    throw new CannotStart(
      `${what.replace(/\.$/, '')}. The options are --blocs, --members and --seed, each with a whole number.`,
    );
  }
}

/** A bar on a terminal, a line each elsewhere. */
function progress(): (what: string) => void {
  let done = 0;
  return (what) => {
    const bar = `${'█'.repeat(done)}${'░'.repeat(acts.length - done)}`;
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${bar} ${what}`);
    else process.stderr.write(`${String(done + 1).padStart(2)}/${acts.length} ${what}\n`);
    done++;
  };
}

async function main(): Promise<void> {
  const started = performance.now();
  const { seed, ...size } = options();
  const sample = sampleSeason(size);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const host = await serve(0, async (origin) => {
    const world = await openWorld({
      folder,
      origin,
      startsAt: sampleStart,
      clockRuns: false,
      personas: () => sample.personas,
      // The same seed has to give the same record, the salts in it too.
      textKey: `rehearsal ${seed}`,
      log,
    });
    return { world, local: localRoutes(world, sample.personas) };
  });
  const { world, origin } = host;
  const tell = progress();
  await found(world.deps, sample);
  await world.settle();

  const client = createClient(
    (path, init) => fetch(`${origin}${path}`, init),
    (persona) => world.identity.issueToken(persona),
  );
  const played = await playYear({
    client,
    sample,
    seed: String(seed),
    moveTo: world.moveTo,
    settle: world.settle,
    progress: tell,
  });

  tell(acts[10]);
  const season = SeasonId.parse(sample.season);
  const lines: string[] = [];
  const exported = await exportBundle(world.deps, season, (text) => void lines.push(text));
  if (!exported.ok) throw new Error(exported.refusal.en);
  const bundle = join(folder, `thidua-${season}.ndjson`);
  writeFileSync(bundle, lines.join(''));
  const recount = spawnSync(
    process.execPath,
    [join(root, 'infra', 'local', 'recount.mjs'), bundle, '--head', exported.value.head],
    {
      encoding: 'utf8',
    },
  );
  const verdict = JSON.parse(recount.stdout.trimEnd().split('\n').at(-1) ?? 'null') as { ok: boolean } | null;
  const verified = recount.status === 0 && verdict?.ok === true;
  if (!verified) process.stderr.write(`${recount.stdout}${recount.stderr}`);

  type Awards = {
    awards: {
      bloc: string;
      unit: string;
      name: string;
      award: 'provincial-flag' | 'certificate';
      status: 'in-force' | 'revoked';
    }[];
  };
  const { awards } = await client.get<Awards>(undefined, `/api/seasons/${season}/awards`);
  const stats = await world.runner.stats();
  const events = lines.slice(1, -1).reduce((sum, line) => {
    const { body } = JSON.parse(line) as { body: string };
    return sum + (JSON.parse(body) as CommitBody).events.length;
  }, 0);
  const { writeUnits, readUnits } = world.meter;
  await host.close();
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');

  process.stdout.write(`\nKhen thưởng năm ${season} (dữ liệu mẫu, hạt giống ${seed})\n\n`);
  for (const [index, bloc] of sample.blocs.entries()) {
    const here = awards.filter((award) => award.bloc === bloc.id);
    const names = (kind: string) =>
      here
        .filter(({ award }) => award === kind)
        .map(({ name, status }) => (status === 'revoked' ? `${name} (đã hủy bỏ)` : name))
        .join('; ') || '–';
    process.stdout.write(`${bloc.id}  ${bloc.name} (${bloc.members.length} đơn vị)\n`);
    process.stdout.write(
      `     Cờ thi đua: ${names('provincial-flag')}\n     Bằng khen:  ${names('certificate')}\n`,
    );
    const situation = situationOf(index, bloc, sample.units);
    if (situation) {
      const said =
        situation.kind === 'tie'
          ? `hai đơn vị bằng điểm ở vị trí đầu, xếp theo ${tieNames[situation.step]}`
          : situationNames[situation.kind];
      process.stdout.write(`     Tình huống: ${said}\n`);
    }
  }
  const inForce = (kind: string) =>
    awards.filter(({ award, status }) => award === kind && status === 'in-force').length;
  const failed = stats.failed + stats.timedOut;
  const { cast, ...counts } = played;
  const { refusedAsExpected, ...done } = counts;
  const summary = {
    season,
    seed,
    blocs: sample.blocs.length,
    members: sample.blocs.reduce((sum, bloc) => sum + bloc.members.length, 0),
    ...done,
    awards: {
      flag: inForce('provincial-flag'),
      certificate: inForce('certificate'),
    },
    refusedAsExpected,
    commits: exported.value.commits,
    events,
    head: exported.value.head,
    verified,
    executions: { started: stats.started, succeeded: stats.succeeded, failed, aborted: stats.aborted },
    transitions: stats.transitions,
    writeUnits,
    readUnits,
    wallSeconds: Math.round((performance.now() - started) / 10) / 100,
    cast,
  };
  process.stdout.write(`\n${JSON.stringify(summary)}\n`);
  if (!verified || failed > 0 || stats.succeeded !== stats.started) process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(
    error instanceof CannotStart
      ? `thidua: ${error.message}\n`
      : `\n${error instanceof Error ? error.stack : error}\n`,
  );
  process.exit(1);
});
