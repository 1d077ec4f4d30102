/**
 * The official arithmetic: from counted sheets and confirmed facts to totals and ranks.
 *
 * A unit's total is the mean of the points on the sheets of its peers, plus what is computed and what the head
 * confirmed, added once and identically for every rater. Sums are integers in hundredths, means exact quotients,
 * and ranks follow the exact value. A tie goes down a chain of seven steps; the step that decided is recorded, and
 * nothing is ever decided by alphabet or chance.
 */
import type { CriterionId, UnitId } from './ids.ts';
import {
  compareQuotients,
  formatHundredths,
  isAtLeast,
  type Points,
  type Quotient,
  quotient,
  roundHalfAway,
} from './points.ts';
import { coreGroupOf, type Rubric } from './rubric.ts';

/** Points by criterion. */
export type Marks = Readonly<Record<string, Points>>;

/** A sheet that counts: one rater's marks for every peer. */
export type CountedSheet = {
  readonly unit: UnitId;
  readonly seq: number;
  readonly marks: Readonly<Record<string, Marks>>;
};

/** What the record and the head give a unit, once, for all raters alike. */
export type FixedMarks = { readonly computed: Marks; readonly head: Marks };

export type TallyInput = {
  readonly members: readonly UnitId[];
  readonly rubric: Rubric;
  readonly sheets: readonly CountedSheet[];
  readonly fixed: Readonly<Record<string, FixedMarks>>;
  /** Fewest ballots on a unit, as a share of those entitled to mark it and as a number. */
  readonly quorum: { readonly share: string; readonly minimum: number };
};

/** The steps of the tie chain, in order. */
export const tieSteps = [
  'exact-score',
  'core-tasks',
  'fewer-penalties',
  'neutral-head-to-head',
  'olympic-mean',
  'majority-judgment',
  'shared-rank',
] as const;
export type TieStep = (typeof tieSteps)[number];

/** One unit's line in the result. Points in hundredths; quotients of hundredths. */
export type TallyLine = {
  readonly unit: UnitId;
  /** Sheets that mark the unit. */
  readonly ballots: number;
  /** Sum of the peers' points over all sheets. */
  readonly received: number;
  readonly computed: number;
  readonly confirmed: number;
  readonly bonus: number;
  readonly penalty: number;
  /** (received + ballots × (computed + confirmed + bonus − penalty)) / ballots; null without a ballot. */
  readonly total: Quotient | null;
  /** The total as shown, two decimals, halves away from zero. */
  readonly shown: string | null;
  /** The same for the core tasks alone. */
  readonly core: Quotient | null;
  /** Enough ballots; where not, the unit has no rank and the Council decides on the appraisal. */
  readonly quorum: boolean;
  /** 1 is first; units that stay tied share a rank. */
  readonly rank: number | null;
  readonly decidedBy: TieStep | null;
};

type Entry = {
  readonly unit: UnitId;
  readonly total: Quotient;
  readonly core: Quotient;
  readonly penalty: number;
  /** Rater to the points it gave, facts included. */
  readonly ballots: ReadonlyMap<UnitId, number>;
};

function sumOf(marks: Marks, criteria: readonly CriterionId[]): number {
  return criteria.reduce((sum, criterion) => sum + (marks[criterion] ?? 0), 0);
}

/** Computes the result of a round; lines in the order of the members. */
export function tally(input: TallyInput): readonly TallyLine[] {
  const { members, rubric, sheets, fixed, quorum } = input;
  const idsOf = (markedBy: string, groups: Rubric['groups']): CriterionId[] =>
    groups.flatMap((group) => group.criteria.filter((c) => c.markedBy === markedBy).map((c) => c.id));
  const regular = rubric.groups.filter((group) => group.kind === 'regular');
  const core = [coreGroupOf(rubric)];
  const byPeers = idsOf('peers', regular);

  const entries: Entry[] = [];
  const lines = members.map((unit): TallyLine => {
    const { computed: computedMarks, head } = fixed[unit] ?? { computed: {}, head: {} };
    const computed = sumOf(computedMarks, idsOf('computed', regular));
    const confirmed = sumOf(head, idsOf('head', regular));
    const capped = (kind: 'bonus' | 'penalty') =>
      rubric.groups
        .filter((group) => group.kind === kind)
        .reduce((sum, group) => sum + Math.min(group.max, sumOf(head, idsOf('head', [group]))), 0);
    const bonus = capped('bonus');
    const penalty = capped('penalty');
    const facts = computed + confirmed + bonus - penalty;

    const marking = sheets.filter((sheet) => sheet.unit !== unit && sheet.marks[unit] !== undefined);
    const ballots = new Map(marking.map((sheet) => [sheet.unit, sumOf(sheet.marks[unit] ?? {}, byPeers)]));
    const received = [...ballots.values()].reduce((sum, points) => sum + points, 0);
    const count = ballots.size;
    const enough = count >= quorum.minimum && isAtLeast(count, members.length - 1, quorum.share);
    const shownFacts = { unit, ballots: count, received, computed, confirmed, bonus, penalty };
    if (count === 0) {
      return {
        ...shownFacts,
        total: null,
        shown: null,
        core: null,
        quorum: false,
        rank: null,
        decidedBy: null,
      };
    }
    const total = quotient(received + count * facts, count);
    const corePeers = marking.reduce(
      (sum, sheet) => sum + sumOf(sheet.marks[unit] ?? {}, idsOf('peers', core)),
      0,
    );
    const coreFacts = sumOf(computedMarks, idsOf('computed', core)) + sumOf(head, idsOf('head', core));
    const coreTotal = quotient(corePeers + count * coreFacts, count);
    if (enough) {
      const withFacts = new Map([...ballots].map(([rater, points]) => [rater, points + facts]));
      entries.push({ unit, total, core: coreTotal, penalty, ballots: withFacts });
    }
    return {
      ...shownFacts,
      total,
      shown: formatHundredths(roundHalfAway(total)),
      core: coreTotal,
      quorum: enough,
      rank: null,
      decidedBy: null,
    };
  });

  const placed = rankEntries(entries);
  return lines.map((line) => ({ ...line, ...(placed.get(line.unit) ?? {}) }));
}

