/** What people type, as it is taken: composed characters, and no signs that hide or reorder what is read. */

/** A text in composed form (NFC); throws for half characters and for signs that hide or reorder what is read. */
export function plain(text: string): string {
  if (!text.isWellFormed() || [...text].some((sign) => hides(sign.codePointAt(0) ?? 0)))
    throw new SyntaxError('not a plain text');
  return text.normalize('NFC');
}

/** Whether a code point is a control other than tab, line feed and return, or changes the direction of the text. */
function hides(point: number): boolean {
  if (point < 0x20) return point !== 0x09 && point !== 0x0a && point !== 0x0d;
  return (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}
