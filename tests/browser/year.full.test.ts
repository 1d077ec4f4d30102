/** A unit's whole year by clicking, while everybody else's goes through the API: with the browser's script and without. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ApiClient } from '../../infra/local/client.ts';
import { playYear } from '../../infra/local/rehearsal/year.ts';
import { shownDecimal, shownHundredths } from '../../shared/domain/typed-number.ts';
import { servedSite } from '../site.ts';
import { describeInBrowser } from './browser.ts';
import { signInAs } from './launch.ts';

type Target = {
  indicator: string;
  unitOfMeasure: string;
  planned: string;
  operator: string;
  direction: string;
};
type Body = {
  targets: Target[];
  actuals: { target: string; value: string }[];
  narrative: string;
  lines: { criterion: string; points: number; evidence: object[] }[];
  marks: Record<string, Record<string, number>>;
  comments?: Record<string, Record<string, { text: string }>>;
  recused?: Record<string, { text: string }>;
};

/** The same acts by the pages. */
function byClicking(page: Page, origin: string, bloc: string, claims: readonly string[]) {
  const at = (path: string) => `${origin}/nam/2023/${bloc}/${path}`;
  const field = (name: string) => page.locator(`[name="f.${name}"]`);
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const receipt = async () => {
    await page.waitForURL(/\/phieu-xac-nhan\//);
    expect(await page.locator('h1').innerText()).toContain('Phiếu xác nhận');
  };
  return {
    async 'register-targets'({ targets }: Body) {
      await page.goto(at('chi-tieu'));
      for (const [row, target] of targets.entries()) {
        if ((await field(`t:${row}:indicator`).count()) === 0) await press('Lưu và thêm dòng');
        await field(`t:${row}:indicator`).fill(target.indicator);
        await field(`t:${row}:measure`).fill(target.unitOfMeasure);
        await field(`t:${row}:planned`).fill(shownDecimal(target.planned).replaceAll('.', ''));
        await field(`t:${row}:operator`).selectOption(target.operator);
        await field(`t:${row}:direction`).selectOption(target.direction);
      }
      await press('Gửi đăng ký chỉ tiêu');
      await receipt();
    },
    async 'sign-pledge'() {
      await page.goto(at('giao-uoc'));
      await page.getByRole('link', { name: 'Ký giao ước' }).click();
      await press('Ký giao ước');
      await receipt();
      await page.goto(at('giao-uoc/ban-in'));
      expect(await page.locator('article').innerText()).toContain('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM');
    },
    async 'report-actuals'({ actuals, narrative }: Body) {
      await page.goto(at('so-ket'));
      for (const { target, value } of actuals) await field(`a:${target}`).fill(value.replace('.', ','));
      await field('n:narrative').fill(narrative);
      await press('Nộp báo cáo sơ kết');
      await receipt();
    },
    async 'submit-self-score'({ actuals, lines }: Body) {
      await page.goto(at('tu-cham'));
      for (const { target, value } of actuals) await field(`a:${target}`).fill(value.replace('.', ','));
      for (const { criterion, points } of lines) await field(`p:${criterion}`).fill(shownHundredths(points));
      const [first] = lines;
      for (const { criterion } of lines.filter((line) => line === first || claims.includes(line.criterion))) {
        await page.locator(`button[value="minh-chung ${criterion}"]`).click();
        await page.getByLabel('Tên văn bản, tài liệu').fill('Báo cáo tổng kết “năm” <2023> & phụ lục');
        await page.getByLabel('Ngày', { exact: true }).fill('05/11/2023');
        await page.getByLabel('Tệp', { exact: true }).setInputFiles({
          name: 'báo cáo.pdf',
          mimeType: 'application/pdf',
          buffer: Buffer.from('%PDF-1.7'),
        });
        await press('Thêm vào danh sách');
        await page.getByRole('link', { name: 'Báo cáo tổng kết “năm” <2023> & phụ lục' }).waitFor();
        await page.getByRole('link', { name: 'Về bảng tự chấm' }).click();
      }
      await press('Nộp bảng tự chấm điểm');
      await receipt();
    },
    async 'submit-score-sheet'({ marks, comments = {}, recused = {} }: Body) {
      await page.goto(at('cham-cheo/khong-cham'));
      for (const [peer, { text }] of Object.entries(recused)) await field(`k:${peer}`).fill(text);
      await press('Lưu lý do');
      const lines = Object.keys(Object.values(marks)[0] ?? {});
      for (const line of lines) {
        await page.goto(`${at('cham-cheo')}?tieu-chi=${line}`);
        for (const [peer, given] of Object.entries(marks)) {
          await field(`m:${peer}:${line}`).fill(shownHundredths(given[line] ?? 0));
          const comment = comments[peer]?.[line]?.text;
          if (comment === undefined) continue;
          const text = field(`c:${peer}:${line}`);
          if (!(await text.isVisible())) await page.locator(`[data-open="f.c:${peer}:${line}"]`).click();
          await text.fill(comment);
        }
        await page.getByRole('button', { name: 'Lưu', exact: true }).last().click();
      }
      await page.goto(at('cham-cheo/xem-lai'));
      await press('Gửi phiếu chấm');
      await receipt();
    },
  };
}

async function playTheYear(page: Page): Promise<void> {
  const site = await servedSite({ blocs: 1, members: 5, until: 'Phát động, lập lịch các khối, cụm' });
  try {
    const bloc = site.sample.blocs[0];
    const unit = bloc?.members[3];
    if (!bloc || !unit) throw new Error('a bloc of four is needed');
    const rubric = site.sample.rubrics.find(({ id }) => id === bloc.rubric);
    const claims = (rubric?.groups ?? [])
      .filter(({ kind }) => kind !== 'regular')
      .flatMap(({ criteria }) => criteria.map(({ id }) => id));
    const clicks = byClicking(page, site.origin, bloc.id, claims);
    const done: string[] = [];
    let signedIn = false;
    const client: ApiClient = {
      get: site.client.get,
      async command(as, path, body, id) {
        const name = path.split('/').at(-1) ?? '';
        if (!as.endsWith(`.${unit}`) || !(name in clicks)) return site.client.command(as, path, body, id);
        if (!signedIn) await signInAs(page, site.origin, `leader.${unit}`);
        signedIn = true;
        await clicks[name as keyof typeof clicks](body as Body);
        done.push(name);
        const [, stream = '', seq = ''] = /phieu-xac-nhan\/([^/]+)\/(\d+)/.exec(page.url()) ?? [];
        return { stream, seq: Number(seq), sha256: '', at: null, events: [] };
      },
    };
    await playYear({
      client,
      sample: site.sample,
      seed: '7',
      moveTo: site.moveTo,
      settle: site.settle,
      progress: () => {},
    });
    expect(done).toEqual([
      'register-targets',
      'sign-pledge',
      'report-actuals',
      'submit-self-score',
      'submit-score-sheet',
    ]);
    await page.goto(`${site.origin}/nam/2023/${bloc.id}/ket-qua`);
    expect(await page.locator('main').innerText()).toMatch(/Hạng/);
    await page.goto(`${site.origin}/ban-lam-viec`);
    expect(await page.getByRole('link', { name: /^Phiếu xác nhận/ }).count()).toBe(5);
    expect(site.errors).toEqual([]);
  } finally {
    await site.close();
  }
}

describeInBrowser(
  "a unit's whole year by clicking",
  {
    'in Vietnamese': async (open) => playTheYear(await open()),
    'without JavaScript': async (open) => playTheYear(await open({ javaScriptEnabled: false })),
  },
  180_000,
);
