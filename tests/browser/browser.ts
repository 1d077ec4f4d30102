/**
 * A real browser for tests: the system's Chromium, else the one that comes by npm, else Playwright's own. Where none
 * starts it is said aloud, and it is a failure where CI asks.
 */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';

const systemPaths = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser, or why there is none. */
async function launch(): Promise<Browser | string> {
  const tried: string[] = [];
  const system = systemPaths.find((path) => path !== undefined && existsSync(path));
  const ways: (() => Promise<Browser>)[] = [
    ...(system ? [() => chromium.launch({ executablePath: system, args })] : []),
    async () => {
      const { default: packaged } = await import('@sparticuz/chromium');
      return chromium.launch({
        executablePath: await packaged.executablePath(),
        args: [...packaged.args, ...args],
      });
    },
    () => chromium.launch({ args }),
  ];
  for (const way of ways) {
    try {
      return await way();
    } catch (error) {
      tried.push(String(error).split('\n')[0] ?? '');
    }
  }
  return tried.join('; ');
}

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

/** Signs in through the identity provider's own pages, as a person would. */
export async function signInAs(page: Page, origin: string, persona: string): Promise<void> {
  await page.goto(`${origin}/auth/dang-nhap?ve=/ban-lam-viec`);
  await page.fill('input[name=q]', persona);
  await page.press('input[name=q]', 'Enter');
  await page.click(`button[name=persona][value="${persona}"]`);
  await page.waitForURL(`${origin}/ban-lam-viec`);
}
