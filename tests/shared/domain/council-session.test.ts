/** The session beside its normal path: votes in writing, who sits in, conflicts, a ballot that is repeated. */
import { describe, expect, test } from 'vitest';
import type { Actor } from '../../../shared/domain/actor.ts';
import { isVoteSecret, uncountedAwards } from '../../../shared/domain/council.ts';
import { at, type MemoryJournal, roll, seat } from '../../builders.ts';
import {
  attendedCouncil,
  councilName,
  councilRef,
  countedCouncil,
  paperOf,
  sessionDay,
} from '../../council.ts';

/** `ok`, or the code of the refusal; a refusal writes nothing. */
function code(journal: MemoryJournal, name: string, payload: object, actor: Actor): string {
  const before = journal.commits.length;
  const result = journal.give(councilName, name, payload, actor, at(sessionDay));
  if (!result.ok) expect(journal.commits.length).toBe(before);
  return result.ok ? 'ok' : result.refusal.code;
}

const state = (journal: MemoryJournal) => journal.state(councilRef);
const both = (choice: string) => [
  { unit: 'c', choice },
  { unit: 'b', choice },
];
const vote = (journal: MemoryJournal, n: number, choices = both('yes')) =>
  code(journal, 'CastVote', { award: 'certificate', choices }, seat(n));

describe('an absent member (Decree 91/2017, Art. 45: a written opinion counts)', () => {
  test('votes openly in writing, marked as such', () => {
    const journal = attendedCouncil(6);
    expect(vote(journal, 7)).toBe('ok');
    const cast = journal.commits.at(-1);
    expect(JSON.parse(cast?.body ?? '{}').events[0]).toMatchObject({ seat: 's7', written: true });
    expect(vote(journal, 1)).toBe('ok');
    expect(JSON.parse(journal.commits.at(-1)?.body ?? '{}').events[0]).not.toHaveProperty('written');
  });

  test('is not waited for', () => {
    const journal = attendedCouncil(6);
    for (let n = 1; n <= 6; n++) vote(journal, n);
    expect(code(journal, 'EnterPaperCount', paperOf(6), seat(2))).toBe('ok');
    expect(code(journal, 'CountVotes', {}, seat(2))).toBe('ok');
  });

  test('has no vote where the Council’s rules give none', () => {
    const journal = attendedCouncil(6, { 'council.written-votes': false });
    expect(vote(journal, 7)).toBe('not-on-the-roll');
    expect(
      code(journal, 'EnterPaperCount', paperOf(6, { issued: 7, returned: 7, written: 1, yes: 7 }), seat(2)),
    ).toBe('does-not-follow');
  });

  test.each([
    ['one sealed vote among seven papers', { issued: 7, returned: 7, written: 1, yes: 7 }, 'ok'],
    [
      'more sealed votes than absent members',
      { issued: 8, returned: 8, written: 2, yes: 8 },
      'does-not-follow',
    ],
    ['more papers than members and sealed votes', { issued: 7, returned: 7, yes: 7 }, 'does-not-follow'],
    ['a paper that was not returned', { issued: 7, returned: 6, written: 1, yes: 6 }, 'ok'],
    ['sums that do not agree', { issued: 6, returned: 6, yes: 5 }, 'does-not-follow'],
  ])('votes on paper: %s', (_what, more, expected) => {
    expect(code(attendedCouncil(6), 'EnterPaperCount', paperOf(6, more), seat(2))).toBe(expected);
  });
});

