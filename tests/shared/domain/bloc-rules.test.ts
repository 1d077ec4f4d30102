/** The full rules inside a bloc, each as a table or a case, with the section of the notes that it follows. */
import { describe, expect, test } from 'vitest';
import type { Actor } from '../../../shared/domain/actor.ts';
import { attainmentOf } from '../../../shared/domain/attainment.ts';
import { workingDaysAfter } from '../../../shared/domain/calendar.ts';
import { knockOutsOf } from '../../../shared/domain/eligibility.ts';
import { rotationOf } from '../../../shared/domain/meeting.ts';
import { movedBy } from '../../../shared/domain/objection.ts';
import { points } from '../../../shared/domain/points.ts';
import { Rubric } from '../../../shared/domain/rubric.ts';
import { type CountedSheet, type TallyInput, tally } from '../../../shared/domain/tally.ts';
import { isRate, rollUp, rollUpAll } from '../../../shared/domain/target.ts';
import {
  at,
  type BlocStop,
  boardHead,
  evenMarks,
  launchedSeason,
  leader,
  type MemoryJournal,
  must,
  officer,
  playBloc,
  rubric,
  specialist,
  system,
  target,
  unit,
} from '../../builders.ts';

const stream = 'bloc-2023-k01';
const ref = { kind: 'bloc' as const, season: '2023' as never, bloc: 'k01' as never };
const four = { k01: ['a', 'b', 'c', 'd'] };
const ground = { ref: '0'.repeat(64) };

function give(journal: MemoryJournal, name: string, payload: object, actor: Actor, now: string) {
  return must(journal.give(stream, name, payload, actor, at(now)));
}

/** `ok`, or the code of the refusal; a refusal writes nothing. */
function code(journal: MemoryJournal, name: string, payload: object, actor: Actor, now: string): string {
  const before = journal.commits.length;
  const result = journal.give(stream, name, payload, actor, at(now));
  if (!result.ok) expect(journal.commits.length).toBe(before);
  return result.ok ? 'ok' : result.refusal.code;
}

const state = (journal: MemoryJournal) => journal.state(ref);

describe('attainment (mid-year review: higher, lower, added, zero, strict)', () => {
  const plan = (planned: string, operator: string, direction: string) =>
    ({ ...target, id: '1', planned, operator, direction }) as unknown as Parameters<typeof attainmentOf>[0];
  test.each([
    ['90', '≥', 'higher', '45', '450000/900000', false],
    ['90', '≥', 'higher', '90', '900000/900000', true],
    ['90', '≥', 'higher', '99', '990000/900000', true],
    ['90', '>', 'higher', '90', '900000/900000', false],
    ['3.25', '<', 'lower', '3.25', '32500/32500', false],
    ['3.25', '<', 'lower', '3', '1/1', true],
    ['10', '≤', 'lower', '12', '80000/100000', false],
    ['10', '≤', 'lower', '25', '0/100000', false],
    ['10', '=', 'lower', '9', '1/1', true],
    ['6', '=', 'higher', '7', '70000/60000', true],
    ['0', '≤', 'lower', '0', '1/1', true],
    ['0', '≤', 'lower', '1', '0/1', false],
    ['0', '>', 'higher', '0', '0/1', false],
    ['0', '<', 'lower', '-0.5', '1/1', true],
    ['0', '=', 'higher', '-1', '0/1', false],
    ['57.83', '=', 'higher', '57.8299', '578299/578300', false],
    ['90', '≥', 'higher', '-3', '0/900000', false],
    ['10', '=', 'lower', '-3', '1/1', true],
  ])('plan %s %s (%s is better), actual %s: %s', (planned, operator, direction, actual, share, reached) => {
    const found = attainmentOf(plan(planned, operator, direction), actual);
    expect([`${found.share.num}/${found.share.den}`, found.reached]).toEqual([share, reached]);
  });

  test('"tăng thêm" sets what was added against what was to be added, whatever there was before', () => {
    const added = { ...plan('6', '≥', 'higher'), added: true } as Parameters<typeof attainmentOf>[0];
    expect(attainmentOf(added, '4').share).toEqual({ num: '40000', den: '60000' });
  });
});

describe('the pledge', () => {
  const frozen = () => playBloc(launchedSeason(four), 'k01', 'frozen');
  const hashOf = (journal: MemoryJournal) => state(journal).pledge.frozen?.hash ?? '';
  const paper = {
    place: 'Hội trường',
    date: '2023-03-10',
    document: '01/GU',
    scan: { sha256: 'a'.repeat(64), name: 'giao-uoc.pdf', type: 'application/pdf', size: 9 },
  };

  test('is signed on paper: the head for its own unit, the Board for others, and nobody else', () => {
    const journal = frozen();
    const sign = (id: string, actor: Actor) =>
      code(
        journal,
        'RecordPaperSignature',
        { unit: id, hash: hashOf(journal), paper },
        actor,
        '2023-03-10T09:00:00',
      );
    expect([
      sign('b', leader('a')),
      sign('b', leader('b')),
      sign('b', specialist),
      sign('a', leader('a')),
    ]).toEqual(['not-allowed', 'not-allowed', 'ok', 'ok']);
    expect(Object.values(state(journal).pledge.signatures).map(({ manner }) => manner)).toEqual([
      'paper',
      'paper',
    ]);
  });

  test('signed on paper is on record with place, date, document and scan; a paper of an earlier version is none', () => {
    const journal = frozen();
    const sign = (date: string, now: string) =>
      code(
        journal,
        'RecordPaperSignature',
        { unit: 'b', hash: hashOf(journal), paper: { ...paper, date } },
        specialist,
        now,
      );
    expect([
      sign('2023-03-11', '2023-03-10T09:00:00'),
      sign('2023-02-11', '2023-03-10T09:00:00'),
      sign('2023-03-10', '2023-03-10T09:00:00'),
    ]).toEqual(['does-not-follow', 'does-not-follow', 'ok']);
    expect(state(journal).pledge.signatures.b).toMatchObject({ manner: 'paper', paper });
    give(journal, 'DraftPledge', { text: 'Bản mới.' }, leader('a'), '2023-03-11T09:00:00');
    give(journal, 'FreezePledge', {}, leader('a'), '2023-03-11T10:00:00');
    expect(sign('2023-03-10', '2023-03-12T09:00:00')).toBe('does-not-follow');
    expect(sign('2023-03-11', '2023-03-12T09:00:00')).toBe('ok');
  });

  test('is signed digitally by who binds the unit, with document and certificate', () => {
    const journal = frozen();
    const digital = { document: '01/GU', certificate: '5404a1b2c3d4' };
    const payload = { unit: 'b', hash: hashOf(journal), digital };
    expect(code(journal, 'RecordDigitalSignature', payload, officer('b'), '2023-03-10T09:00:00')).toBe(
      'not-allowed',
    );
    expect(code(journal, 'RecordDigitalSignature', payload, leader('b'), '2023-03-10T09:00:00')).toBe('ok');
    expect(state(journal).pledge.signatures.b).toMatchObject({ manner: 'digital', digital });
  });

  test('changed after freezing is another version: its differences are listed, signatures void, once each', () => {
    const journal = frozen();
    give(journal, 'SignPledge', { unit: 'b', hash: hashOf(journal) }, leader('b'), '2023-03-10T09:00:00');
    const changed = { unit: 'c', targets: [{ ...target, planned: '95' }] };
    give(journal, 'RegisterTargets', changed, officer('c'), '2023-03-11T09:00:00');
    give(journal, 'DraftPledge', { text: 'Bản mới.' }, leader('a'), '2023-03-11T10:00:00');
    expect(state(journal).pledge.voided).toEqual(['b']);
    give(journal, 'FreezePledge', {}, leader('a'), '2023-03-11T11:00:00');
    const { version, changes, signatures } = state(journal).pledge;
    expect([version, signatures]).toEqual([2, {}]);
    expect(changes.map((change) => change.at)).toEqual(['text', 'c 1']);
    const voidings = journal.commits.filter(({ body }) => body.includes('"SignaturesVoided"'));
    expect(voidings).toHaveLength(1);
  });

  test('names among the differences the titles aimed for; what changes nothing voids nothing', () => {
    const journal = frozen();
    give(journal, 'SignPledge', { unit: 'b', hash: hashOf(journal) }, leader('b'), '2023-03-10T09:00:00');
    const register = (titles: string[]) =>
      give(
        journal,
        'RegisterTargets',
        { unit: 'c', targets: [target], titles },
        officer('c'),
        '2023-03-11T09:00:00',
      ).map(({ type }) => type);
    const same = { text: 'Thi đua hoàn thành nhiệm vụ.' };
    expect([register([]), give(journal, 'DraftPledge', same, leader('a'), '2023-03-11T09:00:00')]).toEqual([
      [],
      [],
    ]);
    expect(Object.keys(state(journal).pledge.signatures)).toEqual(['b']);
    expect(register(['provincial-flag'])).toEqual(['TargetsRegistered', 'SignaturesVoided']);
    give(journal, 'FreezePledge', {}, leader('a'), '2023-03-11T10:00:00');
    const { changes, frozen: version } = state(journal).pledge;
    expect(changes).toEqual([{ at: 'c titles', before: [], after: ['provincial-flag'] }]);
    expect(version?.document).toContain('"titles":["provincial-flag"]');
  });

  test('closed at its deadline names the absent with the reasons that were given', () => {
    const journal = frozen();
    for (const id of ['a', 'b'])
      give(journal, 'SignPledge', { unit: id, hash: hashOf(journal) }, leader(id), '2023-03-10T09:00:00');
    give(
      journal,
      'ExplainNonSigning',
      { unit: 'c', reason: 'Đang kiện toàn.' },
      leader('a'),
      '2023-03-30T09:00:00',
    );
    const [closed] = give(journal, 'ClosePledge', {}, system, '2023-03-31T17:00:01');
    expect(closed).toMatchObject({ absent: ['c', 'd'], reasons: { c: 'Đang kiện toàn.' } });
  });

  test.each([
    ['an id twice', [target, target]],
    ['a share of no target of the province', [{ ...target, shareOf: 'T99' }]],
    ['"from … up" where less is better', [{ ...target, operator: '≥', direction: 'lower' }]],
    ['"below" where more is better', [{ ...target, operator: '<', direction: 'higher' }]],
  ])('takes no targets with %s, nor does an addendum', (_what, targets) => {
    const journal = playBloc(launchedSeason(four), 'k01', 'scheduled');
    const payload = { unit: 'b', targets };
    expect(code(journal, 'RegisterTargets', payload, officer('b'), '2023-02-10T09:00:00')).toBe(
      'does-not-follow',
    );
    const signed = playBloc(launchedSeason(four), 'k01', 'signed');
    expect(code(signed, 'OpenAddendum', { unit: 'x', targets }, specialist, '2023-05-01T09:00:00')).toBe(
      'does-not-follow',
    );
  });

  test('takes over the targets of an earlier season only', () => {
    const journal = launchedSeason(four);
    const copy = (season: string) =>
      code(
        journal,
        'CopyTargets',
        { unit: 'b', from: { season, bloc: 'k01' }, bloc: 'k01' },
        officer('b'),
        '2023-02-10T09:00:00',
      );
    expect(copy('2023')).toBe('does-not-follow');
  });
});

