/** The year through the deciders alone: lawful on the normal path, and refused wherever a rule says no. */
import { describe, expect, test } from 'vitest';
import type { Actor } from '../../../shared/domain/actor.ts';
import type { Bloc } from '../../../shared/domain/bloc.ts';
import type { UnitId } from '../../../shared/domain/ids.ts';
import { blocProgress } from '../../../shared/domain/progress.ts';
import { sha256Of } from '../../../shared/journal.ts';
import {
  at,
  auditor,
  boardHead,
  calendar,
  evenHead,
  launchedSeason,
  leader,
  type MemoryJournal,
  memoryJournal,
  must,
  office,
  officer,
  playBloc,
  provinceRules,
  roll,
  rubric,
  seat,
  specialist,
  system,
  target,
} from '../../builders.ts';

const bloc = { kind: 'bloc' as const, season: '2023' as never, bloc: 'k01' as never };
const council = { kind: 'council' as const, season: '2023' as never, session: 1 as never };
const k01 = 'bloc-2023-k01';
const c1 = 'council-2023-1';

function code(
  journal: MemoryJournal,
  stream: string,
  name: string,
  payload: object,
  actor: Actor,
  now: string,
): string {
  const before = journal.commits.length;
  const result = journal.give(stream, name, payload, actor, at(now));
  if (!result.ok) expect(journal.commits.length).toBe(before);
  return result.ok ? 'ok' : result.refusal.code;
}

describe('a season', () => {
  test('is launched only without faults, and the pre-flight names every one at once', () => {
    const journal = memoryJournal();
    must(
      journal.give(
        'province',
        'FoundProvince',
        {
          name: 'Mẫu',
          assignments: [
            { id: 'x', account: 'board-head', role: 'board-head', from: '2023-01-01T00:00:00+07:00' },
          ],
        },
        system,
        at('2023-01-02T08:00:00'),
      ),
    );
    must(
      journal.give(
        'province',
        'OpenSeason',
        { season: '2023', title: 'Năm 2023' },
        boardHead,
        at('2023-01-02T08:00:00'),
      ),
    );
    must(journal.give('season-2023', 'CreateSeason', {}, specialist, at('2023-01-02T08:00:00')));
    const refused = journal.give('season-2023', 'LaunchSeason', {}, boardHead, at('2023-01-18T08:00:00'));
    expect(refused.ok).toBe(false);
    if (refused.ok) return;
    const found = ((refused.refusal.details?.found ?? []) as { at: string }[]).map((fault) => fault.at);
    expect(refused.refusal.code).toBe('preflight-failed');
    expect(found).toEqual(
      expect.arrayContaining([
        'directive',
        'calendar',
        'blocs',
        'council',
        'council.chair',
        'council.secretary',
        'rules',
      ]),
    );
  });
  test('cannot be changed once it is launched, but for new law', () => {
    const journal = launchedSeason();
    expect(code(journal, 'season-2023', 'SetCalendar', calendar, specialist, '2023-02-01T08:00:00')).toBe(
      'already-done',
    );
    expect(code(journal, 'season-2023', 'AdoptRubric', rubric, specialist, '2023-02-01T08:00:00')).toBe(
      'already-done',
    );
    expect(
      code(
        journal,
        'season-2023',
        'SetRules',
        { province: provinceRules },
        specialist,
        '2023-02-01T08:00:00',
      ),
    ).toBe('already-done');
    const pack = {
      id: 'luat-moi',
      title: 'Luật mới',
      basis: ['Luật mới'],
      from: null,
      to: null,
      source: 'thử',
      verified: false,
      values: {},
    };
    expect(
      code(journal, 'season-2023', 'SetRules', { packs: [pack] }, specialist, '2023-02-01T08:00:00'),
    ).toBe('ok');
  });
  test('may be open beside one other, not two', () => {
    const journal = launchedSeason();
    expect(
      code(
        journal,
        'province',
        'OpenSeason',
        { season: '2024', title: 'Năm 2024' },
        boardHead,
        '2024-01-05T08:00:00',
      ),
    ).toBe('ok');
    expect(
      code(
        journal,
        'province',
        'OpenSeason',
        { season: '2025', title: 'Năm 2025' },
        boardHead,
        '2024-01-05T08:00:00',
      ),
    ).toBe('too-many-open-seasons');
    expect(
      code(journal, 'province', 'ArchiveSeason', { season: '2023' }, boardHead, '2024-04-05T08:00:00'),
    ).toBe('ok');
    expect(
      code(
        journal,
        'province',
        'OpenSeason',
        { season: '2025', title: 'Năm 2025' },
        boardHead,
        '2024-05-05T08:00:00',
      ),
    ).toBe('ok');
  });
});

