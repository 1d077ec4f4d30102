/**
 * The self-score as a unit's people see it while they fill it: what is typed or was handed in before, what is wrong with
 * it, the evidence on each line, and the lines that would be handed in. Decides nothing: the decider has the last word.
 */
import * as z from 'zod';
import { Document } from '../../shared/domain/document.ts';
import { formatHundredths } from '../../shared/domain/points.ts';
import { type CriteriaGroup, linesOf, type MarkedLine } from '../../shared/domain/rubric.ts';
import { ruleValue } from '../../shared/domain/rules.ts';
import { readNumber, shownDecimal } from '../../shared/domain/typed-number.ts';
import { type Draft, inputName } from './drafting.ts';
import type { Place } from './place.ts';
import { verdictOn } from './sheet.ts';
import { yearText } from './text/year.ts';
import type { FieldError } from './ui/parts.tsx';
import type { Visit } from './visit.ts';

export const pointsField = (line: string) => `p:${line}`;
export const evidenceField = (line: string) => `e:${line}`;

export type Shown = {
  readonly visit: Visit;
  readonly place: Place;
  readonly draft: Draft;
  readonly formId: string;
};

export const targetsOf = ({ place }: Pick<Shown, 'place'>) => place.state.pledge.targets[place.unit] ?? [];
export const handedInOf = ({ place }: Pick<Shown, 'place'>) => place.state.scoring.selfScores[place.unit];
/** The lines of a group in printing order. */
export const linesIn = (group: CriteriaGroup) => group.criteria.flatMap(linesOf);

/** What is typed on a line: drafted, or handed in before. */
export function typedOn({ draft, place }: Pick<Shown, 'draft' | 'place'>, line: MarkedLine): string {
  const drafted = draft.fields.get(pointsField(line.id));
  if (drafted) return drafted.value;
  const before = handedInOf({ place })?.lines.find(({ criterion }) => criterion === line.id);
  return before ? formatHundredths(before.points) : '';
}

/** The evidence listed on a line: drafted, or handed in before. */
export function evidenceOn(
  { draft, place }: Pick<Shown, 'draft' | 'place'>,
  line: string,
): readonly Document[] {
  const drafted = draft.fields.get(evidenceField(line));
  if (!drafted)
    return handedInOf({ place })?.lines.find(({ criterion }) => criterion === line)?.evidence ?? [];
  const listed = z.array(Document).safeParse(drafted.value === '' ? [] : JSON.parse(drafted.value));
  return listed.success ? listed.data : [];
}

/** What is wrong with the points typed on a line; undefined where nothing is. */
export function wrongOn(visit: Visit, line: MarkedLine, typed: string): string | undefined {
  const t = yearText[visit.language].wrong;
  const reading = readNumber(typed);
  const shown = reading.kind === 'value' ? shownDecimal(reading.canonical) : typed;
  switch (verdictOn(line, reading).verdict) {
    case 'ambiguous':
      return t.twoWays(typed);
    case 'not-a-number':
      return t.number(typed);
    case 'too-precise':
      return t.precise(typed);
    case 'out-of-range':
      return t.range(shown, formatHundredths(line.max));
    case 'off-step':
      return line.bands
        ? t.bands(shown, line.bands.map(formatHundredths).join('; '))
        : t.step(shown, formatHundredths(line.step));
    default:
      return undefined;
  }
}

/** The lines as they would be handed in, and what is wrong with them. */
export function linesOfScore(shown: Shown): { lines: object[]; errors: FieldError[]; total: number } {
  const t = yearText[shown.visit.language];
  const lines: object[] = [];
  const errors: FieldError[] = [];
  let total = 0;
  for (const group of shown.place.terms.rubric.groups) {
    const claimed = group.kind !== 'regular' && ruleValue(shown.place.terms.rules, 'score.claim-evidence');
    for (const line of linesIn(group)) {
      if (line.markedBy === 'computed') continue;
      const typed = typedOn(shown, line);
      const { mark, verdict } = verdictOn(line, readNumber(typed));
      const field = inputName(pointsField(line.id));
      const message = wrongOn(shown.visit, line, typed);
      if (message) errors.push({ field, message: `${line.id}: ${message}` });
      else if (verdict === 'empty' && group.kind === 'regular')
        errors.push({ field, message: t.wrong.missing(t.points(line.id)) });
      else if (mark !== undefined) {
        if (claimed && mark !== 0 && evidenceOn(shown, line.id).length === 0)
          errors.push({ field, message: t.claimWithout(line.id) });
        total += group.kind === 'penalty' ? -mark : mark;
        lines.push({ criterion: line.id, points: mark, evidence: evidenceOn(shown, line.id) });
      }
    }
  }
  return { lines, errors, total };
}

/** The line of a bloc's rubric that a unit scores itself on, by its id. */
export function ownLineNamed({ terms }: Place, id: string): MarkedLine | undefined {
  return terms.rubric.groups.flatMap(linesIn).find((line) => line.id === id && line.markedBy !== 'computed');
}
