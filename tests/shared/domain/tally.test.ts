/** The official arithmetic: totals, ballots that count, and the seven steps of a tie. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UnitId } from '../../../shared/domain/ids.ts';
import { type Points, points } from '../../../shared/domain/points.ts';
import { type CountedSheet, type TallyInput, type TallyLine, tally } from '../../../shared/domain/tally.ts';
import { rubric } from '../../builders.ts';

type Grid = readonly (readonly (number | null)[])[];
const names = 'abcdefghijklmnopqrst'.split('') as UnitId[];

/** A tally in which every ballot is one number on II.1 (rows raters, columns rated); I.2 can be given apart. */
function grid(
  scores: Grid,
  more: { core?: Grid; head?: Record<string, Record<string, number>>; minimum?: number } = {},
): readonly TallyLine[] {
  const members = names.slice(0, scores.length);
  const sheets = scores.map(
    (row, rater): CountedSheet => ({
      unit: members[rater] as UnitId,
      seq: rater + 1,
      recused: row.flatMap((mark, rated) =>
        mark === null && rated !== rater ? [members[rated] as UnitId] : [],
      ),
      marks: Object.fromEntries(
        row.flatMap((mark, rated) =>
          mark === null
            ? []
            : [[members[rated], { 'II.1': points(mark), 'I.2': points(more.core?.[rater]?.[rated] ?? 0) }]],
        ),
      ),
    }),
  );
  const fixed = Object.fromEntries(
    members.map((unit) => [
      unit,
      { computed: {}, head: (more.head?.[unit] ?? {}) as Record<string, Points> },
    ]),
  );
  const input: TallyInput = {
    members,
    rubric,
    sheets,
    fixed,
    quorum: { share: '2/3', minimum: more.minimum ?? 1 },
  };
  return tally(input);
}

const ranksOf = (lines: readonly TallyLine[]) => lines.map(({ rank }) => rank);
const decidersOf = (lines: readonly TallyLine[]) => lines.map(({ decidedBy }) => decidedBy);

describe('the official mean (scoring notes 5.1)', () => {
  test('a total is the mean of the peers, self excluded: the five units of vector V5', () => {
    const _ = null;
    const lines = grid([
      [_, 8800, 8400, 7900, 7000],
      [8600, _, 8500, 8000, 7200],
      [8500, 8700, _, 7800, 7100],
      [9000, 9000, 8800, _, 9500],
      [6000, 6200, 6100, 6400, _],
    ]);
    expect(lines.map(({ shown }) => shown)).toEqual(['80,25', '81,75', '79,50', '75,25', '77,00']);
    expect(ranksOf(lines)).toEqual([2, 1, 3, 5, 4]);
    expect(decidersOf(lines)).toEqual(Array(5).fill('exact-score'));
  });
  test('rank follows the exact value where the shown ones are equal', () => {
    const lines = grid([
      [null, 100, 0, 0],
      [100, null, 0, 0],
      [100, 100, null, 0],
      [101, 100, 0, null],
    ]);
    expect(lines[0]?.total).toEqual({ num: '301', den: '3' });
    expect(lines.map(({ shown }) => shown).slice(0, 2)).toEqual(['1,00', '1,00']);
    expect(ranksOf(lines).slice(0, 2)).toEqual([1, 2]);
  });
  test('bonus is capped by its group, penalty too, and both are added once whatever the number of ballots', () => {
    const even = [
      [null, 1000, 1000],
      [1000, null, 1000],
      [1000, 1000, null],
    ];
    const lines = grid(even, { head: { a: { 'T.1': 1000 }, b: { 'P.1': 600 }, c: {} } });
    expect(lines.map(({ bonus, penalty }) => [bonus, penalty])).toEqual([
      [500, 0],
      [0, 300],
      [0, 0],
    ]);
    expect(lines.map(({ shown }) => shown)).toEqual(['15,00', '7,00', '10,00']);
  });
  test('a unit without enough ballots has a total but no rank', () => {
    const lines = grid(
      [
        [null, 10, 10],
        [null, null, 20],
        [null, 30, null],
      ],
      { minimum: 2 },
    );
    expect(lines[0]).toMatchObject({ ballots: 0, total: null, shown: null, rank: null, quorum: false });
    expect(lines[1]).toMatchObject({ ballots: 2, rank: 1, quorum: true });
  });
  test('zero is a mark, and a total of zero is a total', () => {
    const lines = grid([
      [null, 0, 0],
      [0, null, 0],
      [0, 0, null],
    ]);
    expect(lines.every(({ shown, rank }) => shown === '0,00' && rank === 1)).toBe(true);
  });
});

