/** After the session: what is decided, held, released, published, refused and revoked, and by whom. */
import { describe, expect, test } from 'vitest';
import type { Actor } from '../../../shared/domain/actor.ts';
import { councilPlan } from '../../../shared/domain/plan.ts';
import { at, type MemoryJournal, office, seat, specialist, system } from '../../builders.ts';
import {
  councilName,
  councilRef,
  decidedCouncil,
  decision,
  nominees,
  submittedCouncil,
} from '../../council.ts';

/** `ok`, or the code of the refusal; a refusal writes nothing. */
function code(journal: MemoryJournal, name: string, payload: object, actor: Actor, now: string): string {
  const before = journal.commits.length;
  const result = journal.give(councilName, name, payload, actor, at(now));
  if (!result.ok) expect(journal.commits.length).toBe(before);
  return result.ok ? 'ok' : result.refusal.code;
}

const state = (journal: MemoryJournal) => journal.state(councilRef);
const publicUnits = (journal: MemoryJournal) =>
  state(journal).published?.awards.map(({ unit }) => unit) ?? [];
const publish = (journal: MemoryJournal, now: string) => code(journal, 'PublishAwards', {}, system, now);
const due = '2024-02-01T08:00:00';

describe('the decision', () => {
  const record = (more: object) =>
    code(submittedCouncil(), 'RecordDecision', { ...decision, ...more }, office, '2024-01-30T08:00:00');
  const { flag, c, b } = nominees;
  test.each([
    ['names all that passed', { awards: [flag, c, b] }, 'ok'],
    ['leaves one out with a reason', { awards: [flag, c], omitted: [{ ...b, reason: 'Có đơn.' }] }, 'ok'],
    ['leaves one out in silence', { awards: [flag, c] }, 'does-not-follow'],
    ['names one twice', { awards: [flag, c, b], omitted: [{ ...b, reason: 'Có đơn.' }] }, 'does-not-follow'],
    [
      'names what did not pass',
      { awards: [flag, c, b, { unit: 'a', award: 'certificate' }] },
      'does-not-follow',
    ],
  ])('that %s: %o is %s', (_what, payload, expected) => {
    expect(record(payload)).toBe(expected);
  });
});

describe('publication', () => {
  test('is due at its instant, and then over', () => {
    const journal = decidedCouncil();
    const plan = (now: string) => councilPlan('publication', state(journal), at(now)).outcome;
    expect(plan('2024-02-01T07:59:59.999')).toBe('wait');
    expect(plan(due)).toBe('due');
    expect(publish(journal, '2024-02-01T07:59:59.999')).toBe('not-yet-open');
    expect(publish(journal, due)).toBe('ok');
    expect(plan(due)).toBe('done');
    expect(publicUnits(journal)).toEqual(['d', 'c', 'b']);
  });

  test('tells the refused why: found ineligible, short of votes, left out by the decision', () => {
    const short = decidedCouncil({ b: 4 });
    expect(publish(short, due)).toBe('ok');
    expect(state(short).refused).toEqual([{ ...nominees.b, bloc: 'k01', stage: 'council', reason: '' }]);
    const owing = decidedCouncil({ ineligible: ['c'] });
    publish(owing, due);
    expect(state(owing).refused).toEqual([
      { ...nominees.c, bloc: 'k01', stage: 'appraisal', reason: 'Còn nợ thuế.' },
    ]);
    const left = decidedCouncil(
      {},
      { awards: [nominees.flag, nominees.c], omitted: [{ ...nominees.b, reason: 'Có đơn.' }] },
    );
    publish(left, due);
    expect(state(left).refused).toEqual([
      { ...nominees.b, bloc: 'k01', stage: 'decision', reason: 'Có đơn.' },
    ]);
  });
});

describe('an award that is held', () => {
  const hold = (journal: MemoryJournal, now = '2024-01-31T08:00:00') =>
    code(journal, 'HoldAward', { ...nominees.c, reason: 'Đang xác minh đơn.' }, office, now);
  const release = (journal: MemoryJournal, publishAt: string, now: string) =>
    code(journal, 'ReleaseAward', { ...nominees.c, reason: 'Không có cơ sở.', publishAt }, office, now);

  test('waits while the others go on, and is published at the instant of its release by a run of its own', () => {
    const journal = decidedCouncil();
    expect(code(journal, 'HoldAward', { ...nominees.c, reason: 'x' }, specialist, due)).toBe('not-allowed');
    expect(hold(journal)).toBe('ok');
    expect(hold(journal)).toBe('already-done');
    publish(journal, due);
    expect(publicUnits(journal)).toEqual(['d', 'b']);
    expect(councilPlan('publication', state(journal), at('2024-03-01T08:00:00')).outcome).toBe('done');
    expect(release(journal, '2024-02-09T08:00:00+07:00', '2024-02-10T08:00:00')).toBe('does-not-follow');
    expect(release(journal, '2024-02-16T08:00:00+07:00', '2024-02-10T08:00:00')).toBe('ok');
    expect(release(journal, '2024-02-16T08:00:00+07:00', '2024-02-10T08:00:00')).toBe('not-found');
    expect(state(journal).runs['award-publication']).toBe(2);
    publish(journal, '2024-02-16T07:59:59');
    expect(publicUnits(journal)).toEqual(['d', 'b']);
    publish(journal, '2024-02-16T08:00:00');
    expect(publicUnits(journal)).toEqual(['d', 'b', 'c']);
    expect(hold(journal, '2024-02-17T08:00:00')).toBe('already-done');
  });

  test('and released before the decision’s own instant waits for that', () => {
    const journal = decidedCouncil();
    hold(journal, '2024-01-30T09:00:00');
    release(journal, '2024-01-31T08:00:00+07:00', '2024-01-30T10:00:00');
    expect(publish(journal, '2024-01-31T08:00:00')).toBe('not-yet-open');
    publish(journal, due);
    expect(publicUnits(journal)).toEqual(['d', 'c', 'b']);
  });

  test('has to have passed', () => {
    expect(hold(decidedCouncil({ c: 3 }))).toBe('not-found');
  });
});

describe('a revocation', () => {
  const basis = { number: '9/QĐ-UBND', date: '2024-03-15', legalBasis: 'Điều 93', reason: 'Khai man.' };
  const revoke = (journal: MemoryJournal, more: object = {}, actor = office) =>
    code(journal, 'RevokeAward', { ...nominees.c, ...basis, ...more }, actor, '2024-03-15T08:00:00');

  test('marks what is published and takes nothing out', () => {
    const journal = decidedCouncil();
    expect(revoke(journal)).toBe('not-found');
    publish(journal, due);
    expect(revoke(journal, {}, seat(1))).toBe('not-allowed');
    expect(revoke(journal, { date: '2024-01-31' })).toBe('does-not-follow');
    expect(revoke(journal, { date: '2024-03-16' })).toBe('does-not-follow');
    expect(revoke(journal)).toBe('ok');
    expect(revoke(journal)).toBe('already-done');
    expect(publicUnits(journal)).toEqual(['d', 'c', 'b']);
    expect(state(journal).revoked['certificate:c']).toMatchObject(basis);
  });
});
