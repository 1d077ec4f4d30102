/** What officials type into a number field, and how it is read: never guessed where two readings are possible. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  hundredthsOf,
  readNumber,
  roundedHundredthsOf,
  shownDecimal,
  shownHundredths,
} from '../../../shared/domain/typed-number.ts';

const value = (canonical: string) => ({ kind: 'value', canonical });

describe('reads', () => {
  test.each([
    ['', { kind: 'empty' }],
    ['   ', { kind: 'empty' }],
    ['0', value('0')],
    ['0,00', value('0')],
    ['8', value('8')],
    ['007', value('7')],
    ['7,5', value('7.5')],
    ['7.5', value('7.5')],
    ['7.75', value('7.75')],
    [',5', value('0.5')],
    ['5,', value('5')],
    ['1.234,56', value('1234.56')],
    ['1.234.567', value('1234567')],
    ['12.345.678,9', value('12345678.9')],
    ['\u00a07,50 ', value('7.5')],
    ['７，５', value('7.5')],
    ['-3,5', value('-3.5')],
    ['−3,5', value('-3.5')],
    ['0.125', value('0.125')],
    ['7,125', value('7.125')],
    ['1234,5', value('1234.5')],
    ['7.1255', value('7.1255')],
  ])('%j', (typed, reading) => expect(readNumber(typed)).toEqual(reading));

  test('a point before exactly three digits is asked back', () => {
    expect(readNumber('7.125')).toEqual({ kind: 'ambiguous', decimal: '7.125', thousands: '7125' });
    expect(readNumber('2.838')).toEqual({ kind: 'ambiguous', decimal: '2.838', thousands: '2838' });
    expect(readNumber('-2.838')).toEqual({ kind: 'ambiguous', decimal: '-2.838', thousands: '-2838' });
  });

  test.each([
    'abc',
    '7,5 điểm',
    '1e3',
    '7,5,2',
    '.',
    ',',
    '-',
    '--1',
    '1.23.456',
    '1,234.56',
    '1234567890123',
  ])('%j is no number', (typed) => expect(readNumber(typed)).toEqual({ kind: 'bad' }));

  test('what is printed reads back as what it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000_000, max: 10_000_000 }), (hundredths) => {
        const reading = readNumber(shownHundredths(hundredths));
        expect(reading.kind).toBe('value');
        if (reading.kind === 'value') expect(hundredthsOf(reading.canonical)).toBe(hundredths + 0);
      }),
    );
  });
});

test('more than two decimals are no points; rounded, halves go away from zero', () => {
  expect(hundredthsOf('7.125')).toBeUndefined();
  expect(roundedHundredthsOf('7.125')).toBe(713);
  expect(roundedHundredthsOf('7.1249')).toBe(712);
  expect(roundedHundredthsOf('-7.125')).toBe(-713);
  expect(shownDecimal('2838.5')).toBe('2.838,5');
});
