/** Nothing typed is ever lost, whatever happens while somebody types: each case in a real browser. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { WebDeps } from '../../functions/deps.ts';
import { sessionKey } from '../../functions/journal/keys.ts';
import { takeAll } from '../../functions/journal/passing.ts';
import { ownerOf } from '../../functions/web/session.ts';
import { criteriaMarkedBy } from '../../shared/domain/rubric.ts';
import { inFull } from '../full.ts';
import { type Site, servedSite } from '../site.ts';
import { type Cases, describeInBrowser, type Open } from './browser.ts';
import { signInAs } from './launch.ts';

/** While set, the store refuses to write drafts. */
const fault = { on: false };

function withFaults(deps: WebDeps): WebDeps {
  const db = new Proxy(deps.db, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (name !== 'send' || typeof value !== 'function') return value;
      return (command: { input?: { Item?: { pk?: { S?: string } } } }, ...rest: unknown[]) => {
        if (fault.on && command.input?.Item?.pk?.S?.startsWith('draft#'))
          return Promise.reject(new Error('the store is away'));
        return value.call(target, command, ...rest) as unknown;
      };
    },
  });
  return { ...deps, db };
}

let site: Promise<Site> | undefined;
/** One season for all cases, in the middle of cross-scoring; each case works for a unit of its own. */
function scoring(): Promise<Site> {
  site ??= servedSite({ blocs: 1, members: 14, until: 'Chấm điểm chéo', tamper: withFaults }).then(
    async (made) => {
      await made.moveTo(new Date('2023-12-05T09:00:00+07:00'));
      return made;
    },
  );
  return site;
}

type Case = { site: Site; page: Page; unit: string; peers: string[]; line: string; form: string };

/** A page of the score form as somebody of the n-th member. */
async function formOf(
  open: Open,
  n: number,
  as = 'officer',
  options: Parameters<Open>[0] = {},
): Promise<Case> {
  const made = await scoring();
  const bloc = made.sample.blocs[0];
  const unit = bloc?.members[n];
  const rubric = made.sample.rubrics.find(({ id }) => id === bloc?.rubric);
  if (!bloc || !unit || !rubric) throw new Error('no such member');
  const page = await open(options);
  await signInAs(page, made.origin, `${as}.${unit}`);
  const line = criteriaMarkedBy(rubric, 'peers')[0]?.id ?? '';
  const form = `${made.origin}/nam/2023/${bloc.id}/cham-cheo`;
  await page.goto(`${form}?tieu-chi=${line}`);
  return { site: made, page, unit, peers: bloc.members.filter((one) => one !== unit), line, form };
}

const cell = ({ page, line }: Case, peer: string | undefined) => page.locator(`[name="f.m:${peer}:${line}"]`);
const state = (page: Page) => page.locator('[data-save-state]');

/** What lies on the server for a field. */
async function stored({ site: { client }, unit, line }: Case, peer: string | undefined, kind = 'm') {
  const bloc = (await scoring()).sample.blocs[0]?.id;
  const { fields } = await client.get<{ fields: { field: string; value: string }[] }>(
    `officer.${unit}`,
    `/api/seasons/2023/blocs/${bloc}/drafts/${unit}/score-sheet`,
  );
  return fields.find(({ field }) => field === `${kind}:${peer}:${line}`)?.value;
}

async function endSessions({ site: made, unit }: Case, as = 'officer') {
  const persona = made.sample.personas.find(({ id }) => id === `${as}.${unit}`);
  await takeAll(made.deps, sessionKey(ownerOf(persona?.subject ?? ''), '').pk);
}

const save = (page: Page) => page.getByRole('button', { name: 'Lưu', exact: true }).last().click();