describe('the pledge', () => {
  test('is complete when every member has signed the frozen hash', () => {
    const journal = playBloc(launchedSeason(), 'k01', 'signed');
    const { pledge, runs } = journal.state(bloc);
    expect(pledge.closed).toMatchObject({ signed: ['a', 'b', 'c'], absent: [] });
    expect(runs).toEqual({ 'pledge-signing': 1, 'mid-year-review': 1 });
    expect(sha256Of(pledge.frozen?.document ?? '')).toBe(pledge.frozen?.hash);
  });
  test('cannot be signed before its day, after its second, by an officer, for another unit, or under another hash', () => {
    const journal = playBloc(launchedSeason(), 'k01', 'frozen');
    const hash = journal.state(bloc).pledge.frozen?.hash ?? '';
    const sign = (actor: Actor, now: string, signed = hash, unit = 'a') =>
      code(journal, k01, 'SignPledge', { unit, hash: signed }, actor, now);
    expect(sign(leader('a'), '2023-02-28T08:00:00')).toBe('not-yet-open');
    expect(sign(officer('a'), '2023-03-02T08:00:00')).toBe('not-allowed');
    expect(sign(leader('b'), '2023-03-02T08:00:00')).toBe('not-allowed');
    expect(sign(leader('a'), '2023-03-02T08:00:00', '0'.repeat(64))).toBe('not-the-frozen-text');
    expect(sign(leader('a'), '2023-03-31T17:00:01.000')).toBe('after-deadline');
    expect(sign(leader('a'), '2023-03-31T17:00:00.999')).toBe('ok');
    expect(sign(leader('a'), '2023-03-31T17:00:00.999')).toBe('already-done');
  });
  test('loses every signature when a comma changes, and has to be frozen anew', () => {
    const journal = playBloc(launchedSeason(), 'k01', 'frozen');
    const hash = journal.state(bloc).pledge.frozen?.hash ?? '';
    must(journal.give(k01, 'SignPledge', { unit: 'b', hash }, leader('b'), at('2023-03-02T08:00:00')));
    must(
      journal.give(
        k01,
        'DraftPledge',
        { text: 'Thi đua, hoàn thành nhiệm vụ.' },
        leader('a'),
        at('2023-03-03T08:00:00'),
      ),
    );
    expect(journal.state(bloc).pledge).toMatchObject({ signatures: {}, frozen: undefined });
    must(journal.give(k01, 'FreezePledge', {}, leader('a'), at('2023-03-03T09:00:00')));
    expect(journal.state(bloc).pledge.version).toBe(2);
    expect(code(journal, k01, 'SignPledge', { unit: 'b', hash }, leader('b'), '2023-03-04T08:00:00')).toBe(
      'not-the-frozen-text',
    );
  });
  test('is closed at its deadline with the absent named; who did not sign is scored but not nominated', () => {
    const journal = playBloc(launchedSeason({ k01: ['a', 'b', 'c', 'd'] }), 'k01', 'frozen');
    const hash = journal.state(bloc).pledge.frozen?.hash ?? '';
    for (const id of ['b', 'c', 'd'])
      must(journal.give(k01, 'SignPledge', { unit: id, hash }, leader(id), at('2023-03-10T09:00:00')));
    expect(code(journal, k01, 'ClosePledge', {}, system, '2023-03-31T17:00:00.999')).toBe('not-yet-open');
    must(journal.give(k01, 'ClosePledge', {}, system, at('2023-03-31T17:00:01')));
    expect(journal.state(bloc).pledge.closed).toMatchObject({ absent: ['a'], signed: ['b', 'c', 'd'] });
  });
  test('is not frozen while a member has no targets, unless that member is named', () => {
    const journal = launchedSeason();
    must(
      journal.give(
        k01,
        'RegisterTargets',
        { unit: 'a', targets: [target] },
        officer('a'),
        at('2023-02-10T09:00:00'),
      ),
    );
    must(journal.give(k01, 'DraftPledge', { text: 'Thi đua.' }, leader('a'), at('2023-02-10T09:00:00')));
    expect(code(journal, k01, 'FreezePledge', {}, leader('a'), '2023-02-11T09:00:00')).toBe('not-ready');
    expect(
      code(journal, k01, 'FreezePledge', { withoutTargets: ['b', 'c'] }, leader('b'), '2023-02-11T09:00:00'),
    ).toBe('not-allowed');
    expect(
      code(journal, k01, 'FreezePledge', { withoutTargets: ['b', 'c'] }, leader('a'), '2023-02-11T09:00:00'),
    ).toBe('ok');
  });
});

