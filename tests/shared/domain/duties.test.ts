/** What the year asks of a member, before, during and after each window, and what a deadline to the second means. */
import { describe, expect, test } from 'vitest';
import { type DutyKind, dutiesOf, objectableUntil } from '../../../shared/domain/duties.ts';
import { at, type BlocStop, launchedSeason, playBloc, unit } from '../../builders.ts';

const ref = { kind: 'bloc' as const, season: '2023' as never, bloc: 'k01' as never };

function stateAt(stop: BlocStop) {
  const season = launchedSeason({ k01: ['a', 'b', 'c', 'd'] }, { 'objection.working-days': 3 });
  return playBloc(season, 'k01', stop).state(ref);
}

const dutyAt = (stop: BlocStop, kind: DutyKind, now: string, of = 'c') =>
  dutiesOf(stateAt(stop), unit(of), at(now)).find((duty) => duty.kind === kind);

describe('a duty', () => {
  test.each([
    // Targets can be registered from the launch; the pledge waits until its text is frozen.
    ['scheduled', 'targets', '2023-02-01T08:00:00', 'open'],
    ['scheduled', 'targets', '2023-03-31T17:00:01', 'missed'],
    ['scheduled', 'pledge', '2023-02-28T08:00:00', 'ahead'],
    ['scheduled', 'pledge', '2023-03-01T08:00:00', 'waiting'],
    ['frozen', 'targets', '2023-03-01T08:00:00', 'done'],
    ['frozen', 'pledge', '2023-03-01T08:00:00', 'open'],
    // The deadline holds through its last second.
    ['frozen', 'pledge', '2023-03-31T17:00:00', 'open'],
    ['frozen', 'pledge', '2023-03-31T17:00:01', 'missed'],
    ['signed', 'pledge', '2023-03-31T17:00:01', 'done'],
    // Late reports are marked, not refused, until the self-score begins.
    ['signed', 'review', '2023-07-02T08:00:00', 'ahead'],
    ['signed', 'review', '2023-07-03T08:00:00', 'open'],
    ['signed', 'review', '2023-07-20T17:00:00', 'open'],
    ['signed', 'review', '2023-07-20T17:00:01', 'late'],
    ['signed', 'review', '2023-11-15T08:00:00', 'missed'],
    ['signed', 'self-score', '2023-11-15T08:00:00', 'waiting'],
    ['signed', 'score-sheet', '2023-12-04T08:00:00', 'waiting'],
  ] as const)('of a bloc that is %s: %s at %s is %s', (stop, kind, now, state) => {
    expect(dutyAt(stop, kind, now)?.state).toBe(state);
  });

  test('is asked of members alone', () => {
    expect(dutiesOf(stateAt('frozen'), unit('x'), at('2023-03-05T08:00:00'))).toEqual([]);
  });

  test('names what was handed in, and whether it can be replaced', () => {
    const open = dutyAt('frozen', 'targets', '2023-03-05T08:00:00');
    expect(open).toMatchObject({
      done: { at: expect.any(String), seq: expect.any(Number) },
      replaceable: true,
    });
    expect(dutyAt('frozen', 'targets', '2023-03-31T17:00:01')?.replaceable).toBe(false);
    expect(dutyAt('signed', 'pledge', '2023-03-31T17:00:01')?.replaceable).toBe(false);
  });

  test('comes in the order of the year', () => {
    const kinds = dutiesOf(stateAt('frozen'), unit('c'), at('2023-03-05T08:00:00')).map(({ kind }) => kind);
    expect(kinds).toEqual(['targets', 'pledge', 'review', 'self-score', 'score-sheet']);
  });
});

test('a result can be questioned within its days, and never before there is one', () => {
  expect(objectableUntil(stateAt('signed'), at('2023-12-16T08:00:00'))).toBeUndefined();
  const tallied = stateAt('tallied');
  const until = objectableUntil(tallied, at('2023-12-16T08:00:00'));
  expect(until).toBeDefined();
  expect(objectableUntil(tallied, new Date(Date.parse(until ?? '') + 1000))).toBeUndefined();
});
