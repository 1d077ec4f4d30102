/**
 * Scoring inside a bloc: every member scores itself with evidence, then a round is opened in which each scores every
 * peer on one sheet (phiếu chấm điểm chéo), never itself; the head marks what is the head's to mark. Sheets stay
 * hidden until the round closes; what was handed in by then is the set that counts, and the tally follows from it.
 */
import * as z from 'zod';
import type { Place } from '../journal.ts';
import { ok, type Result, refuse } from '../result.ts';
import { type Actor, canSignFor, isOfBoard, isSystem } from './actor.ts';
import { type ComputedPoints, computedPoints } from './attainment.ts';
import {
  type Bloc,
  type BlocEvent,
  type BlocTerms,
  isDeputy,
  isHead,
  isMember,
  memberIds,
  memberName,
  termsOf,
} from './bloc.ts';
import { deadlineInWords, hasOpened, hasPassed } from './calendar.ts';
import type { Command } from './command.ts';
import { CriterionId, UnitId } from './ids.ts';
import { formatHundredths, Points } from './points.ts';
import { Actual, attainmentsOf, outsideOf } from './review.ts';
import { allCriteria, criteriaMarkedBy, isMarkFor } from './rubric.ts';
import { ruleValue } from './rules.ts';
import { type CountedSheet, type Marks, type TallyLine, tally } from './tally.ts';

/** A document that backs a claim: a stored file by its hash, or a link. */
export const Evidence = z.object({
  title: z.string().min(1).max(300),
  number: z.string().max(100).optional(),
  date: z.iso.date().optional(),
  file: z
    .object({
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      name: z.string().min(1).max(200),
      type: z.string().max(100),
      size: z.number().int().nonnegative(),
    })
    .optional(),
  link: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional(),
});
export type Evidence = z.infer<typeof Evidence>;

/** What a unit gives itself on one criterion, and why. */
export const SelfLine = z.object({
  criterion: CriterionId,
  points: Points,
  evidence: z.array(Evidence).max(20).default([]),
});
export type SelfLine = z.infer<typeof SelfLine>;

const MarksByCriterion = z.record(CriterionId, Points);

export type ScoringEvent =
  | {
      type: 'SelfScoreSubmitted';
      v: 1;
      unit: UnitId;
      actuals: Actual[];
      lines: SelfLine[];
      computed: Record<string, ComputedPoints>;
    }
  | { type: 'SelfScoringClosed'; v: 1; submitted: UnitId[]; missing: UnitId[] }
  | { type: 'RoundOpened'; v: 1; by: 'head' | 'calendar' }
  | { type: 'ScoreSheetSubmitted'; v: 1; unit: UnitId; marks: Record<string, Marks> }
  | { type: 'HeadMarked'; v: 1; unit: UnitId; marks: Marks; as: 'head' | 'deputy' | 'board' }
  | { type: 'RoundClosed'; v: 1; sheets: { unit: UnitId; seq: number }[]; missing: UnitId[] }
  | { type: 'Tallied'; v: 1; lines: TallyLine[] };

/** A self-score as it counts. */
export type SelfScore = {
  readonly at: string;
  readonly seq: number;
  readonly actuals: readonly Actual[];
  readonly lines: readonly SelfLine[];
  readonly computed: Readonly<Record<string, ComputedPoints>>;
};

/** A sheet as it was last handed in; earlier ones stay in the journal. */
export type ScoreSheet = {
  readonly at: string;
  readonly seq: number;
  readonly sha256: string;
  readonly marks: Readonly<Record<string, Marks>>;
};

export type Scoring = {
  readonly selfScores: Readonly<Record<string, SelfScore>>;
  readonly selfScoringClosed: { readonly at: string; readonly missing: readonly UnitId[] } | undefined;
  readonly opened: { readonly at: string; readonly by: 'head' | 'calendar' } | undefined;
  readonly sheets: Readonly<Record<string, ScoreSheet>>;
  readonly headMarks: Readonly<
    Record<string, { readonly marks: Marks; readonly as: 'head' | 'deputy' | 'board' }>
  >;
  readonly closed:
    | {
        readonly at: string;
        readonly sheets: readonly { unit: UnitId; seq: number }[];
        readonly missing: readonly UnitId[];
      }
    | undefined;
  readonly tally: { readonly at: string; readonly lines: readonly TallyLine[] } | undefined;
};

export const initialScoring: Scoring = {
  selfScores: {},
  selfScoringClosed: undefined,
  opened: undefined,
  sheets: {},
  headMarks: {},
  closed: undefined,
  tally: undefined,
};

