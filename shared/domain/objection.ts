/**
 * Objections to points (kiến nghị về điểm): a unit questions one line of its own result within working days; the head
 * answers, the deputy or the Board where it is the head's own; what is not answered in time goes to the Board. An
 * upheld objection corrects the line and computes the result anew, before and after both on record.
 */
import * as z from 'zod';
import type { Place } from '../journal.ts';
import { ok, refuse } from '../result.ts';
import { type Actor, canSignFor, isOfBoard, isSystem } from './actor.ts';
import { type Bloc, type BlocEvent, daysOffOf, isDeputy, isHead, isMember, termsOf } from './bloc.ts';
import { deadlineInWords, hasPassed, type Instant, workingDaysAfter } from './calendar.ts';
import type { Command } from './command.ts';
import { BoundText } from './document.ts';
import { CriterionId, UnitId } from './ids.ts';
import { formatHundredths, Points } from './points.ts';
import { allCriteria, isMarkFor } from './rubric.ts';
import { ruleValue } from './rules.ts';
import { retallied } from './scoring.ts';
import type { TallyLine } from './tally.ts';

export type ObjectionEvent =
  | {
      type: 'ObjectionFiled';
      v: 1;
      number: number;
      unit: UnitId;
      criterion: CriterionId;
      ground: BoundText;
      /** End of office hours by which it has to be answered. */
      answerBy: Instant;
    }
  | { type: 'ObjectionEscalated'; v: 1; number: number }
  | {
      type: 'ObjectionAnswered';
      v: 1;
      number: number;
      outcome: 'upheld' | 'refused';
      reason: string;
      as: 'head' | 'deputy' | 'board';
    }
  | {
      type: 'ResultCorrected';
      v: 1;
      number: number;
      unit: UnitId;
      criterion: CriterionId;
      to: Points;
      /** The unit's total as shown and its rank, before; the Tallied that follows says what they are now. */
      before: { shown: string | null; rank: number | null };
    };

export type Objection = {
  readonly number: number;
  readonly unit: UnitId;
  readonly criterion: CriterionId;
  readonly ground: BoundText;
  readonly filedAt: string;
  readonly seq: number;
  readonly answerBy: Instant;
  readonly state: 'open' | 'escalated' | 'upheld' | 'refused';
  readonly reason?: string;
  /** Of an upheld one: the mark on the line from then on, and which result it made, counted as `Tallied` counts. */
  readonly correction?: { readonly to: Points; readonly revision: number };
};

export type Objections = {
  readonly filed: readonly Objection[];
  /** Marks put in the place of those given, by unit and line. */
  readonly corrected: Readonly<Record<string, Readonly<Record<string, Points>>>>;
};
export const initialObjections: Objections = { filed: [], corrected: {} };

export function evolveObjections(state: Objections, event: ObjectionEvent, place: Place): Objections {
  const change = (number: number, how: Partial<Objection>) => ({
    ...state,
    filed: state.filed.map((one) => (one.number === number ? { ...one, ...how } : one)),
  });
  switch (event.type) {
    case 'ObjectionFiled': {
      const { number, unit, criterion, ground, answerBy } = event;
      const filed: Objection = {
        number,
        unit,
        criterion,
        ground,
        filedAt: place.at,
        seq: place.seq,
        answerBy,
        state: 'open',
      };
      return { ...state, filed: [...state.filed, filed] };
    }
    case 'ObjectionEscalated':
      return change(event.number, { state: 'escalated' });
    case 'ObjectionAnswered':
      return change(event.number, { state: event.outcome, reason: event.reason });
    case 'ResultCorrected': {
      const { number, unit, criterion, to } = event;
      const mine = { ...state.corrected[unit], [criterion]: to };
      // The first result is no correction's, and each correction, this one among them, makes the next.
      const revision = 1 + state.filed.filter((one) => one.state === 'upheld').length;
      return {
        ...change(number, { correction: { to, revision } }),
        corrected: { ...state.corrected, [unit]: mine },
      };
    }
    default:
      return state;
  }
}

