/**
 * The rubric (bảng tiêu chí, thang điểm): groups of criteria with their maximum points, checked sums, and who marks
 * which line. Structure and weights follow what provincial tables show; every table is data.
 */
import * as z from 'zod';
import { CriterionId } from './ids.ts';
import { Points } from './points.ts';

/** Who gives the points of a criterion: the peers on their sheets, the system from the record, or the bloc's head. */
export const MarkedBy = z.enum(['peers', 'computed', 'head']);
export type MarkedBy = z.infer<typeof MarkedBy>;

/** What kind of line it is (domain notes 7.3). */
export const CriterionKind = z.enum([
  'attainment',
  'manual',
  'threshold',
  'banded',
  'count',
  'index',
  'bonus',
  'penalty',
]);

export const Criterion = z.object({
  id: CriterionId,
  title: z.string().min(1).max(300),
  /** The most it can give; for a penalty the most it can take. Hundredths of a point. */
  max: Points.refine((max) => max > 0, 'the maximum must be above zero'),
  markedBy: MarkedBy,
  kind: CriterionKind,
  /** Marks are multiples of it; for a penalty the points per event. Hundredths of a point. */
  step: Points.refine((step) => step > 0, 'the step must be above zero'),
  guide: z.string().max(1000).optional(),
});
export type Criterion = z.infer<typeof Criterion>;

export const CriteriaGroup = z.object({
  id: CriterionId,
  title: z.string().min(1).max(300),
  kind: z.enum(['regular', 'bonus', 'penalty']),
  /** A regular group's sum; a cap on what a bonus group can add or a penalty group take away. */
  max: Points.refine((max) => max > 0, 'the maximum must be above zero'),
  /** The main tasks of the year: the second step of the tie chain reads this group. */
  core: z.boolean().optional(),
  criteria: z.array(Criterion).min(1).max(40),
});
export type CriteriaGroup = z.infer<typeof CriteriaGroup>;

export const Rubric = z
  .object({
    id: z.string().regex(/^[a-z0-9-]{1,40}$/),
    title: z.string().min(1).max(300),
    scale: z.union([z.literal(100), z.literal(1000)]),
    groups: z.array(CriteriaGroup).min(1).max(12),
  })
  .superRefine((rubric, context) => {
    for (const fault of faultsOf(rubric))
      context.addIssue({ code: 'custom', path: fault.path, message: fault.message });
  });
export type Rubric = z.infer<typeof Rubric>;

type RubricShape = { readonly scale: 100 | 1000; readonly groups: readonly CriteriaGroup[] };
type Fault = { readonly path: (string | number)[]; readonly message: string };

/** What is wrong with a rubric's sums and names, all at once. */
function faultsOf(rubric: RubricShape): Fault[] {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  let regular = 0;
  rubric.groups.forEach((group, g) => {
    const at = ['groups', g] as const;
    let sum = 0;
    group.criteria.forEach((criterion, c) => {
      if (seen.has(criterion.id)) {
        faults.push({ path: [...at, 'criteria', c, 'id'], message: `${criterion.id} stands twice` });
      }
      seen.add(criterion.id);
      sum += criterion.max;
      if (criterion.max % criterion.step !== 0) {
        faults.push({
          path: [...at, 'criteria', c, 'step'],
          message: 'the maximum is no multiple of the step',
        });
      }
      if (
        group.kind === 'regular' ? /^(bonus|penalty)$/.test(criterion.kind) : criterion.kind !== group.kind
      ) {
        faults.push({
          path: [...at, 'criteria', c, 'kind'],
          message: `no ${criterion.kind} in a ${group.kind} group`,
        });
      }
      if (group.kind !== 'regular' && criterion.markedBy !== 'head') {
        faults.push({
          path: [...at, 'criteria', c, 'markedBy'],
          message: 'facts are confirmed by the head, never averaged',
        });
      }
      if ((criterion.kind === 'attainment') !== (criterion.markedBy === 'computed')) {
        faults.push({
          path: [...at, 'criteria', c, 'markedBy'],
          message: 'attainment, and nothing else, is computed',
        });
      }
    });
    if (group.kind === 'regular') {
      regular += group.max;
      if (sum !== group.max) {
        faults.push({
          path: [...at, 'max'],
          message: `the criteria add up to ${sum}, the group says ${group.max}`,
        });
      }
    } else if (group.max > sum) {
      faults.push({ path: [...at, 'max'], message: `the cap ${group.max} is above the sum ${sum}` });
    }
  });
  if (regular !== rubric.scale * 100) {
    faults.push({
      path: ['groups'],
      message: `the groups add up to ${regular}, the scale says ${rubric.scale * 100}`,
    });
  }
  if (rubric.groups.filter((group) => group.core).length !== 1) {
    faults.push({ path: ['groups'], message: 'exactly one group is the core tasks' });
  }
  if (!rubric.groups.some((group) => group.criteria.some((criterion) => criterion.markedBy === 'peers'))) {
    faults.push({ path: ['groups'], message: 'no criterion is marked by the peers' });
  }
  return faults;
}

/** The criteria marked so, in printing order. */
export function criteriaMarkedBy(rubric: Rubric, markedBy: MarkedBy): readonly Criterion[] {
  return rubric.groups.flatMap((group) =>
    group.criteria.filter((criterion) => criterion.markedBy === markedBy),
  );
}

/** Every criterion, in printing order. */
export function allCriteria(rubric: Rubric): readonly Criterion[] {
  return rubric.groups.flatMap((group) => group.criteria);
}

/** The group whose points the tie chain reads second. */
export function coreGroupOf(rubric: Rubric): CriteriaGroup {
  const core = rubric.groups.find((group) => group.core);
  if (!core) throw new Error(`rubric ${rubric.id} has no core group`);
  return core;
}

/** Whether the points lie on the criterion's ladder: from 0 to its maximum, in its steps. */
export function isMarkFor(criterion: Criterion, mark: number): boolean {
  return mark >= 0 && mark <= criterion.max && mark % criterion.step === 0;
}
