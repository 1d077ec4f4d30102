/** The marks that a unit received, line by line, with comments; who gave them is told only where the rules say so. */
import { type Bloc, type BlocTerms, memberName } from '../../shared/domain/bloc.ts';
import type { UnitId } from '../../shared/domain/ids.ts';
import { criteriaMarkedBy } from '../../shared/domain/rubric.ts';
import type { Deps } from '../deps.ts';
import { readTexts } from '../journal/texts.ts';

export type ReceivedLine = {
  readonly criterion: string;
  readonly title: string;
  readonly max: number;
  readonly received: readonly {
    readonly mark: number | null;
    readonly comment: string | null;
    readonly rater?: string;
    readonly raterName?: string;
  }[];
};

/** Lines in printing order; without names in an order that does not tell them either. */
export async function receivedBy(
  deps: Deps,
  { terms, state, unit, named }: { terms: BlocTerms; state: Bloc; unit: UnitId; named: boolean },
): Promise<readonly ReceivedLine[]> {
  const sheets = (state.scoring.closed?.sheets ?? []).flatMap(({ unit: rater }) => {
    const sheet = state.scoring.sheets[rater];
    return sheet?.marks[unit]
      ? [{ rater, marks: sheet.marks[unit], comments: sheet.comments[unit] ?? {} }]
      : [];
  });
  const texts = await readTexts(
    deps,
    sheets.flatMap(({ comments }) => Object.values(comments).map(({ ref }) => ref)),
  );
  return criteriaMarkedBy(terms.rubric, 'peers').map(({ id, title, max }) => {
    const given = sheets.map(({ rater, marks, comments }) => ({
      mark: marks[id] ?? null,
      comment: texts.get(comments[id]?.ref ?? '') ?? null,
      ...(named ? { rater, raterName: memberName(terms, rater) } : {}),
    }));
    const received = named
      ? given
      : given.toSorted(
          (a, b) => (a.mark ?? 0) - (b.mark ?? 0) || (a.comment ?? '').localeCompare(b.comment ?? ''),
        );
    return { criterion: id, title, max, received };
  });
}
