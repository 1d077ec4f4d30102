/**
 * What a workflow waits for: its milestones, and for each the plan that the journal gives at an instant.
 *
 * A plan is `done` when the record says so, `due` when a deadline has passed and the command that ends the milestone
 * is to be given, else `wait` until the instant at which it should be looked at again. Since every machine decides by
 * this alone, an answer, a timeout and a restart all arrive at the same place.
 */
import { type Bloc, type BlocPhase, isPhaseOver } from './bloc.ts';
import { passesAt } from './calendar.ts';
import {
  awaitedBlocs,
  type Council,
  type CouncilPhase,
  cutOffOf,
  isCouncilPhaseOver,
  nextPublication,
} from './council.ts';
import { type Extendable, lastClosesAt } from './extension.ts';
import { objectionsPending, objectionsUntil } from './objection.ts';

/** Milestones of a bloc's year, by phase, in order. */
export const blocMilestones = {
  'pledge-signing': ['pledge'],
  'mid-year-review': ['review'],
  'cross-scoring': ['self-scoring', 'round-opening', 'round', 'objections', 'nomination'],
} as const satisfies Record<BlocPhase, readonly string[]>;

/** Milestones of a Council session, by phase, in order. */
export const councilMilestones = {
  'council-deliberation': ['nominations', 'session'],
  'award-publication': ['decision', 'publication'],
} as const satisfies Record<CouncilPhase, readonly string[]>;

export type BlocMilestone = (typeof blocMilestones)[BlocPhase][number];
export type CouncilMilestone = (typeof councilMilestones)[CouncilPhase][number];
export type Milestone = BlocMilestone | CouncilMilestone;

export type Plan =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'due' }
  /**
   * `until` is the first millisecond at which the plan may differ without any commit; `deadline` the milestone's own,
   * null where it has none, by which a gate knows that it was rescheduled.
   */
  | { readonly outcome: 'wait'; readonly until: number; readonly deadline: number | null };

const day = 24 * 60 * 60 * 1000;

/** A wait without a deadline of its own is looked at again after this many days. */
const patience = 90 * day;

/** No single wait is longer: an execution lives at most 365 days, and has to get through its other states too. */
const longestWait = 300 * day;

function byDeadline(done: boolean, at: number, now: Date): Plan {
  if (done) return { outcome: 'done' };
  if (now.getTime() >= at) return { outcome: 'due' };
  return { outcome: 'wait', until: Math.min(at, now.getTime() + longestWait), deadline: at };
}

function withoutDeadline(done: boolean, now: Date): Plan {
  return done ? { outcome: 'done' } : { outcome: 'wait', until: now.getTime() + patience, deadline: null };
}

/** The plan of a bloc's milestone; a bloc that is not scheduled yet is a fault of the caller. */
export function blocPlan(milestone: BlocMilestone, state: Bloc, now: Date): Plan {
  const { terms, scoring, meeting } = state;
  if (!terms) throw new Error('a bloc without terms has no plan');
  const closes = (window: Extendable) => passesAt(lastClosesAt(state, window));
  switch (milestone) {
    case 'pledge':
      return byDeadline(isPhaseOver(state, 'pledge-signing'), closes('pledge'), now);
    case 'review':
      return byDeadline(isPhaseOver(state, 'mid-year-review'), closes('review'), now);
    case 'self-scoring':
      return byDeadline(scoring.selfScoringClosed !== undefined, closes('selfScore'), now);
    case 'round-opening':
      return byDeadline(scoring.opened !== undefined, Date.parse(terms.calendar.crossScore.opensAt), now);
    case 'round':
      return byDeadline(scoring.closed !== undefined, closes('crossScore'), now);
    case 'objections':
      return objectionsPlan(state, closes('meeting'), now);
    case 'nomination':
      return byDeadline(meeting.ended !== undefined, closes('meeting'), now);
  }
}

/** Objections are over when the ranking is confirmed, or none can come and none is open; at the latest with the meeting. */
function objectionsPlan(state: Bloc, meetingCloses: number, now: Date): Plan {
  const until = objectionsUntil(state);
  const { ranking, ended } = state.meeting;
  if (ranking || ended || now.getTime() >= meetingCloses) return { outcome: 'done' };
  const open = state.objections.filed.filter((one) => one.state === 'open');
  const overdue = open.some((one) => now.getTime() >= passesAt(one.answerBy));
  if (overdue) return { outcome: 'due' };
  if (until !== undefined && !objectionsPending(state, now)) return { outcome: 'done' };
  const next = [
    meetingCloses,
    ...(until === undefined ? [] : [passesAt(until)]),
    ...open.map((one) => passesAt(one.answerBy)),
  ].filter((at) => at > now.getTime());
  const at = Math.min(...next);
  return { outcome: 'wait', until: Math.min(at, now.getTime() + longestWait), deadline: at };
}

/** The plan of a Council session's milestone. */
export function councilPlan(milestone: CouncilMilestone, state: Council, now: Date): Plan {
  const { terms, decision } = state;
  if (!terms) throw new Error('a session without terms has no plan');
  switch (milestone) {
    case 'nominations': {
      const complete = awaitedBlocs(state).length === 0;
      const at = complete ? 0 : passesAt(cutOffOf(state));
      return byDeadline(state.nominationsClosed !== undefined, at, now);
    }
    case 'session':
      return withoutDeadline(state.concluded !== undefined, now);
    case 'decision':
      return withoutDeadline(decision !== undefined, now);
    case 'publication':
      if (!decision) return withoutDeadline(false, now);
      return byDeadline(isCouncilPhaseOver(state, 'award-publication'), nextPublication(state) ?? 0, now);
  }
}

/** Seconds that a gate may wait for the plan, at least one. */
export function timeoutSecondsOf(until: number, now: Date): number {
  return Math.max(1, Math.ceil((until - now.getTime()) / 1000));
}
