/** The Board's appraisal: complete dossiers, their clock, what is returned, and the opinions of agencies on firms. */
import { describe, expect, test } from 'vitest';
import type { Actor } from '../../../shared/domain/actor.ts';
import { unappraisedOf } from '../../../shared/domain/council.ts';
import { opinionsOn } from '../../../shared/domain/opinion.ts';
import {
  at,
  boardHead,
  launchedSeason,
  leader,
  type MemoryJournal,
  must,
  papersFor,
  playBloc,
  rubric,
  seat,
  specialist,
  system,
} from '../../builders.ts';
import { councilName, councilRef, nominees } from '../../council.ts';

const day = '2023-12-21T09:00:00';

/** The bloc's nominations received, with these papers: d for the flag, c and b for certificates. */
function received(
  papers: object | undefined,
  overrides = {},
  kinds: Record<string, string> = {},
): MemoryJournal {
  const journal = playBloc(
    launchedSeason({ k01: ['a', 'b', 'c', 'd'] }, overrides, rubric, kinds),
    'k01',
    'ranked',
    { actual: (id) => String(60 + 5 * 'abcd'.indexOf(id)) },
  );
  const documents = papers ? { documents: papers } : {};
  const nominate = { flags: ['d'], certificates: ['c', 'b'], ...documents };
  must(journal.give('bloc-2023-k01', 'Nominate', nominate, leader('a'), at('2023-12-19T11:00:00')));
  const give = (name: string, payload: object) =>
    must(journal.give(councilName, name, payload, system, at('2023-12-20T08:00:00')));
  give('OpenCouncil', {});
  give('ReceiveNomination', { bloc: 'k01' });
  give('CloseNominations', {});
  return journal;
}

/** `ok`, or the code of the refusal; a refusal writes nothing. */
function code(journal: MemoryJournal, name: string, payload: object, actor: Actor = specialist, now = day) {
  const before = journal.commits.length;
  const result = journal.give(councilName, name, payload, actor, at(now));
  if (!result.ok) expect(journal.commits.length).toBe(before);
  return result.ok ? 'ok' : result.refusal.code;
}

const state = (journal: MemoryJournal) => journal.state(councilRef);
const eligible = { ...nominees.c, verdict: 'eligible' };
const whole = papersFor([{ unit: 'b' }, { unit: 'c' }, { unit: 'd' }]);