describe('an addendum', () => {
  const closed = () => playBloc(launchedSeason(four), 'k01', 'signed');
  const signAll = (journal: MemoryJournal, signers: readonly string[]) => {
    for (const id of signers) {
      const { hash } = state(journal).addenda.at(-1) ?? {};
      give(journal, 'SignAddendum', { unit: id, hash }, leader(id), '2023-05-02T09:00:00');
    }
  };

  test('lets a unit join once every member and the unit itself have signed; it may then be nominated', () => {
    const journal = closed();
    const payload = { unit: 'x', targets: [target] };
    expect(code(journal, 'OpenAddendum', payload, leader('a'), '2023-05-01T09:00:00')).toBe('not-allowed');
    give(journal, 'OpenAddendum', payload, specialist, '2023-05-01T09:00:00');
    signAll(journal, ['a', 'b', 'c', 'x']);
    expect(state(journal).terms?.members).toHaveLength(4);
    signAll(journal, ['d']);
    expect(state(journal).terms?.members.map((member) => member.unit)).toEqual(['a', 'b', 'c', 'd', 'x']);
    expect(state(journal).pledge.closed?.signed).toContain('x');
    expect(state(journal).pledge.targets.x).toHaveLength(1);
  });

  test('puts a successor in the place of a merged unit, with its targets, also as head', () => {
    const journal = closed();
    const merged = { unit: 'a', successors: ['x'], validTo: '2023-04-30', document: 'QĐ sáp nhập' };
    expect(
      code(journal, 'OpenAddendum', { unit: 'x', predecessor: 'a' }, specialist, '2023-05-01T09:00:00'),
    ).toBe('does-not-follow');
    must(journal.give('province', 'SucceedUnit', merged, specialist, at('2023-05-01T08:00:00')));
    give(journal, 'OpenAddendum', { unit: 'x', predecessor: 'a' }, specialist, '2023-05-01T09:00:00');
    signAll(journal, ['b', 'c', 'd', 'x']);
    const { terms, pledge } = state(journal);
    expect([terms?.members[0]?.unit, terms?.head]).toEqual(['x', 'x']);
    expect(pledge.targets.x).toEqual(pledge.targets.a);
  });
});

describe('an addendum in full', () => {
  const merged = (unitId: string) => ({
    unit: unitId,
    successors: ['x'],
    validTo: '2023-04-30',
    document: 'QĐ sáp nhập',
  });
  const open = (
    journal: MemoryJournal,
    predecessor: string,
    more: object = {},
    now = '2023-05-01T09:00:00',
  ) => {
    must(journal.give('province', 'SucceedUnit', merged(predecessor), specialist, at('2023-05-01T08:00:00')));
    give(journal, 'OpenAddendum', { unit: 'x', predecessor, ...more }, specialist, now);
    return state(journal).addenda.at(-1)?.hash;
  };

  test('hands the titles aimed for on to the successor, unless it names its own', () => {
    const aiming = (more: object) => {
      const journal = playBloc(launchedSeason(four), 'k01', 'scheduled');
      for (const id of ['a', 'b', 'c', 'd'])
        give(
          journal,
          'RegisterTargets',
          { unit: id, targets: [target], titles: ['certificate'] },
          officer(id),
          '2023-02-09T09:00:00',
        );
      playBloc(journal, 'k01', 'signed', { registered: true });
      const hash = open(journal, 'd', more);
      for (const id of ['a', 'b', 'c', 'x'])
        give(journal, 'SignAddendum', { unit: id, hash }, leader(id), '2023-05-02T09:00:00');
      return state(journal).pledge.titles.x;
    };
    expect(aiming({})).toEqual(['certificate']);
    expect(aiming({ titles: ['provincial-flag'] })).toEqual(['provincial-flag']);
    expect(aiming({ targets: [target] })).toEqual([]);
  });

  test('is signed here, on paper entered by the Board, or by certificate', () => {
    const journal = playBloc(launchedSeason(four), 'k01', 'signed');
    const hash = open(journal, 'd');
    const scan = { sha256: '0'.repeat(64), name: 'scan.pdf', type: 'application/pdf', size: 1 };
    const paper = (date: string) => ({ place: 'Hội trường', date, document: 'PL 1', scan });
    const now = '2023-05-03T09:00:00';
    const sign = (id: string, more: object, by: Actor) =>
      code(journal, 'SignAddendum', { unit: id, hash, ...more }, by, now);
    expect(sign('a', { paper: paper('2023-04-30') }, specialist)).toBe('does-not-follow');
    expect(sign('a', { paper: paper('2023-05-04') }, specialist)).toBe('does-not-follow');
    expect(sign('b', { paper: paper('2023-05-02') }, leader('b'))).toBe('not-allowed');
    expect(sign('b', { paper: paper('2023-05-02') }, leader('a'))).toBe('not-allowed');
    expect(sign('b', { paper: paper('2023-05-02') }, specialist)).toBe('ok');
    expect(sign('a', { paper: paper('2023-05-02') }, leader('a'))).toBe('ok');
    expect(sign('c', { digital: { document: 'PL 1', certificate: '0a:1b:2c:3d' } }, leader('c'))).toBe('ok');
    expect(sign('x', {}, leader('x'))).toBe('ok');
    const { signatures, state: now_ } = state(journal).addenda[0] ?? {};
    expect(now_).toBe('in-force');
    expect(Object.values(signatures ?? {}).map(({ manner }) => manner)).toEqual([
      'paper',
      'paper',
      'digital',
      'platform',
    ]);
  });

  test('settles a proposal that only the merged unit kept open', () => {
    const proposing = (said: Record<string, boolean>) => {
      const journal = playBloc(launchedSeason(four), 'k01', 'signed');
      const amended = Rubric.parse({ ...rubric, title: 'Bảng tiêu chí sửa đổi' });
      give(
        journal,
        'ProposeRubric',
        { rubric: amended, reason: 'Lý do' },
        leader('a'),
        '2023-04-20T09:00:00',
      );
      for (const [id, agrees] of Object.entries(said))
        give(journal, 'ConsentToRubric', { unit: id, number: 1, agrees }, leader(id), '2023-04-21T09:00:00');
      const into = { ...merged('d'), successors: ['c'] };
      must(journal.give('province', 'SucceedUnit', into, specialist, at('2023-05-01T08:00:00')));
      give(
        journal,
        'OpenAddendum',
        { unit: 'c', predecessor: 'd', targets: [target] },
        specialist,
        '2023-05-01T09:00:00',
      );
      const { hash } = state(journal).addenda[0] ?? {};
      for (const id of ['a', 'b', 'c'])
        give(journal, 'SignAddendum', { unit: id, hash }, leader(id), '2023-05-02T09:00:00');
      return [state(journal).terms?.members.length, state(journal).amendments.proposals[0]?.state];
    };
    // Two thirds of four are three; of the three that are left, two.
    expect(proposing({ a: true, b: true })).toEqual([3, 'in-force']);
    expect(proposing({ a: true })).toEqual([3, 'open']);
    expect(proposing({ a: false, b: true })).toEqual([3, 'open']);
  });

  test('carries a report over: the closing of the review names nobody whose predecessor reported', () => {
    const journal = playBloc(launchedSeason(four), 'k01', 'signed');
    const report = { actuals: [{ target: '1', value: '45' }], narrative: 'Báo cáo.' };
    for (const id of ['a', 'd'])
      give(journal, 'ReportActuals', { unit: id, ...report }, leader(id), '2023-07-05T09:00:00');
    const hash = open(journal, 'd', {}, '2023-07-06T09:00:00');
    for (const id of ['a', 'b', 'c', 'x'])
      give(journal, 'SignAddendum', { unit: id, hash }, leader(id), '2023-07-07T09:00:00');
    give(journal, 'CloseReview', {}, system, '2023-07-20T17:00:01');
    expect(state(journal).review.closed?.missing).toEqual(['b', 'c']);
  });
});

