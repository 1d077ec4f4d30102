/**
 * Where a bloc stands, in what anybody may know: the step of the year it is at, its deadline, and counts of what is no
 * secret. How many sheets are in is one until the round closes, so it is not among them.
 */
import { type Bloc, type BlocTerms, memberIds } from './bloc.ts';
import { hasOpened } from './calendar.ts';
import { lastClosesAt } from './extension.ts';
import { hasSigned } from './pledge.ts';
import { unreportedOf } from './review.ts';

/** The steps of a bloc's year as shown, in order. */
export const blocSteps = [
  'pledge',
  'review',
  'self-scoring',
  'cross-scoring',
  'tallying',
  'meeting',
  'nominated',
  'closed',
] as const;
export type BlocStep = (typeof blocSteps)[number];

export type BlocProgress = {
  readonly season: string;
  readonly bloc: string;
  readonly kind: 'khoi' | 'cum';
  readonly name: string;
  readonly head: string;
  readonly members: number;
  readonly step: BlocStep;
  /** Deadline of the step, where it has one. */
  readonly closesAt: string | null;
  readonly signed: number;
  readonly reported: number;
};

function stepOf(state: Bloc): { step: BlocStep; closesAt: string | null } {
  if (state.meeting.ended) {
    return { step: state.meeting.ended.as === 'nominated' ? 'nominated' : 'closed', closesAt: null };
  }
  if (!state.pledge.closed) return { step: 'pledge', closesAt: lastClosesAt(state, 'pledge') };
  if (!state.review.closed) return { step: 'review', closesAt: lastClosesAt(state, 'review') };
  if (!state.scoring.opened) return { step: 'self-scoring', closesAt: lastClosesAt(state, 'selfScore') };
  if (!state.scoring.closed) return { step: 'cross-scoring', closesAt: lastClosesAt(state, 'crossScore') };
  if (!state.scoring.tally) return { step: 'tallying', closesAt: null };
  return { step: 'meeting', closesAt: lastClosesAt(state, 'meeting') };
}

/** The progress of a scheduled bloc. */
export function blocProgress(terms: BlocTerms, state: Bloc): BlocProgress {
  const members = terms.members.length;
  return {
    season: terms.season,
    bloc: terms.bloc,
    kind: terms.kind,
    name: terms.name,
    head: terms.members.find((member) => member.unit === terms.head)?.name ?? terms.head,
    members,
    ...stepOf(state),
    signed: memberIds(terms).filter((unit) => hasSigned(state.pledge, unit)).length,
    reported: members - unreportedOf(terms, state).length,
  };
}

/** Whether the window of a step has not come yet, so that a page can say from when. */
export function isAhead(terms: BlocTerms, step: BlocStep, now: Date): boolean {
  const windows = {
    pledge: terms.calendar.pledge,
    review: terms.calendar.review,
    'self-scoring': terms.calendar.selfScore,
    'cross-scoring': terms.calendar.crossScore,
    meeting: terms.calendar.meeting,
  } as const;
  const window = (windows as Partial<Record<BlocStep, { opensAt: string; closesAt: string }>>)[step];
  return window !== undefined && !hasOpened(window as BlocTerms['calendar']['pledge'], now);
}
