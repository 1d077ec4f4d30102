/**
 * The official arithmetic: from counted sheets and confirmed facts to totals and ranks.
 *
 * A unit's total is what the aggregator makes of the points on the sheets of its peers, plus what is computed and what
 * the head confirmed, added once and identically for every rater. Sums are integers in hundredths, means exact
 * quotients, and ranks follow the exact value unless the regulation asks for a rounded one. A tie goes down a chain of
 * seven steps; the step that decided is recorded, and nothing is ever decided by alphabet or chance.
 */
import type { UnitId } from './ids.ts';
import {
  compareQuotients,
  formatHundredths,
  isAtLeast,
  type Points,
  type Quotient,
  quotient,
  roundHalfAway,
} from './points.ts';
import { type Criterion, coreGroupOf, criteriaMarkedBy, pointsOn, type Rubric } from './rubric.ts';
import type { RuleOf } from './rules.ts';

/** Points by the id of a line. */
export type Marks = Readonly<Record<string, Points>>;

/** A sheet as it was handed in: one rater's marks for every peer from whom it did not recuse itself. */
export type CountedSheet = {
  readonly unit: UnitId;
  readonly seq: number;
  readonly marks: Readonly<Record<string, Marks>>;
  /** Peers that the rater may not judge: a hole in the table, not a void sheet. */
  readonly recused?: readonly UnitId[];
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
  /** Without it the mean. */
  readonly aggregator?: RuleOf<'score.aggregator'>;
  /** Without it the exact value. */
  readonly rankOn?: string;
  /** What the weighted aggregator reads beside the peers' sheets. */
  readonly weighted?: {
    readonly weights: string;
    readonly self: Readonly<Record<string, Marks>>;
    readonly head: UnitId;
    readonly deputy: UnitId;
  };
  /** Marks that an upheld objection put in the place of those given, for every rater alike. */
  readonly corrected?: Readonly<Record<string, Marks>>;
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

/** What became of the peers' points: the aggregator asked for, or the mean where it needs more than there is. */
export type Aggregator = RuleOf<'score.aggregator'>;

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
  /** By which the peers' points came into the total. */
  readonly by: Aggregator;
  /** (aggregate of the peers + computed + confirmed + bonus − penalty); null without a ballot. */
  readonly total: Quotient | null;
  /** The total as shown, two decimals, halves away from zero. */
  readonly shown: string | null;
  /** The mean of the core tasks alone. */
  readonly core: Quotient | null;
  /** Enough ballots; where not, the unit has no rank and the Council decides on the appraisal. */
  readonly quorum: boolean;
  /** 1 is first; units that stay tied share a rank. */
  readonly rank: number | null;
  readonly decidedBy: TieStep | null;
};

type Entry = {
  readonly unit: UnitId;
  /** What is ranked: the total, exact or rounded as the rule says. */
  readonly total: Quotient;
  readonly core: Quotient;
  readonly penalty: number;
  /** Rater to the points it gave, facts included. */
  readonly ballots: ReadonlyMap<UnitId, number>;
};

/** Whether a sheet marks every line of every peer but those it is recused from; else it is void as a whole. */
export function isCompleteSheet(sheet: CountedSheet, members: readonly UnitId[], rubric: Rubric): boolean {
  const lines = criteriaMarkedBy(rubric, 'peers');
  return members.every((peer) => {
    if (peer === sheet.unit || sheet.recused?.includes(peer)) return true;
    const marks = sheet.marks[peer];
    return marks !== undefined && lines.every(({ id }) => marks[id] !== undefined);
  });
}