describe('the mid-year review', () => {
  test('marks what comes late, and takes it until self-scoring begins', () => {
    const journal = playBloc(launchedSeason(four), 'k01', 'signed');
    const report = { actuals: [{ target: '1', value: '45' }], narrative: 'Báo cáo.' };
    const send = (id: string, now: string) =>
      code(journal, 'ReportActuals', { unit: id, ...report }, leader(id), now);
    expect(send('a', '2023-07-20T17:00:00')).toBe('ok');
    expect(send('b', '2023-07-20T17:00:01')).toBe('ok');
    give(journal, 'CloseReview', {}, system, '2023-07-20T17:00:01');
    expect(send('c', '2023-09-01T09:00:00')).toBe('ok');
    expect(send('a', '2023-09-01T09:00:00')).toBe('wrong-phase');
    expect(send('d', '2023-11-15T08:00:01')).toBe('after-deadline');
    const late = Object.entries(state(journal).review.reports).map(([id, one]) => [id, one.late]);
    expect(late).toEqual([
      ['a', false],
      ['b', true],
      ['c', true],
    ]);
    expect(state(journal).review.closed?.missing).toEqual(['c', 'd']);
  });
});

describe('an amendment of the rubric', () => {
  const amended = Rubric.parse({
    ...rubric,
    groups: rubric.groups.map((group) => (group.id === 'T' ? { ...group, max: 600 } : group)),
  });

  test('is in force with two thirds of the members, as a new version with its differences', () => {
    const journal = playBloc(launchedSeason(four), 'k01', 'reviewed');
    give(
      journal,
      'ProposeRubric',
      { rubric: amended, reason: 'Khuyến khích mô hình mới.' },
      leader('a'),
      '2023-08-01T09:00:00',
    );
    const consent = (id: string, agrees: boolean) =>
      give(
        journal,
        'ConsentToRubric',
        { unit: id, number: 1, agrees },
        leader(id),
        '2023-08-02T09:00:00',
      ).map(({ type }) => type);
    expect(consent('a', true)).toEqual(['RubricConsentGiven']);
    expect(consent('b', false)).toEqual(['RubricConsentGiven']);
    expect(consent('c', true)).toEqual(['RubricConsentGiven']);
    // Three of four is two thirds; two of four is not.
    expect(consent('d', true)).toEqual(['RubricConsentGiven', 'RubricAmended']);
    expect(state(journal).amendments.version).toBe(2);
    expect(state(journal).terms?.rubric.groups.find(({ id }) => id === 'T')?.max).toBe(600);
    expect(state(journal).amendments.proposals[0]?.changes.map((change) => change.at)).toEqual(['group T']);
  });

  test('shows what moved to another group, whose points it counts for, and a new title', () => {
    const journal = playBloc(launchedSeason(four), 'k01', 'reviewed');
    const [first, second, ...others] = rubric.groups;
    const moved = second?.criteria.find(({ id }) => id === 'II.1');
    if (!first || !second || !moved) throw new Error('the rubric has no such lines');
    const groups = [
      { ...first, max: 9000, criteria: [...first.criteria, moved] },
      { ...second, max: 1000, criteria: second.criteria.filter(({ id }) => id !== 'II.1') },
      ...others,
    ];
    const propose = (title: string, changed: object[]) =>
      give(
        journal,
        'ProposeRubric',
        { rubric: { ...rubric, title, groups: changed }, reason: 'Lý do' },
        leader('a'),
        '2023-08-01T09:00:00',
      )[0] as unknown as { changes: { at: string; before: { under?: string }; after: { under?: string } }[] };
    const { changes } = propose('Bảng mới', groups);
    expect(changes.map((change) => change.at)).toEqual(['rubric', 'group I', 'II.1', 'group II']);
    expect(changes[2]).toMatchObject({ before: { under: 'II' }, after: { under: 'I' } });
  });

  test.each([
    [3, 2],
    [4, 3],
    [6, 4],
    [7, 5],
  ])('of %i members needs %i: two thirds exactly are enough, one fewer is not', (size, needed) => {
    const members = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].slice(0, size);
    const journal = playBloc(launchedSeason({ k01: members }), 'k01', 'reviewed');
    give(journal, 'ProposeRubric', { rubric: amended, reason: 'Lý do' }, leader('a'), '2023-08-01T09:00:00');
    members.slice(0, needed).forEach((id, i) => {
      const said = { unit: id, number: 1, agrees: true };
      const events = give(journal, 'ConsentToRubric', said, leader(id), '2023-08-02T09:00:00');
      expect(events.some(({ type }) => type === 'RubricAmended')).toBe(i + 1 === needed);
    });
    expect(state(journal).amendments.version).toBe(2);
  });

  test('fails when it cannot be reached any more, and is refused once self-scoring has begun', () => {
    const journal = playBloc(launchedSeason(four), 'k01', 'reviewed');
    const propose = (now: string) =>
      code(journal, 'ProposeRubric', { rubric: amended, reason: 'Lý do' }, leader('a'), now);
    expect(propose('2023-08-01T09:00:00')).toBe('ok');
    for (const id of ['b', 'c'])
      give(
        journal,
        'ConsentToRubric',
        { unit: id, number: 1, agrees: false },
        leader(id),
        '2023-08-02T09:00:00',
      );
    expect(state(journal).amendments.proposals[0]?.state).toBe('rejected');
    expect(propose('2023-11-15T08:00:00')).toBe('wrong-phase');
  });

  test('is written into every self-score and sheet that follows it', () => {
    const journal = playBloc(launchedSeason(four), 'k01', 'reviewed');
    give(journal, 'ProposeRubric', { rubric: amended, reason: 'Lý do' }, leader('a'), '2023-08-01T09:00:00');
    for (const id of ['a', 'b', 'c'])
      give(
        journal,
        'ConsentToRubric',
        { unit: id, number: 1, agrees: true },
        leader(id),
        '2023-08-02T09:00:00',
      );
    const lines = Object.entries({ 'I.2': 4000, 'II.1': 3000, 'II.2': 1000 }).map(([criterion, mark]) => ({
      criterion,
      points: mark,
    }));
    const [event] = give(
      journal,
      'SubmitSelfScore',
      { unit: 'b', actuals: [], lines },
      leader('b'),
      '2023-11-16T09:00:00',
    );
    expect(event).toMatchObject({ rubric: 2 });
  });
});

