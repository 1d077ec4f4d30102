/**
 * The mid-year review (sơ kết 6 tháng): each member reports what it has reached of its own targets, with a narrative;
 * the head adds the findings; then, or at the deadline, it is closed.
 */
import * as z from 'zod';
import type { Place } from '../journal.ts';
import { ok, type Result, refuse } from '../result.ts';
import { canSignFor, isSystem } from './actor.ts';
import { type Attainment, attainmentOf } from './attainment.ts';
import {
  type Bloc,
  type BlocEvent,
  type BlocTerms,
  isHead,
  isMember,
  memberIds,
  phaseStarted,
  termsOf,
} from './bloc.ts';
import { deadlineInWords, hasOpened, hasPassed, type Instant, type Window } from './calendar.ts';
import type { Command } from './command.ts';
import { closesAtFor, lastClosesAt } from './extension.ts';
import { TargetId, UnitId } from './ids.ts';
import { Decimal } from './points.ts';

/** What was reached of one target. */
export const Actual = z.object({ target: TargetId, value: Decimal });
export type Actual = z.infer<typeof Actual>;

export type ReviewEvent =
  | {
      type: 'ActualsReported';
      v: 1;
      unit: UnitId;
      actuals: Actual[];
      attainments: Attainment[];
      narrative: string;
      /** Reported after the deadline: counted, and marked for everybody to see. */
      late?: boolean;
    }
  | { type: 'FindingsRecorded'; v: 1; text: string }
  | { type: 'ReviewClosed'; v: 1; reported: UnitId[]; missing: UnitId[]; findings: boolean };

/** A member's report as it counts. */
export type ReviewReport = {
  readonly at: string;
  readonly seq: number;
  readonly actuals: readonly Actual[];
  readonly attainments: readonly Attainment[];
  readonly narrative: string;
  readonly late: boolean;
};

export type Review = {
  readonly reports: Readonly<Record<string, ReviewReport>>;
  readonly findings: { readonly at: string; readonly text: string } | undefined;
  readonly closed: { readonly at: string; readonly missing: readonly UnitId[] } | undefined;
};

export const initialReview: Review = { reports: {}, findings: undefined, closed: undefined };

export function evolveReview(state: Review, event: ReviewEvent, place: Place): Review {
  switch (event.type) {
    case 'ActualsReported': {
      const { unit, actuals, attainments, narrative, late = false } = event;
      const report = { at: place.at, seq: place.seq, actuals, attainments, narrative, late };
      return { ...state, reports: { ...state.reports, [unit]: report } };
    }
    case 'FindingsRecorded':
      return { ...state, findings: { at: place.at, text: event.text } };
    case 'ReviewClosed':
      return { ...state, closed: { at: place.at, missing: event.missing } };
    default:
      return state;
  }
}

/** Refuses outside a window, in words; undefined inside it. */
export function outsideOf(window: Window, what: { vi: string; en: string }, now: Date) {
  if (!hasOpened(window, now)) {
    return refuse('not-yet-open', {
      vi: `${what.vi} bắt đầu từ ${deadlineInWords(window.opensAt)}.`,
      en: `${what.en} opens at ${window.opensAt}.`,
      details: { opensAt: window.opensAt },
    });
  }
  if (hasPassed(window.closesAt, now)) {
    return refuse('after-deadline', {
      vi: `${what.vi} đã hết hạn lúc ${deadlineInWords(window.closesAt)}.`,
      en: `${what.en} closed at ${window.closesAt}.`,
      details: { closesAt: window.closesAt },
    });
  }
  return undefined;
}

function reviewOpen(state: Bloc, now: Date): Result<BlocTerms> {
  const terms = termsOf(state);
  if (!terms.ok) return terms;
  if (!state.pledge.closed)
    return refuse('wrong-phase', { vi: 'Việc ký giao ước chưa kết thúc.', en: 'The pledge is not closed.' });
  if (state.review.closed)
    return refuse('wrong-phase', { vi: 'Đợt sơ kết đã kết thúc.', en: 'The review is closed.' });
  const window = { ...terms.value.calendar.review, closesAt: lastClosesAt(state, 'review') as Instant };
  return outsideOf(window, { vi: 'Sơ kết 6 tháng', en: 'The mid-year review' }, now) ?? terms;
}

/**
 * The terms while a unit may report, and whether that is late: from the window's opening until self-scoring begins;
 * late is what comes after the unit's deadline or after the review was closed.
 */
function reportOpen(state: Bloc, unit: UnitId, now: Date): Result<{ terms: BlocTerms; late: boolean }> {
  const terms = termsOf(state);
  if (!terms.ok) return terms;
  if (!state.pledge.closed)
    return refuse('wrong-phase', { vi: 'Việc ký giao ước chưa kết thúc.', en: 'The pledge is not closed.' });
  const { review, selfScore } = terms.value.calendar;
  const until = { opensAt: review.opensAt, closesAt: selfScore.opensAt };
  const outside = outsideOf(until, { vi: 'Báo cáo sơ kết 6 tháng', en: 'Reporting' }, now);
  if (outside) return outside;
  const inTime = !state.review.closed && !hasPassed(closesAtFor(state, 'review', unit), now);
  if (state.review.closed && state.review.reports[unit]) {
    return refuse('wrong-phase', {
      vi: 'Đợt sơ kết đã kết thúc; báo cáo đã nộp không thay được nữa.',
      en: 'The review is closed; what was reported stands.',
    });
  }
  return ok({ terms: terms.value, late: !inTime });
}

