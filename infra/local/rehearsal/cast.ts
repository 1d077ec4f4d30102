/** What the units of a rehearsal do: targets, actuals, self-scores and marks, each from its own stream of chance. */
import { type Criterion, criteriaMarkedBy, type Rubric } from '../../../shared/domain/rubric.ts';
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
export function actualsOf(seed: string, unit: string, share: number): { target: string; value: string }[] {
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
function markAt(criterion: Criterion, share: number): number {
  const steps = criterion.max / criterion.step;
  return Math.max(0, Math.min(steps, Math.round(share * steps))) * criterion.step;
}

/** A sheet: marks of a rater for every peer. */
export function sheetOf(
  seed: string,
  rubric: Rubric,
  rater: string,
  peers: readonly string[],
): Record<string, Record<string, number>> {
  const chance = chanceOf(`${seed} sheet ${rater}`);
  const severity = 0.03 * chance.normal();
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

/** A self-score: a little above what the peers see, with a document for each line. */
export function selfLinesOf(seed: string, rubric: Rubric, unit: string) {
  const chance = chanceOf(`${seed} self ${unit}`);
  const quality = qualityOf(seed, unit);
  return rubric.groups
    .flatMap((group) => group.criteria)
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

/** The head's lines of a unit: near the maximum, now and then a bonus or a penalty. */
export function headMarksOf(seed: string, rubric: Rubric, unit: string): Record<string, number> {
  const chance = chanceOf(`${seed} head ${unit}`);
  const marks = criteriaMarkedBy(rubric, 'head').map((criterion) => {
    if (criterion.kind === 'bonus') return [criterion.id, chance.next() < 0.2 ? criterion.step : 0];
    if (criterion.kind === 'penalty') return [criterion.id, chance.next() < 0.1 ? criterion.step : 0];
    return [criterion.id, markAt(criterion, 0.9 + 0.1 * chance.next())];
  });
  return Object.fromEntries(marks);
}