describe('cross-scoring', () => {
  const sheet = (rater: string) =>
    Object.fromEntries(
      ['a', 'b', 'c'].filter((peer) => peer !== rater).map((peer) => [peer, { 'I.2': 3000, 'II.1': 2000 }]),
    );
  test('a sheet never marks its own unit, a computed or a head line, outside a range, or leaves a field empty', () => {
    const journal = playBloc(launchedSeason(), 'k01', 'opened');
    const submit = (marks: object, now = '2023-12-05T09:00:00') =>
      code(journal, k01, 'SubmitScoreSheet', { unit: 'c', marks }, leader('c'), now);
    expect(submit({ ...sheet('c'), c: { 'I.2': 100, 'II.1': 100 } })).toBe('own-unit');
    expect(submit({ ...sheet('c'), a: { 'I.1': 100, 'I.2': 100, 'II.1': 100 } })).toBe('not-yours-to-mark');
    expect(submit({ ...sheet('c'), a: { 'I.2': 100, 'II.1': 100, 'II.2': 100 } })).toBe('not-yours-to-mark');
    expect(submit({ ...sheet('c'), a: { 'I.2': 4050, 'II.1': 100 } })).toBe('out-of-range');
    expect(submit({ ...sheet('c'), a: { 'I.2': 4025, 'II.1': 100 } })).toBe('out-of-range');
    expect(submit({ ...sheet('c'), a: { 'I.2': 25, 'II.1': 100 } })).toBe('out-of-range');
    expect(submit({ a: sheet('c').a })).toBe('sheet-incomplete');
    expect(submit({ ...sheet('c'), z: { 'I.2': 100, 'II.1': 100 } })).toBe('not-a-member');
    expect(submit(sheet('c'))).toBe('ok');
    expect(submit({ ...sheet('c'), a: { 'I.2': 0, 'II.1': 0 } }, '2023-12-15T17:00:00.999')).toBe('ok');
    expect(submit(sheet('c'), '2023-12-15T17:00:01.000')).toBe('after-deadline');
    expect(journal.state(bloc).scoring.sheets.c?.marks.a).toEqual({ 'I.2': 0, 'II.1': 0 });
  });
  test('the head marks the others, the deputy marks the head, the Board may mark anybody', () => {
    const journal = playBloc(launchedSeason(), 'k01', 'opened');
    const mark = (actor: Actor, unit: string) =>
      code(journal, k01, 'MarkByHead', { unit, marks: evenHead }, actor, '2023-12-05T09:00:00');
    expect(mark(leader('a'), 'a')).toBe('not-allowed');
    expect(mark(leader('b'), 'c')).toBe('not-allowed');
    expect(mark(leader('b'), 'a')).toBe('ok');
    expect(mark(leader('a'), 'b')).toBe('ok');
    expect(mark(specialist, 'c')).toBe('ok');
    expect(mark(auditor, 'c')).toBe('not-allowed');
  });
  test('the round is closed early only when every sheet is in, and takes nothing afterwards', () => {
    const journal = playBloc(launchedSeason(), 'k01', 'opened');
    expect(code(journal, k01, 'CloseRound', {}, leader('a'), '2023-12-05T09:00:00')).toBe('not-ready');
    expect(code(journal, k01, 'CloseRound', {}, system, '2023-12-05T09:00:00')).toBe('not-yet-open');
    for (const id of ['a', 'b', 'c'])
      must(
        journal.give(
          k01,
          'SubmitScoreSheet',
          { unit: id, marks: sheet(id) },
          leader(id),
          at('2023-12-05T09:00:00'),
        ),
      );
    must(journal.give(k01, 'CloseRound', {}, leader('a'), at('2023-12-05T10:00:00')));
    expect(
      code(
        journal,
        k01,
        'SubmitScoreSheet',
        { unit: 'a', marks: sheet('a') },
        leader('a'),
        '2023-12-05T10:00:00',
      ),
    ).toBe('after-deadline');
    expect(journal.state(bloc).scoring.tally).toBeUndefined();
    for (const [id, by] of [
      ['a', 'b'],
      ['b', 'a'],
      ['c', 'a'],
    ] as const)
      must(
        journal.give(k01, 'MarkByHead', { unit: id, marks: evenHead }, leader(by), at('2023-12-06T10:00:00')),
      );
    expect(journal.state(bloc).scoring.tally?.lines).toHaveLength(3);
  });
  test('the computed line follows from pledge and actuals: 45 of 90 is half of 20 points', () => {
    const journal = playBloc(launchedSeason(), 'k01', 'tallied', {
      actual: (id) => (id === 'a' ? '45' : '99'),
    });
    const lines = journal.state(bloc).scoring.tally?.lines ?? [];
    expect(lines.map(({ computed }) => computed)).toEqual([1000, 2000, 2000]);
    expect(lines.map(({ shown }) => shown)).toEqual(['70,00', '80,00', '80,00']);
    expect(lines.map(({ rank }) => rank)).toEqual([3, 1, 1]);
  });
});