describe('the tie chain stops at the first step that decides', () => {
  test('2: the points of the core tasks', () => {
    const lines = grid(
      [
        [null, 900, 0],
        [1000, null, 0],
        [1000, 900, null],
      ],
      {
        core: [
          [null, 100, 0],
          [0, null, 0],
          [0, 100, null],
        ],
      },
    );
    expect(ranksOf(lines)).toEqual([2, 1, 3]);
    expect(decidersOf(lines).slice(0, 2)).toEqual(['core-tasks', 'core-tasks']);
  });
  test('3: fewer penalties', () => {
    const lines = grid(
      [
        [null, 1000, 0],
        [1100, null, 0],
        [1100, 1000, null],
      ],
      { head: { a: { 'P.1': 100 } } },
    );
    expect(ranksOf(lines)).toEqual([2, 1, 3]);
    expect(decidersOf(lines).slice(0, 2)).toEqual(['fewer-penalties', 'fewer-penalties']);
  });
  test('4: more duels among raters that are neither of the two', () => {
    const lines = grid([
      [null, 1300, 0, 0],
      [900, null, 0, 0],
      [1050, 1000, null, 0],
      [1350, 1000, 0, null],
    ]);
    expect(lines[0]?.total).toEqual(lines[1]?.total);
    expect(ranksOf(lines).slice(0, 2)).toEqual([1, 2]);
    expect(decidersOf(lines).slice(0, 2)).toEqual(['neutral-head-to-head', 'neutral-head-to-head']);
  });
  test('5: the mean without the highest and the lowest, from five ballots on', () => {
    const tied = grid([
      [null, 40, 0, 0, 0, 0],
      [40, null, 0, 0, 0, 0],
      [60, 50, null, 0, 0, 0],
      [60, 50, 0, null, 0, 0],
      [50, 60, 0, 0, null, 0],
      [0, 10, 0, 0, 0, null],
    ]);
    // a: 40 60 60 50 0 = 210, b: 40 50 50 60 10 = 210; two duels each; olympic 150/3 against 140/3
    expect(tied[0]?.total).toEqual(tied[1]?.total);
    expect(ranksOf(tied).slice(0, 2)).toEqual([1, 2]);
    expect(decidersOf(tied).slice(0, 2)).toEqual(['olympic-mean', 'olympic-mean']);
  });
  test('6: majority judgment', () => {
    const lines = grid([
      [null, 55, 0, 0],
      [40, null, 0, 0],
      [60, 40, null, 0],
      [50, 55, 0, null],
    ]);
    // a: 40 60 50 = 150, b: 55 40 55 = 150; duels: c for a, d for b; fewer than five ballots; medians 50 and 55
    expect(lines[0]?.total).toEqual(lines[1]?.total);
    expect(ranksOf(lines).slice(0, 2)).toEqual([2, 1]);
    expect(decidersOf(lines).slice(0, 2)).toEqual(['majority-judgment', 'majority-judgment']);
  });
  test('6: majority judgment of units with other numbers of ballots, whatever their order', () => {
    // a has four ballots of 10, b a fifth, c two more that differ from it by as much up as down.
    const from = {
      a: { d: 1000, e: 1000, f: 1000, g: 1000 },
      b: { d: 1000, e: 1000, f: 1000, g: 1000, c: 1000 },
      c: { d: 1000, e: 1000, f: 1000, g: 1000, a: 900, b: 1100 },
    };
    for (const order of ['abcdefg', 'bcadefg', 'gfedcba', 'cdaebfg']) {
      const units = [...order];
      const lines = grid(
        units.map((rater) =>
          units.map((unit) => (from as Record<string, Record<string, number>>)[unit]?.[rater] ?? null),
        ),
      );
      const placed = Object.fromEntries(
        units.map((unit, i) => [unit, [lines[i]?.rank, lines[i]?.decidedBy]] as const),
      );
      expect(placed).toMatchObject({
        a: [1, 'shared-rank'],
        b: [1, 'shared-rank'],
        c: [3, 'majority-judgment'],
      });
    }
  });
  test('7: a shared rank, and the next rank is skipped', () => {
    const lines = grid([
      [null, 50, 10],
      [50, null, 10],
      [50, 50, null],
    ]);
    expect(ranksOf(lines)).toEqual([1, 1, 3]);
    expect(decidersOf(lines)).toEqual(['shared-rank', 'shared-rank', 'exact-score']);
  });
});

