/**
 * The province's targets over the year: counts are summed from the shares that units pledged and report, rates are the
 * figure of whoever owns them. Every number names where it comes from.
 */
import { attainmentOf } from './attainment.ts';
import { type Bloc, isMember } from './bloc.ts';
import type { UnitId } from './ids.ts';
import { percentOf, tenThousandthsOf } from './points.ts';
import { reportOf } from './review.ts';
import type { ProvinceTarget, TargetFigure } from './season.ts';

/** A unit's share of a target with what it reported last: at the year's end, else at mid-year. */
export type TargetPart = {
  readonly stream: string;
  readonly unit: string;
  readonly target: string;
  readonly planned: string;
  readonly value: string | null;
  readonly reported: 'year' | 'mid-year' | null;
  readonly unitOfMeasure: string;
  /** Whether it is added up: only what is measured as the province's target is. */
  readonly counts: boolean;
};

export type TargetProgress = {
  readonly id: string;
  readonly metric: string;
  readonly unit: string | null;
  readonly planned: string | null;
  /** Whose figure a rate is, where the directive says so. */
  readonly owner: string | null;
  readonly rule: 'sum' | 'owner';
  /** The sum of the parts that count, or the owner's latest figure; null where there is none. */
  readonly value: string | null;
  /** How far the province has attained it; null without a plan or without a value. */
  readonly attained: { readonly reached: boolean; readonly percent: string } | null;
  readonly source: string | null;
  readonly asOf: string | null;
  readonly parts: readonly TargetPart[];
};

/** Words by which a measure or its name says that it is so much of, or per, something. */
const rateWords = /[%/]|bình quân|t[ỷỉ] lệ|tốc độ|mật độ|chỉ số|đầu người|trên (?:1|một) /i;

/**
 * Whether a target is a rate: a share, or so much per something; rates cannot be added up. As the directive's record
 * says; where it does not, as the words do: GRDP per head is in đồng and yet no sum.
 */
export function isRate({
  unit,
  metric,
  change,
  rollUp: rule,
}: Pick<ProvinceTarget, 'unit' | 'metric' | 'change' | 'rollUp'>): boolean {
  if (unit === null || change === 'qualitative') return true;
  return rule ? rule === 'owner' : rateWords.test(`${unit} ${metric}`.normalize('NFC'));
}

function decimalOf(tenThousandths: bigint): string {
  const negative = tenThousandths < 0n;
  const digits = String(negative ? -tenThousandths : tenThousandths).padStart(5, '0');
  const fraction = digits.slice(-4).replace(/0+$/, '');
  return `${negative ? '-' : ''}${digits.slice(0, -4)}${fraction ? `.${fraction}` : ''}`;
}

/** Whether two units of measure are one as people write them: `Trường` and `trường`. */
function isSameMeasure(one: string | null, other: string): boolean {
  const plain = (text: string) => text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
  return one !== null && plain(one) === plain(other);
}

/** The figure as of the latest date; of several of one date the one recorded last. */
function latestOf(figures: readonly TargetFigure[]): TargetFigure | undefined {
  return figures.reduce<TargetFigure | undefined>(
    (latest, figure) => (latest && latest.asOf > figure.asOf ? latest : figure),
    undefined,
  );
}

/** How a value stands against the province's plan. */
function attainedBy(
  { id, value: planned, operator, direction }: ProvinceTarget,
  value: string | null,
): TargetProgress['attained'] {
  if (planned === null || operator === null || direction === null || value === null) return null;
  const { share, reached } = attainmentOf({ id, planned, operator, direction }, value);
  return { reached, percent: percentOf(share) };
}

