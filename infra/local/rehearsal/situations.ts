/**
 * What goes otherwise than on the normal path: a situation for each bloc of the rehearsal, so that one year shows late
 * signers, a voided pledge, a merged unit, a tie broken by each step of the chain, and what else a year brings.
 */
import type { UnitId } from '../../../shared/domain/ids.ts';
import type { Unit } from '../../../shared/domain/province.ts';
import {
  coreGroupOf,
  criteriaMarkedBy,
  linesOf,
  type MarkedLine,
  type Rubric,
} from '../../../shared/domain/rubric.ts';
import type { BlocPlan } from '../../../shared/domain/season.ts';
import type { TieStep } from '../../../shared/domain/tally.ts';

/** The ties that a bloc can be made to show: every step of the chain but the first, which is no tie. */
export type Tie = Exclude<TieStep, 'exact-score'>;

export type Situation =
  | {
      readonly kind:
        | 'meeting-repeated'
        | 'late-signer'
        | 'voided-pledge'
        | 'merged-unit'
        | 'missing-sheet'
        | 'late-bloc';
    }
  | {
      readonly kind:
        | 'recusal'
        | 'harsh-and-kind'
        | 'objection-upheld'
        | 'objection-refused'
        | 'knocked-out-first';
    }
  | { readonly kind: 'tie'; readonly step: Tie };

/** How each situation is named in the printed table. */
export const situationNames: Readonly<Record<Exclude<Situation['kind'], 'tie'>, string>> = {
  'meeting-repeated': 'họp lần đầu thiếu túc số, họp lại',
  'late-signer': 'một đơn vị ký muộn, họp bình xét sang năm sau; cả hai lần đều được gia hạn',
  'late-bloc': 'họp bình xét nhưng không gửi đề nghị đúng hạn',
  'voided-pledge': 'giao ước sửa đổi, các chữ ký bị hủy và ký lại',
  'merged-unit': 'một đơn vị sáp nhập, phụ lục giao ước được ký',
  'missing-sheet': 'một đơn vị không gửi phiếu chấm',
  recusal: 'một đơn vị từ chối chấm một đơn vị khác',
  'harsh-and-kind': 'có đơn vị chấm chặt và đơn vị chấm rộng',
  'objection-upheld': 'một kiến nghị về điểm được chấp nhận',
  'objection-refused': 'một kiến nghị về điểm không được chấp nhận',
  'knocked-out-first': 'đơn vị xếp thứ nhất không đủ điều kiện xét',
};

/** How the step that broke a tie is named. */
export const tieNames: Readonly<Record<Tie, string>> = {
  'core-tasks': 'điểm nhiệm vụ chính trị',
  'fewer-penalties': 'điểm trừ ít hơn',
  'neutral-head-to-head': 'so sánh từng đôi của các đơn vị còn lại',
  'olympic-mean': 'bình quân bỏ một phiếu cao nhất, một phiếu thấp nhất',
  'majority-judgment': 'thứ tự trung vị',
  'shared-rank': 'đồng hạng',
};

const plot: readonly (Situation & { readonly members?: number })[] = [
  { kind: 'meeting-repeated' },
  { kind: 'late-signer' },
  { kind: 'voided-pledge' },
  { kind: 'merged-unit' },
  { kind: 'missing-sheet', members: 5 },
  { kind: 'recusal', members: 5 },
  { kind: 'harsh-and-kind' },
  { kind: 'objection-upheld' },
  { kind: 'tie', step: 'olympic-mean', members: 6 },
  { kind: 'tie', step: 'majority-judgment', members: 6 },
  { kind: 'objection-refused' },
  { kind: 'tie', step: 'shared-rank' },
  { kind: 'tie', step: 'neutral-head-to-head', members: 5 },
  { kind: 'knocked-out-first', members: 4 },
  { kind: 'tie', step: 'fewer-penalties' },
  { kind: 'tie', step: 'core-tasks' },
  { kind: 'late-bloc' },
];

/** The situation of a bloc by its place; none where it has not the members for it, or past the last. */
export function situationOf(
  index: number,
  bloc: Pick<BlocPlan, 'members'>,
  units: readonly Unit[],
): Situation | undefined {
  const situation = plot[index];
  if (!situation || bloc.members.length < Math.max(4, situation.members ?? 0)) return undefined;
  return situation.kind === 'merged-unit' && !mergedUnit(bloc, units) ? undefined : situation;
}

