/**
 * The rubric (bảng tiêu chí, thang điểm): groups of criteria with their maximum points, checked sums, and who marks
 * which line. Structure and weights follow what provincial tables show; every table is data.
 */
import * as z from 'zod';
import { CriterionId, RecordName } from './ids.ts';
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

const Line = z.object({
  id: CriterionId,
  title: z.string().min(1).max(300),
  /** The most it can give; for a penalty the most it can take. Hundredths of a point. */
  max: Points.refine((max) => max > 0, 'the maximum must be above zero'),
  kind: CriterionKind,
  /** Marks are multiples of it; for a count the points of one, for a penalty those of one event. Hundredths. */
  step: Points.refine((step) => step > 0, 'the step must be above zero'),
  /** The only marks that a banded line takes, rising, 0 and the maximum among them. Hundredths. */
  bands: z.array(Points).min(2).max(20).optional(),
  guide: z.string().max(1000).optional(),
});

export const Criterion = Line.extend({
  markedBy: MarkedBy,
  /** Sub-criteria (tiêu chí thành phần), marked in its place by whoever marks it; where their sum is above the maximum, the maximum caps it. */
  parts: z.array(Line).min(2).max(20).optional(),
});
export type Criterion = z.infer<typeof Criterion>;

/** A line that is marked: a criterion without parts, or one of the parts. */
export type MarkedLine = z.infer<typeof Line> & { readonly markedBy: MarkedBy };

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
    id: RecordName,
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
      const here = [...at, 'criteria', c];
      sum += criterion.max;
      for (const line of [criterion, ...(criterion.parts ?? [])]) {
        if (seen.has(line.id)) faults.push({ path: [...here, 'id'], message: `${line.id} stands twice` });
        seen.add(line.id);
        faults.push(...lineFaults(line).map((message) => ({ path: [...here, 'step'], message })));
        const strange =
          group.kind === 'regular' ? /^(bonus|penalty)$/.test(line.kind) : line.kind !== group.kind;
        if (strange) {
          faults.push({ path: [...here, 'kind'], message: `no ${line.kind} in a ${group.kind} group` });
        }
      }
      const { parts } = criterion;
      if (parts && parts.reduce((total, { max }) => total + max, 0) < criterion.max) {
        faults.push({ path: [...here, 'max'], message: 'the parts together do not reach the maximum' });
      }
      if (parts && (criterion.kind !== 'manual' || parts.some(({ kind }) => isComputedKind(kind)))) {
        faults.push({ path: [...here, 'parts'], message: 'only what people mark is divided into parts' });
      }
      if (group.kind !== 'regular' && criterion.markedBy !== 'head') {
        faults.push({
          path: [...at, 'criteria', c, 'markedBy'],
          message: 'facts are confirmed by the head, never averaged',
        });
      }
      if (isComputedKind(criterion.kind) !== (criterion.markedBy === 'computed')) {
        faults.push({
          path: [...at, 'criteria', c, 'markedBy'],
          message: 'attainment and imported indices, and nothing else, are computed',
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

/** The kinds whose points follow from the record: attainment of the pledge, an imported index. */
function isComputedKind(kind: Criterion['kind']): boolean {
  return kind === 'attainment' || kind === 'index';
}

function lineFaults({ kind, max, step, bands }: z.infer<typeof Line>): string[] {
  const faults: string[] = [];
  if (max % step !== 0) faults.push('the maximum is no multiple of the step');
  if (kind === 'threshold' && step !== max)
    faults.push('a threshold gives all or nothing: its step is its maximum');
  if ((kind === 'banded') !== (bands !== undefined))
    faults.push('bands go with a banded line, and only there');
  const rising = bands?.every((band, i) => i === 0 || band > (bands[i - 1] ?? 0));
  if (bands && (!rising || bands[0] !== 0 || bands.at(-1) !== max))
    faults.push('bands rise from 0 to the maximum');
  return faults;
}

/** The lines of a criterion that are marked: its parts, or itself. */
export function linesOf(criterion: Criterion): readonly MarkedLine[] {
  const { parts, ...whole } = criterion;
  return parts ? parts.map((part) => ({ ...part, markedBy: criterion.markedBy })) : [whole];
}

/** The points of a criterion from the marks on its lines; the maximum caps the sum of the parts. */
export function pointsOn(criterion: Criterion, marks: Readonly<Record<string, number>>): number {
  const sum = linesOf(criterion).reduce((total, { id }) => total + (marks[id] ?? 0), 0);
  return criterion.parts ? Math.min(criterion.max, sum) : sum;
}

/** The lines marked so, in printing order: what a sheet has to fill. */
export function criteriaMarkedBy(rubric: Rubric, markedBy: MarkedBy): readonly MarkedLine[] {
  return allCriteria(rubric).filter((line) => line.markedBy === markedBy);
}

/** Every line that is marked, in printing order. */
export function allCriteria(rubric: Rubric): readonly MarkedLine[] {
  return rubric.groups.flatMap((group) => group.criteria.flatMap(linesOf));
}

/** The group whose points the tie chain reads second. */
export function coreGroupOf(rubric: Rubric): CriteriaGroup {
  const core = rubric.groups.find((group) => group.core);
  if (!core) throw new Error(`rubric ${rubric.id} has no core group`);
  return core;
}

/** Whether the points lie on the line's ladder: from 0 to its maximum, in its steps, or one of its bands. */
export function isMarkFor({ max, step, bands }: MarkedLine, mark: number): boolean {
  return bands ? bands.includes(mark as Points) : mark >= 0 && mark <= max && mark % step === 0;
}