/** How a target of the province stands. */
export function rollUp(
  target: ProvinceTarget,
  figures: readonly TargetFigure[],
  blocs: readonly { readonly stream: string; readonly bloc: Bloc }[],
): TargetProgress {
  // What is not yet pledged is a draft, and the year's figures are the unit's own until self-scoring has closed.
  const pledged = blocs.filter(({ bloc }) => bloc.pledge.closed !== undefined);
  const parts = pledged.flatMap(({ stream, bloc }) =>
    Object.entries(bloc.pledge.targets).flatMap(([unit, targets]) =>
      targets
        // A merged unit's share is its successor's now, by the addendum, and is not counted twice.
        .filter(({ shareOf }) => shareOf === target.id && bloc.terms && isMember(bloc.terms, unit as UnitId))
        .map(({ id, planned, unitOfMeasure }): TargetPart => {
          const find = (actuals: readonly { target: string; value: string }[] | undefined) =>
            actuals?.find((actual) => actual.target === id)?.value;
          const closed = bloc.scoring.selfScoringClosed !== undefined;
          const year = closed ? find(bloc.scoring.selfScores[unit]?.actuals) : undefined;
          const midYear = find(reportOf(bloc, unit as UnitId)?.actuals);
          const reported = year !== undefined ? 'year' : midYear !== undefined ? 'mid-year' : null;
          const counts = isSameMeasure(target.unit, unitOfMeasure);
          const value = year ?? midYear ?? null;
          return { stream, unit, target: id, planned, value, reported, unitOfMeasure, counts };
        }),
    ),
  );
  const { id, metric, unit, value: planned, owner = null } = target;
  const facts = { id, metric, unit, planned, owner, parts };
  const added = parts.filter(({ counts }) => counts);
  const figure = latestOf(figures);
  if (isRate(target) || (figure && added.length === 0)) {
    const value = figure?.value ?? null;
    const [source, asOf] = [figure?.source ?? null, figure?.asOf ?? null];
    return { ...facts, rule: 'owner', value, attained: attainedBy(target, value), source, asOf };
  }
  const reported = added.flatMap(({ value }) => (value === null ? [] : [tenThousandthsOf(value)]));
  const value = reported.length > 0 ? decimalOf(reported.reduce((sum, one) => sum + one, 0n)) : null;
  const apart = parts.length - added.length;
  const source = [
    `${reported.length}/${added.length} đơn vị báo cáo`,
    ...(apart > 0 ? [`không cộng ${apart} chỉ tiêu ghi đơn vị tính khác`] : []),
  ].join('; ');
  return {
    ...facts,
    rule: 'sum',
    value,
    attained: attainedBy(target, value),
    source: parts.length > 0 ? source : null,
    asOf: null,
  };
}

/** The targets below another that make it up: measured alike, and adding up to its plan. */
function makingUp(target: ProvinceTarget, targets: readonly ProvinceTarget[]): readonly ProvinceTarget[] {
  const below = targets.filter(({ parent }) => parent === target.id);
  const alike = below.every(({ unit }) => unit !== null && isSameMeasure(target.unit, unit));
  if (below.length < 2 || !alike || isRate(target) || target.value === null) return [];
  const plans = below.flatMap(({ value }) => (value === null ? [] : [tenThousandthsOf(value)]));
  const sum = plans.reduce((total, one) => total + one, 0n);
  return plans.length === below.length && sum === tenThousandthsOf(target.value) ? below : [];
}

/**
 * How all targets of the province stand, in the directive's order. A total of which neither a unit nor its owner has
 * said anything is the sum of the targets that make it up, once each of them is known: the turnover of imports and
 * exports, say.
 */
export function rollUpAll(
  targets: readonly ProvinceTarget[],
  figures: Readonly<Record<string, readonly TargetFigure[]>>,
  blocs: readonly { readonly stream: string; readonly bloc: Bloc }[],
): readonly TargetProgress[] {
  const alone = new Map(
    targets.map((target) => [target.id, rollUp(target, figures[target.id] ?? [], blocs)] as const),
  );
  return targets.flatMap((target) => {
    const progress = alone.get(target.id);
    if (!progress) return [];
    const below = makingUp(target, targets).flatMap(({ id }) => alone.get(id) ?? []);
    const known = below.flatMap(({ value }) => (value === null ? [] : [tenThousandthsOf(value)]));
    if (progress.source !== null || below.length === 0 || known.length < below.length) return [progress];
    const value = decimalOf(known.reduce((sum, one) => sum + one, 0n));
    const source = `cộng các chỉ tiêu ${below.map(({ id }) => id).join(', ')}`;
    return [{ ...progress, rule: 'sum', value, attained: attainedBy(target, value), source }];
  });
}
