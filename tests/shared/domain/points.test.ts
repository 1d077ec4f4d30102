/** Numbers that decide: exact, never floating, rounded by rule. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareQuotients,
  formatDecimal,
  formatHundredths,
  isAtLeast,
  isMoreThan,
  leastOf,
  quotient,
  roundHalfAway,
  tenThousandthsOf,
} from '../../../shared/domain/points.ts';

describe('thresholds are fractions compared in integers', () => {
  // Table of the domain notes 3.2: members, fraction, needed votes.
  const atLeast: [number, string, number][] = [
    [7, '2/3', 5],
    [11, '2/3', 8],
    [15, '2/3', 10],
    [22, '2/3', 15],
    [25, '2/3', 17],
    [6, '2/3', 4],
    [7, '70/100', 5],
    [22, '70/100', 16],
    [22, '80/100', 18],
    [22, '90/100', 20],
    [15, '80/100', 12],
    [10, '90/100', 9],
  ];
  test.each(atLeast)('of %i members %s or more are %i', (total, share, needed) => {
    expect(leastOf(total, share)).toBe(needed);
    expect(isAtLeast(needed, total, share)).toBe(true);
    expect(isAtLeast(needed - 1, total, share)).toBe(false);
  });
  test.each([
    [6, 4],
    [7, 4],
    [22, 12],
  ])('more than half of %i members are %i', (total, needed) => {
    expect(isMoreThan(needed, total, '1/2')).toBe(true);
    expect(isMoreThan(needed - 1, total, '1/2')).toBe(false);
  });
  test('eleven of fifteen fail 80 per cent although they are 91.7 per cent of twelve votes cast', () => {
    expect(isAtLeast(11, 15, '80/100')).toBe(false);
  });
});

describe('rounding is half away from zero, on the exact quotient', () => {
  test.each([
    [95125, 10, '95,13'],
    [90005, 10, '90,01'],
    [1005, 10, '1,01'],
    [28537, 3, '95,12'],
    [-1005, 10, '−1,01'],
  ])('%i/%i hundredths show as %s', (num, den, shown) => {
    expect(formatHundredths(roundHalfAway(quotient(num, den)))).toBe(shown);
  });
  test('comparing quotients agrees with comparing products, for any integers', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
        fc.bigInt({ min: 1n, max: 10n ** 6n }),
        fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
        fc.bigInt({ min: 1n, max: 10n ** 6n }),
        (a, b, c, d) => {
          expect(Math.sign(compareQuotients(quotient(a, b), quotient(c, d)))).toBe(
            a * d === c * b ? 0 : a * d < c * b ? -1 : 1,
          );
        },
      ),
    );
  });
});

test('numbers are printed as Vietnamese print them', () => {
  expect(formatHundredths(123456)).toBe('1.234,56');
  expect(formatHundredths(5)).toBe('0,05');
  expect(formatHundredths(100000000)).toBe('1.000.000,00');
  expect(formatDecimal('2838.5')).toBe('2.838,5');
  expect(formatDecimal('999')).toBe('999');
});

test('a decimal keeps four places exactly', () => {
  expect(tenThousandthsOf('82.5')).toBe(825000n);
  expect(tenThousandthsOf('-0.0001')).toBe(-1n);
});