/** The unit that is merged: the last of which the register knows no end yet, neither head nor deputy. */
export function mergedUnit(
  { members }: Pick<BlocPlan, 'members'>,
  units: readonly Unit[],
): UnitId | undefined {
  const lasting = new Set(units.filter(({ validTo }) => validTo === undefined).map(({ id }) => id));
  return members.slice(2).findLast((unit) => lasting.has(unit));
}

/** The two that tie: the third and the fourth member. */
export function tiedUnits({ members }: Pick<BlocPlan, 'members'>): readonly [UnitId, UnitId] {
  const [, , first, second] = members;
  if (!first || !second) throw new Error('a tie needs four members');
  return [first, second];
}

/** Steps by which the raters that are neither of the two move each of them, in their order. */
const moves: Readonly<Record<Tie, readonly (readonly [first: number, second: number])[]>> = {
  'core-tasks': [],
  'fewer-penalties': [],
  'shared-rank': [],
  // Two put the first a little above, one the second twice as far.
  'neutral-head-to-head': [
    [1, 0],
    [1, 0],
    [0, 2],
  ],
  // As many duels each way; without the extremes the second is ahead.
  'olympic-mean': [
    [6, 1],
    [-3, 0],
    [-3, 0],
    [1, 0],
  ],
  // Equal also without the extremes; the marks of the first lie farther apart.
  'majority-judgment': [
    [3, 3],
    [-3, -3],
    [1, 0],
    [-1, 0],
  ],
};

const stepsOf = ({ max, step }: MarkedLine) => max / step;

/** A rater's marks in a bloc whose best two tie: everybody low, the two alike but for what the step needs. */
export function tiedSheet(
  step: Tie,
  rubric: Rubric,
  bloc: Pick<BlocPlan, 'members'>,
  rater: string,
): Record<string, Record<string, number>> {
  const tied = tiedUnits(bloc);
  const neutral = bloc.members.filter((unit) => !tied.includes(unit));
  const lines = criteriaMarkedBy(rubric, 'peers');
  const core = new Set(
    coreGroupOf(rubric)
      .criteria.flatMap(linesOf)
      .map(({ id }) => id),
  );
  const widest = (list: readonly MarkedLine[]) => list.reduce((a, b) => (stepsOf(b) > stepsOf(a) ? b : a));
  const free = widest(lines.filter(({ id }) => !core.has(id)));
  const ofCore = widest(lines.filter(({ id, step: size }) => core.has(id) && size === free.step));
  const move = moves[step][neutral.indexOf(rater as UnitId)] ?? [0, 0];
  const sheet = bloc.members
    .filter((peer) => peer !== rater)
    .map((peer) => {
      const place = tied.indexOf(peer);
      const marks = lines.map((line) => {
        const base = place < 0 ? 0.2 : 0.5;
        let at = Math.floor(stepsOf(line) * base);
        if (place >= 0 && line.id === free.id) at += move[place] ?? 0;
        if (place === 0 && step === 'core-tasks')
          at += Number(line.id === ofCore.id) - Number(line.id === free.id);
        return [line.id, at * line.step];
      });
      return [peer, Object.fromEntries(marks)];
    });
  return Object.fromEntries(sheet);
}

/** The head's marks in such a bloc: the same for all; for fewer penalties the second's bonus makes up for its penalty. */
export function tiedHeadMarks(
  step: Tie,
  rubric: Rubric,
  bloc: Pick<BlocPlan, 'members'>,
  unit: string,
): { marks: Record<string, number>; reasons: Record<string, string> } {
  const second = step === 'fewer-penalties' && unit === tiedUnits(bloc)[1];
  const lines = criteriaMarkedBy(rubric, 'head');
  const bonus = lines.find(({ kind }) => kind === 'bonus');
  const penalty = lines.find(({ kind, step: size }) => kind === 'penalty' && size === bonus?.step);
  const marks = lines.map((line) => {
    const fact = line.kind === 'bonus' || line.kind === 'penalty';
    const given = second && (line === bonus || line === penalty);
    return [line.id, fact ? (given ? line.step : 0) : line.max] as const;
  });
  const reasons = marks.filter(([id, mark]) => mark > 0 && (id === bonus?.id || id === penalty?.id));
  return {
    marks: Object.fromEntries(marks),
    reasons: Object.fromEntries(reasons.map(([id]) => [id, 'Theo văn bản xác nhận.'])),
  };
}