export function evolveScoring(state: Scoring, event: ScoringEvent, place: Place): Scoring {
  const { at, seq, sha256 } = place;
  switch (event.type) {
    case 'SelfScoreSubmitted': {
      const { unit, actuals, lines, computed } = event;
      return { ...state, selfScores: { ...state.selfScores, [unit]: { at, seq, actuals, lines, computed } } };
    }
    case 'SelfScoringClosed':
      return { ...state, selfScoringClosed: { at, missing: event.missing } };
    case 'RoundOpened':
      return { ...state, opened: { at, by: event.by } };
    case 'ScoreSheetSubmitted':
      return { ...state, sheets: { ...state.sheets, [event.unit]: { at, seq, sha256, marks: event.marks } } };
    case 'HeadMarked':
      return {
        ...state,
        headMarks: { ...state.headMarks, [event.unit]: { marks: event.marks, as: event.as } },
      };
    case 'RoundClosed':
      return { ...state, closed: { at, sheets: event.sheets, missing: event.missing } };
    case 'Tallied':
      return { ...state, tally: { at, lines: event.lines } };
    default:
      return state;
  }
}

/** Members that have not scored themselves. */
export function withoutSelfScore(terms: BlocTerms, scoring: Scoring): readonly UnitId[] {
  return memberIds(terms).filter((unit) => !scoring.selfScores[unit]);
}

/** Members whose sheet is not in. */
export function withoutSheet(terms: BlocTerms, scoring: Scoring): readonly UnitId[] {
  return memberIds(terms).filter((unit) => !scoring.sheets[unit]);
}

/** Members on whom the head's marks are not in. */
export function withoutHeadMarks(terms: BlocTerms, scoring: Scoring): readonly UnitId[] {
  if (criteriaMarkedBy(terms.rubric, 'head').length === 0) return [];
  return memberIds(terms).filter((unit) => !scoring.headMarks[unit]);
}

/** Whether the sheets are secret now: from the first until the round closes. */
export function isRoundSecret(scoring: Scoring): boolean {
  return !scoring.closed && (scoring.opened !== undefined || Object.keys(scoring.sheets).length > 0);
}

function closeSelfScoring(terms: BlocTerms, scoring: Scoring): BlocEvent[] {
  if (scoring.selfScoringClosed) return [];
  const missing = [...withoutSelfScore(terms, scoring)];
  const submitted = memberIds(terms).filter((unit) => !missing.includes(unit));
  return [{ type: 'SelfScoringClosed', v: 1, submitted, missing }];
}

/** The Tallied event once every mark that it needs is in; nothing before. */
function tallyWhenComplete(terms: BlocTerms, scoring: Scoring): BlocEvent[] {
  if (!scoring.closed || scoring.tally || withoutHeadMarks(terms, scoring).length > 0) return [];
  const sheets = scoring.closed.sheets.flatMap(({ unit, seq }): CountedSheet[] => {
    const sheet = scoring.sheets[unit];
    return sheet ? [{ unit, seq, marks: sheet.marks }] : [];
  });
  const fixed = Object.fromEntries(
    memberIds(terms).map((unit) => {
      const computed = Object.entries(scoring.selfScores[unit]?.computed ?? {});
      return [
        unit,
        {
          computed: Object.fromEntries(computed.map(([criterion, { points }]) => [criterion, points])),
          head: scoring.headMarks[unit]?.marks ?? {},
        },
      ];
    }),
  );
  const quorum = {
    share: ruleValue(terms.rules, 'ballots.quorum'),
    minimum: ruleValue(terms.rules, 'ballots.minimum'),
  };
  const lines = tally({ members: memberIds(terms), rubric: terms.rubric, sheets, fixed, quorum });
  return [{ type: 'Tallied', v: 1, lines: [...lines] }];
}

function outOfRange(terms: BlocTerms, criterion: string, mark: number) {
  const line = allCriteria(terms.rubric).find((other) => other.id === criterion);
  if (!line) {
    return refuse('does-not-follow', {
      vi: `Bảng tiêu chí không có tiêu chí ${criterion}.`,
      en: `The rubric has no criterion ${criterion}.`,
    });
  }
  if (isMarkFor(line, mark)) return undefined;
  const [shown, most, step] = [mark, line.max, line.step].map(formatHundredths);
  return refuse('out-of-range', {
    vi: `${shown} không hợp với tiêu chí ${criterion}: nhập từ 0 đến ${most}, mỗi bậc ${step} điểm.`,
    en: `${shown} does not fit criterion ${criterion}: from 0 to ${most} in steps of ${step}.`,
    details: { criterion, mark, max: line.max, step: line.step },
  });
}

