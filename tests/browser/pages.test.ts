/** Every page in both languages: nothing that axe finds, nothing that overflows a phone, no foreign word, little weight. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Site, servedSite } from '../site.ts';
import { describeInBrowser, signInAs } from './browser.ts';

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

describeInBrowser(
  'every page',
  {
    'is found well by axe, reflows at 320 px, and speaks one language': async (open) => {
      const site = await atCrossScoring();
      const page = await open({ viewport: { width: 320, height: 800 } });
      const wide = await open();
      const unit = site.sample.blocs[0]?.members[2];
      const faults: string[] = [];
      for (const one of [page, wide]) await signInAs(one, site.origin, `leader.${unit}`);
      for (const language of ['vi', 'en']) {
        for (const one of [page, wide]) await one.goto(`${site.origin}/?ngon-ngu=${language}`);
        await everyPage(site, page, async (path) => {
          const over = await page.evaluate<number>(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          );
          if (over > 0) faults.push(`${language} ${path}: ${over} px too wide`);
          for (const found of await violations(page)) faults.push(`${language} ${path} (320): ${found}`);
          const text = await page.locator('body').innerText();
          const raw = enums.exec(text);
          if (raw) faults.push(`${language} ${path}: shows "${raw[0]}"`);
          const lang = await page.locator('html').getAttribute('lang');
          if (lang !== language) faults.push(`${language} ${path}: lang=${lang}`);
        });
        await everyPage(site, wide, async (path) => {
          for (const found of await violations(wide)) faults.push(`${language} ${path} (1280): ${found}`);
          if (language === 'en') return;
          // What is marked as another language may be that.
          const text = await wide.evaluate<string>(
            `[...document.querySelectorAll('body *')].filter((e) => !e.closest('[lang="en"], script, code, .td-hash')).flatMap((e) => [...e.childNodes]).filter((n) => n.nodeType === 3).map((n) => n.data).join('\\n')`,
          );
          const word = english.exec(text);
          if (word) faults.push(`${path}: English word "${word[0]}"`);
        });
      }
      await site.close();
      expect(faults).toEqual([]);
    },

    'first loads of desk and score form, 20 units × 20 criteria and more, stay under 150 KB': async (
      open,
    ) => {
      const site = await servedSite({ blocs: 1, members: 20, until: 'Chấm điểm chéo' });
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
  },
  180_000,
);