describe('a dossier', () => {
  test.each([
    ['whole', whole, [], 'ok'],
    ['without its report', papersFor([]), ['report'], 'not-ready'],
    ['without minutes', { ...whole, minutes: undefined }, ['minutes'], 'not-ready'],
    ['with nothing', undefined, ['submission', 'minutes', 'report'], 'not-ready'],
  ])(
    '%s lacks what it lacks, and is found eligible only when complete',
    (_what, papers, missing, expected) => {
      const journal = received(papers);
      const receipt = state(journal).receipts['certificate:c']?.at(-1);
      expect(receipt?.missing).toEqual(missing);
      expect(receipt?.dueBy === null).toBe(missing.length > 0);
      expect(code(journal, 'AppraiseDossier', eligible)).toBe(expected);
    },
  );

  test('has 25 working days from the day on which it is complete, holidays not counted', () => {
    // 20 December 2023 is a Wednesday; without holidays on record only weekends are off.
    expect(state(received(whole)).receipts['certificate:c']?.at(-1)?.dueBy).toBe('2024-01-24T17:00:00+07:00');
  });

  test('that is returned waits for other papers, and its clock starts with them', () => {
    const journal = received(papersFor([]));
    const returned = { ...nominees.c, reason: 'Thiếu báo cáo thành tích.' };
    expect(code(journal, 'ReturnDossier', returned, leader('a'))).toBe('not-allowed');
    expect(code(journal, 'ReturnDossier', { ...returned, unit: 'a' })).toBe('not-found');
    expect(code(journal, 'ReturnDossier', returned)).toBe('ok');
    expect(code(journal, 'ReturnDossier', returned)).toBe('already-done');
    expect(state(journal).appraisals['certificate:c']?.verdict).toBe('returned');
    // The same papers once more are no other ones.
    expect(must(journal.give(councilName, 'ReceiveDocuments', { bloc: 'k01' }, system, at(day)))).toEqual([]);
    must(journal.give('bloc-2023-k01', 'AddDocuments', whole, leader('a'), at('2023-12-27T09:00:00')));
    must(journal.give(councilName, 'ReceiveDocuments', { bloc: 'k01' }, system, at('2023-12-27T09:00:00')));
    expect(unappraisedOf(state(journal)).map(({ unit }) => unit)).toContain('c');
    expect(state(journal).receipts['certificate:c']).toMatchObject([
      { on: '2023-12-20', missing: ['report'], dueBy: null },
      { on: '2023-12-27', missing: [], dueBy: '2024-01-31T17:00:00+07:00' },
    ]);
  });

  test('that is appraised is appraised anew when its papers change, until the session is convened', () => {
    const journal = received(whole);
    for (const nominee of Object.values(nominees))
      expect(code(journal, 'AppraiseDossier', { ...nominee, verdict: 'eligible' })).toBe('ok');
    const better = { reports: { c: { title: 'Báo cáo thành tích', number: '2' } } };
    const add = (now: string) => {
      must(journal.give('bloc-2023-k01', 'AddDocuments', better, leader('a'), at(now)));
      must(journal.give(councilName, 'ReceiveDocuments', { bloc: 'k01' }, system, at(now)));
    };
    add('2023-12-22T09:00:00');
    expect(unappraisedOf(state(journal)).map(({ unit }) => unit)).toEqual(['c']);
    code(journal, 'AppraiseDossier', eligible, specialist, '2024-01-08T08:00:00');
    const session = { at: '2024-01-09T08:00:00+07:00', place: 'Phòng họp' };
    expect(code(journal, 'ProposeSession', session, boardHead, '2024-01-08T08:30:00')).toBe('ok');
    expect(code(journal, 'ConveneSession', session, seat(1), '2024-01-08T09:00:00')).toBe('ok');
    better.reports.c.number = '3';
    add('2024-01-08T10:00:00');
    expect(state(journal).receipts['certificate:c']).toHaveLength(3);
    expect(state(journal).appraisals['certificate:c']?.verdict).toBe('eligible');
    for (const [name, payload] of [
      ['AppraiseDossier', eligible],
      ['ReturnDossier', { ...nominees.c, reason: 'Muộn.' }],
    ] as const)
      expect(code(journal, name, payload, specialist, '2024-01-08T11:00:00')).toBe('already-done');
  });

  test('that was returned and never came back is on no agenda, and does not keep the others waiting', () => {
    const journal = received(whole);
    code(journal, 'ReturnDossier', { ...nominees.c, reason: 'Báo cáo chưa ký.' });
    for (const nominee of [nominees.flag, nominees.b])
      code(journal, 'AppraiseDossier', { ...nominee, verdict: 'eligible' });
    const session = { at: '2024-01-09T08:00:00+07:00', place: 'Phòng họp' };
    expect(code(journal, 'ProposeSession', session, boardHead, '2024-01-08T08:30:00')).toBe('ok');
    expect(code(journal, 'ConveneSession', session, seat(1), '2024-01-08T09:00:00')).toBe('ok');
  });
});

