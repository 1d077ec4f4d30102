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
import { deadlineInWords, hasOpened, hasPassed, type Instant } from './calendar.ts';
import type { Command } from './command.ts';
import { BoundText, Document } from './document.ts';
import { closesAtFor, lastClosesAt } from './extension.ts';
import { CriterionId, UnitId } from './ids.ts';
import type { Objections } from './objection.ts';
import {
  Decimal,
  formatHundredths,
  isMoreThan,
  Points,
  points,
  quotient,
  roundHalfAway,
  tenThousandthsOf,
} from './points.ts';
import { Actual, attainmentsOf, outsideOf } from './review.ts';
import { allCriteria, criteriaMarkedBy, isMarkFor, linesOf } from './rubric.ts';
import { ruleValue } from './rules.ts';
import { type CountedSheet, type Marks, type TallyLine, tally } from './tally.ts';

/** What a unit gives itself on one criterion, and why. */
export const SelfLine = z.object({
  criterion: CriterionId,
  points: Points,
  evidence: z.array(Document).max(20).default([]),
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
      /** The rubric's version by which it was scored; without it the first. */
      rubric?: number;
    }
  | { type: 'SelfScoringClosed'; v: 1; submitted: UnitId[]; missing: UnitId[] }
  | { type: 'RoundOpened'; v: 1; by: 'head' | 'calendar' }
  | {
      type: 'ScoreSheetSubmitted';
      v: 1;
      unit: UnitId;
      marks: Record<string, Marks>;
      /** Peers that the unit may not judge, each with its reason. */
      recused?: Record<string, BoundText>;
      /** Comments by peer and line. */
      comments?: Record<string, Record<string, BoundText>>;
      rubric?: number;
    }
  | {
      type: 'HeadMarked';
      v: 1;
      unit: UnitId;
      marks: Marks;
      as: 'head' | 'deputy' | 'board';
      /** Why a mark differs from what the unit claimed, by line. */
      reasons?: Record<string, string>;
    }
  | {
      type: 'IndexImported';
      v: 1;
      criterion: CriterionId;
      /** The index's own maximum: 100 for PAR, PCI, PAPI in percent. */
      outOf: Decimal;
      values: { unit: UnitId; value: Decimal; points: Points }[];
      source: string;
    }
  | { type: 'RoundClosed'; v: 1; sheets: { unit: UnitId; seq: number }[]; missing: UnitId[] }
  | {
      type: 'Tallied';
      v: 1;
      lines: TallyLine[];
      /** Counted from 1; a correction makes the next. */
      revision?: number;
    };

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
  readonly recused: Readonly<Record<string, BoundText>>;
  readonly comments: Readonly<Record<string, Readonly<Record<string, BoundText>>>>;
};

export type Scoring = {
  readonly selfScores: Readonly<Record<string, SelfScore>>;
  readonly selfScoringClosed: { readonly at: string; readonly missing: readonly UnitId[] } | undefined;
  readonly opened: { readonly at: string; readonly by: 'head' | 'calendar' } | undefined;
  readonly sheets: Readonly<Record<string, ScoreSheet>>;
  readonly headMarks: Readonly<
    Record<
      string,
      {
        readonly marks: Marks;
        readonly as: 'head' | 'deputy' | 'board';
        readonly reasons: Readonly<Record<string, string>>;
      }
    >
  >;
  /** Imported indices by line, then unit. */
  readonly indices: Readonly<Record<string, Readonly<Record<string, Points>>>>;
  readonly closed:
    | {
        readonly at: string;
        readonly sheets: readonly { unit: UnitId; seq: number }[];
        readonly missing: readonly UnitId[];
      }
    | undefined;
  readonly tally:
    | {
        readonly at: string;
        readonly firstAt: string;
        readonly revision: number;
        readonly lines: readonly TallyLine[];
        /** The results before this one, in their order. */
        readonly earlier: readonly (readonly TallyLine[])[];
      }
    | undefined;
};

