/** How a nominee is named, from its dossier to its award: a unit and what it is put forward for. */
import * as z from 'zod';
import { AwardKind } from './award.ts';
import { UnitId } from './ids.ts';

/** A nominee is named by unit and award: the key of dossiers, votes and results. */
export const NomineeKey = z.object({ unit: UnitId, award: AwardKind });
export type NomineeKey = z.infer<typeof NomineeKey>;

/** `provincial-flag:so-tu-phap`. */
export function keyOf({ unit, award }: { unit: string; award: string }): string {
  return `${award}:${unit}`;
}
