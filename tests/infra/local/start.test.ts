/** The two hosts as somebody types them: `npm start` and the rehearsal, each in a process of its own. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { inFull } from '../../full.ts';
import { temporaryFolder } from '../../world.ts';

const run = join(process.cwd(), 'infra', 'local', 'run.mjs');

/** Starts the host and resolves with its first URL, or with what it said when it ended. */
async function start(env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [run, 'infra/local/main.ts', ...args], {
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  const code = await new Promise<number | null | undefined>((done) => {
    child.on('exit', done);
    child.stdout.on('data', () => /https?:\/\/\S+/.test(out) && done(undefined));
  });
  const url = /https?:\/\/\S+/.exec(out)?.[0].replace(/\/$/, '');
  return { child, url: url ?? '', code, out, err };
}

let founded: Promise<string> | undefined;

/** A folder with the sample season in it: founded once, copied for each test. */
async function foundedFolder(): Promise<string> {
  founded ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), 'thidua-founded-'));
    const { child } = await start({ THIDUA_DATA: folder });
    await ended(child, 'SIGTERM');
    return folder;
  })();
  const copy = temporaryFolder();
  cpSync(await founded, copy, { recursive: true });
  return copy;
}
afterAll(async () => founded && rmSync(await founded, { recursive: true, force: true }));

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = new Promise((done) => child.on('exit', done));
  child.kill(signal);
  await gone;
}

/** One sentence of ours, no trace of a program. */
function expectOneSentence(err: string) {
  const lines = err.split('\n').filter((line) => line.startsWith('thidua:') && !line.includes('preparing'));
  expect(lines).toHaveLength(1);
  expect(err).not.toMatch(/\n\s+at /);
}