export const initialScoring: Scoring = {
  selfScores: {},
  selfScoringClosed: undefined,
  opened: undefined,
  sheets: {},
  headMarks: {},
  indices: {},
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
    case 'ScoreSheetSubmitted': {
      const { unit, marks, recused = {}, comments = {} } = event;
      const sheet = { at, seq, sha256, marks, recused, comments };
      return { ...state, sheets: { ...state.sheets, [unit]: sheet } };
    }
    case 'HeadMarked': {
      const { unit, marks, as, reasons = {} } = event;
      return { ...state, headMarks: { ...state.headMarks, [unit]: { marks, as, reasons } } };
    }
    case 'IndexImported': {
      const points = Object.fromEntries(event.values.map((one) => [one.unit, one.points]));
      return { ...state, indices: { ...state.indices, [event.criterion]: points } };
    }
    case 'RoundClosed':
      return { ...state, closed: { at, sheets: event.sheets, missing: event.missing } };
    case 'Tallied': {
      const { lines, revision = 1 } = event;
      const earlier = state.tally ? [...state.tally.earlier, state.tally.lines] : [];
      return { ...state, tally: { at, firstAt: state.tally?.firstAt ?? at, revision, lines, earlier } };
    }
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

/** Lines of imported indices that nobody has imported yet. */
export function withoutIndex(terms: BlocTerms, scoring: Scoring): readonly CriterionId[] {
  return criteriaMarkedBy(terms.rubric, 'computed')
    .filter(
      ({ id, kind }) =>
        kind === 'index' && memberIds(terms).some((unit) => scoring.indices[id]?.[unit] === undefined),
    )
    .map(({ id }) => id);
}

/** The result of the round as everything on record gives it. */
function resultOf(
  terms: BlocTerms,
  scoring: Scoring,
  corrected: Objections['corrected'],
): readonly TallyLine[] {
  const members = memberIds(terms);
  const sheets = (scoring.closed?.sheets ?? []).flatMap(({ unit, seq }): CountedSheet[] => {
    const sheet = scoring.sheets[unit];
    return sheet ? [{ unit, seq, marks: sheet.marks, recused: Object.keys(sheet.recused) as UnitId[] }] : [];
  });
  const fixed = Object.fromEntries(
    members.map((unit) => {
      const attained = Object.entries(scoring.selfScores[unit]?.computed ?? {});
      const indices = Object.entries(scoring.indices).map(([id, byUnit]) => [id, byUnit[unit] ?? points(0)]);
      const computed = [...attained.map(([id, given]) => [id, given.points]), ...indices];
      return [unit, { computed: Object.fromEntries(computed), head: scoring.headMarks[unit]?.marks ?? {} }];
    }),
  );
  const self = Object.fromEntries(
    Object.entries(scoring.selfScores).map(([unit, { lines }]) => [
      unit,
      Object.fromEntries(lines.map((line) => [line.criterion, line.points])),
    ]),
  );
  const { rules, rubric, head, deputy } = terms;
  return tally({
    members,
    rubric,
    sheets,
    fixed,
    corrected,
    quorum: {
      share: ruleValue(rules, 'ballots.quorum'),
      minimum: ruleValue(rules, 'ballots.minimum'),
    },
    aggregator: ruleValue(rules, 'score.aggregator'),
    rankOn: ruleValue(rules, 'score.rank-on'),
    weighted: { weights: ruleValue(rules, 'score.weights'), self, head, deputy },
  });
}

/** The Tallied event once every mark that it needs is in; nothing before. */
function tallyWhenComplete(terms: BlocTerms, scoring: Scoring): BlocEvent[] {
  if (!scoring.closed || scoring.tally) return [];
  if (withoutHeadMarks(terms, scoring).length > 0 || withoutIndex(terms, scoring).length > 0) return [];
  return [{ type: 'Tallied', v: 1, lines: [...resultOf(terms, scoring, {})] }];
}

/** The result computed anew after a correction. */
export function retallied(terms: BlocTerms, { scoring, objections }: Bloc): BlocEvent[] {
  if (!scoring.tally) return [];
  const lines = [...resultOf(terms, scoring, objections.corrected)];
  return [{ type: 'Tallied', v: 1, lines, revision: scoring.tally.revision + 1 }];
}

/** Why a mark has to be explained. */
export type CommentReason = 'floor' | 'ceiling' | 'above-self' | 'distance';

/** Why the bloc's rules want this mark on a peer's line explained; undefined where they do not. */
export function commentReasonFor(
  terms: BlocTerms,
  scoring: Pick<Scoring, 'selfScores'>,
  peer: string,
  { id, max }: { readonly id: string; readonly max: number },
  mark: number,
): CommentReason | undefined {
  const rule = (name: 'floor' | 'ceiling' | 'above-self') => ruleValue(terms.rules, `score.comment.${name}`);
  const self = scoring.selfScores[peer]?.lines.find((line) => line.criterion === id)?.points;
  if (rule('floor') && mark === 0) return 'floor';
  if (rule('ceiling') && mark === max) return 'ceiling';
  if (self === undefined) return undefined;
  if (rule('above-self') && mark > self) return 'above-self';
  const distance = ruleValue(terms.rules, 'score.comment.distance');
  return isMoreThan(Math.abs(mark - self), max, distance) ? 'distance' : undefined;
}

/** Marks of a sheet that the rules want explained and that have no comment. */
function uncommented(
  terms: BlocTerms,
  scoring: Scoring,
  marks: Readonly<Record<string, Marks>>,
  comments: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): { peer: string; criterion: string; why: CommentReason }[] {
  return Object.entries(marks).flatMap(([peer, given]) =>
    criteriaMarkedBy(terms.rubric, 'peers').flatMap((line) => {
      const mark = given[line.id];
      if (mark === undefined || comments[peer]?.[line.id]) return [];
      const why = commentReasonFor(terms, scoring, peer, line, mark);
      return why ? [{ peer, criterion: line.id, why }] : [];
    }),
  );
}

/** Lines of bonus and penalty that are claimed without evidence, where the rules ask for it. */
function unprovenClaims({ rubric, rules }: BlocTerms, lines: readonly SelfLine[]): readonly CriterionId[] {
  if (!ruleValue(rules, 'score.claim-evidence')) return [];
  const facts = allCriteria(rubric).filter(({ kind }) => kind === 'bonus' || kind === 'penalty');
  return lines
    .filter(
      ({ criterion, points: claimed, evidence }) =>
        claimed > 0 && evidence.length === 0 && facts.some(({ id }) => id === criterion),
    )
    .map(({ criterion }) => criterion);
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
function roundOpen(state: Bloc, now: Date, unit: UnitId): Result<BlocTerms> {
  const terms = termsOf(state);
  if (!terms.ok) return terms;
  const { opened, closed } = state.scoring;
  if (!opened)
    return refuse('not-yet-open', { vi: 'Đợt chấm điểm chéo chưa mở.', en: 'The round is not open.' });
  const closesAt = closesAtFor(state, 'crossScore', unit);
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

const Sheet = z.object({
  unit: UnitId,
  marks: z.record(UnitId, MarksByCriterion),
  /** Peers left out, each with its reason. */
  recused: z.record(UnitId, BoundText).default({}),
  comments: z.record(UnitId, z.record(CriterionId, BoundText)).default({}),
});

const HeadSheet = z.object({
  unit: UnitId,
  marks: MarksByCriterion,
  reasons: z.record(CriterionId, z.string().trim().min(1).max(500)).default({}),
});

/** The bloc's year is over: nothing is marked any more. */
function ended() {
  return refuse('wrong-phase', { vi: 'Khối, cụm đã kết thúc bình xét.', en: 'The bloc has ended its year.' });
}

/** The version of the rubric, where it is no longer the first. */
function versionOf({ amendments }: Bloc): { rubric?: number } {
  return amendments.version > 1 ? { rubric: amendments.version } : {};
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
        {
          ...terms.value.calendar.selfScore,
          closesAt: closesAtFor(state, 'selfScore', unit) as Instant,
        },
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
        .flatMap((group) => group.criteria.flatMap(linesOf))
        .filter((criterion) => criterion.markedBy !== 'computed' && !given.has(criterion.id));
      if (lacking.length > 0) {
        const ids = lacking.map((criterion) => criterion.id);
        return refuse('sheet-incomplete', {
          vi: `Chưa tự chấm: ${ids.join(', ')}.`,
          en: `Not scored yet: ${ids.join(', ')}.`,
          details: { missing: ids },
        });
      }
      const bare = unprovenClaims(terms.value, lines);
      if (bare.length > 0) {
        return refuse('evidence-missing', {
          vi: `Điểm thưởng, điểm trừ đề nghị phải kèm minh chứng: ${bare.join(', ')}.`,
          en: `Bonus and penalty are claimed with evidence: ${bare.join(', ')}.`,
          details: { missing: bare },
        });
      }
      const attainments = attainmentsOf(state, unit, actuals);
      if (!attainments.ok) return attainments;
      const year = new Map(actuals.map((actual) => [actual.target as string, actual.value as string]));
      const computed = Object.fromEntries(
        criteriaMarkedBy(rubric, 'computed')
          .filter(({ kind }) => kind === 'attainment')
          .map((criterion) => [
            criterion.id,
            computedPoints(criterion.max, state.pledge.targets[unit] ?? [], year),
          ]),
      );
      return ok([{ type: 'SelfScoreSubmitted', v: 1, unit, actuals, lines, computed, ...versionOf(state) }]);
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
      if (!state.review.closed || !hasPassed(lastClosesAt(state, 'selfScore'), now))
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
        if (hasPassed(lastClosesAt(state, 'crossScore'), now)) return refuse('after-deadline');
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
    payload: Sheet as z.ZodType<z.infer<typeof Sheet>>,
    texts: ['recused', 'comments'],
    copies: [],
    can: (actor, _state, { unit }) => canSignFor(actor, unit),
    decide(state, { unit, marks, recused, comments }, { now }) {
      const terms = roundOpen(state, now, unit);
      if (!terms.ok) return terms;
      if (!isMember(terms.value, unit)) return refuse('not-a-member');
      if (marks[unit] !== undefined || recused[unit] !== undefined) return refuse('own-unit');
      const both = Object.keys(recused).find((peer) => marks[peer as UnitId] !== undefined);
      const strayRecusal = Object.keys(recused).find((peer) => !isMember(terms.value, peer as UnitId));
      if (both || strayRecusal) {
        return refuse(both ? 'does-not-follow' : 'not-a-member', {
          vi: both
            ? `Đơn vị ${memberName(terms.value, both)} vừa được chấm vừa được từ chối chấm.`
            : `Đơn vị "${strayRecusal}" không thuộc khối, cụm này.`,
          en: both ? `${both} is both marked and recused.` : `${strayRecusal} is no member.`,
        });
      }
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
        .filter((peer) => peer !== unit && recused[peer] === undefined)
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
      if (Object.keys(marks).length === 0) {
        return refuse('sheet-incomplete', {
          vi: 'Phiếu không chấm đơn vị nào. Không chấm được thì nêu lý do với Trưởng khối, Cụm trưởng.',
          en: 'The sheet marks nobody.',
        });
      }
      const strayComment = Object.entries(comments).find(([peer, byLine]) =>
        Object.keys(byLine).some((id) => marks[peer as UnitId]?.[id as CriterionId] === undefined),
      );
      if (strayComment) {
        return refuse('does-not-follow', {
          vi: `Nhận xét về ${memberName(terms.value, strayComment[0])} không ứng với điểm nào.`,
          en: `A comment on ${strayComment[0]} goes with no mark.`,
        });
      }
      const silent = uncommented(terms.value, state.scoring, marks, comments);
      if (silent.length > 0) {
        return refuse('comment-missing', {
          vi: `Còn ${silent.length} điểm cần nhận xét: điểm thấp nhất, cao hơn điểm tự chấm hoặc chênh lệch lớn so với điểm tự chấm.`,
          en: `${silent.length} marks need a comment: at the floor, above the self-score, or far from it.`,
          details: { count: silent.length, missing: silent.slice(0, 100) },
        });
      }
      return ok([
        {
          type: 'ScoreSheetSubmitted',
          v: 1,
          unit,
          marks,
          ...(Object.keys(recused).length > 0 ? { recused } : {}),
          ...(Object.keys(comments).length > 0 ? { comments } : {}),
          ...versionOf(state),
        },
      ]);
    },
  }),

  MarkByHead: scoringCommand({
    vi: 'Xác nhận điểm do Trưởng khối, Cụm trưởng chấm',
    en: "Give a unit the marks that are the head's to give, bonus and penalty included; the head's own by the deputy",
    payload: HeadSheet as z.ZodType<z.infer<typeof HeadSheet>>,
    copies: [],
    can: (actor, state, { unit }) => marksAs(actor, state, unit) !== undefined,
    decide(state, { unit, marks, reasons }, { actor }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      if (!isMember(terms.value, unit)) return refuse('not-a-member');
      const as = marksAs(actor, state, unit);
      if (!as) return refuse('not-allowed');
      if (state.meeting.ended) return ended();
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
      // Bonus and penalty are the unit's to claim and the head's to confirm; what is not claimed is a claim of none.
      const claims = state.scoring.selfScores[unit]?.lines ?? [];
      const unexplained = criteria
        .filter(({ kind }) => kind === 'bonus' || kind === 'penalty')
        .map(({ id }) => id)
        .filter(
          (id) => (claims.find((line) => line.criterion === id)?.points ?? 0) !== marks[id] && !reasons[id],
        );
      if (unexplained.length > 0) {
        return refuse('reason-missing', {
          vi: `Điểm khác với điểm đơn vị đề nghị, cần ghi lý do: ${unexplained.join(', ')}.`,
          en: `These differ from what the unit claimed and need a reason: ${unexplained.join(', ')}.`,
          details: { missing: unexplained },
        });
      }
      const headMarks = { ...state.scoring.headMarks, [unit]: { marks, as, reasons } };
      return ok([
        {
          type: 'HeadMarked',
          v: 1,
          unit,
          marks,
          as,
          ...(Object.keys(reasons).length > 0 ? { reasons } : {}),
        },
        ...tallyWhenComplete(terms.value, { ...state.scoring, headMarks }),
      ]);
    },
  }),

  ImportIndex: scoringCommand({
    vi: 'Nhập chỉ số (PAR INDEX, PCI, PAPI)',
    en: "Import an index for every member; its points are the maximum's share of it",
    payload: z.object({
      criterion: CriterionId,
      outOf: Decimal,
      values: z
        .array(z.object({ unit: UnitId, value: Decimal }))
        .min(1)
        .max(60),
      source: z.string().trim().min(1).max(300),
    }),
    copies: [],
    can: isOfBoard,
    decide(state, { criterion, outOf, values, source }, { now }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      if (state.meeting.ended) return ended();
      // Until then the rubric, and with it the line's maximum, can be amended.
      if (!hasOpened(terms.value.calendar.selfScore, now)) return refuse('not-yet-open');
      if (state.scoring.tally)
        return refuse('already-done', { vi: 'Kết quả đã được tổng hợp.', en: 'The result is tallied.' });
      const line = criteriaMarkedBy(terms.value.rubric, 'computed').find(({ id }) => id === criterion);
      if (line?.kind !== 'index') {
        return refuse('not-yours-to-mark', {
          vi: `Tiêu chí ${criterion} không nhập từ chỉ số.`,
          en: `Criterion ${criterion} is no imported index.`,
        });
      }
      const whole = tenThousandthsOf(outOf);
      const members = memberIds(terms.value);
      const off = values.find(({ value }) => tenThousandthsOf(value) < 0n || tenThousandthsOf(value) > whole);
      const named = values.map(({ unit }) => unit);
      if (
        whole <= 0n ||
        off ||
        new Set(named).size !== named.length ||
        members.some((unit) => !named.includes(unit)) ||
        named.some((unit) => !members.includes(unit))
      ) {
        return refuse('does-not-follow', {
          vi: off
            ? `Chỉ số ${off.value} nằm ngoài thang ${outOf}.`
            : 'Cần chỉ số của mọi đơn vị thành viên, mỗi đơn vị một lần.',
          en: 'An index is needed for every member, each once, within its scale.',
        });
      }
      const given = values.map(({ unit, value }) => ({
        unit,
        value,
        points: points(Number(roundHalfAway(quotient(BigInt(line.max) * tenThousandthsOf(value), whole)))),
      }));
      const byUnit = Object.fromEntries(given.map((one) => [one.unit, one.points]));
      const indices = { ...state.scoring.indices, [criterion]: byUnit };
      return ok([
        { type: 'IndexImported', v: 1, criterion, outOf, values: given, source },
        ...tallyWhenComplete(terms.value, { ...state.scoring, indices }),
      ]);
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
      if (bySystem && !hasPassed(lastClosesAt(state, 'crossScore'), now)) return refuse('not-yet-open');
      // Who has handed in is the head's to know once the own sheet is in; a refusal must not tell it earlier.
      if (!bySystem && lacking.includes(terms.value.head)) {
        return refuse('not-ready', {
          vi: 'Đơn vị Trưởng khối, Cụm trưởng chưa gửi phiếu. Trước hạn, đợt chấm chỉ đóng khi đủ phiếu.',
          en: "The head's own sheet is missing.",
          details: { units: [terms.value.head] },
        });
      }
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