/** Until when objections may be filed: so many working days after the first result. */
export function objectionsUntil(state: Bloc): Instant | undefined {
  const { terms, scoring } = state;
  if (!terms || !scoring.tally) return undefined;
  return workingDaysAfter(
    scoring.tally.firstAt,
    ruleValue(terms.rules, 'objection.working-days'),
    daysOffOf(terms),
  );
}

/** Objections that nobody has answered. */
export function openObjections(state: Bloc): readonly Objection[] {
  return state.objections.filed.filter((one) => one.state === 'open' || one.state === 'escalated');
}

/** What a correction changed for a unit: its total as shown, its rank, and the step of the tie chain that decided it. */
export type Moved = {
  readonly unit: UnitId;
  readonly before: Standing;
  readonly after: Standing;
};
type Standing = Pick<TallyLine, 'shown' | 'rank' | 'decidedBy'>;

/** Every unit that a correction moved, its own and those it passed or fell behind, in the order of the result. */
export function movedBy({ scoring }: Pick<Bloc, 'scoring'>, revision: number): readonly Moved[] {
  const results = scoring.tally ? [...scoring.tally.earlier, scoring.tally.lines] : [];
  const [was, is] = [results[revision - 2], results[revision - 1]];
  return (is ?? []).flatMap((line): Moved[] => {
    const old = was?.find(({ unit }) => unit === line.unit);
    if (!old) return [];
    const [before, after] = [standingOf(old), standingOf(line)];
    const same = before.shown === after.shown && before.rank === after.rank;
    return same && before.decidedBy === after.decidedBy ? [] : [{ unit: line.unit, before, after }];
  });
}

function standingOf({ shown, rank, decidedBy }: TallyLine): Standing {
  return { shown, rank, decidedBy };
}

/** Whether the ranking has to wait: the time for objections runs, or one is open. */
export function objectionsPending(state: Bloc, now: Date): boolean {
  const until = objectionsUntil(state);
  return until === undefined || !hasPassed(until, now) || openObjections(state).length > 0;
}

/**
 * In which part the actor may answer it; undefined where it may not. From the second after its time it is the Board's,
 * whether or not the workflow has passed it on by then.
 */
function answersAs(
  actor: Actor,
  state: Bloc,
  objection: Objection,
  now: Date,
): 'head' | 'deputy' | 'board' | undefined {
  const ofHead = objection.unit === state.terms?.head;
  const overdue = objection.state === 'escalated' || hasPassed(objection.answerBy, now);
  if (isOfBoard(actor)) return ofHead || overdue ? 'board' : undefined;
  if (overdue) return undefined;
  if (isHead(actor, state)) return ofHead ? undefined : 'head';
  return isDeputy(actor, state) && ofHead ? 'deputy' : undefined;
}

type ObjectionCommand<Payload> = Command<Bloc, BlocEvent, Payload, Record<never, never>>;

function objectionCommand<Payload>(command: ObjectionCommand<Payload>): ObjectionCommand<Payload> {
  return command;
}

const Answer = z.object({
  number: z.number().int().positive(),
  outcome: z.enum(['upheld', 'refused']),
  reason: z.string().trim().min(1).max(1000),
  /** The mark on the line from now on; with `upheld`, and only there. */
  to: Points.optional(),
});

