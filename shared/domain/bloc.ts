/**
 * A bloc (khối, cụm thi đua): its terms for the year, the state that its stream folds to, and the questions that every
 * phase asks of it. The phases themselves are in the files of their nouns; `bloc-year.ts` puts them together.
 */
import type { Source } from '../journal.ts';
import { ok, type Result, refuse } from '../result.ts';
import { type Actor, canSignFor } from './actor.ts';
import type { Addenda, AddendumEvent } from './addendum.ts';
import type { AmendmentEvent, Amendments } from './amendment.ts';
import type { Calendar, DaysOff } from './calendar.ts';
import type { Eligibility, EligibilityEvent } from './eligibility.ts';
import type { ExtensionEvent, Extensions } from './extension.ts';
import type { BlocId, SeasonId, UnitId } from './ids.ts';
import type { Meeting, MeetingEvent } from './meeting.ts';
import type { ObjectionEvent, Objections } from './objection.ts';
import type { Pledge, PledgeEvent } from './pledge.ts';
import type { Review, ReviewEvent } from './review.ts';
import type { Rubric } from './rubric.ts';
import type { RulesInForce } from './rules.ts';
import type { Scoring, ScoringEvent } from './scoring.ts';
import type { Member } from './season.ts';

/** The phases of a bloc's year, each driven by a workflow of this name. */
export const blocPhases = ['pledge-signing', 'mid-year-review', 'cross-scoring'] as const;
export type BlocPhase = (typeof blocPhases)[number];

/** What a bloc took over from its season: nobody may change it but by an event here. */
export type BlocTerms = {
  readonly season: SeasonId;
  readonly bloc: BlocId;
  readonly kind: 'khoi' | 'cum';
  readonly name: string;
  readonly members: readonly Member[];
  readonly head: UnitId;
  readonly deputy: UnitId;
  readonly rubric: Rubric;
  readonly calendar: Calendar;
  readonly rules: RulesInForce;
  /** Ids of the province's targets, of which units may take a share. */
  readonly provinceTargets: readonly string[];
  /** By which working days are counted; without it only weekends are off. */
  readonly daysOff?: DaysOff;
};

export type BlocEvent =
  | ({ type: 'BlocScheduled'; v: 1; source: Source } & BlocTerms)
  | { type: 'PhaseStarted'; v: 1; phase: BlocPhase; run: number }
  | { type: 'PhaseRestarted'; v: 1; phase: BlocPhase; run: number; reason: string }
  | PledgeEvent
  | AddendumEvent
  | ReviewEvent
  | AmendmentEvent
  | ExtensionEvent
  | ScoringEvent
  | EligibilityEvent
  | ObjectionEvent
  | MeetingEvent;

export type Bloc = {
  /** The composition and the rubric change only by an addendum and by an amendment. */
  readonly terms: BlocTerms | undefined;
  /** How often each phase's workflow was started; the number is part of the execution's name. */
  readonly runs: Readonly<Partial<Record<BlocPhase, number>>>;
  readonly pledge: Pledge;
  readonly addenda: Addenda;
  readonly review: Review;
  readonly amendments: Amendments;
  readonly extensions: Extensions;
  readonly scoring: Scoring;
  readonly eligibility: Eligibility;
  readonly objections: Objections;
  readonly meeting: Meeting;
};

/** The terms of a scheduled bloc, or the refusal that there is none. */
export function termsOf(state: Bloc): Result<BlocTerms> {
  return state.terms ? ok(state.terms) : refuse('not-found');
}

/** The ids of the members, in the order of the bloc's decision. */
export function memberIds(terms: BlocTerms): readonly UnitId[] {
  return terms.members.map((member) => member.unit);
}

export function isMember(terms: BlocTerms, unit: UnitId): boolean {
  return terms.members.some((member) => member.unit === unit);
}

/** The unit's name as copied into the bloc; its id where it is no member. */
export function memberName(terms: BlocTerms, unit: string): string {
  return terms.members.find((member) => member.unit === unit)?.name ?? unit;
}

/** Whether the actor may act as head of the bloc (Trưởng khối, Cụm trưởng): who may sign for the head's unit. */
export function isHead(actor: Actor, state: Bloc): boolean {
  return state.terms !== undefined && canSignFor(actor, state.terms.head);
}

/** Whether the actor may act as deputy of the bloc (Phó Trưởng khối): who may sign for the deputy's unit. */
export function isDeputy(actor: Actor, state: Bloc): boolean {
  return state.terms !== undefined && canSignFor(actor, state.terms.deputy);
}

/** The start of the next phase, as part of the commit that ends the one before. */
export function phaseStarted(phase: BlocPhase): {
  type: 'PhaseStarted';
  v: 1;
  phase: BlocPhase;
  run: number;
} {
  return { type: 'PhaseStarted', v: 1, phase, run: 1 };
}

/** Whether a phase has nothing left to do. */
export function isPhaseOver(state: Bloc, phase: BlocPhase): boolean {
  switch (phase) {
    case 'pledge-signing':
      return state.pledge.closed !== undefined;
    case 'mid-year-review':
      return state.review.closed !== undefined;
    case 'cross-scoring':
      return state.meeting.ended !== undefined;
  }
}

/** Days on which offices are closed, as the bloc took them over. */
export function daysOffOf(terms: BlocTerms): DaysOff {
  return terms.daysOff ?? { off: [], workedWeekendDays: [] };
}
