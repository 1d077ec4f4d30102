/** What the units of a rehearsal do: targets, actuals, self-scores and marks, each from its own stream of chance. */
import { allCriteria, criteriaMarkedBy, type Rubric } from '../../../shared/domain/rubric.ts';
import { chanceOf } from './chance.ts';

export type Targets = {
  id: string;
  indicator: string;
  unitOfMeasure: string;
  planned: string;
  operator: '=' | '≥' | '<';
  direction: 'higher' | 'lower';
  shareOf?: string;
}[];

/** Three targets of a unit: two where more is better, one where less is. */
export function targetsOf(seed: string, unit: string): Targets {
  const chance = chanceOf(`${seed} targets ${unit}`);
  return [
    {
      id: '1',
      indicator: 'Tỷ lệ nhiệm vụ hoàn thành đúng hạn',
      unitOfMeasure: '%',
      planned: String(chance.whole(90, 99)),
      operator: '≥',
      direction: 'higher',
    },
    {
      id: '2',
      indicator: 'Số mô hình, sáng kiến được công nhận',
      unitOfMeasure: 'mô hình',
      planned: String(chance.whole(2, 9)),
      operator: '=',
      direction: 'higher',
    },
    {
      id: '3',
      indicator: 'Tỷ lệ hồ sơ giải quyết quá hạn',
      unitOfMeasure: '%',
      planned: `${chance.whole(1, 3)}.5`,
      operator: '<',
      direction: 'lower',
    },
  ];
}

/** What was reached by a share of the year, 1 for the whole. */
export function actualsOf(
  seed: string,
  unit: string,
  share: number,
  whole = false,
): { target: string; value: string }[] {
  if (whole) {
    return targetsOf(seed, unit).map(({ id, planned, direction }) => ({
      target: id,
      value: direction === 'higher' ? planned : (Number(planned) - 0.5).toFixed(1),
    }));
  }
  const chance = chanceOf(`${seed} actuals ${unit} ${share}`);
  return targetsOf(seed, unit).map(({ id, planned, direction }) => {
    const plan = Number(planned);
    const reached =
      direction === 'higher'
        ? plan * share * (0.9 + 0.15 * chance.next())
        : plan * (0.7 + 0.5 * chance.next());
    return { target: id, value: reached.toFixed(1) };
  });
}

/** How good a unit truly is, from 0 to 1: what its peers see, each through its own severity. */
function qualityOf(seed: string, unit: string): number {
  return 0.82 + 0.06 * chanceOf(`${seed} quality ${unit}`).normal();
}

/** The mark nearest to a share of the maximum, on the criterion's ladder. */
function markAt(criterion: { max: number; step: number }, share: number): number {
  const steps = criterion.max / criterion.step;
  return Math.max(0, Math.min(steps, Math.round(share * steps))) * criterion.step;
}

/** A sheet: marks of a rater for every peer; harshness is a share of the maximum, below zero for kind. */
export function sheetOf(
  seed: string,
  rubric: Rubric,
  rater: string,
  peers: readonly string[],
  harshness = 0,
): Record<string, Record<string, number>> {
  const chance = chanceOf(`${seed} sheet ${rater}`);
  const severity = harshness + 0.03 * chance.normal();
  return Object.fromEntries(
    peers.map((peer) => {
      const quality = qualityOf(seed, peer);
      const marks = criteriaMarkedBy(rubric, 'peers').map((criterion) => [
        criterion.id,
        markAt(criterion, quality - severity + 0.05 * chance.normal()),
      ]);
      return [peer, Object.fromEntries(marks)];
    }),
  );
}

/** Comments on the marks that the rules want explained: at the floor, above the self-score, or far from it. */
export function commentsOf(
  rubric: Rubric,
  marks: Record<string, Record<string, number>>,
  selfScores: ReadonlyMap<string, readonly { criterion: string; points: number }[]>,
): Record<string, Record<string, { text: string }>> {
  const comments: Record<string, Record<string, { text: string }>> = {};
  for (const [peer, given] of Object.entries(marks)) {
    for (const { id, max } of criteriaMarkedBy(rubric, 'peers')) {
      const mark = given[id] ?? 0;
      const self = selfScores.get(peer)?.find((line) => line.criterion === id)?.points;
      const far = self !== undefined && Math.abs(mark - self) * 100 > 20 * max;
      if (mark !== 0 && !far && !(self !== undefined && mark > self)) continue;
      const why =
        self !== undefined && mark > self
          ? 'Kết quả thực tế cao hơn mức tự chấm.'
          : 'Minh chứng chưa tương xứng với mức tự chấm.';
      comments[peer] = { ...comments[peer], [id]: { text: why } };
    }
  }
  return comments;
}

/** A self-score: a little above what the peers see, with a document for each line. */
export function selfLinesOf(seed: string, rubric: Rubric, unit: string) {
  const chance = chanceOf(`${seed} self ${unit}`);
  const quality = qualityOf(seed, unit);
  return allCriteria(rubric)
    .filter((criterion) => criterion.markedBy !== 'computed' && criterion.kind !== 'penalty')
    .map((criterion) => ({
      criterion: criterion.id,
      points: criterion.kind === 'bonus' ? 0 : markAt(criterion, quality + 0.06 + 0.04 * chance.normal()),
      evidence: [
        {
          title: `Báo cáo kết quả thực hiện tiêu chí ${criterion.id}`,
          number: `${chance.whole(10, 400)}/BC`,
          date: '2023-11-10',
        },
      ],
    }));
}

/** The head's lines of a unit: near the maximum, now and then a bonus or a penalty, each with its reason. */
export function headMarksOf(
  seed: string,
  rubric: Rubric,
  unit: string,
): { marks: Record<string, number>; reasons: Record<string, string> } {
  const chance = chanceOf(`${seed} head ${unit}`);
  const marks: Record<string, number> = {};
  const reasons: Record<string, string> = {};
  for (const line of criteriaMarkedBy(rubric, 'head')) {
    const fact = line.kind === 'bonus' || line.kind === 'penalty';
    const given = chance.next() < (line.kind === 'bonus' ? 0.2 : 0.1);
    marks[line.id] = fact ? (given ? line.step : 0) : markAt(line, 0.9 + 0.1 * chance.next());
    if (fact && given) reasons[line.id] = 'Theo văn bản xác nhận lưu tại đơn vị Trưởng khối, Cụm trưởng.';
  }
  return { marks, reasons };
}