/** Fills the whole sheet as another officer's draft would be, through the same address as the browser's script. */
async function fillAll(one: Case, value: (max: number) => string, comment?: string) {
  const { site: made, page, peers, form } = one;
  const rubric = made.sample.rubrics.find(({ id }) => id === made.sample.blocs[0]?.rubric);
  const lines = rubric ? criteriaMarkedBy(rubric, 'peers') : [];
  const fields = peers.flatMap((peer) =>
    lines.flatMap(({ id, max }) => [
      { field: `m:${peer}:${id}`, value: value(max), version: 0 },
      ...(comment === undefined ? [] : [{ field: `c:${peer}:${id}`, value: comment, version: 0 }]),
    ]),
  );
  for (let from = 0; from < fields.length; from += 60) {
    const answer = await page.request.post(form.replace('cham-cheo', 'nhap/score-sheet'), {
      data: { fields: fields.slice(from, from + 60) },
      headers: { Accept: 'application/json' },
    });
    expect(answer.status()).toBe(200);
  }
}

/** Looked at in every run; the last closes the round. */
const first = {
  'when the session ends under a form posted without a script': async (open) => {
    const one = await formOf(open, 0, 'officer', { javaScriptEnabled: false });
    await cell(one, one.peers[0]).fill('7,25');
    await cell(one, one.peers[1]).fill('7');
    await endSessions(one);
    await save(one.page);
    expect(await one.page.locator('h1').innerText()).toBe('Phiên đăng nhập đã hết hạn');
    await one.page.getByRole('link', { name: 'Đăng nhập lại' }).click();
    await one.page.waitForURL(/tiep-tuc/);
    expect(await one.page.locator('main').innerText()).toContain('7,25');
    await one.page.getByRole('button', { name: 'Gửi tiếp' }).click();
    await one.page.waitForURL(/cham-cheo/);
    expect([await stored(one, one.peers[0]), await stored(one, one.peers[1])]).toEqual(['7,25', '7']);
  },

  'when two officers type into the same field': async (open) => {
    const mine = await formOf(open, 5, 'officer', { javaScriptEnabled: false });
    const theirs = await formOf(open, 5, 'leader', { javaScriptEnabled: false });
    await cell(mine, mine.peers[0]).fill('7');
    await cell(theirs, mine.peers[0]).fill('6');
    await cell(theirs, mine.peers[1]).fill('5');
    await save(mine.page);
    await save(theirs.page);
    const { page } = theirs;
    expect(await page.locator('h2').first().innerText()).toBe('Có người khác vừa sửa cùng chỗ');
    expect(await page.locator('main').innerText()).toMatch(
      /Vừa nhập ở đây: 6[\s\S]*Đang lưu trên máy chủ.*: 7/,
    );
    // What nobody disputes is saved already.
    expect(await stored(mine, mine.peers[1])).toBe('5');
    await page.getByRole('radio').nth(1).check();
    await page.getByRole('button', { name: 'Lưu các lựa chọn' }).click();
    expect(await stored(mine, mine.peers[0])).toBe('7');
  },

  'by pressing twice, going back, reloading, and five times at once': async (open) => {
    const one = await formOf(open, 9, 'leader');
    await fillAll(one, (max) => String(max / 100), 'Có đủ minh chứng.');
    await one.page.goto(`${one.form}/xem-lai`);
    const form = await one.page.evaluate<Record<string, string>>(
      `Object.fromEntries(new FormData(document.querySelector('form[action$="/gui"]')))`,
    );
    const send = () =>
      one.page.request.post(`${one.form}/gui`, {
        form,
        headers: { Origin: one.site.origin },
        maxRedirects: 0,
      });
    const sheetsHandedIn = async () => {
      const { commits } = await one.site.client.get<{ commits: { command: { name: string } }[] }>(
        'auditor',
        `/api/journal/bloc-2023-${one.site.sample.blocs[0]?.id}`,
      );
      return commits.filter(({ command }) => command.name === 'SubmitScoreSheet').length;
    };
    const before = await sheetsHandedIn();
    const answers = await Promise.all([1, 2, 3, 4, 5].map(send));
    expect(new Set(answers.map((answer) => `${answer.status()} ${answer.headers().location}`)).size).toBe(1);
    await one.page.getByRole('button', { name: 'Gửi phiếu chấm' }).dblclick();
    await one.page.waitForURL(/phieu-xac-nhan/);
    const receipt = one.page.url();
    expect(receipt).toContain(answers[0]?.headers().location ?? '?');
    await one.page.goBack();
    await one.page.getByRole('button', { name: 'Gửi phiếu chấm' }).click();
    await one.page.waitForURL(/phieu-xac-nhan/);
    await one.page.reload();
    // Going back makes a form anew, and handing the same in again is another hand-in on purpose.
    expect((await sheetsHandedIn()) - before).toBe(2);
  },

  'when the round closes while somebody types': async (open) => {
    const one = await formOf(open, 12, 'officer', { javaScriptEnabled: false });
    const live = await formOf(open, 13);
    await cell(one, one.peers[0]).fill('7,75');
    await cell(one, one.peers[1]).fill('7,50');
    await one.site.moveTo(new Date('2023-12-15T17:00:01+07:00'));
    await save(one.page);
    const text = await one.page.locator('main').innerText();
    expect(text).toContain('Đã đóng');
    expect(text).toContain('7,75');
    expect(text).toContain('7,50');
    expect(await one.page.getByRole('link', { name: 'Xin gia hạn' }).count()).toBe(1);
    await cell(live, live.peers[0]).fill('6');
    await state(live.page).getByText('Chưa lưu: Đã đóng').waitFor();
    expect(await cell(live, live.peers[0]).inputValue()).toBe('6');
    const { errors } = one.site;
    expect(errors.filter((error) => !JSON.stringify(error).includes('the store is away'))).toEqual([]);
    await one.site.close();
  },
} satisfies Cases;

