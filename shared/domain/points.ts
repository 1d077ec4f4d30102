/**
 * Numbers that decide: points in whole hundredths, fractions compared in integers, exact quotients.
 * No floating point anywhere: of 780 sums of three two-decimal scores 165 change with the order of addition.
 */
import * as z from 'zod';

/** Points (điểm) in whole hundredths: 95,25 is 9525. */
export const Points = z.number().int().min(-10_000_000).max(10_000_000).brand<'Points'>();
export type Points = z.infer<typeof Points>;

/** Takes an integer number of hundredths for Points; throws on anything else, which is a fault of ours. */
export function points(hundredths: number): Points {
  if (!Number.isSafeInteger(hundredths)) throw new RangeError(`not whole hundredths: ${hundredths}`);
  return hundredths as Points;
}

/** A share as `n/d`, as rules state them: 2/3, 80/100. */
export const Share = z
  .string()
  .regex(/^\d{1,4}\/[1-9]\d{0,3}$/)
  .brand<'Share'>();
export type Share = z.infer<typeof Share>;

function partsOf(share: string): readonly [number, number] {
  const [n = Number.NaN, d = Number.NaN] = share.split('/').map(Number);
  if (!Number.isInteger(n) || !Number.isInteger(d) || d <= 0) throw new RangeError(`not a share: ${share}`);
  return [n, d];
}

/** Whether `part` of `total` is the share or more ("từ … trở lên"): 4 of 6 is two thirds. */
export function isAtLeast(part: number, total: number, share: string): boolean {
  const [n, d] = partsOf(share);
  return part * d >= n * total;
}

/** Whether `part` of `total` is more than the share ("trên"): more than half of 6 is 4. */
export function isMoreThan(part: number, total: number, share: string): boolean {
  const [n, d] = partsOf(share);
  return part * d > n * total;
}

/** The least whole number out of `total` that reaches the share. */
export function leastOf(total: number, share: string): number {
  const [n, d] = partsOf(share);
  return Math.ceil((n * total) / d);
}

/** The least number of votes that reaches a share of a whole, or is more than it. */
export function neededOf(whole: number, share: string, comparison: 'atLeast' | 'moreThan'): number {
  const least = leastOf(whole, share);
  return comparison === 'moreThan' && !isMoreThan(least, whole, share) ? least + 1 : least;
}

/** An exact quotient; the denominator is positive. Stored as decimal digits, for a bundle has no BigInt. */
export type Quotient = { readonly num: string; readonly den: string };

/** The quotient of two integers as it is stored: not reduced, so that both operands stay readable. */
export function quotient(num: bigint | number, den: bigint | number): Quotient {
  if (BigInt(den) <= 0n) throw new RangeError('a denominator must be positive');
  return { num: String(num), den: String(den) };
}

/** Negative, zero or positive as a is less than, equal to or greater than b: by cross multiplication. */
export function compareQuotients(a: Quotient, b: Quotient): number {
  const left = BigInt(a.num) * BigInt(b.den);
  const right = BigInt(b.num) * BigInt(a.den);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The quotient rounded to a whole number, halves away from zero: 95,125 shows as 95,13 and −1,005 as −1,01. */
export function roundHalfAway(q: Quotient): bigint {
  const num = BigInt(q.num);
  const den = BigInt(q.den);
  const twice = 2n * (num < 0n ? -num : num) + den;
  const magnitude = twice / (2n * den);
  return num < 0n ? -magnitude : magnitude;
}

/** A decimal as people state plans and actuals: `2838`, `82.5`, at most four decimals, not negative unless signed. */
export const Decimal = z
  .string()
  .regex(/^-?\d{1,12}(?:\.\d{1,4})?$/)
  .brand<'Decimal'>();
export type Decimal = z.infer<typeof Decimal>;

/** The decimal in ten-thousandths, exact. */
export function tenThousandthsOf(decimal: string): bigint {
  const negative = decimal.startsWith('-');
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.');
  const value = BigInt(whole) * 10_000n + BigInt(fraction.padEnd(4, '0'));
  return negative ? -value : value;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, '.');
}

/** Hundredths as Vietnamese print: 123456 is `1.234,56`. */
export function formatHundredths(value: number | bigint): string {
  const negative = value < 0;
  const digits = String(negative ? -value : value).padStart(3, '0');
  return `${negative ? '−' : ''}${grouped(digits.slice(0, -2))},${digits.slice(-2)}`;
}

/** A decimal as Vietnamese print: `2838.5` is `2.838,5`. */
export function formatDecimal(decimal: string): string {
  const [whole = '0', fraction] = decimal.replace('-', '').split('.');
  return `${decimal.startsWith('-') ? '−' : ''}${grouped(whole)}${fraction ? `,${fraction}` : ''}`;
}

/** A share in per cent as Vietnamese print, two decimals: 1/3 is `33,33`. */
export function percentOf({ num, den }: Quotient): string {
  return formatHundredths(roundHalfAway(quotient(BigInt(num) * 10_000n, BigInt(den))));
}