describe('the meeting', () => {
  const tallied = () =>
    playBloc(launchedSeason({ k01: ['a', 'b', 'c', 'd'] }), 'k01', 'tallied', {
      actual: (id) => String(60 + 5 * 'abcd'.indexOf(id)),
    });
  const day = '2023-12-19T09:00:00';
  test('without two thirds is recorded and has to be repeated', () => {
    const journal = tallied();
    must(
      journal.give(k01, 'HoldMeeting', { place: 'Hội trường', present: ['a', 'b'] }, leader('a'), at(day)),
    );
    expect(code(journal, k01, 'ConfirmRanking', {}, leader('a'), day)).toBe('no-quorum');
    must(
      journal.give(
        k01,
        'HoldMeeting',
        { place: 'Hội trường', present: ['a', 'b', 'd'] },
        leader('a'),
        at(day),
      ),
    );
    expect(code(journal, k01, 'ConfirmRanking', {}, leader('a'), day)).toBe('ok');
  });
  test('nominates within the quota, the flag for the leader', () => {
    const journal = tallied();
    must(
      journal.give(
        k01,
        'HoldMeeting',
        { place: 'Hội trường', present: ['a', 'b', 'd'] },
        leader('a'),
        at(day),
      ),
    );
    must(journal.give(k01, 'ConfirmRanking', {}, leader('a'), at(day)));
    const nominate = (flags: string[], certificates: string[]) =>
      code(journal, k01, 'Nominate', { flags, certificates }, leader('a'), day);
    expect(nominate(['d', 'c'], [])).toBe('over-quota');
    expect(nominate(['c'], [])).toBe('does-not-follow');
    expect(nominate(['d'], ['d'])).toBe('does-not-follow');
    expect(nominate([], [])).toBe('not-ready');
    expect(nominate(['d'], ['c', 'b'])).toBe('ok');
    expect(journal.state(bloc).meeting.ended?.as).toBe('nominated');
  });
  test('closes without nomination when its time is over', () => {
    const journal = tallied();
    expect(code(journal, k01, 'CloseMeeting', {}, system, '2023-12-29T17:00:00')).toBe('not-yet-open');
    expect(code(journal, k01, 'CloseMeeting', {}, system, '2023-12-29T17:00:01')).toBe('ok');
    expect(journal.state(bloc).meeting.ended?.as).toBe('closed');
  });
});

