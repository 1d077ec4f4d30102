/**
 * `npm run screenshots`: the pictures of the README, taken from the sample season in a real browser and kept beside this
 * file. Small on purpose: a viewport each.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { launch, signInAs } from '../browser/launch.ts';
import { servedSite } from '../site.ts';

const folder = join(process.env.THIDUA_ROOT ?? process.cwd(), 'tests', 'screenshots');

const pictures = [
  { name: 'home', path: '/', persona: undefined, width: 1280, height: 860 },
  { name: 'desk', path: '/ban-lam-viec', persona: 'leader', width: 1280, height: 860 },
  { name: 'score-form', path: '/nam/2023/k01/cham-cheo', persona: 'officer', width: 1280, height: 1000 },
  { name: 'score-form-phone', path: '/nam/2023/k01/cham-cheo', persona: 'officer', width: 390, height: 844 },
] as const;

/** Marks typed before the picture: lawful ones, one that wants a comment, one read in two ways. */
const typed = ['7,75', '7,5', '1', '7.125'];

async function main(): Promise<void> {
  const browser = await launch();
  if (typeof browser === 'string') throw new Error(`no browser starts: ${browser}`);
  const site = await servedSite({ blocs: 17, members: 8, until: 'Chấm điểm chéo' });
  try {
    await site.moveTo(new Date('2023-12-12T14:32:05+07:00'));
    const unit = site.sample.blocs[0]?.members[2];
    for (const { name, path, persona, width, height } of pictures) {
      const phone = width < 600;
      const context = await browser.newContext({
        viewport: { width, height },
        ...(phone ? { extraHTTPHeaders: { 'Sec-CH-UA-Mobile': '?1' } } : {}),
      });
      const page = await context.newPage();
      if (persona) await signInAs(page, site.origin, `${persona}.${unit}`);
      await page.goto(`${site.origin}${path}`);
      if (name === 'score-form') {
        const fields = page.locator('input[data-mark]');
        for (const [i, mark] of typed.entries()) await fields.nth(i).fill(mark);
        await page.locator('[data-save-text]', { hasText: '14:32' }).waitFor();
        await page.reload();
      }
      await page.screenshot({ path: join(folder, `${name}.jpg`), type: 'jpeg', quality: 70 });
      process.stderr.write(`${name}.jpg\n`);
      await context.close();
    }
  } finally {
    await site.close();
    await browser.close();
  }
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.jpg')))
    process.stdout.write(`${file} ${Math.round(statSync(join(folder, file)).size / 1024)} KB\n`);
}

await main();
process.exit(0);
