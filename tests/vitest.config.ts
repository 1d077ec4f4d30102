/** How the tests run: in Node, one process per file, from the root of the project. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
  plugins: [
    {
      name: 'style and fonts as in a bundle',
      enforce: 'pre',
      load(id) {
        if (id.endsWith('.css')) return `export default ${JSON.stringify(readFileSync(id, 'utf8'))};`;
        if (id.endsWith('.woff2')) {
          const bytes = readFileSync(id).toString('base64');
          return `export default new Uint8Array(Buffer.from('${bytes}', 'base64'));`;
        }
        return undefined;
      },
    },
  ],
  test: {
    include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
    // By itself it would leave one core idle; half of the tests wait for processes of their own.
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
