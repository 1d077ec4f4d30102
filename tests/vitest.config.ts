/** How the tests run: in Node, one process per file, from the root of the project. */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { assetsForVite } from '../infra/assets.mjs';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
  plugins: [assetsForVite()],
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/**/*.full.test.ts'],
    // By itself it would leave one core idle; half of the tests wait for processes of their own.
    maxWorkers: Math.max(2, availableParallelism()),
    // A cache by file would not see that what a style sheet or script is bundled from has changed.
    fsModuleCache: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