/** Computes the result of a round; lines in the order of the members. A void sheet counts for nothing. */
export function tally(input: TallyInput): readonly TallyLine[] {
  const { members, rubric, fixed, quorum, corrected = {} } = input;
  const sheets = input.sheets.filter((sheet) => isCompleteSheet(sheet, members, rubric));
  const regular = rubric.groups.filter((group) => group.kind === 'regular');
  const core = [coreGroupOf(rubric)];
  const criteria = (markedBy: string, groups: Rubric['groups']): readonly Criterion[] =>
    groups.flatMap((group) => group.criteria.filter((criterion) => criterion.markedBy === markedBy));
  const sumOf = (unit: UnitId, marks: Marks, which: readonly Criterion[]) =>
    which.reduce((sum, criterion) => sum + pointsOn(criterion, { ...marks, ...corrected[unit] }), 0);
  const peerPoints = (rated: UnitId, marks: Marks) => sumOf(rated, marks, criteria('peers', regular));

  const ballotsOn = new Map(
    members.map((unit) => {
      const marking = sheets.filter(
        ({ unit: rater, marks, recused }) => rater !== unit && marks[unit] && !recused?.includes(unit),
      );
      return [unit, marking.map((sheet) => ({ rater: sheet.unit, marks: sheet.marks[unit] ?? {} }))] as const;
    }),
  );
  const pointsFrom = (unit: UnitId) =>
    new Map((ballotsOn.get(unit) ?? []).map(({ rater, marks }) => [rater, peerPoints(unit, marks)]));
  const fewest = Math.min(...members.map((unit) => ballotsOn.get(unit)?.length ?? 0));
  const aggregateOf = aggregation(input, fewest, pointsFrom, peerPoints);

  const entries: Entry[] = [];
  const lines = members.map((unit): TallyLine => {
    const { computed: computedMarks, head } = fixed[unit] ?? { computed: {}, head: {} };
    const computed = sumOf(unit, computedMarks, criteria('computed', regular));
    const confirmed = sumOf(unit, head, criteria('head', regular));
    const capped = (kind: 'bonus' | 'penalty') =>
      rubric.groups
        .filter((group) => group.kind === kind)
        .reduce((sum, group) => sum + Math.min(group.max, sumOf(unit, head, criteria('head', [group]))), 0);
    const bonus = capped('bonus');
    const penalty = capped('penalty');
    const facts = computed + confirmed + bonus - penalty;

    const ballots = pointsFrom(unit);
    const received = [...ballots.values()].reduce((sum, points) => sum + points, 0);
    const count = ballots.size;
    const enough = count >= quorum.minimum && isAtLeast(count, members.length - 1, quorum.share);
    const shownFacts = { unit, ballots: count, received, computed, confirmed, bonus, penalty };
    if (count === 0) {
      const nothing = { total: null, shown: null, core: null, rank: null, decidedBy: null };
      return { ...shownFacts, by: 'mean', quorum: false, ...nothing };
    }
    const { by, value } = aggregateOf(unit);
    const total = plus(value, facts);
    const corePeers = (ballotsOn.get(unit) ?? []).reduce(
      (sum, { marks }) => sum + sumOf(unit, marks, criteria('peers', core)),
      0,
    );
    const coreFacts =
      sumOf(unit, computedMarks, criteria('computed', core)) + sumOf(unit, head, criteria('head', core));
    const coreTotal = quotient(corePeers + count * coreFacts, count);
    if (enough) {
      const withFacts = new Map([...ballots].map(([rater, points]) => [rater, points + facts]));
      const ranked = rankedValue(total, input.rankOn ?? 'exact');
      entries.push({ unit, total: ranked, core: coreTotal, penalty, ballots: withFacts });
    }
    return {
      ...shownFacts,
      by,
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

/** A quotient and a whole number together. */
function plus({ num, den }: Quotient, whole: number): Quotient {
  return quotient(BigInt(num) + BigInt(whole) * BigInt(den), BigInt(den));
}

/** What is ranked: the exact total, or the total rounded to so many decimals of a point. */
function rankedValue(total: Quotient, rankOn: string): Quotient {
  if (rankOn === 'exact') return total;
  const unit = 10n ** BigInt(2 - Number(rankOn.slice('rounded:'.length)));
  const rounded = roundHalfAway(quotient(BigInt(total.num), BigInt(total.den) * unit));
  return quotient(rounded * unit, 1);
}

/** Fewest ballots on every unit from which on the highest and the lowest may be left out (scoring notes 5.1, C). */
const olympicFrom = 7;

/**
 * The function from a unit to the aggregate of its peers' points. Where the aggregator needs more than the round has,
 * it is the mean, and the line says so.
 */
function aggregation(
  input: TallyInput,
  fewest: number,
  pointsFrom: (unit: UnitId) => ReadonlyMap<UnitId, number>,
  peerPoints: (rated: UnitId, marks: Marks) => number,
): (unit: UnitId) => { by: Aggregator; value: Quotient } {
  const { members, weighted, aggregator = 'mean' } = input;
  const ordered = (unit: UnitId) => [...pointsFrom(unit).values()].sort((a, b) => a - b);
  const mean = (points: readonly number[]) =>
    quotient(
      points.reduce((sum, one) => sum + one, 0),
      points.length,
    );
  const given = (unit: UnitId) => members.flatMap((peer) => pointsFrom(peer).get(unit) ?? []);

  return (unit) => {
    const points = ordered(unit);
    const plain = { by: 'mean' as const, value: mean(points) };
    switch (aggregator) {
      case 'mean':
        return plain;
      case 'balanced': {
        // The empty self cell is filled with the average that the unit gave to the others.
        const out = given(unit);
        if (out.length === 0) return plain;
        const sum = points.reduce((total, one) => total + one, 0) * out.length;
        const own = out.reduce((total, one) => total + one, 0);
        return { by: aggregator, value: quotient(sum + own, out.length * (points.length + 1)) };
      }
      case 'olympic':
        return fewest < olympicFrom ? plain : { by: aggregator, value: mean(points.slice(1, -1)) };
      case 'trimmed': {
        const cut = Math.floor(points.length / 5);
        return { by: aggregator, value: mean(points.slice(cut, points.length - cut)) };
      }
      case 'median': {
        const middle = Math.floor((points.length - 1) / 2);
        return { by: aggregator, value: mean(points.slice(middle, points.length - middle)) };
      }
      case 'weighted': {
        if (!weighted) return plain;
        const [self = 0, peers = 0, head = 0] = weighted.weights.split(':').map(Number);
        const ownMarks = weighted.self[unit];
        const judge = unit === weighted.head ? weighted.deputy : weighted.head;
        const fromHead = pointsFrom(unit).get(judge);
        const parts = [
          { weight: peers, num: BigInt(plain.value.num), den: BigInt(plain.value.den) },
          ...(ownMarks ? [{ weight: self, num: BigInt(peerPoints(unit, ownMarks)), den: 1n }] : []),
          ...(fromHead === undefined ? [] : [{ weight: head, num: BigInt(fromHead), den: 1n }]),
        ];
        // A voice that is missing leaves its weight to the others.
        const whole = parts.reduce((sum, { weight }) => sum + weight, 0);
        if (whole === 0) return plain;
        const den = BigInt(plain.value.den);
        const num = parts.reduce((sum, part) => sum + (BigInt(part.weight) * part.num * den) / part.den, 0n);
        return { by: aggregator, value: quotient(num, den * BigInt(whole)) };
      }
    }
  };
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
  'majority-judgment': () => (a, b) => compareMajorities([...a.ballots.values()], [...b.ballots.values()]),
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

/**
 * By majority judgment. Where one has more ballots, each ballot of both counts so often that they have equally many:
 * compared as far as the shorter goes, two could each be level with a third and not with one another.
 */
function compareMajorities(a: readonly number[], b: readonly number[]): number {
  const repeated = (ballots: readonly number[], times: number) =>
    ballots.flatMap((points) => Array<number>(times).fill(points));
  const common = commonDivisor(a.length, b.length);
  const [left, right] = [
    majorityValue(repeated(a, b.length / common)),
    majorityValue(repeated(b, a.length / common)),
  ];
  for (const [i, points] of left.entries()) {
    const difference = points - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
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
