/**
 * Numbers as officials type them. The comma is the decimal sign; a point before one or two last digits is one too; a
 * point before exactly three could mean either, so it is asked back and never guessed. No imports: the browser reads
 * what is typed with the same code.
 */

/** How a typed text reads. `canonical` is a plain decimal with a point, as `1234.5`. */
export type Reading =
  | { readonly kind: 'empty' }
  | { readonly kind: 'value'; readonly canonical: string }
  /** Two readings are possible: with the point as decimal sign, and as mark of the thousands. */
  | { readonly kind: 'ambiguous'; readonly decimal: string; readonly thousands: string }
  | { readonly kind: 'bad' };

/** Reads a typed number; at most twelve digits before the decimal sign. */
export function readNumber(typed: string): Reading {
  // Spreadsheets paste no-break spaces and full-width digits along.
  const text = typed.normalize('NFKC').replace(/\s/g, '').replace('−', '-');
  if (text === '') return { kind: 'empty' };
  const [, sign = '', body = ''] = /^(-?)([\d.,]+)$/.exec(text) ?? [];
  const value = (whole: string, fraction = ''): Reading => {
    const digits = whole.replace(/^0+(?=\d)/, '') || '0';
    if (digits.length > 12) return { kind: 'bad' };
    return { kind: 'value', canonical: `${sign}${digits}${fraction === '' ? '' : `.${fraction}`}` };
  };
  // 1.234,56 and 1.234.567: points in groups of three can only be thousands.
  const grouped = /^(\d{1,3}(?:\.\d{3})+),(\d+)$/.exec(body) ?? /^(\d{1,3}(?:\.\d{3}){2,})$/.exec(body);
  if (grouped) return value((grouped[1] ?? '').replaceAll('.', ''), grouped[2]);
  const single = /^(\d{1,3})\.(\d{3})$/.exec(body);
  if (single) {
    const [, whole = '', three = ''] = single;
    // 0.125 cannot be thousands.
    if (/^0/.test(whole)) return value(whole, three);
    return { kind: 'ambiguous', decimal: `${sign}${whole}.${three}`, thousands: `${sign}${whole}${three}` };
  }
  const simple = /^(\d*)(?:[.,](\d*))?$/.exec(body);
  if (!simple || !/\d/.test(body)) return { kind: 'bad' };
  return value(simple[1] ?? '', (simple[2] ?? '').replace(/0+$/, ''));
}

/** A plain decimal in whole hundredths; undefined where it has more than two decimals. */
export function hundredthsOf(canonical: string): number | undefined {
  const match = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(canonical);
  if (!match) return undefined;
  const value = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'));
  return match[1] ? -value : value;
}

/** A plain decimal rounded to whole hundredths, halves away from zero. */
export function roundedHundredthsOf(canonical: string): number {
  const [whole = '0', fraction = ''] = canonical.replace('-', '').split('.');
  const kept = Number(whole) * 100 + Number(fraction.slice(0, 2).padEnd(2, '0'));
  const value = kept + (Number(fraction[2] ?? 0) >= 5 ? 1 : 0);
  return canonical.startsWith('-') ? -value : value;
}

/** Hundredths as they are printed: 123456 is `1.234,56`. */
export function shownHundredths(value: number): string {
  const digits = String(Math.abs(value)).padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, '.');
  return `${value < 0 ? '−' : ''}${whole},${digits.slice(-2)}`;
}

/** A plain decimal as it is printed: `1234.5` is `1.234,5`. */
export function shownDecimal(canonical: string): string {
  const [whole = '0', fraction] = canonical.replace('-', '').split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '.');
  return `${canonical.startsWith('-') ? '−' : ''}${grouped}${fraction ? `,${fraction}` : ''}`;
}
