/** Tests in a real browser. Where none starts it is said aloud, and it is a failure where CI asks. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { launch } from './launch.ts';

export type Open = (options?: BrowserContextOptions) => Promise<Page>;

/** Tests by what they say. */
export type Cases = Readonly<Record<string, (open: Open) => Promise<void>>>;

/** Tests that need a browser, each with fresh pages of its own. */
export function describeInBrowser(name: string, tests: Cases, timeout = 120_000): void {
  describe(name, () => {
    let browser: Browser | string = 'not launched';
    beforeAll(async () => {
      browser = await launch();
      if (typeof browser !== 'string') return;
      const count = Object.keys(tests).length;
      const said = `NOT RUN: ${count} browser tests of "${name}": no browser starts (${browser})`;
      process.stderr.write(`\n${said}\n`);
      if (process.env.CI === 'true') throw new Error(said);
    });
    afterAll(async () => {
      if (typeof browser !== 'string') await browser.close();
    });
    for (const [title, run] of Object.entries(tests)) {
      test(
        title,
        async (context) => {
          if (typeof browser === 'string') return context.skip();
          const started = browser;
          const contexts: { close(): Promise<void> }[] = [];
          const open: Open = async (options) => {
            const fresh = await started.newContext({ viewport: { width: 1280, height: 900 }, ...options });
            contexts.push(fresh);
            fresh.setDefaultTimeout(15_000);
            return fresh.newPage();
          };
          try {
            await run(open);
          } finally {
            for (const one of contexts) await one.close();
          }
        },
        timeout,
      );
    }
  });
}