describe('the opinions of agencies on a firm', () => {
  const letter = { agency: 'Cục Thuế tỉnh', document: '5/BTĐKT', date: '2023-12-21', nominees: [nominees.c] };
  const answer = { document: '9/CT', date: '2023-12-25' };
  const breach = { breaches: [{ ...nominees.c, finding: 'Còn nợ thuế.' }] };
  const later = '2023-12-25T09:00:00';
  const ofFirm = (overrides: Record<string, string | number> = {}) =>
    received(whole, { 'opinion.matters': 'tax', 'opinion.working-days': 5, ...overrides }, { c: 'firm' });
  const standing = (journal: MemoryJournal, now: string) => {
    const dossier = state(journal).dossiers['certificate:c'];
    return dossier ? opinionsOn(state(journal), dossier, at(now)).map((one) => one.state) : [];
  };

  test('are asked for before it is found eligible; a department needs none', () => {
    expect(code(ofFirm(), 'AppraiseDossier', eligible)).toBe('not-ready');
    expect(code(ofFirm({ 'opinion.matters': '' }), 'AppraiseDossier', eligible)).toBe('ok');
    expect(code(received(whole), 'AppraiseDossier', eligible)).toBe('ok');
    expect(
      code(ofFirm(), 'AppraiseDossier', { ...nominees.c, verdict: 'ineligible', reason: 'Vi phạm.' }),
    ).toBe('ok');
  });

  test.each([
    ['clear', {}, 'ok'],
    ['in breach', breach, 'not-eligible'],
  ])('answered as %s decide', (_what, found, expected) => {
    const journal = ofFirm();
    expect(code(journal, 'AskOpinion', { matter: 'tax', ...letter })).toBe('ok');
    expect(code(journal, 'AppraiseDossier', eligible)).toBe('not-ready');
    expect(code(journal, 'AnswerOpinion', { number: 1, ...answer, ...found }, specialist, later)).toBe('ok');
    expect(code(journal, 'AppraiseDossier', eligible, specialist, later)).toBe(expected);
  });

  test('that are silent agree when the time is over, if the rules say so', () => {
    // Five working days from Thursday 21 December: the end of office hours on the 28th.
    const [end, over] = ['2023-12-28T17:00:00', '2023-12-28T17:00:01'];
    const agreeing = ofFirm();
    code(agreeing, 'AskOpinion', { matter: 'tax', ...letter });
    expect([standing(agreeing, end), standing(agreeing, over)]).toEqual([['waiting'], ['silent']]);
    expect(code(agreeing, 'AppraiseDossier', eligible, specialist, end)).toBe('not-ready');
    expect(code(agreeing, 'AppraiseDossier', eligible, specialist, over)).toBe('ok');
    const waiting = ofFirm({ 'opinion.silence': 'waits' });
    code(waiting, 'AskOpinion', { matter: 'tax', ...letter });
    expect(code(waiting, 'AppraiseDossier', eligible, specialist, over)).toBe('not-ready');
  });

  test('given after the appraisal ask for another; the last answer stands', () => {
    const journal = ofFirm();
    code(journal, 'AskOpinion', { matter: 'tax', ...letter });
    code(journal, 'AnswerOpinion', { number: 1, ...answer }, specialist, later);
    code(journal, 'AppraiseDossier', eligible, specialist, later);
    code(journal, 'AnswerOpinion', { number: 1, ...answer, ...breach }, specialist, later);
    expect(state(journal).appraisals['certificate:c']).toBeUndefined();
    expect(code(journal, 'AppraiseDossier', eligible, specialist, later)).toBe('not-eligible');
  });

  test.each([
    ['AskOpinion', { matter: 'tax', ...letter, nominees: [{ ...nominees.c, unit: 'a' }] }, 'not-found'],
    ['AskOpinion', { matter: 'tax', ...letter, nominees: [nominees.c, nominees.c] }, 'does-not-follow'],
    ['AskOpinion', { matter: 'tax', ...letter, date: '2023-12-26' }, 'does-not-follow'],
    ['AnswerOpinion', { number: 2, ...answer }, 'not-found'],
    ['AnswerOpinion', { number: 1, ...answer, date: '2023-12-20' }, 'does-not-follow'],
    ['AnswerOpinion', { number: 1, ...answer, date: '2023-12-26' }, 'does-not-follow'],
    [
      'AnswerOpinion',
      { number: 1, ...answer, breaches: [{ ...nominees.b, finding: 'Nợ.' }] },
      'does-not-follow',
    ],
  ])('%s %o is %s', (name, payload, expected) => {
    const journal = ofFirm();
    code(journal, 'AskOpinion', { matter: 'tax', ...letter });
    expect(code(journal, name, payload, specialist, later)).toBe(expected);
  });
});