export const objectionCommands = {
  FileObjection: objectionCommand({
    vi: 'Kiến nghị về điểm của đơn vị',
    en: "Question one line of the own result, within the rules' working days",
    payload: z.object({ unit: UnitId, criterion: CriterionId, ground: BoundText }),
    texts: ['ground'],
    copies: [],
    can: (actor, _state, { unit }) => canSignFor(actor, unit),
    decide(state, { unit, criterion, ground }, { now }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      if (!isMember(terms.value, unit)) return refuse('not-a-member');
      const until = objectionsUntil(state);
      if (until === undefined)
        return refuse('not-yet-open', { vi: 'Chưa có kết quả chấm điểm.', en: 'There is no result yet.' });
      if (hasPassed(until, now) || state.meeting.ranking) {
        return refuse('after-deadline', {
          vi: `Hạn kiến nghị về điểm là ${deadlineInWords(until)}.`,
          en: `Objections were taken until ${until}.`,
          details: { until },
        });
      }
      if (!allCriteria(terms.value.rubric).some(({ id }) => id === criterion)) {
        return refuse('does-not-follow', {
          vi: `Bảng tiêu chí không có tiêu chí ${criterion}.`,
          en: `The rubric has no criterion ${criterion}.`,
        });
      }
      if (openObjections(state).some((one) => one.unit === unit && one.criterion === criterion)) {
        return refuse('already-done', {
          vi: 'Kiến nghị về tiêu chí này đang chờ trả lời.',
          en: 'An objection to this line is open.',
        });
      }
      const number = state.objections.filed.length + 1;
      const days = ruleValue(terms.value.rules, 'objection.answer-working-days');
      const answerBy = workingDaysAfter(now, days, daysOffOf(terms.value));
      return ok([{ type: 'ObjectionFiled', v: 1, number, unit, criterion, ground, answerBy }]);
    },
  }),

  AnswerObjection: objectionCommand({
    vi: 'Trả lời kiến nghị về điểm',
    en: 'Refuse an objection with a reason, or uphold it and correct the line; the result is computed anew',
    payload: Answer as z.ZodType<z.infer<typeof Answer>>,
    copies: [],
    can: (actor, state) => isHead(actor, state) || isDeputy(actor, state) || isOfBoard(actor),
    decide(state, { number, outcome, reason, to }, { actor, now }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      const objection = state.objections.filed.find((one) => one.number === number);
      if (!objection) return refuse('not-found');
      if (objection.state !== 'open' && objection.state !== 'escalated') return refuse('already-done');
      const as = answersAs(actor, state, objection, now);
      if (!as) {
        return refuse('not-allowed', {
          vi: 'Kiến nghị của đơn vị Trưởng do Phó hoặc Ban Thi đua - Khen thưởng trả lời; kiến nghị quá hạn do Ban trả lời.',
          en: "The head's own is answered by the deputy or the Board, an overdue one by the Board.",
        });
      }
      const answered: BlocEvent = { type: 'ObjectionAnswered', v: 1, number, outcome, reason, as };
      if (outcome === 'refused') {
        return to === undefined
          ? ok([answered])
          : refuse('does-not-follow', {
              vi: 'Không chấp nhận kiến nghị thì không sửa điểm.',
              en: 'A refusal corrects nothing.',
            });
      }
      const { unit, criterion } = objection;
      const line = allCriteria(terms.value.rubric).find(({ id }) => id === criterion);
      if (!line || to === undefined || !isMarkFor(line, to)) {
        return refuse('out-of-range', {
          vi: line
            ? `Ghi điểm mới từ 0 đến ${formatHundredths(line.max)}, theo bậc của tiêu chí.`
            : 'Tiêu chí không còn trong bảng.',
          en: 'Give the new mark, on the ladder of the line.',
        });
      }
      const was = state.scoring.tally?.lines.find((one) => one.unit === unit);
      const before = { shown: was?.shown ?? null, rank: was?.rank ?? null };
      const corrected = {
        ...state.objections.corrected,
        [unit]: { ...state.objections.corrected[unit], [criterion]: to },
      };
      return ok([
        answered,
        { type: 'ResultCorrected', v: 1, number, unit, criterion, to, before },
        ...retallied(terms.value, { ...state, objections: { ...state.objections, corrected } }),
      ]);
    },
  }),

  EscalateObjections: objectionCommand({
    vi: 'Chuyển kiến nghị quá hạn lên Ban Thi đua - Khen thưởng',
    en: 'Pass objections that were not answered in time to the Board',
    payload: z.object({}),
    copies: [],
    can: isSystem,
    decide(state, _payload, { now }) {
      const overdue = state.objections.filed.filter(
        (one) => one.state === 'open' && hasPassed(one.answerBy, now),
      );
      return ok(overdue.map(({ number }) => ({ type: 'ObjectionEscalated', v: 1, number })));
    },
  }),
};