/** How each step orders a group that is still tied: positive when a stands above b. */
const comparisons: Readonly<
  Record<Exclude<TieStep, 'shared-rank'>, (group: readonly Entry[]) => (a: Entry, b: Entry) => number>
> = {
  'exact-score': () => (a, b) => compareQuotients(a.total, b.total),
  'core-tasks': () => (a, b) => compareQuotients(a.core, b.core),
  'fewer-penalties': () => (a, b) => b.penalty - a.penalty,
  'neutral-head-to-head': (group) => {
    const wins = new Map(group.map((a) => [a.unit, group.filter((b) => a !== b && duel(a, b) > 0).length]));
    return (a, b) => (wins.get(a.unit) ?? 0) - (wins.get(b.unit) ?? 0);
  },
  'olympic-mean': (group) => {
    if (group.some((entry) => entry.ballots.size < 5)) return () => 0;
    const means = new Map(group.map((entry) => [entry.unit, olympicMean([...entry.ballots.values()])]));
    return (a, b) => {
      const [left, right] = [means.get(a.unit), means.get(b.unit)];
      return left && right ? compareQuotients(left, right) : 0;
    };
  },
  'majority-judgment': (group) => {
    const values = new Map(group.map((entry) => [entry.unit, majorityValue([...entry.ballots.values()])]));
    return (a, b) => compareSequences(values.get(a.unit) ?? [], values.get(b.unit) ?? []);
  },
};

/** Among raters other than the two, how many more put a above b than b above a. */
function duel(a: Entry, b: Entry): number {
  let balance = 0;
  for (const [rater, forA] of a.ballots) {
    const forB = b.ballots.get(rater);
    if (rater === b.unit || rater === a.unit || forB === undefined) continue;
    balance += Math.sign(forA - forB);
  }
  return balance;
}

/** The mean without one highest and one lowest ballot. */
function olympicMean(ballots: readonly number[]): Quotient {
  const sum = ballots.reduce((total, points) => total + points, 0);
  return quotient(sum - Math.max(...ballots) - Math.min(...ballots), ballots.length - 2);
}

/** The ballots in the order in which majority judgment reads them: the lower middlemost is taken off again and again. */
function majorityValue(ballots: readonly number[]): readonly number[] {
  const left = [...ballots].sort((a, b) => a - b);
  const value: number[] = [];
  while (left.length > 0) value.push(...left.splice(Math.floor((left.length - 1) / 2), 1));
  return value;
}

function compareSequences(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rankEntries(entries: readonly Entry[]): ReadonlyMap<UnitId, { rank: number; decidedBy: TieStep }> {
  const placed = new Map<UnitId, { rank: number; decidedBy: TieStep }>();
  const place = (group: readonly Entry[], rank: number, depth: number): void => {
    const step = tieSteps[depth] ?? 'shared-rank';
    if (step === 'shared-rank') {
      for (const entry of group) placed.set(entry.unit, { rank, decidedBy: step });
      return;
    }
    const above = comparisons[step](group);
    const sorted = [...group].sort((a, b) => above(b, a));
    for (let from = 0; from < sorted.length; ) {
      const first = sorted[from];
      if (!first) break;
      const equal = sorted.slice(from).filter((entry) => above(first, entry) === 0);
      if (equal.length === 1) placed.set(first.unit, { rank: rank + from, decidedBy: step });
      else place(equal, rank + from, depth + 1);
      from += equal.length;
    }
  };
  place(entries, 1, 0);
  return placed;
}
