/**
 * A real browser: the system's Chromium, else the one that comes by npm, else Playwright's own; and how a person signs
 * in with it.
 */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

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
export async function launch(): Promise<Browser | string> {
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

/** Signs in through the identity provider's own pages, as a person would. */
export async function signInAs(page: Page, origin: string, persona: string): Promise<void> {
  await page.goto(`${origin}/auth/dang-nhap?ve=/ban-lam-viec`);
  await page.fill('input[name=q]', persona);
  await page.press('input[name=q]', 'Enter');
  await page.click(`button[name=persona][value="${persona}"]`);
  await page.waitForURL(`${origin}/ban-lam-viec`);
}
