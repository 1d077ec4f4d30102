/**
 * Bundles the functions for AWS: one folder per entry with `index.mjs`, the SDK included, so that what was tested is
 * what runs. The API's document is generated here and laid beside the web function.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { openApiDocument } from '../functions/web/api/openapi.ts';
import { assets } from './assets.mjs';

/** What is deployed as a function of its own, by the file that exports its handlers. */
export const entries = {
  tasks: 'functions/tasks/lambda.ts',
  reactions: 'functions/reactions/lambda.ts',
  web: 'functions/web/lambda.ts',
} as const;

export type Entry = keyof typeof entries;

/** Bundles every entry below `out` and gives the folder of each. */
export async function bundleFunctions(root: string, out: string): Promise<Record<Entry, string>> {
  rmSync(out, { recursive: true, force: true });
  const folders = {} as Record<Entry, string>;
  for (const [name, entry] of Object.entries(entries) as [Entry, string][]) {
    const folder = join(out, name);
    await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: join(folder, 'index.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      minify: true,
      // Step Functions matches errors by the names of their classes.
      keepNames: true,
      jsx: 'automatic',
      jsxImportSource: 'hono/jsx',
      plugins: [assets()],
      legalComments: 'none',
      logLevel: 'error',
      // Some packages still ask for `require` at run time.
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
    folders[name] = folder;
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  mkdirSync(folders.web, { recursive: true });
  writeFileSync(join(folders.web, 'openapi.json'), openApiDocument(version));
  return folders;
}