type ScoringCommand<Payload> = Command<Bloc, BlocEvent, Payload, Record<never, never>>;

function scoringCommand<Payload>(command: ScoringCommand<Payload>): ScoringCommand<Payload> {
  return command;
}

/** The terms while the round takes sheets, or why it does not. */
function roundOpen(state: Bloc, now: Date): Result<BlocTerms> {
  const terms = termsOf(state);
  if (!terms.ok) return terms;
  const { opened, closed } = state.scoring;
  if (!opened)
    return refuse('not-yet-open', { vi: 'Đợt chấm điểm chéo chưa mở.', en: 'The round is not open.' });
  const { closesAt } = terms.value.calendar.crossScore;
  if (closed || hasPassed(closesAt, now)) {
    return refuse('after-deadline', {
      vi: `Đợt chấm điểm chéo đã đóng lúc ${deadlineInWords(closed?.at ?? closesAt)}.`,
      en: `The round closed at ${closed?.at ?? closesAt}.`,
      details: { closesAt: closed?.at ?? closesAt },
    });
  }
  return terms;
}

/** In which capacity the actor may mark a unit's head lines: the head others, the deputy the head, the Board anyone. */
function marksAs(actor: Actor, state: Bloc, unit: UnitId): 'head' | 'deputy' | 'board' | undefined {
  if (isOfBoard(actor)) return 'board';
  if (isHead(actor, state) && state.terms?.head !== unit) return 'head';
  if (isDeputy(actor, state) && state.terms?.head === unit) return 'deputy';
  return undefined;
}