describe('the Council', () => {
  function received(): MemoryJournal {
    const journal = playBloc(launchedSeason({ k01: ['a', 'b', 'c', 'd'] }), 'k01', 'nominated', {
      actual: (id) => String(60 + 5 * 'abcd'.indexOf(id)),
    });
    must(journal.give(c1, 'OpenCouncil', {}, system, at('2023-12-20T08:00:00')));
    must(journal.give(c1, 'ReceiveNomination', { bloc: 'k01' }, system, at('2023-12-20T08:00:00')));
    must(journal.give(c1, 'CloseNominations', {}, system, at('2023-12-20T08:00:00')));
    return journal;
  }
  const day = '2024-01-09T08:00:00';
  const session = { at: '2024-01-09T08:00:00+07:00', place: 'Phòng họp' };
  function convened(): MemoryJournal {
    const journal = received();
    for (const { unit, award } of Object.values(journal.state(council).dossiers)) {
      must(
        journal.give(
          c1,
          'AppraiseDossier',
          { unit, award, verdict: 'eligible' },
          specialist,
          at('2024-01-08T08:00:00'),
        ),
      );
    }
    must(journal.give(c1, 'ProposeSession', session, boardHead, at(day)));
    must(journal.give(c1, 'ConveneSession', session, seat(1), at(day)));
    return journal;
  }
  test('is convened by the chair when every dossier is appraised, on a frozen roll', () => {
    const journal = received();
    expect(code(journal, c1, 'ConveneSession', session, seat(1), day)).toBe('not-ready');
    expect(code(journal, c1, 'ConveneSession', session, specialist, day)).toBe('not-allowed');
    expect(convened().state(council).session?.roll).toEqual(roll);
  });
  test('has its quorum at five of seven, and votes only by who is present', () => {
    const journal = convened();
    const attend = (n: number) =>
      must(
        journal.give(
          c1,
          'RecordAttendance',
          { present: roll.slice(0, n).map((s) => s.seat) },
          seat(2),
          at(day),
        ),
      );
    const vote = (n: number) =>
      code(
        journal,
        c1,
        'CastVote',
        {
          award: 'certificate',
          choices: [
            { unit: 'c', choice: 'yes' },
            { unit: 'b', choice: 'no' },
          ],
        },
        seat(n),
        day,
      );
    attend(4);
    expect(vote(1)).toBe('no-quorum');
    attend(5);
    expect(vote(1)).toBe('ok');
    // Absent members vote in writing.
    expect(vote(6)).toBe('ok');
    expect(vote(9)).toBe('not-on-the-roll');
    expect(code(journal, c1, 'RecordAttendance', { present: ['s1'] }, seat(2), day)).toBe('already-done');
    expect(
      code(
        journal,
        c1,
        'CastVote',
        { award: 'provincial-flag', choices: [{ unit: 'd', choice: 'yes' }] },
        seat(1),
        day,
      ),
    ).toBe('wrong-phase');
    expect(
      code(
        journal,
        c1,
        'CastVote',
        { award: 'certificate', choices: [{ unit: 'c', choice: 'yes' }] },
        seat(1),
        day,
      ),
    ).toBe('does-not-follow');
  });
  test('counts shares of all members, publishes what passed at its instant and not before', () => {
    const journal = convened();
    must(
      journal.give(
        c1,
        'RecordAttendance',
        { present: roll.slice(0, 6).map((s) => s.seat) },
        seat(2),
        at(day),
      ),
    );
    const paper = { award: 'provincial-flag', team: ['s4', 's5', 's6'], issued: 6, returned: 6 };
    const enter = (yes: number, no: number, more: object = {}) =>
      code(
        journal,
        c1,
        'EnterPaperCount',
        { ...paper, ...more, lines: [{ unit: 'd', yes, no, invalid: 0 }] },
        seat(2),
        day,
      );
    expect(enter(5, 0)).toBe('does-not-follow');
    expect(enter(4, 2, { issued: 7, returned: 6 })).toBe('does-not-follow');
    expect(enter(6, 0, { team: ['s4', 's5', 's7'] })).toBe('not-on-the-roll');
    expect(enter(6, 0)).toBe('ok');
    expect(code(journal, c1, 'CountVotes', {}, seat(2), day)).toBe('not-ready');
    for (const n of [1, 2, 3, 4, 5, 6]) {
      const choices = [
        { unit: 'c', choice: n === 6 ? 'no' : 'yes' },
        { unit: 'b', choice: n > 4 ? 'abstain' : 'yes' },
      ];
      must(journal.give(c1, 'CastVote', { award: 'certificate', choices }, seat(n), at(day)));
    }
    must(journal.give(c1, 'CountVotes', {}, seat(2), at(day)));
    // Flag 80 % of 7 is 6; certificate 70 % of 7 is 5: four of four votes cast do not do.
    const counts = Object.fromEntries(
      (journal.state(council).counts ?? []).map((count) => [count.unit, count]),
    );
    expect(counts.d).toMatchObject({ yes: 6, needed: 6, passed: true });
    expect(counts.c).toMatchObject({ yes: 5, no: 1, needed: 5, passed: true });
    expect(counts.b).toMatchObject({ yes: 4, abstain: 2, needed: 5, passed: false });
    must(journal.give(c1, 'ConcludeSession', { conclusions: 'Thống nhất trình.' }, seat(1), at(day)));
    const submission = { number: '9/TTr', date: '2024-01-09', draft: { title: 'Dự thảo Quyết định' } };
    must(journal.give(c1, 'SubmitToChairman', submission, boardHead, at(day)));
    const decision = (awards: object[], publishAt = '2024-02-01T08:00:00+07:00') => ({
      number: '1/QĐ-UBND',
      date: '2024-01-30',
      office: 'Chủ tịch UBND tỉnh',
      awards,
      publishAt,
    });
    const passed = [
      { unit: 'd', award: 'provincial-flag' },
      { unit: 'c', award: 'certificate' },
    ];
    expect(
      code(
        journal,
        c1,
        'RecordDecision',
        decision([...passed, { unit: 'b', award: 'certificate' }]),
        office,
        '2024-01-30T08:00:00',
      ),
    ).toBe('does-not-follow');
    expect(
      code(
        journal,
        c1,
        'RecordDecision',
        decision(passed, '2024-01-29T08:00:00+07:00'),
        office,
        '2024-01-30T08:00:00',
      ),
    ).toBe('does-not-follow');
    expect(code(journal, c1, 'RecordDecision', decision(passed), office, '2024-01-30T08:00:00')).toBe('ok');
    expect(code(journal, c1, 'PublishAwards', {}, system, '2024-02-01T07:59:59.999')).toBe('not-yet-open');
    expect(code(journal, c1, 'PublishAwards', {}, system, '2024-02-01T08:00:00')).toBe('ok');
    expect(journal.state(council).published?.awards.map(({ unit }) => unit)).toEqual(['d', 'c']);
  });
});

test('what anybody may know of a bloc holds no count of sheets', () => {
  const state: Bloc = playBloc(launchedSeason(), 'k01', 'scored').state(bloc);
  if (!state.terms) throw new Error('not scheduled');
  const shown = blocProgress(state.terms, state);
  expect(shown.step).toBe('cross-scoring');
  expect(Object.keys(shown)).not.toContain('sheets');
  expect(shown.members).toBe(['a', 'b', 'c'].map((id) => id as UnitId).length);
});