describe('bonus and penalty', () => {
  const evidence = [
    { title: 'Bằng khen', number: '12/QĐ-BNV', date: '2023-10-02', link: 'https://example.vn/12' },
  ];
  const base = Object.entries({ 'I.2': 4000, 'II.1': 3000, 'II.2': 1000 }).map(([criterion, mark]) => ({
    criterion,
    points: mark,
  }));
  const claim = (journal: MemoryJournal, id: string, ...claims: object[]) =>
    code(
      journal,
      'SubmitSelfScore',
      { unit: id, actuals: [], lines: [...base, ...claims] },
      leader(id),
      '2023-11-16T09:00:00',
    );

  test.each([
    ['a bonus without evidence', true, [{ criterion: 'T.1', points: 200 }], 'evidence-missing'],
    ['a penalty without evidence', true, [{ criterion: 'P.1', points: 100 }], 'evidence-missing'],
    ['a bonus with evidence', true, [{ criterion: 'T.1', points: 200, evidence }], 'ok'],
    ['none', true, [{ criterion: 'T.1', points: 0 }], 'ok'],
    ['a bonus off its steps', true, [{ criterion: 'T.1', points: 250, evidence }], 'out-of-range'],
    ['a bonus without evidence, by setting', false, [{ criterion: 'T.1', points: 200 }], 'ok'],
  ])('claiming %s (evidence demanded: %s): %s', (_what, demanded, claims, outcome) => {
    const season = launchedSeason(four, { 'score.claim-evidence': demanded });
    expect(claim(playBloc(season, 'k01', 'reviewed'), 'b', ...claims)).toBe(outcome);
  });

  test('are confirmed as claimed, or changed with a reason; the head’s own by the deputy or the Board', () => {
    const journal = playBloc(launchedSeason(four), 'k01', 'reviewed');
    for (const id of ['a', 'b', 'c', 'd']) claim(journal, id, { criterion: 'T.1', points: 200, evidence });
    give(journal, 'OpenRound', {}, leader('a'), '2023-12-01T09:00:00');
    const mark = (id: string, actor: Actor, bonus: number, reasons = {}) =>
      code(
        journal,
        'MarkByHead',
        { unit: id, marks: { 'II.2': 1000, 'T.1': bonus, 'P.1': 0 }, reasons },
        actor,
        '2023-12-05T09:00:00',
      );
    expect([
      mark('b', leader('a'), 200),
      mark('b', leader('a'), 100),
      mark('b', leader('a'), 100, { 'T.1': 'Một văn bản không hợp lệ.' }),
      mark('b', leader('b'), 200),
      mark('a', leader('a'), 200),
      mark('a', leader('b'), 200),
      mark('a', specialist, 0, { 'T.1': 'Thành tích của năm trước.' }),
    ]).toEqual(['ok', 'reason-missing', 'ok', 'not-allowed', 'not-allowed', 'ok', 'ok']);
    expect(state(journal).scoring.headMarks.a).toMatchObject({ as: 'board', marks: { 'T.1': 0 } });
  });
});

describe('extensions', () => {
  const ask = { window: 'selfScore', units: ['d'], until: '2023-12-02T17:00:00+07:00', reason: 'Mất điện.' };
  const reviewed = () => playBloc(launchedSeason(four), 'k01', 'reviewed');

  test('are asked for by the head and count once the Board has approved them', () => {
    const journal = reviewed();
    const lines = Object.entries({ 'I.2': 4000, 'II.1': 3000, 'II.2': 1000 }).map(([criterion, mark]) => ({
      criterion,
      points: mark,
    }));
    const late = (id: string) =>
      code(journal, 'SubmitSelfScore', { unit: id, actuals: [], lines }, leader(id), '2023-12-01T09:00:00');
    give(journal, 'RequestExtension', ask, leader('a'), '2023-11-29T09:00:00');
    expect(late('d')).toBe('after-deadline');
    expect(
      code(
        journal,
        'AnswerExtension',
        { number: 1, approved: true, reason: 'Đồng ý' },
        leader('a'),
        '2023-11-29T10:00:00',
      ),
    ).toBe('not-allowed');
    give(
      journal,
      'AnswerExtension',
      { number: 1, approved: true, reason: 'Đồng ý' },
      boardHead,
      '2023-11-29T10:00:00',
    );
    expect([late('c'), late('d')]).toEqual(['after-deadline', 'ok']);
    expect(code(journal, 'CloseSelfScoring', {}, system, '2023-12-01T09:00:00')).toBe('not-yet-open');
    expect(code(journal, 'CloseSelfScoring', {}, system, '2023-12-02T17:00:01')).toBe('ok');
  });

  test.each([
    ['earlier than the deadline', { ...ask, until: '2023-11-30T16:00:00+07:00' }, 'does-not-follow'],
    ['beyond the next window', { ...ask, until: '2023-12-16T17:00:00+07:00' }, 'does-not-follow'],
    [
      'of a phase that is closed',
      { ...ask, window: 'review', until: '2023-08-01T17:00:00+07:00' },
      'already-done',
    ],
    ['for who is no member', { ...ask, units: ['x'] }, 'not-a-member'],
  ])('%s are refused', (_what, payload, refusal) => {
    expect(code(reviewed(), 'GrantExtension', payload, boardHead, '2023-11-29T09:00:00')).toBe(refusal);
  });

  test('are only the Board’s once results are known', () => {
    const journal = playBloc(launchedSeason(four), 'k01', 'tallied');
    const later = { ...ask, window: 'meeting', units: 'all', until: '2024-01-05T17:00:00+07:00' };
    expect(code(journal, 'RequestExtension', later, leader('a'), '2023-12-18T09:00:00')).toBe('not-allowed');
    expect(code(journal, 'GrantExtension', later, boardHead, '2023-12-18T09:00:00')).toBe('ok');
  });
});

describe('cross-scoring', () => {
  const rules = {
    'score.comment.floor': true,
    'score.comment.above-self': true,
    'score.comment.distance': '20/100',
  };
  const opened = () => playBloc(launchedSeason(four, rules), 'k01', 'opened');
  // Every unit gave itself 40,00 of 40 on I.2 and 30,00 of 30 on II.1.
  const sheet = (marks: Record<string, number>, more: object = {}) => ({
    unit: 'b',
    marks: { a: marks, c: { 'I.2': 4000, 'II.1': 3000 }, d: { 'I.2': 4000, 'II.1': 3000 } },
    ...more,
  });
  const send = (payload: object) =>
    code(opened(), 'SubmitScoreSheet', payload, leader('b'), '2023-12-05T09:00:00');

  test.each([
    ['20 % below the self-score', { 'I.2': 3200, 'II.1': 3000 }, 'ok'],
    ['more than 20 % below it', { 'I.2': 3150, 'II.1': 3000 }, 'comment-missing'],
    ['at the floor', { 'I.2': 0, 'II.1': 3000 }, 'comment-missing'],
    ['at the ceiling', { 'I.2': 4000, 'II.1': 3000 }, 'ok'],
  ])('a mark %s: %s → %s', (_what, marks, expected) => expect(send(sheet(marks))).toBe(expected));

  test('a comment makes up for it, and goes with a mark', () => {
    expect(send(sheet({ 'I.2': 0, 'II.1': 3000 }, { comments: { a: { 'I.2': ground } } }))).toBe('ok');
    expect(send(sheet({ 'I.2': 4000, 'II.1': 3000 }, { comments: { a: { 'II.2': ground } } }))).toBe(
      'does-not-follow',
    );
  });

  test('who is recused leaves a hole, not a void sheet; nobody recuses itself from all, or marks whom it left out', () => {
    const { c, d } = sheet({}).marks;
    expect(send({ unit: 'b', marks: { c, d }, recused: { a: ground } })).toBe('ok');
    expect(send({ unit: 'b', marks: { c, d } })).toBe('sheet-incomplete');
    expect(send({ unit: 'b', marks: { c, d }, recused: { a: ground, c: ground } })).toBe('does-not-follow');
    expect(send({ unit: 'b', marks: {}, recused: { a: ground, c: ground, d: ground } })).toBe(
      'sheet-incomplete',
    );
    expect(send({ unit: 'b', marks: { c, d }, recused: { a: ground, x: ground } })).toBe('not-a-member');
    expect(send({ unit: 'b', marks: { c, d }, recused: { b: ground } })).toBe('own-unit');
  });

  test('the head explains a bonus or penalty that differs from the claim', () => {
    const mark = (marks: object, reasons: object = {}) =>
      code(opened(), 'MarkByHead', { unit: 'b', marks, reasons }, leader('a'), '2023-12-05T09:00:00');
    expect(mark({ 'II.2': 900, 'T.1': 0, 'P.1': 0 })).toBe('ok');
    expect(mark({ 'II.2': 1000, 'T.1': 100, 'P.1': 0 })).toBe('reason-missing');
    expect(
      mark({ 'II.2': 1000, 'T.1': 100, 'P.1': 100 }, { 'T.1': 'Bằng khen', 'P.1': 'Báo cáo chậm' }),
    ).toBe('ok');
  });
});

