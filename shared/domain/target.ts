/**
 * The province's targets over the year: counts are summed from the shares that units pledged and report, rates are the
 * figure of whoever owns them. Every number names where it comes from.
 */
import type { Bloc } from './bloc.ts';
import { tenThousandthsOf } from './points.ts';
import type { ProvinceTarget, TargetFigure } from './season.ts';

/** A unit's share of a target with what it reported last: at the year's end, else at mid-year. */
export type TargetPart = {
  readonly stream: string;
  readonly unit: string;
  readonly target: string;
  readonly planned: string;
  readonly value: string | null;
  readonly reported: 'year' | 'mid-year' | null;
};

export type TargetProgress = {
  readonly id: string;
  readonly metric: string;
  readonly unit: string | null;
  readonly planned: string | null;
  readonly rule: 'sum' | 'owner';
  /** The sum of the parts, or the owner's latest figure; null where there is none. */
  readonly value: string | null;
  readonly source: string | null;
  readonly asOf: string | null;
  readonly parts: readonly TargetPart[];
};

/** Whether a target is a rate: a share, or so much per something; rates cannot be added up. */
export function isRate({ unit, change }: Pick<ProvinceTarget, 'unit' | 'change'>): boolean {
  return (
    unit === null ||
    change === 'qualitative' ||
    unit.includes('%') ||
    unit.includes('/') ||
    unit.includes('bình quân')
  );
}

function decimalOf(tenThousandths: bigint): string {
  const negative = tenThousandths < 0n;
  const digits = String(negative ? -tenThousandths : tenThousandths).padStart(5, '0');
  const fraction = digits.slice(-4).replace(/0+$/, '');
  return `${negative ? '-' : ''}${digits.slice(0, -4)}${fraction ? `.${fraction}` : ''}`;
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
        .filter(({ shareOf }) => shareOf === target.id)
        .map(({ id, planned }): TargetPart => {
          const find = (actuals: readonly { target: string; value: string }[] | undefined) =>
            actuals?.find((actual) => actual.target === id)?.value;
          const closed = bloc.scoring.selfScoringClosed !== undefined;
          const year = closed ? find(bloc.scoring.selfScores[unit]?.actuals) : undefined;
          const midYear = find(bloc.review.reports[unit]?.actuals);
          const reported = year !== undefined ? 'year' : midYear !== undefined ? 'mid-year' : null;
          return { stream, unit, target: id, planned, value: year ?? midYear ?? null, reported };
        }),
    ),
  );
  const facts = { id: target.id, metric: target.metric, unit: target.unit, planned: target.value, parts };
  const figure = figures.at(-1);
  if (isRate(target) || (figure && parts.length === 0)) {
    return {
      ...facts,
      rule: 'owner',
      value: figure?.value ?? null,
      source: figure?.source ?? null,
      asOf: figure?.asOf ?? null,
    };
  }
  const reported = parts.flatMap(({ value }) => (value === null ? [] : [tenThousandthsOf(value)]));
  return {
    ...facts,
    rule: 'sum',
    value: reported.length > 0 ? decimalOf(reported.reduce((sum, one) => sum + one, 0n)) : null,
    source: reported.length > 0 ? `${reported.length}/${parts.length} đơn vị báo cáo` : null,
    asOf: null,
  };
}
