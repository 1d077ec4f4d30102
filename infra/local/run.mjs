/**
 * What every npm script goes through: checks Node, installs what the lockfile names if it is not there yet,
 * moves to the Node of the project, and runs a TypeScript entry (bundled into `.local/build`)
 * or a tool of `node_modules/.bin`.
 *
 *   node infra/local/run.mjs infra/local/main.ts --fresh
 *   node infra/local/run.mjs vitest run
 *
 * Plain JavaScript for Node 20 and up, no import outside Node's own: it runs before anything is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const oldestNode = 20;
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const bin = join(root, 'node_modules', '.bin');
const windows = process.platform === 'win32';

function refuse(sentence) {
  process.stderr.write(`thidua: ${sentence}\n`);
  process.exit(1);
}

function majorOf(version) {
  return Number(String(version).replace(/^v/, '').split('.')[0]);
}

function run(command, args, options) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd: root, ...options });
    child.on('error', failed);
    child.on('exit', (code, signal) => done(signal ? 1 : (code ?? 1)));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  });
}

/** Installs exactly the lockfile; what npm prints goes to standard error, so that standard output stays ours. */
async function install() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const want = createHash('sha256').update(lock).digest('hex');
  const stamp = join(root, 'node_modules', '.thidua-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === want) return;

  const claim = join(root, '.local', 'installing');
  mkdirSync(dirname(claim), { recursive: true });
  while (true) {
    try {
      mkdirSync(claim);
      break;
    } catch {
      const age = existsSync(claim) ? Date.now() - statSync(claim).mtimeMs : 0;
      if (age > 15 * 60_000) rmSync(claim, { recursive: true, force: true });
      await new Promise((wake) => setTimeout(wake, 500));
      if (existsSync(stamp) && readFileSync(stamp, 'utf8') === want) return;
    }
  }
  try {
    process.stderr.write(
      'thidua: installing the packages named in package-lock.json (once, about a minute) …\n',
    );
    const npm = process.env.npm_execpath;
    const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
    const io = { stdio: ['ignore', 2, 2] };
    const code = npm?.endsWith('.js')
      ? await run(process.execPath, [npm, ...flags], io)
      : await run(windows ? 'npm.cmd' : 'npm', flags, { ...io, shell: windows });
    if (code !== 0) {
      // refuse() ends the process, and with it the `finally` below.
      rmSync(claim, { recursive: true, force: true });
      refuse('npm could not install the packages; its message is above. Mend it and run the command again.');
    }
    writeFileSync(stamp, want);
  } finally {
    rmSync(claim, { recursive: true, force: true });
  }
}

/** Builds the entry into one file beside its source map; packages stay outside. */
async function build(entry) {
  const { assets } = await import(pathToFileURL(join(root, 'infra', 'assets.mjs')).href);
  const esbuild = await import(pathToFileURL(join(root, 'node_modules', 'esbuild', 'lib', 'main.js')).href);
  const out = join(root, '.local', 'build', `${entry.replace(/[^A-Za-z0-9]+/g, '-')}-${process.pid}.mjs`);
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: out,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'error',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    plugins: [assets()],
    define: { 'process.env.THIDUA_ROOT': JSON.stringify(root) },
  });
  process.on('exit', () => rmSync(out, { force: true }));
  return out;
}

/** The parent of a process; undefined where that cannot be told. */
function parentOf(pid) {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    }
    return windows
      ? undefined
      : Number(spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }).stdout);
  } catch {
    return undefined;
  }
}

/**
 * Ends this process when the npm that started it is gone. Whoever kills npm by force leaves the shell between, and
 * with it a server that nobody sees and that keeps port and folder.
 */
function endWithNpm() {
  const shell = process.ppid;
  const npm = parentOf(shell);
  const watch = setInterval(
    () => (process.ppid !== shell || parentOf(shell) !== npm) && process.kill(process.pid, 'SIGTERM'),
    process.platform === 'linux' ? 200 : 1000,
  );
  watch.unref();
}

const [target, ...args] = process.argv.slice(2);
if (process.env.npm_lifecycle_event && !process.env.THIDUA_CHILD) endWithNpm();
if (majorOf(process.version) < oldestNode) {
  refuse(
    `Node ${oldestNode} or newer is needed, this is ${process.version}. Install it and run the command again.`,
  );
}
if (!target) refuse('usage: node infra/local/run.mjs ENTRY.ts|TOOL [ARGUMENT …]');
await install();

const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.node;
const projectNode = join(bin, windows ? 'node.cmd' : 'node');
if (majorOf(process.version) < majorOf(wanted)) {
  const own = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
  if (!existsSync(own) || !existsSync(projectNode)) {
    refuse(
      `the project's own Node ${wanted} was not installed, probably because npm ran without install scripts. ` +
        'Run "npm ci --ignore-scripts=false", or use Node 24, and run the command again.',
    );
  }
  const watched = await run(
    own,
    ['--no-warnings=ExperimentalWarning', fileURLToPath(import.meta.url), target, ...args],
    {
      cwd: process.cwd(),
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: {
        ...process.env,
        THIDUA_CHILD: '1',
      },
    },
  );
  process.exit(watched);
}

// Started by the older Node: what happens to that one happens here.
if (process.env.THIDUA_CHILD) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}

if (/\.[cm]?tsx?$/.test(target)) {
  const file = await build(target);
  process.argv = [process.execPath, join(root, target), ...args];
  process.env.THIDUA_ENTRY = basename(target);
  await import(pathToFileURL(file).href);
} else {
  process.exit(
    await run(join(bin, windows ? `${target}.cmd` : target), args, {
      cwd: process.cwd(),
      stdio: 'inherit',
      shell: windows,
      // The tools ask for `node` by name: they get the project's.
      env: { ...process.env, PATH: `${bin}${windows ? ';' : ':'}${process.env.PATH ?? ''}` },
    }),
  );
}