describe('npm start', () => {
  test('founds the sample season, goes on after a SIGKILL where it was, and starts anew with --fresh', async () => {
    const data = temporaryFolder();
    const first = await start({ THIDUA_DATA: data });
    expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const personas = (await (await fetch(`${first.url}/__local/personas`)).json()) as {
      personas: { id: string }[];
    };
    expect(personas.personas.length).toBe(4 + 22 + 3 * (137 + 1));
    const asked = await fetch(`${first.url}/__local/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ persona: 'board-head' }),
    });
    const { access_token } = (await asked.json()) as { access_token: string };
    const me = await fetch(`${first.url}/api/me`, { headers: { Authorization: `Bearer ${access_token}` } });
    expect(await me.json()).toMatchObject({ signedIn: true, roles: [{ role: 'board-head' }] });
    const home = await (await fetch(`${first.url}/`)).text();
    expect(home).toMatch(/^<!doctype html><html lang="vi">/);
    expect(home).toContain('Khối thi đua các cơ quan Đảng');
    const moved = await fetch(`${first.url}/__local/clock`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ now: '2023-04-01T08:00:00+07:00' }),
    });
    expect(moved.status).toBe(200);
    const back = await fetch(`${first.url}/__local/clock`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ now: '2023-03-01T08:00:00+07:00' }),
    });
    expect(back.status).toBe(409);
    expect(back.headers.get('Content-Type')).toMatch(/^application\/problem\+json/);
    expect(await back.json()).toMatchObject({
      code: 'clock-does-not-go-back',
      vi: expect.stringMatching(/\S/),
      en: expect.stringMatching(/\S/),
    });
    const where = async (url: string) => {
      const head = (await (await fetch(`${url}/api/seasons/2023/head`)).json()) as { head: string };
      const { blocs } = (await (await fetch(`${url}/api/seasons/2023/blocs`)).json()) as {
        blocs: { step: string }[];
      };
      return { head: head.head, steps: blocs.map(({ step }) => step) };
    };
    const before = await where(first.url);
    // The deadline for signing has passed: the machines closed every pledge.
    expect(new Set(before.steps)).toEqual(new Set(['review']));
    await ended(first.child, 'SIGKILL');

    const second = await start({ THIDUA_DATA: data });
    expect(await where(second.url)).toEqual(before);
    const { now } = (await (await fetch(`${second.url}/__local/clock`)).json()) as { now: string };
    expect(Date.parse(now)).toBeGreaterThanOrEqual(Date.parse('2023-04-01T08:00:00+07:00'));
    await ended(second.child, 'SIGTERM');

    const third = await start({ THIDUA_DATA: data, THIDUA_DEMO: '0' }, '--fresh');
    expect(new Set((await where(third.url)).steps)).toEqual(new Set(['pledge']));
    for (const path of ['/__local/personas', '/__local/clock', '/__local/vai'])
      expect((await fetch(`${third.url}${path}`)).status, path).toBe(404);
    expect(await (await fetch(`${third.url}/`)).text()).not.toContain('td-demo');
    // Signing in is no part of the demonstration.
    expect((await fetch(`${third.url}/identity/.well-known/openid-configuration`)).status).toBe(200);
  });

  test.runIf(inFull)(
    'is killed again and again while it sets up, and still comes to a whole season',
    async () => {
      const data = temporaryFolder();
      for (const milliseconds of [700, 1000, 1300, 1700]) {
        const child = spawn(process.execPath, [run, 'infra/local/main.ts'], {
          env: { ...process.env, PORT: '0', THIDUA_DATA: data },
          stdio: 'ignore',
        });
        await new Promise((wake) => setTimeout(wake, milliseconds));
        await ended(child, 'SIGKILL');
      }
      const { url } = await start({ THIDUA_DATA: data });
      const { blocs } = (await (await fetch(`${url}/api/seasons/2023/blocs`)).json()) as { blocs: object[] };
      expect(blocs).toHaveLength(17);
    },
  );

  test('says in one sentence that the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => other.once('listening', listening));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const { code, err } = await start({ THIDUA_DATA: temporaryFolder(), PORT: String(port) });
    expect(code).toBe(1);
    expectOneSentence(err);
    expect(err).toContain(String(port));
  });

  test('says in one sentence that the folder is in use, cannot be written, or that the port is no number', async () => {
    const data = await foundedFolder();
    const { url } = await start({ THIDUA_DATA: data });
    expect(url).not.toBe('');
    const locked = await start({ THIDUA_DATA: data });
    expect(locked.code).toBe(1);
    expectOneSentence(locked.err);
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    // Where no folder can be made, /proc for one on Linux, Node's own way of making several never came back.
    for (const folder of [join(file, 'below'), ...(existsSync('/proc/self') ? ['/proc/thidua/here'] : [])]) {
      const unwritable = await start({ THIDUA_DATA: folder });
      expect(unwritable.code).toBe(1);
      expectOneSentence(unwritable.err);
    }
    for (const PORT of ['http', '0x1F90', '70000']) {
      const port = await start({ THIDUA_DATA: temporaryFolder(), PORT });
      expect(port.code).toBe(1);
      expectOneSentence(port.err);
    }
  });

  test('begins anew only in a folder of its own that nobody has open', async () => {
    const data = temporaryFolder();
    const { url } = await start({ THIDUA_DATA: data });
    const taken = await start({ THIDUA_DATA: data }, '--fresh');
    expect(taken.code).toBe(1);
    expectOneSentence(taken.err);
    expect((await fetch(`${url}/api/seasons/2023/head`)).status).toBe(200);
    expect(existsSync(join(data, 'store'))).toBe(true);

    const home = temporaryFolder();
    writeFileSync(join(home, 'thu-rieng.txt'), 'giữ lại');
    const foreign = await start({ THIDUA_DATA: home }, '--fresh');
    expect(foreign.code).toBe(1);
    expectOneSentence(foreign.err);
    expect(existsSync(join(home, 'thu-rieng.txt'))).toBe(true);
  });

  test('says in one sentence that the store is damaged', async () => {
    const data = await foundedFolder();
    const store = join(data, 'store');
    for (const name of readdirSync(store)) {
      if (!/^(MANIFEST|CURRENT)/.test(name)) continue;
      chmodSync(join(store, name), 0o600);
      writeFileSync(join(store, name), 'damaged');
    }
    const { code, err } = await start({ THIDUA_DATA: data });
    expect(code).toBe(1);
    expectOneSentence(err);
    expect(err).toContain('damaged');
  });

  test('says so too where the database opens and a block of it is damaged, the export as well', async () => {
    const data = temporaryFolder();
    const { child } = await start({ THIDUA_DATA: data });
    await ended(child, 'SIGTERM');
    // What was written last is in the log; opening once more moves it into tables.
    const again = await start({ THIDUA_DATA: data });
    await ended(again.child, 'SIGTERM');
    const store = join(data, 'store');
    for (const name of readdirSync(store).filter((one) => one.endsWith('.ldb'))) {
      const bytes = readFileSync(join(store, name));
      bytes.fill(0x55, Math.floor(bytes.length / 8), Math.floor((7 * bytes.length) / 8));
      chmodSync(join(store, name), 0o600);
      writeFileSync(join(store, name), bytes);
    }
    const { code, err } = await start({ THIDUA_DATA: data });
    expect(code).toBe(1);
    expectOneSentence(err);
    expect(err).toContain('damaged');
    const out = join(temporaryFolder(), 'season.ndjson');
    const args = ['infra/local/export.ts', '--season', '2023', '--out', out, '--from', data];
    const exported = spawnSync(process.execPath, [run, ...args], { encoding: 'utf8' });
    expect(exported.status).toBe(1);
    expectOneSentence(exported.stderr);
  });
});

describe('the rehearsal', () => {
  const rehearse = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      run,
      'infra/local/rehearsal/main.ts',
      ...args,
    ]);
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
  };

  // Three years one after the other; a machine that does other things besides needs longer.
  test('of a seed comes to the same head every time, counts what it did, and is verified', {
    timeout: 240_000,
  }, async () => {
    const [one, two] = [
      await rehearse('--blocs', '2', '--members', '5', '--seed', '7'),
      await rehearse('--blocs', '2', '--members', '5', '--seed', '7'),
    ];
    expect(Object.keys(one)).toEqual([
      'season',
      'seed',
      'blocs',
      'members',
      'signatures',
      'reviews',
      'selfScores',
      'sheets',
      'marks',
      'nominations',
      'awards',
      'refusedAsExpected',
      'commits',
      'events',
      'head',
      'verified',
      'executions',
      'transitions',
      'writeUnits',
      'readUnits',
      'wallSeconds',
      'cast',
    ]);
    // Time differs, and with it how often two reactions raced for a view: that is billed too.
    const timely = { wallSeconds: 0, readUnits: 0, writeUnits: 0 };
    const [first, second] = [
      { ...one, ...timely },
      { ...two, ...timely },
    ];
    expect(first).toEqual(second);
    // Two blocs of five: five sheets each of four peers on 21 criteria that the peers mark.
    expect(one).toMatchObject({
      season: '2023',
      seed: 7,
      blocs: 2,
      members: 10,
      signatures: 10,
      sheets: 10,
      marks: 10 * 4 * 21,
      verified: true,
    });
    expect((await rehearse('--blocs', '2', '--members', '5', '--seed', '8')).head).not.toBe(one.head);
    expect(existsSync('.local/rehearsal/thidua-2023.ndjson')).toBe(true);
  });

  test('of a bloc of three, in which nobody has the ballots for a rank, comes to its end without awards', async () => {
    expect(await rehearse('--blocs', '1', '--members', '3')).toMatchObject({
      sheets: 3,
      nominations: 0,
      awards: { flag: 0, certificate: 0 },
      verified: true,
    });
  });

  test('refuses an option that it does not know, in one sentence', async () => {
    await expect(rehearse('--members', '-1')).rejects.toMatchObject({
      stderr: expect.stringMatching(/^thidua: [^\n]*--members[^\n]*\n$/),
    });
    await expect(rehearse('--bloc', '2')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^thidua: .*--blocs/),
    });
    await expect(rehearse('--members', '2')).rejects.toMatchObject({ code: 1 });
  });
});

test('the export of a folder is verified by the recount', async () => {
  const folder = temporaryFolder();
  const data = await foundedFolder();
  const { child, url } = await start({ THIDUA_DATA: data });
  const out = join(folder, 'bundle.ndjson');
  const exporting = (from: string) =>
    promisify(execFile)(process.execPath, [
      run,
      'infra/local/export.ts',
      '--season',
      '2023',
      '--out',
      out,
      '--from',
      from,
    ]);
  // While the host runs it is asked; afterwards the folder is read.
  await exporting(data);
  const live = readFileSync(out, 'utf8');
  expect(url).not.toBe('');
  await ended(child, 'SIGTERM');
  await exporting(data);
  expect(readFileSync(out, 'utf8')).toBe(live);
  const { stdout } = await promisify(execFile)(process.execPath, ['infra/local/recount.mjs', out]);
  expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ ok: true, firstBad: null });
});