describe('attendance', () => {
  const record = (payload: object) => code(attendedCouncil(0), 'RecordAttendance', payload, seat(2));
  const present = roll.slice(0, 5).map((one) => one.seat);
  test.each([
    ['who sits in for an absent member', [{ seat: 's6', post: 'Phó Giám đốc' }], 'ok'],
    ['who sits in for a present one', [{ seat: 's5', post: 'Phó Giám đốc' }], 'not-on-the-roll'],
    ['who sits in for nobody of the roll', [{ seat: 's9', post: 'Phó Giám đốc' }], 'not-on-the-roll'],
    [
      'two for one seat',
      [
        { seat: 's6', post: 'Phó Giám đốc' },
        { seat: 's6', post: 'Chánh Văn phòng' },
      ],
      'not-on-the-roll',
    ],
  ])('names %s: %s', (_what, substitutes, expected) => {
    expect(record({ present, substitutes })).toBe(expected);
  });

  test('of substitutes makes no quorum', () => {
    const journal = attendedCouncil(0);
    const four = present.slice(0, 4);
    const substitutes = [{ seat: 's6', post: 'Phó Giám đốc' }];
    expect(code(journal, 'RecordAttendance', { present: four, substitutes }, seat(2))).toBe('ok');
    expect(vote(journal, 1)).toBe('no-quorum');
  });
});

describe('a member who leads a nominated unit', () => {
  const leads = (conflict: string) =>
    attendedCouncil(6, { 'council.conflict': conflict }, { seat: 's4', unit: 'c' });
  test('votes where the rules only mark the conflict', () => {
    expect(vote(leads('mark'), 4)).toBe('ok');
  });
  test('abstains where they demand it, on its own unit alone', () => {
    const journal = leads('abstain');
    expect(vote(journal, 4)).toBe('does-not-follow');
    expect(
      vote(journal, 4, [
        { unit: 'c', choice: 'abstain' },
        { unit: 'b', choice: 'yes' },
      ]),
    ).toBe('ok');
    expect(vote(journal, 5)).toBe('ok');
  });
});

describe('a ballot that is repeated', () => {
  const again = (journal: MemoryJournal, award = 'provincial-flag', actor = seat(1)) =>
    code(journal, 'RepeatBallot', { award, reason: 'Một phiếu để ngoài hòm phiếu.' }, actor);

  test('leaves its count behind as void, asks for attendance anew, and lets the other counts stand', () => {
    const journal = countedCouncil();
    const before = state(journal).counts ?? [];
    expect(again(journal, 'provincial-flag', seat(2))).toBe('not-allowed');
    expect(again(journal)).toBe('ok');
    expect(state(journal).voided).toMatchObject([
      {
        award: 'provincial-flag',
        number: 1,
        counts: before.filter(({ award }) => award === 'provincial-flag'),
      },
    ]);
    expect(uncountedAwards(state(journal))).toEqual(['provincial-flag']);
    expect(code(journal, 'ConcludeSession', { conclusions: 'Thống nhất.' }, seat(1))).toBe('not-ready');
    expect(code(journal, 'EnterPaperCount', paperOf(5), seat(2))).toBe('no-quorum');
    const present = roll.slice(0, 5).map((one) => one.seat);
    expect(code(journal, 'RecordAttendance', { present }, seat(2))).toBe('ok');
    expect(vote(journal, 1)).toBe('already-done');
    expect(code(journal, 'EnterPaperCount', paperOf(5, { team: ['s3', 's4', 's5'] }), seat(2))).toBe('ok');
    expect(code(journal, 'CountVotes', {}, seat(2))).toBe('ok');
    const flag = state(journal).counts?.find(({ award }) => award === 'provincial-flag');
    // Five of seven: all that were there, and still short of 80 % of all members.
    expect(flag).toMatchObject({ yes: 5, needed: 6, passed: false });
    expect(state(journal).counts).toHaveLength(before.length);
    expect(again(journal)).toBe('ok');
    expect(state(journal).voided.map(({ number }) => number)).toEqual([1, 2]);
  });

  test('is none before the count, and none after the conclusion', () => {
    expect(again(attendedCouncil(6))).toBe('not-ready');
    const journal = countedCouncil();
    code(journal, 'ConcludeSession', { conclusions: 'Thống nhất.' }, seat(1));
    expect(again(journal)).toBe('already-done');
  });

  test('is secret again while it is voted on', () => {
    const journal = countedCouncil();
    expect(isVoteSecret(state(journal))).toBe(false);
    expect(again(journal, 'certificate')).toBe('ok');
    code(journal, 'RecordAttendance', { present: roll.slice(0, 6).map((one) => one.seat) }, seat(2));
    vote(journal, 1);
    expect(isVoteSecret(state(journal))).toBe(true);
  });
});
