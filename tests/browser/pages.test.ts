/** Every page in both languages: nothing that axe finds, nothing that overflows a phone, no foreign word, little weight. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { inFull } from '../full.ts';
import { type Site, servedSite } from '../site.ts';
import { type Cases, describeInBrowser } from './browser.ts';
import { signInAs } from './launch.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Violation = { id: string; nodes: { html: string; failureSummary?: string }[] };

/** What axe finds against WCAG 2.2 AA. */
async function violations(page: Page): Promise<string[]> {
  // The page's own policy lets no foreign script in; the test stands outside of it.
  await page.evaluate(axe);
  const found = await page.evaluate<Violation[]>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((r) => r.violations)`,
  );
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary ?? ''}`,
  );
}

const season = (bloc: string, page: string) => `/nam/2023/${bloc}/${page}`;
const placePages = [
  'chi-tieu',
  'giao-uoc',
  'giao-uoc/ban-in',
  'so-ket',
  'tu-cham',
  'tu-cham/minh-chung/I.2',
  'cham-cheo',
  'cham-cheo/xem-lai',
  'cham-cheo/khong-cham',
  'ket-qua',
  'phu-luc',
  'bang-tieu-chi',
  'gia-han',
];

/** Words of the field and codes that may stand on a page in either language. */
const enums =
  /\b(undefined|null|NaN|unit-officer|unit-leader|not-allowed|crossScore|selfScore|attainment|markedBy)\b|\[object/;
const english = /\b(the|and|of|your|submit|deadline|error|score|unit|sign in|save|page|not found)\b/i;

/** What is too wide, shown raw, or said in the other language. */
async function layoutAndWords(page: Page, language: string): Promise<string[]> {
  const faults: string[] = [];
  const over = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  if (over > 0) faults.push(`${over} px too wide`);
  const raw = enums.exec(await page.locator('body').innerText());
  if (raw) faults.push(`shows "${raw[0]}"`);
  const lang = await page.locator('html').getAttribute('lang');
  if (lang !== language) faults.push(`lang=${lang}`);
  if (language === 'en') return faults;
  // What is marked as another language may be that.
  const text = await page.evaluate<string>(
    `[...document.querySelectorAll('body *')].filter((e) => !e.closest('[lang="en"], script, code, .td-hash')).flatMap((e) => [...e.childNodes]).filter((n) => n.nodeType === 3).map((n) => n.data).join('\\n')`,
  );
  const word = english.exec(text);
  if (word) faults.push(`English word "${word[0]}"`);
  return faults;
}

async function everyPage(site: Site, page: Page, check: (path: string) => Promise<void>): Promise<void> {
  const bloc = site.sample.blocs[0]?.id ?? '';
  for (const path of [
    '/',
    '/ban-lam-viec',
    '/tai-khoan',
    '/khong-co',
    ...placePages.map((one) => season(bloc, one)),
  ]) {
    await page.goto(`${site.origin}${path}`);
    await check(path);
  }
}

async function atCrossScoring(): Promise<Site> {
  const site = await servedSite({ blocs: 1, members: 5, until: 'Chấm điểm chéo' });
  await site.moveTo(new Date('2023-12-05T09:00:00+07:00'));
  return site;
}

const looks = {
  'is found well by axe, overflows nothing, and speaks one language': async (open) => {
    const site = await atCrossScoring();
    const unit = site.sample.blocs[0]?.members[2];
    const faults: string[] = [];
    // The full run looks at a phone's width too.
    for (const width of inFull ? [320, 1280] : [1280]) {
      const page = await open({ viewport: { width, height: 900 } });
      await signInAs(page, site.origin, `leader.${unit}`);
      for (const language of ['vi', 'en']) {
        await page.goto(`${site.origin}/?ngon-ngu=${language}`);
        await everyPage(site, page, async (path) => {
          const at = `${language} ${path} (${width})`;
          for (const found of await violations(page)) faults.push(`${at}: ${found}`);
          faults.push(...(await layoutAndWords(page, language)).map((found) => `${at}: ${found}`));
        });
      }
    }
    await site.close();
    expect(faults).toEqual([]);
  },
} satisfies Cases;

const weights = {
  'first loads of desk and score form, 20 units × 30 criteria, stay under 150 KB': async (open) => {
    const site = await servedSite({ blocs: 1, members: 20, criteria: 30, until: 'Chấm điểm chéo' });
    await site.moveTo(new Date('2023-12-05T09:00:00+07:00'));
    const unit = site.sample.blocs[0]?.members[2];
    const bloc = site.sample.blocs[0]?.id ?? '';
    for (const path of ['/ban-lam-viec', season(bloc, 'cham-cheo')]) {
      const page = await open();
      await signInAs(page, site.origin, `leader.${unit}`);
      const state = await page.context().storageState();
      const fresh = await open({ storageState: state });
      const network = await fresh.context().newCDPSession(fresh);
      let bytes = 0;
      await network.send('Network.enable');
      network.on('Network.loadingFinished', ({ encodedDataLength }) => {
        bytes += encodedDataLength;
      });
      await fresh.goto(`${site.origin}${path}`, { waitUntil: 'networkidle' });
      process.stderr.write(`${path}: ${Math.round(bytes / 1024)} KB\n`);
      expect(bytes, path).toBeLessThanOrEqual(150 * 1024);
    }
    await site.close();
  },
} satisfies Cases;

describeInBrowser('every page', inFull ? { ...looks, ...weights } : looks, 180_000);
