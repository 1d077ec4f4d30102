/** How a session comes about, in the room or by circulation, and what the papers after it say. */
import { describe, expect, test } from 'vitest';
import type { Actor } from '../../../shared/domain/actor.ts';
import { draftOf, minutesOf } from '../../../shared/domain/minutes.ts';
import {
  at,
  boardHead,
  launchedSeason,
  type MemoryJournal,
  must,
  playBloc,
  roll,
  seat,
  specialist,
  system,
} from '../../builders.ts';
import { concludedCouncil, councilName, councilRef, nominees, submission } from '../../council.ts';

const state = (journal: MemoryJournal) => journal.state(councilRef);

/** `ok`, or the code of the refusal; a refusal writes nothing. */
function code(journal: MemoryJournal, name: string, payload: object, actor: Actor, now: string): string {
  const before = journal.commits.length;
  const result = journal.give(councilName, name, payload, actor, at(now));
  if (!result.ok) expect(journal.commits.length).toBe(before);
  return result.ok ? 'ok' : result.refusal.code;
}

/** Nominations received and appraised: the flag for d, certificates for c and b. */
function appraised(overrides: Record<string, string | number | boolean> = {}): MemoryJournal {
  const journal = playBloc(launchedSeason({ k01: ['a', 'b', 'c', 'd'] }, overrides), 'k01', 'nominated', {
    actual: (id) => String(60 + 5 * 'abcd'.indexOf(id)),
  });
  const give = (name: string, payload: object, actor: Actor, now: string) =>
    must(journal.give(councilName, name, payload, actor, at(now)));
  give('OpenCouncil', {}, system, '2023-12-20T08:00:00');
  give('ReceiveNomination', { bloc: 'k01' }, system, '2023-12-20T08:00:00');
  give('CloseNominations', {}, system, '2023-12-20T08:00:00');
  for (const nominee of Object.values(nominees))
    give('AppraiseDossier', { ...nominee, verdict: 'eligible' }, specialist, '2023-12-21T08:00:00');
  return journal;
}

const room = { at: '2024-01-09T08:00:00+07:00', place: 'Phòng họp' };
const letters = { ...room, mode: 'circulation', answersBy: '2024-01-12T17:00:00+07:00' };
const morning = '2024-01-08T09:00:00';

describe('a session', () => {
  test('is proposed by the head of the Board, then convened by the chair', () => {
    const journal = appraised();
    expect(code(journal, 'ConveneSession', room, seat(1), morning)).toBe('not-ready');
    expect(code(journal, 'ProposeSession', room, specialist, morning)).toBe('not-allowed');
    expect(code(journal, 'ProposeSession', room, boardHead, morning)).toBe('ok');
    expect(state(journal).proposal).toMatchObject({
      mode: 'in-session',
      late: [],
      agenda: expect.any(Array),
    });
    expect(code(journal, 'ConveneSession', room, seat(1), morning)).toBe('ok');
    expect(code(journal, 'ProposeSession', room, boardHead, morning)).toBe('already-done');
  });

  test('has to be proposed again when an appraisal changes after the proposal', () => {
    const journal = appraised();
    code(journal, 'ProposeSession', room, boardHead, morning);
    const refusal = { ...nominees.b, verdict: 'ineligible', reason: 'Vi phạm.' };
    expect(code(journal, 'AppraiseDossier', refusal, specialist, morning)).toBe('ok');
    expect(code(journal, 'ConveneSession', room, seat(1), morning)).toBe('not-ready');
    code(journal, 'ProposeSession', room, boardHead, morning);
    expect(state(journal).proposal?.agenda).toHaveLength(2);
    expect(code(journal, 'ConveneSession', room, seat(1), morning)).toBe('ok');
  });

  test.each([
    ['in the past', { ...room, at: '2024-01-08T08:59:59+07:00' }],
    ['after the window', { ...room, at: '2024-01-26T17:00:01+07:00' }],
    ['with answers before it begins', { ...letters, answersBy: '2024-01-09T07:00:00+07:00' }],
    ['with answers after the window', { ...letters, answersBy: '2024-01-27T08:00:00+07:00' }],
  ])('%s does not follow', (_what, sitting) => {
    expect(code(appraised(), 'ProposeSession', sitting, boardHead, morning)).toBe('does-not-follow');
  });
});

