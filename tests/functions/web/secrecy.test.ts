/** What is secret in time stays so: sheets before the close, votes before the count, awards before their instant. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reads } from '../../../functions/web/api/reads.ts';
import { playedWorld, type TestWorld } from '../../world.ts';

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});
const closeWith = (close: () => Promise<void>) => void closing.push(close);

async function ask(world: TestWorld, persona: string | undefined, path: string) {
  const response = await world.app.request(`/api${path}`, { headers: await world.signedAs(persona) });
  return { status: response.status, text: await response.text() };
}

/** Nobody, and one persona of each role at each unit: of the Council's many members one, for they hold the same. */
function everybody(world: TestWorld): (string | undefined)[] {
  const byPost = new Map(world.sample.personas.map(({ id, role, unit }) => [`${role} ${unit}`, id]));
  return [undefined, ...byPost.values()];
}

/** Every read's address in the sample, with the unit that its unit is. */
function addresses(bloc: string, unit: string): string[] {
  return reads
    .map(({ path }) =>
      path
        .replace(':season', '2023')
        .replace(':bloc', bloc)
        .replace(':unit', unit)
        .replace(':form', 'score-sheet')
        .replace(':session', '1')
        .replace(':award', 'certificate')
        .replace(':code', '2222-2222-2222')
        .replace(':stream', `bloc-2023-${bloc}`),
    )
    .concat('/seasons/2023/bundle', '/journal/council-2023-1', '/journal/season-2023', '/journal/province');
}