export const scoringCommands = {
  SubmitSelfScore: scoringCommand({
    vi: 'Gửi bảng tự chấm điểm',
    en: "Hand in a unit's self-score with the year's actuals and evidence; replaces the one before it",
    payload: z.object({
      unit: UnitId,
      actuals: z.array(Actual).max(60),
      lines: z.array(SelfLine).min(1).max(200),
    }),
    copies: [],
    can: (actor, _state, { unit }) => canSignFor(actor, unit),
    decide(state, { unit, actuals, lines }, { now }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      if (!isMember(terms.value, unit)) return refuse('not-a-member');
      if (!state.review.closed)
        return refuse('wrong-phase', { vi: 'Đợt sơ kết chưa kết thúc.', en: 'The review is not closed.' });
      if (state.scoring.selfScoringClosed) {
        return refuse('after-deadline', {
          vi: 'Việc tự chấm điểm đã kết thúc.',
          en: 'Self-scoring is closed.',
        });
      }
      const outside = outsideOf(
        terms.value.calendar.selfScore,
        { vi: 'Tự chấm điểm', en: 'Self-scoring' },
        now,
      );
      if (outside) return outside;
      const { rubric } = terms.value;
      const given = new Set<string>();
      for (const line of lines) {
        const criterion = allCriteria(rubric).find((other) => other.id === line.criterion);
        if (criterion?.markedBy === 'computed') {
          return refuse('not-yours-to-mark', {
            vi: `Tiêu chí ${line.criterion} được tính từ chỉ tiêu đã giao ước.`,
            en: `Criterion ${line.criterion} is computed from the pledge.`,
          });
        }
        const no = outOfRange(terms.value, line.criterion, line.points);
        if (no) return no;
        if (given.has(line.criterion)) {
          return refuse('does-not-follow', {
            vi: `Tiêu chí ${line.criterion} được chấm hai lần.`,
            en: `Criterion ${line.criterion} stands twice.`,
          });
        }
        given.add(line.criterion);
      }
      const lacking = rubric.groups
        .filter((group) => group.kind === 'regular')
        .flatMap((group) => group.criteria)
        .filter((criterion) => criterion.markedBy !== 'computed' && !given.has(criterion.id));
      if (lacking.length > 0) {
        const ids = lacking.map((criterion) => criterion.id);
        return refuse('sheet-incomplete', {
          vi: `Chưa tự chấm: ${ids.join(', ')}.`,
          en: `Not scored yet: ${ids.join(', ')}.`,
          details: { missing: ids },
        });
      }
      const attainments = attainmentsOf(state, unit, actuals);
      if (!attainments.ok) return attainments;
      const year = new Map(actuals.map((actual) => [actual.target as string, actual.value as string]));
      const computed = Object.fromEntries(
        criteriaMarkedBy(rubric, 'computed').map((criterion) => [
          criterion.id,
          computedPoints(criterion.max, state.pledge.targets[unit] ?? [], year),
        ]),
      );
      return ok([{ type: 'SelfScoreSubmitted', v: 1, unit, actuals, lines, computed }]);
    },
  }),

  CloseSelfScoring: scoringCommand({
    vi: 'Kết thúc tự chấm điểm khi hết hạn',
    en: 'Close self-scoring after its deadline, naming who did not hand in',
    payload: z.object({}),
    copies: [],
    can: isSystem,
    decide(state, _payload, { now }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      if (state.scoring.selfScoringClosed) return ok([]);
      if (!state.review.closed || !hasPassed(terms.value.calendar.selfScore.closesAt, now))
        return refuse('not-yet-open');
      return ok(closeSelfScoring(terms.value, state.scoring));
    },
  }),

  OpenRound: scoringCommand({
    vi: 'Mở đợt chấm điểm chéo',
    en: 'Open the round: by the head as soon as all self-scores are in, by the calendar at its instant',
    payload: z.object({}),
    copies: [],
    can: (actor, state) => isHead(actor, state) || isSystem(actor),
    decide(state, _payload, { now, actor }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      const bySystem = isSystem(actor);
      if (state.scoring.opened) {
        return bySystem
          ? ok([])
          : refuse('already-done', { vi: 'Đợt chấm đã mở.', en: 'The round is open.' });
      }
      const { crossScore } = terms.value.calendar;
      if (bySystem) {
        if (!state.scoring.selfScoringClosed || !hasOpened(crossScore, now)) return refuse('not-yet-open');
      } else {
        const lacking = withoutSelfScore(terms.value, state.scoring);
        if (!state.review.closed || (!state.scoring.selfScoringClosed && lacking.length > 0)) {
          const names = lacking.map((unit) => memberName(terms.value, unit)).join(', ');
          return refuse('not-ready', {
            vi: `Chưa tự chấm điểm: ${names}. Đợt chấm mở được khi đủ, hoặc khi hết hạn tự chấm.`,
            en: `Self-scores are missing: ${lacking.join(', ')}.`,
            details: { units: lacking },
          });
        }
        if (hasPassed(crossScore.closesAt, now)) return refuse('after-deadline');
      }
      return ok([
        ...closeSelfScoring(terms.value, state.scoring),
        { type: 'RoundOpened', v: 1, by: bySystem ? 'calendar' : 'head' },
      ]);
    },
  }),

  SubmitScoreSheet: scoringCommand({
    vi: 'Gửi phiếu chấm điểm chéo',
    en: 'Hand in a complete sheet: a mark for every peer on every criterion the peers mark; the last one counts',
    payload: z.object({ unit: UnitId, marks: z.record(UnitId, MarksByCriterion) }),
    copies: [],
    can: (actor, _state, { unit }) => canSignFor(actor, unit),
    decide(state, { unit, marks }, { now }) {
      const terms = roundOpen(state, now);
      if (!terms.ok) return terms;
      if (!isMember(terms.value, unit)) return refuse('not-a-member');
      if (marks[unit] !== undefined) return refuse('own-unit');
      const criteria = criteriaMarkedBy(terms.value.rubric, 'peers');
      const mine = new Set<string>(criteria.map((criterion) => criterion.id));
      for (const [peer, given] of Object.entries(marks)) {
        if (!isMember(terms.value, peer as UnitId)) {
          return refuse('not-a-member', {
            vi: `Đơn vị "${peer}" không thuộc khối, cụm này.`,
            en: `The unit "${peer}" is no member of this bloc.`,
          });
        }
        for (const [criterion, mark] of Object.entries(given)) {
          if (!mine.has(criterion)) {
            const known = allCriteria(terms.value.rubric).some((other) => other.id === criterion);
            return known
              ? refuse('not-yours-to-mark', {
                  vi: `Tiêu chí ${criterion} không do các đơn vị chấm chéo.`,
                  en: `Criterion ${criterion} is not marked by the peers.`,
                })
              : refuse('does-not-follow', {
                  vi: `Bảng tiêu chí không có tiêu chí ${criterion}.`,
                  en: `The rubric has no criterion ${criterion}.`,
                });
          }
          const no = outOfRange(terms.value, criterion, mark);
          if (no) return no;
        }
      }
      const missing = memberIds(terms.value)
        .filter((peer) => peer !== unit)
        .flatMap((peer) =>
          criteria.filter((c) => marks[peer]?.[c.id] === undefined).map((c) => ({ peer, criterion: c.id })),
        );
      if (missing.length > 0) {
        return refuse('sheet-incomplete', {
          vi: `Phiếu còn ${missing.length} ô chưa có điểm.`,
          en: `The sheet has ${missing.length} empty fields.`,
          details: { count: missing.length, missing: missing.slice(0, 100) },
        });
      }
      return ok([{ type: 'ScoreSheetSubmitted', v: 1, unit, marks }]);
    },
  }),

  MarkByHead: scoringCommand({
    vi: 'Xác nhận điểm do Trưởng khối, Cụm trưởng chấm',
    en: "Give a unit the marks that are the head's to give, bonus and penalty included; the head's own by the deputy",
    payload: z.object({ unit: UnitId, marks: MarksByCriterion }),
    copies: [],
    can: (actor, state, { unit }) => marksAs(actor, state, unit) !== undefined,
    decide(state, { unit, marks }, { actor }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      if (!isMember(terms.value, unit)) return refuse('not-a-member');
      const as = marksAs(actor, state, unit);
      if (!as) return refuse('not-allowed');
      if (!state.scoring.opened)
        return refuse('not-yet-open', { vi: 'Đợt chấm điểm chéo chưa mở.', en: 'The round is not open.' });
      if (state.scoring.tally)
        return refuse('already-done', { vi: 'Kết quả đã được tổng hợp.', en: 'The result is tallied.' });
      const criteria = criteriaMarkedBy(terms.value.rubric, 'head');
      for (const [criterion, mark] of Object.entries(marks)) {
        if (!criteria.some((other) => other.id === criterion)) {
          return refuse('not-yours-to-mark', {
            vi: `Tiêu chí ${criterion} không do Trưởng khối, Cụm trưởng chấm.`,
            en: `Criterion ${criterion} is not the head's to mark.`,
          });
        }
        const no = outOfRange(terms.value, criterion, mark);
        if (no) return no;
      }
      const missing = criteria
        .filter((criterion) => marks[criterion.id] === undefined)
        .map((criterion) => criterion.id);
      if (missing.length > 0) {
        return refuse('sheet-incomplete', {
          vi: `Chưa có điểm: ${missing.join(', ')}. Ghi 0 khi không có.`,
          en: `No mark for: ${missing.join(', ')}. Write 0 where there is nothing.`,
          details: { missing },
        });
      }
      const scoring = { ...state.scoring, headMarks: { ...state.scoring.headMarks, [unit]: { marks, as } } };
      return ok([{ type: 'HeadMarked', v: 1, unit, marks, as }, ...tallyWhenComplete(terms.value, scoring)]);
    },
  }),

  CloseRound: scoringCommand({
    vi: 'Đóng đợt chấm điểm chéo',
    en: 'Close the round: by the calendar at its deadline, by the head when every sheet is in; fixes what counts',
    payload: z.object({}),
    copies: [],
    can: (actor, state) => isHead(actor, state) || isSystem(actor),
    decide(state, _payload, { now, actor }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      const { scoring } = state;
      const bySystem = isSystem(actor);
      if (scoring.closed)
        return bySystem
          ? ok([])
          : refuse('already-done', { vi: 'Đợt chấm đã đóng.', en: 'The round is closed.' });
      if (!scoring.opened) return refuse('not-yet-open');
      const lacking = withoutSheet(terms.value, scoring);
      if (bySystem && !hasPassed(terms.value.calendar.crossScore.closesAt, now))
        return refuse('not-yet-open');
      if (!bySystem && lacking.length > 0) {
        const names = lacking.map((unit) => memberName(terms.value, unit)).join(', ');
        return refuse('not-ready', {
          vi: `Chưa gửi phiếu: ${names}. Trước hạn, đợt chấm chỉ đóng khi đủ phiếu.`,
          en: `Sheets are missing: ${lacking.join(', ')}.`,
          details: { units: lacking },
        });
      }
      const sheets = memberIds(terms.value).flatMap((unit) => {
        const sheet = scoring.sheets[unit];
        return sheet ? [{ unit, seq: sheet.seq }] : [];
      });
      const closed = { at: now.toISOString(), sheets, missing: [...lacking] };
      return ok([
        { type: 'RoundClosed', v: 1, sheets, missing: [...lacking] },
        ...tallyWhenComplete(terms.value, { ...scoring, closed }),
      ]);
    },
  }),
};