describe('aggregators (scoring notes 5.1)', () => {
  const members = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(unit);
  /** Sheets from a table of marks on II.1: rows raters, columns rated. */
  function lines(table: readonly (readonly (number | null)[])[], more: Partial<TallyInput> = {}) {
    const ids = members.slice(0, table.length);
    const sheets = table.map(
      (row, i): CountedSheet => ({
        unit: ids[i] as never,
        seq: i + 1,
        recused: row.flatMap((mark, j) => (mark === null && i !== j ? [ids[j] as never] : [])),
        marks: Object.fromEntries(
          row.flatMap((mark, j) =>
            mark === null ? [] : [[ids[j], { 'I.2': points(0), 'II.1': points(mark) }]],
          ),
        ),
      }),
    );
    const fixed = Object.fromEntries(ids.map((id) => [id, { computed: {}, head: {} }]));
    return tally({ members: ids, rubric, sheets, fixed, quorum: { share: '1/2', minimum: 1 }, ...more });
  }
  const _ = null;
  const harsh = [
    [_, 800, 800, 800],
    [800, _, 800, 800],
    [800, 800, _, 800],
    [400, 400, 400, _],
  ];

  test('the mean rewards who scores everybody lower; the balanced mean does not', () => {
    expect(lines(harsh).map(({ rank }) => rank)).toEqual([2, 2, 2, 1]);
    const balanced = lines(harsh, { aggregator: 'balanced' });
    expect(balanced.map(({ shown }) => shown)).toEqual(Array(4).fill('7,00'));
    expect(balanced.every(({ decidedBy }) => decidedBy !== 'exact-score')).toBe(true);
  });

  test('balanced is ((n−1)·R + S)/(n·(n−1)) on complete ballots', () => {
    const [first] = lines(
      [
        [_, 900, 700],
        [500, _, 800],
        [600, 400, _],
      ],
      { aggregator: 'balanced' },
    );
    // R = 1100, S = 1600, n = 3: (2·1100 + 1600)/6 = 633,33.
    expect(first?.shown).toBe('6,33');
    expect(first && BigInt(first.total?.num ?? 0) * 6n).toBe(3800n * BigInt(first?.total?.den ?? 1));
  });

  const eight = Array.from({ length: 8 }, (_none, i) =>
    Array.from({ length: 8 }, (_other, j) =>
      i === j ? _ : j === 0 ? ([0, 100, 500, 500, 500, 500, 500, 900][i] ?? 0) : 300,
    ),
  );
  test.each([
    ['mean', '5,00', 'mean'],
    ['olympic', '5,00', 'olympic'],
    ['trimmed', '5,00', 'trimmed'],
    ['median', '5,00', 'median'],
  ] as const)('%s of 1, 5, 5, 5, 5, 5, 9 is %s', (aggregator, shown, by) => {
    const [first] = lines(eight, { aggregator });
    expect([first?.shown, first?.by]).toEqual([shown, by]);
  });

  test('the olympic mean needs seven ballots on every unit, else it is the mean and says so', () => {
    expect(lines(harsh, { aggregator: 'olympic' }).map(({ by }) => by)).toEqual(Array(4).fill('mean'));
  });

  test('weighted takes self, peers and head by their weights; a missing voice leaves its weight to the others', () => {
    const self = { b: { 'II.1': points(1000), 'I.2': points(0) } };
    const weighted = { weights: '20:60:20', self, head: unit('a'), deputy: unit('b') };
    const found = lines(harsh, { aggregator: 'weighted', weighted });
    // b: peers (800+800+400)/3, self 1000, head 800: (60·666,67 + 20·1000 + 20·800)/100 = 760.
    expect(found[1]?.shown).toBe('7,60');
    // a, the head: its deputy stands for it, and it has no self-score: (60·666,67 + 20·800)/80 = 700.
    expect(found[0]?.shown).toBe('7,00');
  });

  test('ranking on the rounded value makes the tie that the exact one does not', () => {
    const close = [
      [_, 101, 0],
      [100, _, 0],
      [101, 101, _],
    ];
    expect(lines(close).map(({ rank }) => rank)).toEqual([2, 1, 3]);
    expect(
      lines(close, { rankOn: 'rounded:1' })
        .map(({ rank, decidedBy }) => [rank, decidedBy])
        .slice(0, 2),
    ).not.toContainEqual([1, 'exact-score']);
  });

  test('a sheet that leaves a field empty is void as a whole and changes nothing', () => {
    const whole = lines(harsh.map((row, i) => (i === 3 ? [_, _, _, _] : row)));
    const ids = members.slice(0, 4);
    const sheets = harsh.map(
      (row, i): CountedSheet => ({
        unit: ids[i] as never,
        seq: i + 1,
        marks: Object.fromEntries(
          row.flatMap((mark, j) =>
            mark === null || (i === 3 && j === 0)
              ? []
              : [[ids[j], { 'I.2': points(0), 'II.1': points(mark) }]],
          ),
        ),
      }),
    );
    const fixed = Object.fromEntries(ids.map((id) => [id, { computed: {}, head: {} }]));
    expect(tally({ members: ids, rubric, sheets, fixed, quorum: { share: '1/2', minimum: 1 } })).toEqual(
      whole,
    );
  });

  test('parts of a criterion are capped at its maximum', () => {
    const parted = Rubric.parse({
      ...rubric,
      groups: rubric.groups.map((group) => ({
        ...group,
        criteria: group.criteria.map((one) =>
          one.id === 'II.1'
            ? {
                ...one,
                parts: ['1', '2'].map((n) => ({
                  id: `II.1.${n}`,
                  title: n,
                  max: 2000,
                  kind: 'manual',
                  step: 50,
                })),
              }
            : one,
        ),
      })),
    });
    const marks = { 'I.2': points(0), 'II.1.1': points(2000), 'II.1.2': points(1500) };
    const ids = members.slice(0, 3);
    const sheets = ids.map(
      (id, i): CountedSheet => ({
        unit: id,
        seq: i,
        marks: Object.fromEntries(ids.filter((peer) => peer !== id).map((peer) => [peer, marks])),
      }),
    );
    const fixed = Object.fromEntries(ids.map((id) => [id, { computed: {}, head: {} }]));
    const found = tally({
      members: ids,
      rubric: parted,
      sheets,
      fixed,
      quorum: { share: '1/2', minimum: 1 },
    });
    expect(found.map(({ shown }) => shown)).toEqual(['30,00', '30,00', '30,00']);
  });

  test.each([
    ['bands that do not end at the maximum', { kind: 'banded', bands: [0, 1000] }],
    ['a threshold with a step below its maximum', { kind: 'threshold' }],
    [
      'parts that do not reach it',
      { parts: ['1', '2'].map((n) => ({ id: `x${n}`, title: n, max: 100, kind: 'manual', step: 50 })) },
    ],
    ['an index marked by peers', { kind: 'index' }],
  ])('a rubric with %s is refused', (_what, change) => {
    const broken = {
      ...rubric,
      groups: rubric.groups.map((group) => ({
        ...group,
        criteria: group.criteria.map((one) => (one.id === 'II.1' ? { ...one, ...change } : one)),
      })),
    };
    expect(Rubric.safeParse(broken).success).toBe(false);
  });
});