describe('a vote by circulation', () => {
  const begun = '2024-01-09T08:00:00';
  const over = '2024-01-12T17:00:01';
  function circulated(): MemoryJournal {
    const journal = appraised();
    must(journal.give(councilName, 'ProposeSession', letters, boardHead, at(morning)));
    must(journal.give(councilName, 'ConveneSession', letters, seat(1), at(morning)));
    return journal;
  }
  const vote = (journal: MemoryJournal, n: number, now = begun) =>
    code(
      journal,
      'CastVote',
      {
        award: 'certificate',
        choices: [
          { unit: 'c', choice: 'yes' },
          { unit: 'b', choice: n > 5 ? 'no' : 'yes' },
        ],
      },
      seat(n),
      now,
    );
  const box = (returned: number, yes = returned) => ({
    award: 'provincial-flag',
    team: ['s2', 's3', 's4'],
    issued: 7,
    returned,
    written: 7,
    lines: [{ unit: 'd', yes, no: returned - yes, invalid: 0 }],
  });

  test('is held only where the rules know it', () => {
    const journal = appraised({ 'council.circulation': false });
    expect(code(journal, 'ProposeSession', letters, boardHead, morning)).toBe('wrong-phase');
    expect(code(journal, 'ProposeSession', room, boardHead, morning)).toBe('ok');
  });

  test('takes answers from its beginning to the last second of its time, from all of the roll', () => {
    const journal = circulated();
    expect(vote(journal, 1, '2024-01-09T07:59:59')).toBe('not-yet-open');
    expect(code(journal, 'RecordAttendance', { present: ['s1'] }, seat(2), begun)).toBe('wrong-phase');
    for (let n = 1; n <= 6; n++) expect(vote(journal, n)).toBe('ok');
    expect(vote(journal, 9)).toBe('not-on-the-roll');
    expect(vote(journal, 7, '2024-01-12T17:00:00.999')).toBe('ok');
    expect(vote(journal, 7, over)).toBe('after-deadline');
  });

  test('is counted when its time is over or all have answered, and only with a quorum of answers', () => {
    const journal = circulated();
    for (let n = 1; n <= 4; n++) vote(journal, n);
    expect(code(journal, 'EnterPaperCount', box(6), seat(2), begun)).toBe('not-ready');
    expect(code(journal, 'EnterPaperCount', box(6), seat(2), over)).toBe('ok');
    // Four of seven are no two thirds; the chair gives more time.
    expect(code(journal, 'CountVotes', {}, seat(2), over)).toBe('no-quorum');
    const more = (answersBy: string, actor = seat(1)) =>
      code(journal, 'ExtendCirculation', { answersBy, reason: 'Chưa đủ ý kiến.' }, actor, over);
    expect(more('2024-01-12T17:00:00+07:00')).toBe('does-not-follow');
    expect(more('2024-01-27T17:00:00+07:00')).toBe('does-not-follow');
    expect(more('2024-01-16T17:00:00+07:00', seat(2))).toBe('not-allowed');
    expect(more('2024-01-16T17:00:00+07:00')).toBe('ok');
    vote(journal, 5, '2024-01-15T08:00:00');
    expect(code(journal, 'CountVotes', {}, seat(2), '2024-01-15T09:00:00')).toBe('not-ready');
    expect(code(journal, 'CountVotes', {}, seat(2), '2024-01-16T17:00:01')).toBe('ok');
    expect(state(journal).answers).toEqual([
      { award: 'provincial-flag', present: 6, total: 7, needed: 5, met: true },
      { award: 'certificate', present: 5, total: 7, needed: 5, met: true },
    ]);
    // Five of seven are 71 %: certificates ask for 70 % of all members.
    expect(state(journal).counts?.map(({ unit, yes, passed }) => [unit, yes, passed])).toEqual([
      ['d', 6, true],
      ['c', 5, true],
      ['b', 5, true],
    ]);
  });
});

describe('the papers after a session', () => {
  test('the minutes state who was there, every ballot with its sums, and what was concluded', () => {
    const minutes = minutesOf(state(concludedCouncil({ b: 4 })));
    expect(minutes).toMatchObject({
      mode: 'in-session',
      quorum: { present: 6, total: 7, needed: 5 },
      conclusions: 'Thống nhất trình.',
    });
    expect(minutes?.members.filter(({ present }) => !present).map((one) => one.seat)).toEqual(['s7']);
    const [flags, certificates] = minutes?.ballots ?? [];
    expect(flags).toMatchObject({ mode: 'paper', number: 1, void: null, box: { issued: 6, returned: 6 } });
    expect(flags?.lines).toMatchObject([{ unit: 'd', yes: 6, needed: 6, percent: '85,71', passed: true }]);
    expect(certificates?.lines.map(({ unit, yes, percent }) => [unit, yes, percent])).toEqual([
      ['c', 6, '85,71'],
      ['b', 4, '57,14'],
    ]);
  });

  test('a void ballot stands in them before the one that decides', () => {
    const journal = concludedCouncil();
    const open = appraised();
    expect(minutesOf(state(open))).toBeUndefined();
    expect(minutesOf(state(journal))?.ballots.map((one) => one.void)).toEqual([null, null]);
  });

  test('the draft decision names what passed, by award, and nothing before the conclusion', () => {
    expect(draftOf(state(appraised()))).toBeUndefined();
    const draft = draftOf(state(concludedCouncil({ b: 4 })));
    expect(draft?.awards.map(({ award, units }) => [award, units.map(({ unit }) => unit)])).toEqual([
      ['provincial-flag', ['d']],
      ['certificate', ['c']],
    ]);
    expect(draft?.failed).toMatchObject([{ unit: 'b', yes: 4, needed: 5 }]);
    expect(draft?.basis).toEqual(['Văn bản thử']);
  });

  test('the head of the Board submits once, after the conclusion; the decision waits for it', () => {
    const submit = (journal: MemoryJournal, more: object = {}, actor = boardHead) =>
      code(journal, 'SubmitToChairman', { ...submission, ...more }, actor, '2024-01-25T08:00:00');
    expect(submit(appraised())).toBe('not-ready');
    const journal = concludedCouncil();
    expect(submit(journal, {}, specialist)).toBe('not-allowed');
    expect(submit(journal, { date: '2024-01-08' })).toBe('does-not-follow');
    expect(submit(journal, { date: '2024-01-26' })).toBe('does-not-follow');
    expect(submit(journal)).toBe('ok');
    expect(submit(journal)).toBe('already-done');
  });

  test('who sits on the roll is named by post alone', () => {
    expect(minutesOf(state(concludedCouncil()))?.members.map(({ post }) => post)).toEqual(
      roll.map(({ post }) => post),
    );
  });
});