describe('for any grid of marks', () => {
  const grids = fc.integer({ min: 3, max: 8 }).chain((n) =>
    fc.tuple(
      fc.constant(n),
      fc.array(
        fc.array(
          fc.integer({ min: 0, max: 20 }).map((x) => x * 50),
          { minLength: n, maxLength: n },
        ),
        { minLength: n, maxLength: n },
      ),
    ),
  );
  const withoutSelf = (rows: readonly (readonly number[])[]): Grid =>
    rows.map((row, i) => row.map((mark, j) => (i === j ? null : mark)));

  test('permuting the units permutes the result', () => {
    fc.assert(
      fc.property(grids, fc.integer(), ([n, rows], turn) => {
        const order = Array.from({ length: n }, (_none, i) => (i + Math.abs(turn)) % n);
        const base = grid(withoutSelf(rows));
        const turned = grid(order.map((i) => order.map((j) => (i === j ? null : (rows[i]?.[j] ?? 0)))));
        order.forEach((from, to) => {
          expect(turned[to]).toMatchObject({
            total: base[from]?.total,
            rank: base[from]?.rank,
            decidedBy: base[from]?.decidedBy,
          });
        });
      }),
    );
  });
  test('permuting the units permutes the result where ballots are missing too', () => {
    const row = fc.array(fc.constantFrom(null, 900, 1000, 1000, 1000, 1000, 1100), {
      minLength: 7,
      maxLength: 7,
    });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 7, maxLength: 7 }),
        fc.integer({ min: 1, max: 6 }),
        (rows, turn) => {
          const order = rows.map((_row, i) => (i + turn) % 7);
          const mark = (i: number, j: number) => (i === j ? null : (rows[i]?.[j] ?? null));
          const base = grid(rows.map((_row, i) => rows.map((_other, j) => mark(i, j))));
          const turned = grid(order.map((i) => order.map((j) => mark(i, j))));
          order.forEach((before, now) => {
            const { rank, decidedBy, quorum } = base[before] as TallyLine;
            expect(turned[now]).toMatchObject({ rank, decidedBy });
            // Whoever has enough ballots has a rank.
            expect(rank !== null).toBe(quorum);
          });
        },
      ),
      { numRuns: 300 },
    );
  });
  test('ranks are 1 to n with shared ones skipped, and a better exact score never ranks behind', () => {
    fc.assert(
      fc.property(grids, ([, rows]) => {
        const lines = grid(withoutSelf(rows));
        for (const line of lines) {
          const better = lines.filter((other) => (other.rank ?? 0) < (line.rank ?? 0)).length;
          expect(line.rank).toBe(better + 1);
          for (const other of lines) {
            if (BigInt(other.total?.num ?? 0) > BigInt(line.total?.num ?? 0))
              expect(other.rank).toBeLessThan(line.rank ?? 0);
          }
        }
      }),
    );
  });
});