describe('knock-out conditions keep the rank and lose the eligibility', () => {
  const missing = (setting: string) => {
    const journal = playBloc(launchedSeason(four, { 'score.missing-sheet': setting }), 'k01', 'opened');
    for (const id of ['a', 'b', 'c']) {
      const marks = Object.fromEntries(
        ['a', 'b', 'c', 'd'].filter((peer) => peer !== id).map((peer) => [peer, evenMarks(id, peer)]),
      );
      give(journal, 'SubmitScoreSheet', { unit: id, marks }, leader(id), '2023-12-05T09:00:00');
    }
    for (const id of ['a', 'b', 'c', 'd'])
      give(
        journal,
        'MarkByHead',
        { unit: id, marks: { 'II.2': 1000, 'T.1': 0, 'P.1': 0 } },
        leader(id === 'a' ? 'b' : 'a'),
        '2023-12-06T09:00:00',
      );
    give(journal, 'CloseRound', {}, system, '2023-12-15T17:00:01');
    return journal;
  };
  const kinds = (journal: MemoryJournal) => {
    const { terms } = state(journal);
    return terms ? knockOutsOf(terms, state(journal)).map(({ unit: who, kind }) => `${who} ${kind}`) : [];
  };

  test('a missing sheet, by setting: nothing, ineligible, or ineligible unless excused in writing', () => {
    expect(kinds(missing('dropped'))).toEqual([]);
    expect(kinds(missing('dropped-ineligible'))).toEqual(['d sheet-missing']);
    const journal = missing('excuse');
    expect(kinds(journal)).toEqual(['d sheet-missing']);
    give(
      journal,
      'ExcuseMissingSheet',
      { unit: 'd', document: 'CV 12', date: '2023-12-16' },
      leader('a'),
      '2023-12-18T09:00:00',
    );
    expect(kinds(journal)).toEqual([]);
  });

  test.each([
    ['next', 'ok', 'ok'],
    ['vacant', 'not-eligible', 'not-eligible'],
  ])('the first in rank knocked out, rule %s: the flag for the second is %s', (setting, second) => {
    const marks = (_rater: string, peer: string) => ({
      'I.2': peer === 'c' ? 3500 : 3000,
      'II.1': peer === 'b' ? 2500 : 2000,
    });
    const journal = playBloc(launchedSeason(four, { 'bloc.first-ineligible': setting }), 'k01', 'tallied', {
      marks,
    });
    const first = state(journal).scoring.tally?.lines.find(({ rank }) => rank === 1)?.unit ?? '';
    give(
      journal,
      'RecordKnockOut',
      { unit: first, kind: 'inspection', document: 'QĐ 1', date: '2023-12-10' },
      specialist,
      '2023-12-18T09:00:00',
    );
    give(
      journal,
      'HoldMeeting',
      { place: 'Hội trường', present: ['a', 'b', 'c', 'd'] },
      leader('a'),
      '2023-12-19T09:00:00',
    );
    give(journal, 'ConfirmRanking', {}, leader('a'), '2023-12-19T10:00:00');
    const other = state(journal)
      .meeting.ranking?.ranks.filter(({ unit: who }) => who !== first)
      .sort((a, b) => (a.rank ?? 9) - (b.rank ?? 9))[0]?.unit;
    const nominate = (flag: string) =>
      code(journal, 'Nominate', { flags: [flag], certificates: [] }, leader('a'), '2023-12-19T11:00:00');
    expect(nominate(first)).toBe('not-eligible');
    expect(nominate(other ?? '')).toBe(second);
    expect(state(journal).meeting.ranking?.ranks.find(({ unit: who }) => who === first)?.rank).toBe(1);
  });

  test('is lifted by the document that ended it, and fixed once the ranking is confirmed', () => {
    const journal = playBloc(launchedSeason(four), 'k01', 'tallied');
    const about = { document: 'QĐ 1', date: '2023-12-10' };
    give(
      journal,
      'RecordKnockOut',
      { unit: 'c', kind: 'discipline', ...about },
      specialist,
      '2023-12-18T09:00:00',
    );
    expect(code(journal, 'LiftKnockOut', { number: 1, ...about }, leader('a'), '2023-12-18T10:00:00')).toBe(
      'not-allowed',
    );
    give(journal, 'LiftKnockOut', { number: 1, ...about }, specialist, '2023-12-18T10:00:00');
    expect(kinds(journal)).toEqual([]);
    const ranked = playBloc(launchedSeason(four), 'k01', 'ranked');
    expect(
      code(
        ranked,
        'RecordKnockOut',
        { unit: 'c', kind: 'discipline', ...about },
        specialist,
        '2023-12-19T11:00:00',
      ),
    ).toBe('wrong-phase');
  });
});

describe('objections', () => {
  const rules = { 'objection.working-days': 2, 'objection.answer-working-days': 1 };
  const tallied = () => playBloc(launchedSeason(four, rules), 'k01', 'tallied');
  const file = (journal: MemoryJournal, id: string, now: string, criterion = 'II.1') =>
    code(journal, 'FileObjection', { unit: id, criterion, ground }, leader(id), now);
  const answer = (journal: MemoryJournal, actor: Actor, now: string, more: object = {}) =>
    code(
      journal,
      'AnswerObjection',
      { number: 1, outcome: 'refused', reason: 'Không có minh chứng.', ...more },
      actor,
      now,
    );

  test('are taken to the end of the second working day after the result, of the own unit', () => {
    // The round closes on a Friday at five; two working days end on Tuesday at five.
    const journal = tallied();
    expect(file(journal, 'c', '2023-12-19T17:00:00')).toBe('ok');
    expect(file(journal, 'c', '2023-12-19T17:00:00')).toBe('already-done');
    expect(file(journal, 'd', '2023-12-19T17:00:01')).toBe('after-deadline');
    expect(file(journal, 'd', '2023-12-19T17:00:00', 'Z.9')).toBe('does-not-follow');
  });

  test('are answered by the head, the head’s own by the deputy or the Board, overdue ones by the Board', () => {
    const [own, ofHead, overdue] = [tallied(), tallied(), tallied()];
    file(own, 'c', '2023-12-18T09:00:00');
    expect([
      answer(own, leader('b'), '2023-12-18T10:00:00'),
      answer(own, specialist, '2023-12-18T10:00:00'),
      answer(own, leader('a'), '2023-12-18T10:00:00'),
    ]).toEqual(['not-allowed', 'not-allowed', 'ok']);
    file(ofHead, 'a', '2023-12-18T09:00:00');
    expect([
      answer(ofHead, leader('a'), '2023-12-18T10:00:00'),
      answer(ofHead, leader('b'), '2023-12-18T10:00:00'),
    ]).toEqual(['not-allowed', 'ok']);
    file(overdue, 'c', '2023-12-18T09:00:00');
    expect(
      give(overdue, 'EscalateObjections', {}, system, '2023-12-19T17:00:01').map(({ type }) => type),
    ).toEqual(['ObjectionEscalated']);
    expect([
      answer(overdue, leader('a'), '2023-12-20T09:00:00'),
      answer(overdue, boardHead, '2023-12-20T09:00:00'),
    ]).toEqual(['not-allowed', 'ok']);
  });

  test('that lie past their time are the Board’s from that second on, also before they are passed on', () => {
    const [late, inTime, byBoard] = [tallied(), tallied(), tallied()];
    for (const journal of [late, inTime, byBoard]) file(journal, 'c', '2023-12-18T09:00:00');
    expect([
      answer(late, leader('a'), '2023-12-19T17:00:01'),
      answer(inTime, leader('a'), '2023-12-19T17:00:00'),
      answer(byBoard, specialist, '2023-12-19T17:00:00'),
      answer(byBoard, specialist, '2023-12-19T17:00:01'),
    ]).toEqual(['not-allowed', 'ok', 'not-allowed', 'ok']);
  });

  test('upheld correct the line for every rater alike; before and after are on record', () => {
    const journal = tallied();
    file(journal, 'c', '2023-12-18T09:00:00');
    expect(answer(journal, leader('a'), '2023-12-18T10:00:00', { outcome: 'upheld', to: 3025 })).toBe(
      'out-of-range',
    );
    expect(answer(journal, leader('a'), '2023-12-18T10:00:00', { outcome: 'upheld' })).toBe('out-of-range');
    expect(answer(journal, leader('a'), '2023-12-18T10:00:00', { outcome: 'upheld', to: 2500 })).toBe('ok');
    const { tally: result } = state(journal).scoring;
    const line = result?.lines.find(({ unit: who }) => who === 'c');
    // 20,00 computed + 30,00 + 25,00 corrected + 10,00 of the head.
    expect([result?.revision, line?.shown, line?.rank]).toEqual([2, '85,00', 1]);
    const corrected = journal.commits
      .flatMap(({ body }) => (JSON.parse(body) as { events: { type: string }[] }).events)
      .find(({ type }) => type === 'ResultCorrected');
    expect(corrected).toMatchObject({ before: { shown: '80,00' }, to: 2500 });
  });

  test('upheld show where every unit that moved stood before and after, its rank and the step that decided', () => {
    // Everybody stands first with 80,00; c rises above the others, and then d draws level with c.
    const journal = tallied();
    file(journal, 'c', '2023-12-18T09:00:00');
    file(journal, 'd', '2023-12-18T09:05:00');
    const uphold = { outcome: 'upheld', to: 2500 };
    answer(journal, leader('a'), '2023-12-18T10:00:00', uphold);
    answer(journal, leader('a'), '2023-12-18T11:00:00', { ...uphold, number: 2 });
    const [first, second] = state(journal).objections.filed;
    expect([first?.correction, second?.correction]).toEqual([
      { to: 2500, revision: 2 },
      { to: 2500, revision: 3 },
    ]);
    const stands = (shown: string, rank: number, decidedBy: string | null) => ({ shown, rank, decidedBy });
    const tied = stands('80,00', 1, 'shared-rank');
    expect(movedBy(state(journal), 2)).toEqual([
      { unit: 'a', before: tied, after: stands('80,00', 2, 'shared-rank') },
      { unit: 'b', before: tied, after: stands('80,00', 2, 'shared-rank') },
      { unit: 'c', before: tied, after: stands('85,00', 1, 'exact-score') },
      { unit: 'd', before: tied, after: stands('80,00', 2, 'shared-rank') },
    ]);
    expect(
      movedBy(state(journal), 3).map(({ unit: id, after }) => [id, after.rank, after.decidedBy]),
    ).toEqual([
      ['a', 3, 'shared-rank'],
      ['b', 3, 'shared-rank'],
      ['c', 1, 'shared-rank'],
      ['d', 1, 'shared-rank'],
    ]);
  });

  test('make the ranking wait: until their time is over and none is open', () => {
    const journal = tallied();
    give(
      journal,
      'HoldMeeting',
      { place: 'Hội trường', present: ['a', 'b', 'c'] },
      leader('a'),
      '2023-12-19T09:00:00',
    );
    const confirm = (now: string) => code(journal, 'ConfirmRanking', {}, leader('a'), now);
    expect(confirm('2023-12-19T16:00:00')).toBe('objections-open');
    file(journal, 'c', '2023-12-19T16:30:00');
    expect(confirm('2023-12-20T09:00:00')).toBe('objections-open');
    answer(journal, leader('a'), '2023-12-20T10:00:00');
    expect(confirm('2023-12-20T11:00:00')).toBe('ok');
  });

  test('count working days over weekends, holidays and swapped days', () => {
    const daysOff = { off: ['2024-01-01'], workedWeekendDays: ['2024-01-06'] };
    expect(workingDaysAfter('2023-12-29T10:00:00+07:00', 1, daysOff)).toBe('2024-01-02T17:00:00+07:00');
    expect(workingDaysAfter('2024-01-05T10:00:00+07:00', 1, daysOff)).toBe('2024-01-06T17:00:00+07:00');
    expect(workingDaysAfter('2024-01-05T23:30:00+07:00', 0, daysOff)).toBe('2024-01-05T17:00:00+07:00');
  });
});

