/**
 * One bloc's year as a stream: scheduled from the season, then pledge, mid-year review, self-scoring, cross-scoring
 * and meeting, folded together and decided by the commands of each.
 */
import * as z from 'zod';
import type { Place } from '../journal.ts';
import { ok, refuse } from '../result.ts';
import { isOfBoard, isSystem } from './actor.ts';
import { type AddendumEvent, addendumCommands, evolveAddenda, initialAddenda } from './addendum.ts';
import { type AmendmentEvent, amendmentCommands, evolveAmendments, initialAmendments } from './amendment.ts';
import { ballotCommands } from './ballot.ts';
import {
  type Bloc,
  type BlocEvent,
  type BlocTerms,
  blocPhases,
  isPhaseOver,
  phaseStarted,
  termsOf,
} from './bloc.ts';
import type { Command } from './command.ts';
import {
  type EligibilityEvent,
  eligibilityCommands,
  evolveEligibility,
  initialEligibility,
} from './eligibility.ts';
import { type ExtensionEvent, evolveExtensions, extensionCommands, initialExtensions } from './extension.ts';
import { streamRefOf } from './ids.ts';
import { evolveMeeting, initialMeeting, type MeetingEvent, meetingCommands } from './meeting.ts';
import { evolveObjections, initialObjections, type ObjectionEvent, objectionCommands } from './objection.ts';
import { evolvePledge, initialPledge, type PledgeEvent, pledgeCommands } from './pledge.ts';
import { evolveReview, initialReview, type ReviewEvent, reviewCommands } from './review.ts';
import { evolveScoring, initialScoring, type ScoringEvent, scoringCommands } from './scoring.ts';
import { cycleRulesOf, type Season } from './season.ts';

export const initialBloc: Bloc = {
  terms: undefined,
  runs: {},
  pledge: initialPledge,
  addenda: initialAddenda,
  review: initialReview,
  amendments: initialAmendments,
  extensions: initialExtensions,
  scoring: initialScoring,
  eligibility: initialEligibility,
  objections: initialObjections,
  meeting: initialMeeting,
};

export function evolveBloc(state: Bloc, event: BlocEvent, place: Place): Bloc {
  switch (event.type) {
    case 'BlocScheduled': {
      const { type: _type, v: _v, source: _source, ...terms } = event;
      return { ...state, terms };
    }
    case 'PhaseStarted':
    case 'PhaseRestarted':
      return { ...state, runs: { ...state.runs, [event.phase]: event.run } };
    default:
      return {
        ...state,
        terms: state.terms && evolveTerms(state.terms, state, event),
        pledge: evolvePledge(state.pledge, event as PledgeEvent | AddendumEvent, place),
        addenda: evolveAddenda(state.addenda, event as AddendumEvent, place),
        review: evolveReview(state.review, event as ReviewEvent, place),
        amendments: evolveAmendments(state.amendments, event as AmendmentEvent),
        extensions: evolveExtensions(state.extensions, event as ExtensionEvent),
        scoring: evolveScoring(state.scoring, event as ScoringEvent, place),
        eligibility: evolveEligibility(state.eligibility, event as EligibilityEvent),
        objections: evolveObjections(state.objections, event as ObjectionEvent, place),
        meeting: evolveMeeting(state.meeting, event as MeetingEvent, place),
      };
  }
}

/** The two ways in which the terms change: an addendum changes the composition, an amendment the rubric. */
function evolveTerms(terms: BlocTerms, state: Bloc, event: BlocEvent): BlocTerms {
  if (event.type === 'AddendumConcluded') {
    const { members, head, deputy } = event;
    return { ...terms, members, head, deputy };
  }
  if (event.type === 'RubricAmended') {
    const amended = state.amendments.proposals.find(({ number }) => number === event.number);
    return amended ? { ...terms, rubric: amended.rubric } : terms;
  }
  return terms;
}

type BlocCommand<Payload, Copies extends { season?: Season }> = Command<Bloc, BlocEvent, Payload, Copies>;

function blocCommand<Payload, Copies extends { season?: Season } = Record<never, never>>(
  command: BlocCommand<Payload, Copies>,
): BlocCommand<Payload, Copies> {
  return command;
}

export const blocCommands = {
  ScheduleBloc: blocCommand<Record<never, never>, { season: Season }>({
    vi: 'Lập lịch năm của khối, cụm',
    en: "Copy the season's decisions on this bloc into its own record",
    payload: z.object({}),
    copies: ['season'],
    can: isSystem,
    decide(state, _payload, { stream, copies: { season } }) {
      if (state.terms) return ok([]);
      const ref = streamRefOf(stream);
      const { id, calendar, directive, launched } = season.state;
      const bloc = ref?.kind === 'bloc' ? season.state.blocs[ref.bloc] : undefined;
      const rubric = bloc && season.state.rubrics[bloc.rubric];
      const rules = bloc && cycleRulesOf(season.state, bloc.id);
      if (!id || !launched) return refuse('not-launched');
      if (!bloc || !rubric || !rules || !calendar || !directive) return refuse('not-found');
      return ok([
        {
          type: 'BlocScheduled',
          v: 1,
          source: season.source,
          season: id,
          bloc: bloc.id,
          kind: bloc.kind,
          name: bloc.name,
          members: bloc.members,
          head: bloc.head,
          deputy: bloc.deputy,
          rubric,
          calendar,
          rules,
          provinceTargets: directive.targets.map((target) => target.id),
          ...(season.state.daysOff ? { daysOff: season.state.daysOff.days } : {}),
        },
        phaseStarted('pledge-signing'),
      ]);
    },
  }),

  RestartPhase: blocCommand({
    vi: 'Chạy lại quy trình của một giai đoạn',
    en: "Start a phase's workflow again from its first state; it arrives where it was",
    payload: z.object({ phase: z.enum(blocPhases), reason: z.string().min(1).max(500) }),
    copies: [],
    can: isOfBoard,
    decide(state, { phase, reason }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      const run = state.runs[phase];
      if (run === undefined || isPhaseOver(state, phase)) return refuse('wrong-phase');
      return ok([{ type: 'PhaseRestarted', v: 1, phase, run: run + 1, reason }]);
    },
  }),

  ...pledgeCommands,
  ...addendumCommands,
  ...reviewCommands,
  ...amendmentCommands,
  ...extensionCommands,
  ...scoringCommands,
  ...eligibilityCommands,
  ...objectionCommands,
  ...meetingCommands,
  ...ballotCommands,
};