/** The report that stands for a unit: its own, or that of the unit whose place it took by an addendum. */
export function reportOf({ review, addenda }: Bloc, unit: UnitId): ReviewReport | undefined {
  let who = unit;
  for (const { state, member, predecessor } of addenda.toReversed()) {
    if (review.reports[who]) break;
    if (state === 'in-force' && member.unit === who && predecessor !== null) who = predecessor;
  }
  return review.reports[who];
}

/** Members for which no report stands. */
export function unreportedOf(terms: BlocTerms, state: Bloc): readonly UnitId[] {
  return memberIds(terms).filter((unit) => !reportOf(state, unit));
}

/** The actuals of a unit against its own targets, or a refusal naming the first target that is not its own. */
export function attainmentsOf(state: Bloc, unit: UnitId, actuals: readonly Actual[]): Result<Attainment[]> {
  const targets = state.pledge.targets[unit] ?? [];
  const given = new Map(actuals.map((actual) => [actual.target as string, actual.value as string]));
  const stray = actuals.find((actual) => !targets.some((target) => target.id === actual.target));
  if (stray || given.size !== actuals.length) {
    return refuse('does-not-follow', {
      vi: stray ? `Đơn vị không đăng ký chỉ tiêu ${stray.target}.` : 'Một chỉ tiêu được ghi hai lần.',
      en: stray ? `The unit has no target ${stray.target}.` : 'A target stands twice.',
    });
  }
  return ok(targets.map((target) => attainmentOf(target, given.get(target.id))));
}

function closing(terms: BlocTerms, review: Review, reported: readonly UnitId[]): BlocEvent[] {
  const missing = memberIds(terms).filter((unit) => !reported.includes(unit));
  return [
    { type: 'ReviewClosed', v: 1, reported: [...reported], missing, findings: review.findings !== undefined },
    phaseStarted('cross-scoring'),
  ];
}

type ReviewCommand<Payload> = Command<Bloc, BlocEvent, Payload, Record<never, never>>;

function reviewCommand<Payload>(command: ReviewCommand<Payload>): ReviewCommand<Payload> {
  return command;
}

export const reviewCommands = {
  ReportActuals: reviewCommand({
    vi: 'Báo cáo sơ kết 6 tháng',
    en: "Report a unit's actuals against its targets, with a narrative; replaces the one before it, late ones are marked",
    payload: z.object({
      unit: UnitId,
      actuals: z.array(Actual).max(60),
      narrative: z.string().min(1).max(20_000),
    }),
    copies: [],
    can: (actor, _state, { unit }) => canSignFor(actor, unit),
    decide(state, { unit, actuals, narrative }, { now }) {
      const open = reportOpen(state, unit, now);
      if (!open.ok) return open;
      const { terms, late } = open.value;
      if (!isMember(terms, unit)) return refuse('not-a-member');
      const attainments = attainmentsOf(state, unit, actuals);
      if (!attainments.ok) return attainments;
      const events: BlocEvent[] = [
        {
          type: 'ActualsReported',
          v: 1,
          unit,
          actuals,
          attainments: attainments.value,
          narrative,
          ...(late ? { late } : {}),
        },
      ];
      const lacking = unreportedOf(terms, state).filter((other) => other !== unit);
      if (lacking.length === 0 && state.review.findings && !state.review.closed) {
        events.push(...closing(terms, state.review, memberIds(terms)));
      }
      return ok(events);
    },
  }),

  RecordFindings: reviewCommand({
    vi: 'Ghi kết luận sơ kết của khối, cụm',
    en: "Record the head's findings of the review; ends it when every member has reported",
    payload: z.object({ text: z.string().min(1).max(20_000) }),
    copies: [],
    can: isHead,
    decide(state, { text }, { now }) {
      const terms = reviewOpen(state, now);
      if (!terms.ok) return terms;
      const events: BlocEvent[] = [{ type: 'FindingsRecorded', v: 1, text }];
      if (unreportedOf(terms.value, state).length === 0) {
        const review = { ...state.review, findings: { at: now.toISOString(), text } };
        events.push(...closing(terms.value, review, memberIds(terms.value)));
      }
      return ok(events);
    },
  }),

  CloseReview: reviewCommand({
    vi: 'Kết thúc sơ kết khi hết hạn',
    en: 'Close the review after its deadline, naming who did not report',
    payload: z.object({}),
    copies: [],
    can: isSystem,
    decide(state, _payload, { now }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      if (state.review.closed) return ok([]);
      if (!state.pledge.closed || !hasPassed(lastClosesAt(state, 'review'), now))
        return refuse('not-yet-open');
      const missing = unreportedOf(terms.value, state);
      const reported = memberIds(terms.value).filter((unit) => !missing.includes(unit));
      return ok(closing(terms.value, state.review, reported));
    },
  }),
};