describe('the meeting votes on the flag', () => {
  const marks = (_rater: string, peer: string) => ({
    'I.2': { a: 2000, b: 3500, c: 3000, d: 2500 }[peer] ?? 0,
    'II.1': 2000,
  });
  const ranked = (rules: Record<string, string | number>) =>
    playBloc(
      launchedSeason(four, { 'meeting.vote': 'open', 'meeting.candidates': 2, ...rules }),
      'k01',
      'ranked',
      { marks },
    );
  const open = (journal: MemoryJournal, recused: string[] = []) =>
    code(journal, 'OpenBallot', { recused }, leader('a'), '2023-12-19T11:00:00');
  const vote = (journal: MemoryJournal, id: string, choice: string | null) =>
    code(journal, 'CastBallot', { unit: id, choice }, leader(id), '2023-12-19T11:10:00');

  test.each([
    ['total', 'in', 4, 3],
    ['total', 'out', 3, 2],
    ['present', 'in', 4, 3],
    ['present', 'out', 3, 2],
    ['entitled', 'in', 3, 2],
  ])(
    'more than half of %s members, one recused %s: of %i it needs %i',
    (denominator, recused, whole, needed) => {
      const journal = ranked({ 'meeting.denominator': denominator, 'meeting.recused': recused });
      expect(open(journal, ['b'])).toBe('ok');
      const ballot = state(journal).meeting.ballots[0];
      expect([ballot?.denominator, ballot?.needed, ballot?.voters.length]).toEqual([whole, needed, 3]);
    },
  );

  test('openly by name among the first k, once each, and the flag goes to who was elected', () => {
    const journal = ranked({});
    expect(open(journal, ['b', 'b'])).toBe('not-a-member');
    open(journal);
    expect(state(journal).meeting.ballots[0]?.candidates).toEqual(['b', 'c']);
    expect(vote(journal, 'a', 'd')).toBe('does-not-follow');
    expect([vote(journal, 'a', 'c'), vote(journal, 'a', 'c')]).toEqual(['ok', 'already-done']);
    for (const id of ['b', 'd']) vote(journal, id, 'c');
    expect(vote(journal, 'c', null)).toBe('ok');
    const nominate = (flag: string) =>
      code(journal, 'Nominate', { flags: [flag], certificates: [] }, leader('a'), '2023-12-19T12:00:00');
    expect([nominate('b'), nominate('c')]).toEqual(['does-not-follow', 'ok']);
  });

  test('again where nobody reaches the share', () => {
    const journal = ranked({});
    open(journal);
    for (const [id, choice] of [
      ['a', 'b'],
      ['b', 'b'],
      ['c', 'c'],
      ['d', 'c'],
    ] as const)
      vote(journal, id, choice);
    expect(state(journal).meeting.ballots[0]?.counted?.elected).toBe(null);
    expect(open(journal)).toBe('ok');
    expect(state(journal).meeting.ballots).toHaveLength(2);
  });

  test('on paper with sums that agree, counted by three who are present', () => {
    const journal = ranked({ 'meeting.vote': 'paper' });
    open(journal);
    const count = (more: object) =>
      code(
        journal,
        'EnterBallotCount',
        {
          team: ['a', 'b', 'c'],
          issued: 4,
          returned: 4,
          blank: 0,
          invalid: 1,
          votes: [
            { unit: 'b', votes: 3 },
            { unit: 'c', votes: 0 },
          ],
          ...more,
        },
        leader('a'),
        '2023-12-19T11:30:00',
      );
    expect(count({ returned: 3 })).toBe('does-not-follow');
    expect(count({ team: ['a', 'b', 'x'] })).toBe('not-on-the-roll');
    expect(count({})).toBe('ok');
    expect(state(journal).meeting.ballots[0]?.counted?.elected).toBe('b');
  });

  const choose = (journal: MemoryJournal, payload: object) =>
    code(
      journal,
      'ChooseNextHead',
      { head: 'b', deputy: 'c', ...payload },
      leader('a'),
      '2023-12-19T12:00:00',
    );

  test('and chooses head and deputy of the next season: by rotation, or with more than half of all', () => {
    const journal = ranked({ 'meeting.vote': 'none' });
    expect([
      choose(journal, { by: 'vote', yes: 2 }),
      choose(journal, { by: 'rotation', yes: 4 }),
      choose(journal, { by: 'rotation', deputy: 'b' }),
      choose(journal, { by: 'vote', yes: 3 }),
    ]).toEqual(['no-quorum', 'does-not-follow', 'does-not-follow', 'ok']);
    const handOver = (date: string) =>
      code(journal, 'HandOver', { items: 'Hồ sơ khối', date }, leader('a'), '2023-12-29T09:00:00');
    expect([handOver('2023-12-30'), handOver('2023-12-29')]).toEqual(['does-not-follow', 'ok']);
    expect(state(journal).meeting.handedOver?.to).toBe('b');
    // This season's head stays who it is.
    expect(state(journal).terms?.head).toBe('a');
  });

  test('by rotation in the order of the members after the present head, round again at the end; else by vote', () => {
    const journal = ranked({});
    expect([
      choose(journal, { by: 'rotation', head: 'c', deputy: 'd' }),
      choose(journal, { by: 'rotation', head: 'b', deputy: 'd' }),
      choose(journal, { by: 'rotation', head: 'b', deputy: 'c' }),
      choose(journal, { by: 'vote', yes: 4, head: 'd', deputy: 'a' }),
    ]).toEqual(['does-not-follow', 'does-not-follow', 'ok', 'ok']);
    const terms = state(journal).terms;
    if (!terms) throw new Error('the bloc has no terms');
    const turn = (head: string) => rotationOf({ ...terms, head: head as never });
    expect([turn('c'), turn('d')]).toEqual([
      { head: 'd', deputy: 'a' },
      { head: 'a', deputy: 'b' },
    ]);
  });

  test.each([
    ['rotation', '1/2', 'moreThan', ['ok', 'does-not-follow']],
    ['vote', '1/2', 'moreThan', ['does-not-follow', 'ok']],
    ['vote', '3/4', 'atLeast', ['does-not-follow', 'ok']],
    ['either', '3/4', 'moreThan', ['ok', 'no-quorum']],
  ])(
    'as the rules say: by %s, with %s (%s) of all, three of four agreeing',
    (choice, threshold, comparison, said) => {
      const journal = ranked({
        'next-head.choice': choice,
        'next-head.threshold': threshold,
        'next-head.comparison': comparison,
      });
      expect([choose(journal, { by: 'rotation' }), choose(journal, { by: 'vote', yes: 3 })]).toEqual(said);
    },
  );
});