/** Looked at in the long run. */
const others = {
  'when the session ends while the script saves': async (open) => {
    const one = await formOf(open, 1);
    await endSessions(one);
    await cell(one, one.peers[0]).fill('6,5');
    await state(one.page).getByText('phiên đăng nhập đã hết hạn').waitFor();
    const [other] = await Promise.all([
      one.page.context().waitForEvent('page'),
      state(one.page).getByRole('link').click(),
    ]);
    await other.waitForURL(/da-dang-nhap/);
    await other.close();
    await one.page.evaluate(`dispatchEvent(new Event('focus'))`);
    await state(one.page).getByText('Máy chủ đã lưu').waitFor();
    expect(await stored(one, one.peers[0])).toBe('6,5');
  },

  'when the network drops: the state shown is the true one': async (open) => {
    const one = await formOf(open, 2);
    await one.page.context().setOffline(true);
    await cell(one, one.peers[0]).fill('5,5');
    await state(one.page).getByText('Mất kết nối').waitFor();
    expect(await stored(one, one.peers[0])).toBeUndefined();
    await one.page.context().setOffline(false);
    await state(one.page).getByText('Máy chủ đã lưu').waitFor();
    expect(await stored(one, one.peers[0])).toBe('5,5');
  },

  'when the page is reloaded before anything was saved': async (open) => {
    const one = await formOf(open, 3);
    await one.page.context().setOffline(true);
    await cell(one, one.peers[2]).fill('4,75');
    await state(one.page).getByText('Mất kết nối').waitFor();
    await one.page.context().setOffline(false);
    await one.page.reload();
    expect(await cell(one, one.peers[2]).inputValue()).toBe('4,75');
    await state(one.page).getByText('Máy chủ đã lưu').waitFor();
    expect(await stored(one, one.peers[2])).toBe('4,75');
  },

  'when the store fails in the middle': async (open) => {
    const one = await formOf(open, 4);
    fault.on = true;
    await cell(one, one.peers[0]).fill('3,25');
    await state(one.page).getByText('máy chủ gặp sự cố').waitFor();
    fault.on = false;
    await state(one.page).getByText('Máy chủ đã lưu').waitFor();
    expect(await stored(one, one.peers[0])).toBe('3,25');
  },

  'by signs that end a text elsewhere: quotes, brackets, emoji, combining marks': async (open) => {
    const one = await formOf(open, 6);
    const text = `'"<b>&amp; 🏅 Ho\u0300a bi\u0300nh\n2`;
    const comment = one.page.locator(`[name="f.c:${one.peers[0]}:${one.line}"]`);
    await one.page.locator(`[data-open="f.c:${one.peers[0]}:${one.line}"]`).click();
    await comment.fill(text);
    await state(one.page).getByText('Máy chủ đã lưu').waitFor();
    expect(await stored(one, one.peers[0], 'c')).toBe(text.normalize('NFC'));
    await one.page.reload();
    expect(await comment.inputValue()).toBe(text.normalize('NFC'));
  },

  'by numbers that can be read in two ways: asked back, never guessed': async (open) => {
    const one = await formOf(open, 7, 'officer', { javaScriptEnabled: false });
    await cell(one, one.peers[0]).fill('6.125');
    await cell(one, one.peers[1]).fill('6.5');
    await cell(one, one.peers[2]).fill('99');
    await save(one.page);
    const text = await one.page.locator('main').innerText();
    expect(text).toContain('“6.125” có hai cách đọc');
    expect(text).toContain('Đọc là 6,5');
    expect(text).toContain('99 nằm ngoài khung điểm của tiêu chí này');
    expect(await cell(one, one.peers[0]).inputValue()).toBe('6.125');
  },

  'by arrows, Enter and a pasted column': async (open) => {
    const one = await formOf(open, 8);
    await cell(one, one.peers[0]).focus();
    await one.page.keyboard.type('7');
    await one.page.keyboard.press('ArrowDown');
    await one.page.keyboard.type('6,5');
    await one.page.keyboard.press('Enter');
    await one.page.evaluate(`{
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', '5\\t9\\r\\n4,5\\t9\\r\\n3,25\\t9\\r\\n');
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }`);
    await state(one.page).getByText('Máy chủ đã lưu').waitFor();
    await expect.poll(() => stored(one, one.peers[4]), { timeout: 5000 }).toBe('3,25');
    const values = await Promise.all(one.peers.slice(0, 5).map((peer) => stored(one, peer)));
    expect(values).toEqual(['7', '6,5', '5', '4,5', '3,25']);
    expect(await one.page.locator('[data-echo]').first().innerText()).toBe('Đọc là 7');
  },

  'by a sheet of zeros: a zero is a mark, and a total of zero a total': async (open) => {
    const one = await formOf(open, 10, 'leader');
    await fillAll(one, () => '0', 'Chưa thực hiện.');
    await one.page.goto(`${one.form}/xem-lai`);
    expect(await one.page.locator('tbody tr').first().locator('td').last().innerText()).toBe('0,00');
    await one.page.getByRole('button', { name: 'Gửi phiếu chấm' }).click();
    await one.page.waitForURL(/phieu-xac-nhan/);
  },

  'by a clock that is wrong and a zone far away: the deadline reads the same': async (open) => {
    const texts: string[] = [];
    for (const timezoneId of ['Asia/Ho_Chi_Minh', 'Pacific/Pago_Pago', 'Pacific/Kiritimati']) {
      const one = await formOf(open, 11, 'officer', { timezoneId });
      await one.page.clock.setFixedTime(new Date('2031-05-05T05:05:05Z'));
      await one.page.reload();
      texts.push(await one.page.locator('.td-deadline').innerText());
    }
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('17 giờ 00 phút, thứ Sáu, ngày 15 tháng 12 năm 2023');
    expect(texts[0]).toContain('Nộp lúc 17:00:00 vẫn đúng hạn');
    expect(texts[0]).toContain('Giờ Việt Nam (UTC+7)');
  },
} satisfies Cases;

describeInBrowser('nothing typed is lost', inFull ? { ...others, ...first } : first);
