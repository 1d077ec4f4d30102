/** Awards (danh hiệu, hình thức khen thưởng) that a bloc's year can lead to, and the code by which anybody checks one. */
import * as z from 'zod';
import { sha256Of } from '../journal.ts';

/** Cờ thi đua của UBND tỉnh, Bằng khen của Chủ tịch UBND tỉnh. */
export const AwardKind = z.enum(['provincial-flag', 'certificate']);
export type AwardKind = z.infer<typeof AwardKind>;

/** How an award is named on paper. */
export const awardNames: Readonly<Record<AwardKind, { readonly vi: string; readonly en: string }>> = {
  'provincial-flag': { vi: 'Cờ thi đua của Ủy ban nhân dân tỉnh', en: 'Provincial Emulation Flag' },
  certificate: {
    vi: 'Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh',
    en: 'Certificate of merit of the provincial Chairman',
  },
};

/** Letters and digits that cannot be mistaken for one another when read from paper. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The code printed with an award: twelve signs in three groups, from the Council's session, the unit and the award. */
export function awardCode(council: string, unit: string, award: AwardKind): string {
  const digest = sha256Of(`${council} ${award} ${unit}`);
  let code = '';
  for (let i = 0; i < 12; i++) {
    const byte = Number.parseInt(digest.slice(i * 2, i * 2 + 2), 16);
    code += alphabet[byte % alphabet.length];
    if (i === 3 || i === 7) code += '-';
  }
  return code;
}