describe('the province’s targets', () => {
  type Asked = Parameters<typeof rollUp>[0];
  const province = (unitOf: string | null, more: object = {}) =>
    ({
      id: 'T01',
      metric: 'x',
      unit: unitOf,
      change: 'none',
      operator: '≥',
      direction: 'higher',
      value: '6',
      ...more,
    }) as unknown as Asked;

  test.each([
    ['%', 'Tỷ lệ che phủ rừng', {}, true],
    ['triệu đồng', 'Thu ngân sách trên địa bàn', {}, false],
    ['triệu đồng', 'GRDP bình quân đầu người', {}, true],
    ['triệu đồng', 'Giá trị sản phẩm trồng trọt trên 1 đơn vị diện tích (ha)', {}, true],
    ['bác sĩ/vạn dân', 'Số bác sĩ', {}, true],
    ['trường', 'Số trường đạt chuẩn quốc gia tăng thêm', {}, false],
    ['người', 'Tỷ lệ lao động qua đào tạo', { rollUp: 'sum' }, false],
    ['trường', 'Số trường đạt chuẩn', { rollUp: 'owner' }, true],
    [null, 'Chất lượng phổ cập giáo dục', {}, true],
    ['trường', 'Chất lượng phổ cập', { change: 'qualitative' }, true],
  ])('a target in %s, "%s" %o, is a rate: %s', (unitOf, metric, more, rate) => {
    expect(isRate(province(unitOf, { metric, ...more }))).toBe(rate);
  });

  /** A bloc whose members pledged a share of T01, measured as said; self-scoring is over. */
  const shares = (measures: Record<string, string>, until: BlocStop = 'opened') => {
    const journal = playBloc(launchedSeason(four), 'k01', 'scheduled');
    for (const [id, unitOfMeasure] of Object.entries(measures)) {
      const targets = [{ ...target, unitOfMeasure, planned: '2', added: true }];
      give(journal, 'RegisterTargets', { unit: id, targets }, officer(id), '2023-02-09T09:00:00');
    }
    return playBloc(journal, 'k01', until, { registered: true, actual: (id) => (id === 'a' ? '1.5' : '2') });
  };
  const schools = { a: 'trường', b: 'Trường ', c: 'trường', d: 'trường' };
  const roll = (journal: MemoryJournal, asked: Asked, figures: Parameters<typeof rollUp>[1] = []) =>
    rollUp(asked, figures, [{ stream, bloc: state(journal) }]);
  const figure = { value: '8.1' as never, asOf: '2023-12-31', source: 'Cục Thống kê', seq: 1, at: '' };

  test('of counts are summed from the shares that units report, of rates the owner’s; both name their source', () => {
    const journal = shares(schools);
    // Until self-scoring has closed, the year's figures are the units' own.
    expect(roll(shares(schools, 'self-scored'), province('trường')).parts).not.toContainEqual(
      expect.objectContaining({ reported: 'year' }),
    );
    expect(roll(journal, province('trường'))).toMatchObject({
      rule: 'sum',
      value: '7.5',
      source: '4/4 đơn vị báo cáo',
      attained: { reached: true, percent: '125,00' },
    });
    expect(roll(journal, province('trường', { operator: '>', value: '7.5' })).attained).toEqual({
      reached: false,
      percent: '100,00',
    });
    const owner = 'Cục Thống kê tỉnh';
    expect(roll(journal, province('%', { owner }), [figure])).toMatchObject({
      rule: 'owner',
      owner,
      value: '8.1',
      source: 'Cục Thống kê',
      attained: { reached: true, percent: '135,00' },
    });
    expect(roll(journal, province('%'))).toMatchObject({
      rule: 'owner',
      owner: null,
      value: null,
      source: null,
      attained: null,
    });
  });

  test('of counts add up only what is measured alike; what is not stands apart and is said', () => {
    expect(roll(shares({ ...schools, b: '%', c: 'nghìn trường' }), province('trường'))).toMatchObject({
      value: '3.5',
      source: '2/2 đơn vị báo cáo; không cộng 2 chỉ tiêu ghi đơn vị tính khác',
    });
  });

  test('of counts without a report name who was to report, and have no value', () => {
    expect(roll(shares(schools, 'signed'), province('trường'))).toMatchObject({
      value: null,
      source: '0/4 đơn vị báo cáo',
    });
  });

  test('of a total are the sum of what makes it up, where nothing else is known of it', () => {
    const turnover = (id: string, parent: string | null, value: string) =>
      province('triệu USD', { id, parent, metric: 'Kim ngạch xuất, nhập khẩu', value, operator: '=' });
    const all = [turnover('T05', null, '638'), turnover('T06', 'T05', '396'), turnover('T07', 'T05', '242')];
    const said = (value: string) => [{ ...figure, value: value as never, source: 'Cục Hải quan' }];
    const total = (figures: Parameters<typeof rollUpAll>[1], targets = all) =>
      rollUpAll(targets, figures, [])[0];
    expect(total({ T06: said('400'), T07: said('250') })).toMatchObject({
      value: '650',
      source: 'cộng các chỉ tiêu T06, T07',
      attained: { reached: true },
    });
    expect(total({ T06: said('400') })?.value).toBeNull();
    // The owner's own figure stands before the sum.
    expect(total({ T05: said('640'), T06: said('400'), T07: said('250') })?.value).toBe('640');
    // What does not add up to the plan does not make it up.
    const others = [...all.slice(0, 2), turnover('T07', 'T05', '100')];
    expect(total({ T06: said('400'), T07: said('250') }, others)?.value).toBeNull();
  });

  test('of rates are the figure as of the latest date, also where an older one is recorded after it', () => {
    const older = { ...figure, value: '4.2' as never, asOf: '2023-06-30', seq: 2 };
    const mended = { ...figure, value: '8.2' as never, seq: 3 };
    const journal = shares(schools);
    expect(roll(journal, province('%'), [figure, older]).value).toBe('8.1');
    expect(roll(journal, province('%'), [figure, older, mended]).value).toBe('8.2');
    const record = { target: 'T01', value: '8', asOf: '2023-07-02', source: 'Cục Thống kê' };
    const day = at('2023-07-01T09:00:00');
    expect(journal.give('season-2023', 'RecordTargetFigure', record, specialist, day).ok).toBe(false);
  });

  test('count a merged unit’s share once: its successor’s, with what was reported before', () => {
    const journal = shares(schools, 'reviewed');
    const merged = { unit: 'd', successors: ['x'], validTo: '2023-07-31', document: 'QĐ sáp nhập' };
    must(journal.give('province', 'SucceedUnit', merged, specialist, at('2023-08-01T08:00:00')));
    give(journal, 'OpenAddendum', { unit: 'x', predecessor: 'd' }, specialist, '2023-08-01T09:00:00');
    const { hash } = state(journal).addenda[0] ?? {};
    for (const id of ['a', 'b', 'c', 'x'])
      give(journal, 'SignAddendum', { unit: id, hash }, leader(id), '2023-08-02T09:00:00');
    const found = roll(journal, province('trường'));
    expect(found.parts.map((part) => part.unit)).toEqual(['a', 'b', 'c', 'x']);
    // 45 was reported at mid-year by each.
    expect([found.value, found.source]).toEqual(['180', '4/4 đơn vị báo cáo']);
    // The review was closed before the successor came: nothing is missing of it.
    const { terms } = state(journal);
    expect(terms && knockOutsOf(terms, state(journal))).toEqual([]);
  });
});
