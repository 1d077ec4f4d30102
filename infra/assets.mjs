/**
 * How the web's own assets come into a bundle, the same for the laptop, the tests and AWS: style sheets bundled,
 * purged of what no page uses and minified; the browser's script built from TypeScript; fonts as bytes, icons as text.
 *
 * Plain JavaScript, because `local/run.mjs` builds with it before any TypeScript can run.
 */
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Imported with this ending, a TypeScript module comes as the text of a browser script. */
const scriptEnding = '?script';
/** What Vite is told that a style sheet is. */
const sheetEnding = '.sheet-text';

// Bundled into another folder, this file is told where the project is.
const root = process.env.THIDUA_ROOT ?? join(import.meta.dirname, '..');

/** Classes that are put together at run time and so stand nowhere as a whole word. */
const assembled = [/^td-tag-/, /^td-note-/, /^is-/];

async function filesUnder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Folders in whose code the names of classes stand. */
const markup = ['functions/web', 'infra/local'];

/** A style sheet with everything that it imports, without the rules that no page can meet. */
async function styleSheet(path) {
  const { build } = await import('esbuild');
  const { PurgeCSS } = await import('purgecss');
  const bundled = await build({
    entryPoints: [path],
    bundle: true,
    minify: true,
    write: false,
    logLevel: 'error',
    target: ['chrome109', 'safari16', 'firefox115'],
    legalComments: 'none',
  });
  const content = [];
  for (const folder of markup)
    for (const file of await filesUnder(join(root, folder)))
      content.push({ raw: await readFile(file, 'utf8'), extension: 'tsx' });
  const [purged] = await new PurgeCSS().purge({
    content,
    css: [{ raw: bundled.outputFiles[0].text }],
    defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) ?? [],
    safelist: { standard: assembled },
    variables: true,
    keyframes: true,
  });
  return purged.css;
}

/** The browser's script of a module, for browsers of the last four years. */
async function script(path) {
  const { build } = await import('esbuild');
  const built = await build({
    entryPoints: [path],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: ['chrome109', 'safari16', 'firefox115'],
    legalComments: 'none',
    logLevel: 'error',
  });
  return built.outputFiles[0].text;
}

/** The plugin for esbuild. */
export function assets() {
  return {
    name: 'assets',
    setup(build) {
      build.onResolve({ filter: /\.(css|woff2|svg)$/ }, async ({ path, kind, resolveDir, pluginData }) => {
        if (pluginData === 'resolved') return undefined;
        const found = await build.resolve(path, { kind, resolveDir, pluginData: 'resolved' });
        // A package's file is taken in too, where code of packages stays outside.
        return found.external || found.errors.length > 0
          ? { path: join(root, 'node_modules', path) }
          : { path: found.path };
      });
      build.onResolve({ filter: /\?script$/ }, ({ path, resolveDir }) => ({
        path: join(resolveDir, path.slice(0, -scriptEnding.length)),
        namespace: 'script',
      }));
      build.onLoad({ filter: /.*/, namespace: 'script' }, async ({ path }) => ({
        contents: await script(path),
        loader: 'text',
      }));
      build.onLoad({ filter: /\.css$/ }, async ({ path }) => ({
        contents: await styleSheet(path),
        loader: 'text',
      }));
      build.onLoad({ filter: /\.svg$/ }, async ({ path }) => ({
        contents: await readFile(path, 'utf8'),
        loader: 'text',
      }));
      build.onLoad({ filter: /\.woff2$/ }, async ({ path }) => ({
        contents: await readFile(path),
        loader: 'binary',
      }));
    },
  };
}

/** Vite names files from the root of the project, or of the disk. */
function onDisk(path) {
  return existsSync(path) ? path : join(root, path);
}

/** The same for Vite, under which the tests run. */
export function assetsForVite() {
  return {
    name: 'assets',
    enforce: 'pre',
    resolveId(source, importer) {
      // Vite empties style sheets under test: under another ending it leaves them to us.
      return source.endsWith('.css') && importer
        ? `${join(importer, '..', source)}${sheetEnding}`
        : undefined;
    },
    async load(id) {
      const text = (value) => `export default ${JSON.stringify(value)};`;
      if (id.endsWith(scriptEnding)) return text(await script(onDisk(id.slice(0, -scriptEnding.length))));
      if (id.endsWith(sheetEnding)) return text(await styleSheet(onDisk(id.slice(0, -sheetEnding.length))));
      if (id.endsWith('.svg')) return text(readFileSync(id, 'utf8'));
      if (id.endsWith('.woff2'))
        return `export default new Uint8Array(Buffer.from('${readFileSync(id).toString('base64')}', 'base64'));`;
      return undefined;
    },
  };
}
