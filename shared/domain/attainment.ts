/**
 * How far a target was attained (mức hoàn thành): exact shares from plan and actual, never floating point.
 * Higher is better: actual over plan. Lower is better: whole when reached, else 1 − (actual − plan)/plan, not below 0.
 * A plan of 0 is all or nothing. "Trên" and "dưới" need more or less, not equal.
 */
import type { UnitTarget } from './pledge.ts';
import { type Points, points, type Quotient, quotient, roundHalfAway, tenThousandthsOf } from './points.ts';

/** One target's outcome; `share` is 1/1 at the plan and may exceed it. */
export type Attainment = {
  readonly target: string;
  readonly planned: string;
  readonly actual: string | null;
  readonly reached: boolean;
  readonly share: Quotient;
};

function isReached(
  operator: UnitTarget['operator'],
  direction: UnitTarget['direction'],
  actual: bigint,
  plan: bigint,
): boolean {
  switch (operator) {
    case '>':
      return actual > plan;
    case '<':
      return actual < plan;
    case '≥':
      return actual >= plan;
    case '≤':
      return actual <= plan;
    case '=':
      return direction === 'higher' ? actual >= plan : actual <= plan;
  }
}

/** The outcome of a target; without an actual nothing was attained. */
export function attainmentOf(
  target: Pick<UnitTarget, 'planned' | 'operator' | 'direction'> & { readonly id: string },
  actual: string | undefined,
): Attainment {
  const facts = { target: target.id, planned: target.planned, actual: actual ?? null };
  if (actual === undefined) return { ...facts, reached: false, share: quotient(0, 1) };
  const plan = tenThousandthsOf(target.planned);
  const done = tenThousandthsOf(actual);
  const reached = isReached(target.operator, target.direction, done, plan);
  if (plan === 0n) return { ...facts, reached, share: reached ? quotient(1, 1) : quotient(0, 1) };
  if (target.direction === 'higher')
    return { ...facts, reached, share: quotient(done > 0n ? done : 0n, plan) };
  if (reached) return { ...facts, reached, share: quotient(1, 1) };
  const left = plan - (done - plan);
  return { ...facts, reached, share: quotient(left > 0n ? left : 0n, plan) };
}

/** The points of a computed criterion with the arithmetic that gave them. */
export type ComputedPoints = {
  readonly points: Points;
  /** Mean of the targets' shares, each taken at most once. */
  readonly mean: Quotient;
  readonly attainments: readonly Attainment[];
};

/**
 * Maximum points × mean of the shares, each share counted at most as 1, halves of a hundredth rounded up.
 * A unit without targets has attained nothing.
 */
export function computedPoints(
  max: Points,
  targets: readonly UnitTarget[],
  actuals: ReadonlyMap<string, string>,
): ComputedPoints {
  const attainments = targets.map((target) => attainmentOf(target, actuals.get(target.id)));
  if (attainments.length === 0) return { points: points(0), mean: quotient(0, 1), attainments };
  let num = 0n;
  let den = 1n;
  for (const { share } of attainments) {
    const [n, d] = [BigInt(share.num), BigInt(share.den)];
    const capped = n > d ? d : n;
    num = num * d + capped * den;
    den *= d;
    const common = greatestCommonDivisor(num, den);
    num /= common;
    den /= common;
  }
  const mean = quotient(num, den * BigInt(attainments.length));
  const earned = roundHalfAway(quotient(BigInt(max) * BigInt(mean.num), BigInt(mean.den)));
  return { points: points(Number(earned)), mean, attainments };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x === 0n ? 1n : x;
}