describe('while a round is open', () => {
  let world: TestWorld;
  let rater: string;
  let peer: string;
  let members: readonly string[];
  /** The members' names but the head's. */
  let names: string[];
  const bloc = 'k01';
  /** A mark that stands nowhere else in the record, so that whoever sees it saw the sheet. */
  const odd = 1975;

  beforeAll(async () => {
    world = await playedWorld({ blocs: 1, members: 4, until: 'Chấm điểm chéo', closeWith });
    await world.moveTo(new Date('2023-12-05T09:00:00+07:00'));
    members = world.sample.blocs[0]?.members ?? [];
    names = world.sample.units.filter(({ id }) => members.slice(1).includes(id)).map(({ name }) => name);
    const [head, , third, fourth] = members;
    rater = third ?? '';
    peer = head ?? '';
    const rubric = world.sample.rubrics[0];
    const criteria = (rubric?.groups ?? []).flatMap((group) =>
      group.criteria.filter(({ markedBy }) => markedBy === 'peers'),
    );
    const marks = Object.fromEntries(criteria.map(({ id, step }) => [id, step]));
    const comments = Object.fromEntries(criteria.map(({ id }) => [id, { text: `comment-${odd}` }]));
    const peers = (world.sample.blocs[0]?.members ?? []).filter((unit) => unit !== rater);
    const toAll = (what: object) => Object.fromEntries(peers.map((unit) => [unit, what]));
    await world.client.command(
      `leader.${rater}`,
      `/api/seasons/2023/blocs/${bloc}/commands/submit-score-sheet`,
      { unit: rater, marks: toAll(marks), comments: toAll(comments) },
      'secret-sheet',
    );
    const draft = await world.app.request(`/api/seasons/2023/blocs/${bloc}/drafts/${rater}/score-sheet/x`, {
      method: 'PUT',
      headers: {
        Authorization: `Bearer ${await world.identity.issueToken(`officer.${rater}`)}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({ value: `draft-${odd}`, version: 0 }),
    });
    expect(draft.status).toBe(200);
    await world.settle();
    expect(fourth).toBeDefined();
  });

  test('nobody but the own unit reads a sheet or a draft, by any address, in any role', async () => {
    for (const persona of everybody(world)) {
      if (persona?.endsWith(`.${rater}`)) continue;
      for (const path of addresses(bloc, rater)) {
        const { status, text } = await ask(world, persona, path);
        expect(status, `${persona} ${path}`).not.toBe(500);
        expect(text.includes('"marks":{"'), `${persona} ${path} shows marks`).toBe(false);
        expect(text.includes(`draft-${odd}`), `${persona} ${path} shows the draft`).toBe(false);
        expect(text.includes(`comment-${odd}`), `${persona} ${path} shows a comment`).toBe(false);
      }
    }
  });

  test('the own unit reads its sheet back', async () => {
    const { status, text } = await ask(
      world,
      `officer.${rater}`,
      `/seasons/2023/blocs/${bloc}/sheets/${rater}`,
    );
    expect(status).toBe(200);
    expect(text).toContain(`"${peer}"`);
  });

  test('the journal shows the auditor a hash in place of the sheet', async () => {
    const { text } = await ask(world, 'auditor', `/journal/bloc-2023-${bloc}?from=1`);
    expect(text).toMatch(/"type":"ScoreSheetSubmitted","v":1,"unit":"[a-z0-9-]+","sealed":"[0-9a-f]{64}"/);
  });

  test('the bundle is refused, naming the bloc, and the head of the record stays public', async () => {
    const bundle = await ask(world, 'auditor', '/seasons/2023/bundle');
    expect(bundle.status).toBe(409);
    expect(JSON.parse(bundle.text)).toMatchObject({ code: 'open-round' });
    expect((await ask(world, undefined, '/seasons/2023/head')).text).toMatch(/"head":"[0-9a-f]{64}"/);
  });

  test("the head sees who has handed in only once the head's own sheet is in", async () => {
    const before = await ask(world, `leader.${peer}`, `/seasons/2023/blocs/${bloc}/sheets`);
    expect(before.status).toBe(403);
    // Nor by asking for the close, which waits for every sheet.
    const close = await world.app.request(`/api/seasons/2023/blocs/${bloc}/commands/close-round`, {
      method: 'POST',
      headers: { ...(await world.signedAs(`leader.${peer}`)), 'Idempotency-Key': 'close-too-early' },
    });
    expect(close.status).toBe(409);
    const said = await close.text();
    for (const unit of members.filter((one) => one !== peer)) expect(said).not.toContain(unit);
    for (const name of names) expect(said).not.toContain(name);
  });
});

describe('before the votes are counted', () => {
  test('a member sees that others voted, not how; after the count everybody at the table does', async () => {
    const world = await playedWorld({ blocs: 1, members: 5, until: 'Thẩm định, họp Hội đồng' });
    const [chair, secretary, ...seats] = [
      ...world.sample.roll.filter(({ role }) => role === 'chair'),
      ...world.sample.roll.filter(({ role }) => role === 'secretary'),
      ...world.sample.roll.filter(({ role }) => role !== 'chair' && role !== 'secretary'),
    ].map(({ seat }) => seat);
    const council = '/api/seasons/2023/councils/1';
    let given = 0;
    const give = (as: string, command: string, body: object) =>
      world.client.command(as, `${council}/commands/${command}`, body, `give-${given++}`);
    await world.moveTo(new Date('2024-01-08T08:00:00+07:00'));
    type Table = {
      dossiers: { unit: string; award: string }[];
      votes: Record<string, Record<string, unknown>>;
    };
    const { dossiers } = await world.client.get<Table>('board-head', council);
    for (const { unit, award } of dossiers)
      await give('board-head', 'appraise-dossier', { unit, award, verdict: 'eligible' });
    const sitting = { at: '2024-01-08T09:00:00+07:00', place: 'Phòng họp' };
    await give('board-head', 'propose-session', sitting);
    await give(`council.${chair}`, 'convene-session', sitting);
    await world.moveTo(new Date('2024-01-08T09:00:00+07:00'));
    await give(`council.${secretary}`, 'record-attendance', { present: [chair, secretary, ...seats] });
    const units = dossiers.filter(({ award }) => award === 'certificate').map(({ unit }) => unit);
    const vote = { award: 'certificate', choices: units.map((unit) => ({ unit, choice: 'no' })) };
    await give(`council.${seats[0]}`, 'cast-vote', vote);
    for (const persona of everybody(world)) {
      if (persona === `council.${seats[0]}`) continue;
      for (const path of addresses('k01', units[0] ?? '')) {
        const { text } = await ask(world, persona, path);
        // In the lines of a bundle the quotes of a commit's body are escaped.
        expect(text, `${persona} ${path}`).not.toMatch(/\\?"choice\\?":/);
        expect(text, `${persona} ${path}`).not.toMatch(/":"no"/);
      }
    }
    const bundle = await ask(world, 'auditor', '/seasons/2023/bundle');
    expect([bundle.status, JSON.parse(bundle.text)]).toMatchObject([409, { code: 'open-vote' }]);
    const own = await world.client.get<Table>(`council.${seats[0]}`, council);
    expect(own.votes.certificate?.[seats[0] ?? '']).toEqual(
      Object.fromEntries(units.map((unit) => [unit, 'no'])),
    );
  });
});

describe('before the instant of publication', () => {
  test('nobody without the right learns what was decided; from that second on everybody does', async () => {
    const seen: string[] = [];
    const world = await playedWorld({ blocs: 1, members: 5, until: 'Quyết định, công bố' });
    await world.moveTo(new Date('2024-01-30T09:00:00+07:00'));
    const council = '/api/seasons/2023/councils/1';
    const { concluded } = await world.client.get<{
      concluded: { passed: { unit: string; award: string }[] };
    }>('chairman-office', council);
    await world.client.command(
      'chairman-office',
      `${council}/commands/record-decision`,
      {
        number: '99/QĐ-UBND',
        date: '2024-01-30',
        office: 'Chủ tịch Ủy ban nhân dân tỉnh',
        awards: concluded.passed,
        publishAt: '2024-02-01T08:00:00+07:00',
      },
      'decide',
    );
    await world.moveTo(new Date('2024-02-01T07:59:59+07:00'));
    for (const persona of [
      undefined,
      ...world.sample.personas.map(({ id }) => id).filter((id) => /^(leader|officer|deputy)/.test(id)),
    ]) {
      for (const path of addresses('k01', world.sample.blocs[0]?.head ?? '')) {
        const { text } = await ask(world, persona, path);
        if (text.includes('99/QĐ-UBND')) seen.push(`${persona} ${path}`);
      }
    }
    const home = await world.app.request('/');
    expect(await home.text()).not.toContain('99/QĐ-UBND');
    expect(seen).toEqual([]);
    await world.moveTo(new Date('2024-02-01T08:00:00+07:00'));
    const { awards } = await world.client.get<{ awards: { code: string }[] }>(
      undefined,
      '/api/seasons/2023/awards',
    );
    expect(awards.length).toBe(concluded.passed.length);
    const { status } = await ask(world, undefined, `/awards/${awards[0]?.code}`);
    expect(status).toBe(200);
  });
});
