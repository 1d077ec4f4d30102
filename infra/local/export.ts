/**
 * `npm run -s export -- --season 2023 --out FILE [--from DIR]`: writes a season's bundle, from a folder of `npm start`
 * (by default the one it uses) or of the rehearsal. Where a host has that folder open, it is asked for the bundle.
 */
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { exportBundle } from '../../functions/journal/bundle.ts';
import { openJournal } from '../../functions/journal/journal.ts';
import { SeasonId } from '../../shared/domain/ids.ts';
import { readIfThere } from './files.ts';
import { hostFile } from './host.ts';
import { CannotStart, giveUp, InUse, openStore, tables } from './store.ts';

const root = process.env.THIDUA_ROOT ?? process.cwd();
/** Where the command was typed: npm itself moves to the project's root. */
const here = process.env.INIT_CWD ?? process.cwd();
const usage = 'The call is: npm run -s export -- --season 2023 --out FILE [--from DIR].';

function options() {
  try {
    const { season, out, from } = parseArgs({
      options: { season: { type: 'string' }, out: { type: 'string' }, from: { type: 'string' } },
    }).values;
    const year = SeasonId.safeParse(season);
    if (!year.success || !out)
      throw new Error(season === undefined ? 'No season is named.' : 'It is not complete.');
    const folder =
      from === undefined ? resolve(root, process.env.THIDUA_DATA || '.local/start') : resolve(here, from);
    return {
      season: year.data,
      out: resolve(here, out),
      folder,
    };
  } catch (error) {
    throw new CannotStart(`${error instanceof Error ? error.message : error} ${usage}`);
  }
}

/** The bundle from the store itself. */
async function fromStore(folder: string, season: SeasonId): Promise<string> {
  if (!existsSync(join(folder, 'store'))) throw new CannotStart(`there is no record in ${folder}.`);
  const store = await openStore(folder);
  try {
    const journal = openJournal({ db: store.client(), table: tables.thidua, tableId: store.tableId });
    const parts: string[] = [];
    const exported = await exportBundle({ journal }, season, (text) => void parts.push(text));
    if (!exported.ok) throw new CannotStart(`${exported.refusal.vi} (${exported.refusal.en})`);
    return parts.join('');
  } finally {
    await store.close();
  }
}

/** The bundle from the host that has the folder open, as its auditor. */
async function fromHost(folder: string, season: SeasonId, inUse: InUse): Promise<string> {
  const kept = await readIfThere(join(folder, hostFile));
  if (!kept) throw inUse;
  const { origin } = JSON.parse(Buffer.from(kept).toString()) as { origin: string };
  const asked = await fetch(`${origin}/__local/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ persona: 'auditor' }),
  }).catch(() => undefined);
  if (!asked?.ok) throw inUse;
  const { access_token } = (await asked.json()) as { access_token: string };
  const answer = await fetch(`${origin}/api/seasons/${season}/bundle`, {
    headers: { Authorization: `Bearer ${access_token}` },
  });
  const text = await answer.text();
  if (!answer.ok) {
    const { vi, en } = JSON.parse(text) as { vi: string; en: string };
    throw new CannotStart(`${vi} (${en})`);
  }
  return text;
}

async function main(): Promise<void> {
  const { season, out, folder } = options();
  const bundle = await fromStore(folder, season).catch((error: unknown) => {
    if (error instanceof InUse) return fromHost(folder, season, error);
    throw error;
  });
  // Whoever finds the file finds it whole.
  const part = `${out}.part`;
  try {
    writeFileSync(part, bundle);
    renameSync(part, out);
  } catch (error) {
    rmSync(part, { force: true });
    throw new CannotStart(`${out} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
  }
  const { commits, head } = JSON.parse(bundle.trimEnd().split('\n').at(-1) ?? '{}') as object &
    Record<string, unknown>;
  process.stdout.write(`${JSON.stringify({ season, out, commits, head })}\n`);
}

// The embedded store throws a damaged block at nobody who could catch it.
process.on('uncaughtException', giveUp);
main().catch(giveUp);
