/** The sample season holds what it says: 17 blocs, 137 members, three rubrics, 31 targets, rules with sources. */
import { describe, expect, test } from 'vitest';
import { sampleSeason } from '../../../infra/local/seed/season.ts';
import { allCriteria } from '../../../shared/domain/rubric.ts';
import { ruleKeys, rulesOn } from '../../../shared/domain/rules.ts';

const sample = sampleSeason();
const bodyOf = <T>(command: string) => sample.setUp.find(({ path }) => path.endsWith(command))?.body as T;

describe('the blocs', () => {
  test('are 11 of agencies, 4 of firms and cooperatives and 2 clusters, with 137 members', () => {
    const of = (rubric: string) => sample.blocs.filter((bloc) => bloc.rubric === rubric);
    expect([of('agencies'), of('enterprises'), of('localities')].map((list) => list.length)).toEqual([
      11, 4, 2,
    ]);
    expect(of('localities').every(({ kind }) => kind === 'cum')).toBe(true);
    expect(sample.blocs.flatMap(({ members }) => members)).toHaveLength(137);
    expect(new Set(sample.blocs.flatMap(({ members }) => members)).size).toBe(137);
  });

  test('have 3 to 30 members, head and deputy among them', () => {
    for (const { members, head, deputy } of sample.blocs) {
      expect(members.length).toBeGreaterThanOrEqual(3);
      expect(members.length).toBeLessThanOrEqual(30);
      expect(members).toContain(head);
      expect(members).toContain(deputy);
      expect(head).not.toBe(deputy);
    }
  });

  test('in the clusters are the nine districts and the city of 2023, which ended on 30/06/2025', () => {
    const places = sample.units.filter(({ kind }) => kind === 'locality');
    expect(places).toHaveLength(10);
    expect(places.every(({ validTo }) => validTo === '2025-06-30')).toBe(true);
  });

  test('mark every firm and cooperative as sample, by flag and by name', () => {
    const invented = sample.units.filter(({ kind }) => kind === 'firm' || kind === 'cooperative');
    expect(invented.length).toBeGreaterThan(20);
    for (const unit of invented) expect([unit.sample, /\(mẫu\)$/.test(unit.name)]).toEqual([true, true]);
  });
});

describe('the rubrics', () => {
  test.each(sample.rubrics.map((rubric) => [rubric.id, rubric] as const))(
    '%s: at least 25 criteria, weights 60/20/20',
    (_id, rubric) => {
      expect(allCriteria(rubric).length).toBeGreaterThanOrEqual(25);
      const regular = rubric.groups.filter(({ kind }) => kind === 'regular');
      expect(regular.map(({ max }) => (max * 100) / (rubric.scale * 100))).toEqual([60, 20, 20]);
      expect(
        rubric.groups.some(({ kind }) => kind === 'bonus') &&
          rubric.groups.some(({ kind }) => kind === 'penalty'),
      ).toBe(true);
    },
  );

  test('stand on the scales of 100 and of 1.000', () => {
    expect(new Set(sample.rubrics.map(({ scale }) => scale))).toEqual(new Set([100, 1000]));
  });
});

test('the directive has 31 targets: 30 with a number, one without, four below another', () => {
  type Directive = {
    targets: { value: string | null; parent: string | null; change: string; operator: string | null }[];
  };
  const { targets } = bodyOf<Directive>('issue-directive');
  expect(targets).toHaveLength(31);
  expect(targets.filter(({ value }) => value === null).map(({ change }) => change)).toEqual(['qualitative']);
  expect(targets.filter(({ parent }) => parent !== null)).toHaveLength(4);
  const of = (operator: string | null) => targets.filter((target) => target.operator === operator).length;
  expect([of('='), of('>'), of('≥'), of('<'), of(null)]).toEqual([23, 4, 2, 1, 1]);
});

describe('the rules', () => {
  type Rules = Parameters<typeof rulesOn>[0];
  const book = { ...bodyOf<Omit<Rules, 'blocs'>>('set-rules'), blocs: {} };

  test.each([
    ['2023-01-18', 'nd-91-2017'],
    ['2023-12-31', 'nd-91-2017'],
    ['2024-01-01', 'nd-98-2023'],
    ['2025-06-30', 'nd-98-2023'],
    ['2025-07-01', 'nd-152-2025'],
    ['2026-09-30', 'nd-152-2025'],
    ['2026-10-01', '2026-10'],
    ['2031-05-05', '2026-10'],
  ])('on %s are of the pack %s, every one of them set and with its source', (date, pack) => {
    const rules = rulesOn(book, date);
    for (const key of ruleKeys) {
      expect(rules[key].source.trim(), key).not.toBe('');
      expect(rules[key].pack).toBe(pack);
    }
  });

  test('of the law from 01/10/2026 on are carried over and shown as unverified', () => {
    const last = book.packs.at(-1);
    expect(last?.verified).toBe(false);
    expect(Object.values(last?.values ?? {}).every(({ verified }) => !verified)).toBe(true);
  });
});

test('the Council has 22 seats, one chair and one secretary, by posts and never by persons', () => {
  expect(sample.roll).toHaveLength(22);
  expect(sample.roll.filter(({ role }) => role === 'chair')).toHaveLength(1);
  expect(sample.roll.filter(({ role }) => role === 'secretary')).toHaveLength(1);
});

test('a sample cut to other sizes keeps its form, and what it lacks is invented and marked', () => {
  const large = sampleSeason({ blocs: 20, members: 10 });
  expect(large.blocs).toHaveLength(20);
  expect(large.blocs.every(({ members }) => members.length === 10)).toBe(true);
  expect(new Set(large.blocs.flatMap(({ members }) => members)).size).toBe(200);
  expect(
    large.units.filter(({ id }) => id.startsWith('don-vi-mau')).every(({ sample: marked }) => marked),
  ).toBe(true);
});
