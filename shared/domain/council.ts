/**
 * One session of the Emulation and Commendation Council (Hội đồng Thi đua - Khen thưởng): it receives what the blocs
 * nominate, the Board appraises, the chair convenes on a frozen roll, the members vote, and what reached the share of
 * ALL members that the rule asks for is passed on. The Chairman decides; the decision is published at its instant.
 */
import * as z from 'zod';
import type { Place, Source } from '../journal.ts';
import { refuse } from '../result.ts';
import { AwardKind } from './award.ts';
import type { Bloc } from './bloc.ts';
import type { Calendar, DaysOff, Instant } from './calendar.ts';
import type { Command } from './command.ts';
import type { Document } from './document.ts';
import { type BlocId, type SeasonId, SeatId, type SessionNumber, streamName, UnitId } from './ids.ts';
import { keyOf, NomineeKey } from './nominee.ts';
import { evolveOpinions, type Opinion, type OpinionEvent } from './opinion.ts';
import { type RuleBook, type RulesInForce, ruleValue } from './rules.ts';
import type { Season, Seat } from './season.ts';

export { keyOf, NomineeKey };

/** The phases of a session, each driven by a workflow of this name. */
export const councilPhases = ['council-deliberation', 'award-publication'] as const;
export type CouncilPhase = (typeof councilPhases)[number];

/** What the Council takes over from its season. */
export type CouncilTerms = {
  readonly season: SeasonId;
  readonly session: SessionNumber;
  readonly name: string;
  readonly roll: readonly Seat[];
  readonly blocs: readonly { readonly bloc: BlocId; readonly name: string }[];
  readonly calendar: Pick<Calendar, 'meeting' | 'council' | 'publication'>;
  /** By which working days are counted. */
  readonly daysOff: DaysOff;
};

/** A nominee's dossier with the law under which it is judged: that of the day it was received. */
export type Dossier = {
  readonly unit: UnitId;
  readonly name: string;
  /** As the register of units says: agencies are asked about firms and cooperatives. */
  readonly kind: string;
  readonly award: AwardKind;
  readonly bloc: BlocId;
  readonly rank: number;
  readonly total: string | null;
};

/** Họp, or lấy ý kiến bằng văn bản. */
export type SessionMode = 'in-session' | 'circulation';

/** Who answered by circulation, against the quorum. */
export type Answers = {
  readonly award: AwardKind;
  readonly present: number;
  readonly total: number;
  readonly needed: number;
  readonly met: boolean;
};

/** A box as the counting team found it. */
export type Box = {
  readonly team: readonly SeatId[];
  readonly issued: number;
  readonly returned: number;
  readonly written: number;
  readonly lines: readonly PaperLine[];
};

/** Who attended, with the quorum as it was reckoned. */
export type Attendance = {
  readonly present: readonly SeatId[];
  readonly substitutes: readonly Substitute[];
  readonly met: boolean;
  readonly quorum: { readonly present: number; readonly total: number; readonly needed: number };
};

/** What was received of a dossier and by when it has to be appraised. */
export type Receipt = {
  readonly on: string;
  readonly missing: readonly DossierPart[];
  readonly papers: string;
  readonly dueBy: Instant | null;
};

/** What the Board found; what is returned waits for better papers and is on no agenda. */
export type Appraisal = {
  readonly verdict: 'eligible' | 'ineligible' | 'returned';
  readonly reason: string;
  readonly at: string;
};

/** Tờ trình, biên bản, báo cáo thành tích. */
export type DossierPart = 'submission' | 'minutes' | 'report';

/** How many voted how on one nominee, and what that comes to. */
export type Count = {
  readonly unit: UnitId;
  readonly award: AwardKind;
  readonly yes: number;
  readonly no: number;
  readonly abstain: number;
  readonly invalid: number;
  /** All members of the frozen roll: the denominator. */
  readonly total: number;
  readonly needed: number;
  readonly share: string;
  readonly comparison: 'atLeast' | 'moreThan';
  readonly passed: boolean;
};

export type PublishedAward = {
  readonly unit: UnitId;
  readonly name: string;
  readonly award: AwardKind;
  readonly bloc: BlocId;
  readonly code: string;
};

/** Where a nominee fell out, and why in words; what the Council counted says the rest. */
export type NomineeRefusal = NomineeKey & {
  readonly bloc: BlocId;
  readonly stage: 'appraisal' | 'council' | 'decision';
  readonly reason: string;
};

/** Hủy bỏ quyết định: the decision that takes an award back, with its basis in law. */
export const Revocation = z.object({
  number: z.string().trim().min(1).max(60),
  date: z.iso.date(),
  legalBasis: z.string().trim().min(1).max(500),
  reason: z.string().trim().min(1).max(2000),
});
export type Revocation = z.infer<typeof Revocation>;

/** Tạm dừng công bố: one award waits while others go on; released, it has an instant of its own. */
export type Hold = {
  readonly at: string;
  readonly reason: string;
  readonly released?: { readonly reason: string; readonly publishAt: string };
};

/** Who sits in for an absent member: the post, no person. */
export const Substitute = z.object({ seat: SeatId, post: z.string().trim().min(1).max(200) });
export type Substitute = z.infer<typeof Substitute>;

/** A ballot that was repeated, with what it had come to. */
export type VoidedBallot = {
  readonly award: AwardKind;
  readonly number: number;
  readonly reason: string;
  readonly counts: readonly Count[];
  readonly attendance: Attendance | undefined;
  readonly box: Box | undefined;
  readonly at: string;
};

export const Choice = z.enum(['yes', 'no', 'abstain']);
export type Choice = z.infer<typeof Choice>;

/** What a counting team (tổ kiểm phiếu) found in the box for one nominee. */
export const PaperLine = z.object({
  unit: UnitId,
  yes: z.number().int().nonnegative(),
  no: z.number().int().nonnegative(),
  invalid: z.number().int().nonnegative(),
});
export type PaperLine = z.infer<typeof PaperLine>;

export type CouncilEvent =
  | ({ type: 'CouncilOpened'; v: 1; source: Source; rules: RuleBook } & CouncilTerms)
  | {
      type: 'NominationReceived';
      v: 1;
      source: Source;
      bloc: BlocId;
      outcome: 'nominated' | 'closed';
      dossiers: Dossier[];
      /** Date in Viet Nam on which the dossiers were received, and the pack of law in force on it. */
      on: string;
      pack: string;
      rules: RulesInForce;
    }
  | {
      /** One dossier with the date from which its days are counted, and the parts that it lacks. */
      type: 'DossierReceived';
      v: 1;
      /** The commit of the bloc's record whose papers these are. */
      source: Source;
      unit: UnitId;
      award: AwardKind;
      on: string;
      missing: readonly DossierPart[];
      /** SHA-256 of the papers as they are now: another one makes another receipt. */
      papers: string;
      /** End of office hours by which a complete dossier has to be appraised; null while a part is missing. */
      dueBy: Instant | null;
    }
  | { type: 'DossierReturned'; v: 1; unit: UnitId; award: AwardKind; reason: string }
  | OpinionEvent
  | { type: 'NominationAwaited'; v: 1; source: Source; bloc: BlocId; until: string }
  | { type: 'NominationsClosed'; v: 1; late: BlocId[] }
  | {
      type: 'DossierAppraised';
      v: 1;
      unit: UnitId;
      award: AwardKind;
      verdict: 'eligible' | 'ineligible';
      reason: string;
    }
  | {
      type: 'SessionProposed';
      v: 1;
      at: string;
      place: string;
      mode: SessionMode;
      answersBy: string | null;
      agenda: NomineeKey[];
      late: BlocId[];
    }
  | {
      type: 'SessionConvened';
      v: 1;
      at: string;
      place: string;
      mode: SessionMode;
      /** Until when opinions are taken, by circulation alone. */
      answersBy: string | null;
      roll: Seat[];
    }
  | { type: 'CirculationExtended'; v: 1; answersBy: string; reason: string }
  | {
      type: 'AttendanceRecorded';
      v: 1;
      present: SeatId[];
      /** Absent members for whom somebody of their body sits in, without a vote. */
      substitutes: Substitute[];
      quorum: { present: number; total: number; needed: number; met: boolean };
    }
  | {
      type: 'VoteCast';
      v: 1;
      seat: SeatId;
      choices: { unit: UnitId; choice: Choice }[];
      award: AwardKind;
      /** Given in writing by a member who is absent. */
      written?: true;
    }
  | {
      type: 'PaperCounted';
      v: 1;
      award: AwardKind;
      team: SeatId[];
      issued: number;
      returned: number;
      /** Sealed votes of absent members, counted with the rest: only their number is known. */
      written: number;
      lines: PaperLine[];
    }
  | {
      /** A ballot that is repeated: what it came to stays readable, and decides nothing. */
      type: 'BallotVoided';
      v: 1;
      award: AwardKind;
      number: number;
      reason: string;
      counts: Count[];
    }
  | {
      type: 'VotesCounted';
      v: 1;
      counts: Count[];
      /** By circulation: how many of the roll answered on each award, against the quorum. */
      answers?: Answers[];
    }
  | { type: 'CouncilConcluded'; v: 1; conclusions: string; passed: NomineeKey[]; failed: NomineeKey[] }
  | { type: 'SubmissionMade'; v: 1; number: string; date: string; draft: Document; awards: NomineeKey[] }
  | {
      type: 'DecisionRecorded';
      v: 1;
      number: string;
      date: string;
      office: string;
      awards: NomineeKey[];
      /** What passed and was not awarded, each with the reason. */
      omitted: (NomineeKey & { reason: string })[];
      publishAt: string;
    }
  | { type: 'AwardHeld'; v: 1; unit: UnitId; award: AwardKind; reason: string }
  | {
      type: 'AwardReleased';
      v: 1;
      unit: UnitId;
      award: AwardKind;
      reason: string;
      publishAt: string;
      /** The run of the publication's workflow that publishes it. */
      run: number;
    }
  | { type: 'AwardsPublished'; v: 1; awards: PublishedAward[] }
  | { type: 'RefusalsNotified'; v: 1; refusals: NomineeRefusal[] }
  | ({ type: 'AwardRevoked'; v: 1; unit: UnitId; award: AwardKind } & Revocation)
  | { type: 'CouncilPhaseRestarted'; v: 1; phase: CouncilPhase; run: number; reason: string };

export type Council = {
  readonly terms: CouncilTerms | undefined;
  readonly rules: RuleBook | undefined;
  readonly received: Readonly<
    Record<
      string,
      {
        readonly at: string;
        readonly outcome: 'nominated' | 'closed';
        readonly pack: string;
        readonly rules: RulesInForce;
      }
    >
  >;
  readonly dossiers: Readonly<Record<string, Dossier>>;
  /** How each dossier came in, latest last. */
  readonly receipts: Readonly<Record<string, readonly Receipt[]>>;
  /** Letters to agencies and their answers. */
  readonly opinions: readonly Opinion[];
  /** Blocs whose meeting was extended beyond the calendar, and until when they are waited for. */
  readonly awaitedUntil: Readonly<Record<string, string>>;
  readonly nominationsClosed: { readonly at: string; readonly late: readonly BlocId[] } | undefined;
  /** The Board's findings that stand; new papers or a new answer of an agency ask for another. */
  readonly appraisals: Readonly<Record<string, Appraisal>>;
  /** The Board's proposal; another appraisal after it asks for another proposal. */
  readonly proposal:
    | {
        readonly at: string;
        readonly place: string;
        readonly mode: SessionMode;
        readonly answersBy: string | null;
        readonly agenda: readonly NomineeKey[];
        readonly late: readonly BlocId[];
      }
    | undefined;
  readonly session:
    | {
        readonly at: string;
        readonly place: string;
        readonly mode: SessionMode;
        readonly answersBy: string | null;
        readonly roll: readonly Seat[];
      }
    | undefined;
  readonly attendance: Attendance | undefined;
  /** Choices by award, then seat, then unit. */
  readonly votes: Readonly<
    Partial<Record<AwardKind, Readonly<Record<string, Readonly<Record<string, Choice>>>>>>
  >;
  readonly paper: Readonly<Partial<Record<AwardKind, Box>>>;
  readonly answers: readonly Answers[];
  readonly counts: readonly Count[] | undefined;
  readonly voided: readonly VoidedBallot[];
  readonly concluded:
    | { readonly at: string; readonly conclusions: string; readonly passed: readonly NomineeKey[] }
    | undefined;
  /** The Board's submission to the Chairman. */
  readonly submitted:
    | { readonly at: string; readonly number: string; readonly date: string; readonly draft: Document }
    | undefined;
  readonly decision:
    | {
        readonly number: string;
        readonly date: string;
        readonly office: string;
        readonly awards: readonly NomineeKey[];
        readonly omitted: readonly (NomineeKey & { readonly reason: string })[];
        readonly publishAt: string;
      }
    | undefined;
  readonly holds: Readonly<Record<string, Hold>>;
  /** What is public, in the order in which it became so; nothing is ever taken out. */
  readonly published:
    | { readonly at: string; readonly awards: readonly (PublishedAward & { readonly at: string })[] }
    | undefined;
  readonly refused: readonly NomineeRefusal[] | undefined;
  readonly revoked: Readonly<Record<string, Revocation & { readonly at: string }>>;
  /** How often a phase's workflow was started again; the number is part of the execution's name. */
  readonly runs: Readonly<Partial<Record<CouncilPhase, number>>>;
};

export const initialCouncil: Council = {
  terms: undefined,
  rules: undefined,
  received: {},
  dossiers: {},
  receipts: {},
  opinions: [],
  awaitedUntil: {},
  nominationsClosed: undefined,
  appraisals: {},
  proposal: undefined,
  session: undefined,
  attendance: undefined,
  votes: {},
  paper: {},
  answers: [],
  counts: undefined,
  voided: [],
  concluded: undefined,
  submitted: undefined,
  decision: undefined,
  holds: {},
  published: undefined,
  refused: undefined,
  revoked: {},
  runs: {},
};

export function evolveCouncil(state: Council, event: CouncilEvent, place: Place): Council {
  const { at } = place;
  switch (event.type) {
    case 'CouncilOpened': {
      const { type: _type, v: _v, source: _source, rules, ...terms } = event;
      return { ...state, terms, rules };
    }
    case 'NominationReceived': {
      const { bloc, outcome, pack, rules, dossiers } = event;
      return {
        ...state,
        received: { ...state.received, [bloc]: { at, outcome, pack, rules } },
        dossiers: {
          ...state.dossiers,
          ...Object.fromEntries(dossiers.map((dossier) => [keyOf(dossier), dossier])),
        },
      };
    }
    case 'DossierReceived': {
      const { on, missing, papers, dueBy } = event;
      const key = keyOf(event);
      const receipts = [...(state.receipts[key] ?? []), { on, missing, papers, dueBy }];
      return { ...reopened(state, [key]), receipts: { ...state.receipts, [key]: receipts } };
    }
    case 'DossierReturned':
      return withAppraisal(state, event, { verdict: 'returned', reason: event.reason, at });
    case 'OpinionAsked':
      return { ...state, opinions: evolveOpinions(state.opinions, event) };
    case 'OpinionAnswered': {
      const asked = state.opinions.find(({ number }) => number === event.number)?.nominees ?? [];
      return { ...reopened(state, asked.map(keyOf)), opinions: evolveOpinions(state.opinions, event) };
    }
    case 'NominationAwaited':
      return { ...state, awaitedUntil: { ...state.awaitedUntil, [event.bloc]: event.until } };
    case 'NominationsClosed':
      return { ...state, nominationsClosed: { at, late: event.late } };
    case 'DossierAppraised': {
      const { verdict, reason } = event;
      return withAppraisal(state, event, { verdict, reason, at });
    }
    case 'SessionConvened':
      return { ...state, session: sittingOf(event, { roll: event.roll }) };
    case 'SessionProposed':
      return { ...state, proposal: sittingOf(event, { agenda: event.agenda, late: event.late }) };
    case 'CirculationExtended':
      return {
        ...state,
        ...(state.session ? { session: { ...state.session, answersBy: event.answersBy } } : {}),
      };
    case 'AttendanceRecorded':
      return {
        ...state,
        attendance: {
          present: event.present,
          substitutes: event.substitutes,
          met: event.quorum.met,
          quorum: event.quorum,
        },
      };
    case 'VoteCast': {
      const ofAward = state.votes[event.award] ?? {};
      const choices = Object.fromEntries(event.choices.map(({ unit, choice }) => [unit, choice]));
      return { ...state, votes: { ...state.votes, [event.award]: { ...ofAward, [event.seat]: choices } } };
    }
    case 'PaperCounted':
      return {
        ...state,
        paper: {
          ...state.paper,
          [event.award]: {
            team: event.team,
            issued: event.issued,
            returned: event.returned,
            written: event.written,
            lines: event.lines,
          },
        },
      };
    case 'VotesCounted':
      return {
        ...state,
        counts: [...(state.counts ?? []), ...event.counts],
        answers: [...state.answers, ...(event.answers ?? [])],
      };
    case 'BallotVoided': {
      const { award, number, reason, counts } = event;
      const { [award]: _votes, ...votes } = state.votes;
      const { [award]: box, ...paper } = state.paper;
      const { attendance } = state;
      return {
        ...state,
        votes,
        paper,
        counts: state.counts?.filter((count) => count.award !== award),
        answers: state.answers.filter((one) => one.award !== award),
        voided: [...state.voided, { award, number, reason, counts, attendance, box, at }],
        // Who is there is asked anew.
        attendance: undefined,
      };
    }
    case 'CouncilConcluded':
      return { ...state, concluded: { at, conclusions: event.conclusions, passed: event.passed } };
    case 'SubmissionMade': {
      const { number, date, draft } = event;
      return { ...state, submitted: { at, number, date, draft } };
    }
    case 'DecisionRecorded': {
      const { number, date, office, awards, omitted, publishAt } = event;
      return { ...state, decision: { number, date, office, awards, omitted, publishAt } };
    }
    case 'AwardHeld':
      return { ...state, holds: { ...state.holds, [keyOf(event)]: { at, reason: event.reason } } };
    case 'AwardReleased': {
      const hold = state.holds[keyOf(event)];
      const { reason, publishAt, run } = event;
      if (!hold) return state;
      return {
        ...state,
        holds: { ...state.holds, [keyOf(event)]: { ...hold, released: { reason, publishAt } } },
        runs: { ...state.runs, 'award-publication': run },
      };
    }
    case 'AwardsPublished': {
      const before = state.published ?? { at, awards: [] };
      const awards = event.awards.map((award) => ({ ...award, at }));
      return { ...state, published: { ...before, awards: [...before.awards, ...awards] } };
    }
    case 'RefusalsNotified':
      return { ...state, refused: event.refusals };
    case 'AwardRevoked': {
      const { number, date, legalBasis, reason } = event;
      return {
        ...state,
        revoked: { ...state.revoked, [keyOf(event)]: { at, number, date, legalBasis, reason } },
      };
    }
    case 'CouncilPhaseRestarted':
      return { ...state, runs: { ...state.runs, [event.phase]: event.run } };
  }
}

function sittingOf<More>(
  event: { at: string; place: string; mode: SessionMode; answersBy: string | null },
  more: More,
) {
  const { at, place, mode, answersBy } = event;
  return { at, place, mode, answersBy, ...more };
}

function withAppraisal(state: Council, key: NomineeKey, appraisal: Appraisal): Council {
  return {
    ...state,
    proposal: undefined,
    appraisals: { ...state.appraisals, [keyOf(key)]: appraisal },
  };
}

/** The state in which these dossiers have to be appraised anew; from the session on nothing is reopened. */
function reopened(state: Council, keys: readonly string[]): Council {
  if (state.session || !keys.some((key) => state.appraisals[key])) return state;
  const kept = Object.entries(state.appraisals).filter(([key]) => !keys.includes(key));
  return { ...state, proposal: undefined, appraisals: Object.fromEntries(kept) };
}

/** From the session on no appraisal changes. */
export function appraisalsStand() {
  return refuse('already-done', {
    vi: 'Phiên họp đã được triệu tập; thẩm định đã chốt.',
    en: 'The session is convened; appraisals are fixed.',
  });
}

/** Blocs from which nothing has come yet. */
export function awaitedBlocs(state: Council): readonly BlocId[] {
  return (state.terms?.blocs ?? []).map(({ bloc }) => bloc).filter((bloc) => !state.received[bloc]);
}

/** When nominations close: with the calendar's meetings, or with the latest extension of a bloc that is awaited. */
export function cutOffOf(state: Council): string {
  const calendar = state.terms?.calendar.meeting.closesAt as string;
  return awaitedBlocs(state)
    .flatMap((bloc) => state.awaitedUntil[bloc] ?? [])
    .reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a), calendar);
}

/** Dossiers that the Board has not appraised. */
export function unappraisedOf(state: Council): readonly Dossier[] {
  return Object.values(state.dossiers).filter((dossier) => !state.appraisals[keyOf(dossier)]);
}

/** The agenda: dossiers found eligible, of one award or of all. */
export function agendaOf(state: Council, award?: AwardKind): readonly Dossier[] {
  return Object.values(state.dossiers).filter(
    (dossier) =>
      (award === undefined || dossier.award === award) &&
      state.appraisals[keyOf(dossier)]?.verdict === 'eligible',
  );
}

/** The awards on the agenda, in the order of the law. */
export function awardsOnAgenda(state: Council): readonly AwardKind[] {
  return AwardKind.options.filter((award) => agendaOf(state, award).length > 0);
}

/** The rules under which a nominee is judged: those of the day on which its bloc's dossiers came in. */
export function rulesFor(state: Council, dossier: Dossier): RulesInForce {
  const rules = state.received[dossier.bloc]?.rules;
  if (!rules) throw new Error(`dossier ${keyOf(dossier)} has no receipt`);
  return rules;
}

/** How an award is voted on in this session: the stricter wins where its dossiers came in under two packs. */
export function modeOf(state: Council, award: AwardKind): 'open' | 'paper' {
  const paper = agendaOf(state, award).some(
    (d) => ruleValue(rulesFor(state, d), `council.secrecy.${award}`) === 'paper',
  );
  return paper ? 'paper' : 'open';
}

/** The awards on the agenda whose ballot has not been counted. */
export function uncountedAwards(state: Council): readonly AwardKind[] {
  return awardsOnAgenda(state).filter((award) => !isCounted(state, award));
}

/** Whether the ballot on an award, the last where it was repeated, has been counted. */
export function isCounted({ counts }: Council, award: AwardKind): boolean {
  return counts?.some((count) => count.award === award) ?? false;
}

/** Whether all that was on the agenda has been counted. */
export function isCountComplete(state: Council): boolean {
  return state.counts !== undefined && uncountedAwards(state).length === 0;
}

/** Whether votes are secret now: from the first that is cast on an award until it is counted. */
export function isVoteSecret(state: Council): boolean {
  return uncountedAwards(state).some((award) => state.votes[award] !== undefined);
}

export type CouncilCommand<Payload, Copies extends { season?: Season; bloc?: Bloc }> = Command<
  Council,
  CouncilEvent,
  Payload,
  Copies
>;

/** Names a command's types once. */
export function councilCommand<
  Payload,
  Copies extends { season?: Season; bloc?: Bloc } = Record<never, never>,
>(command: CouncilCommand<Payload, Copies>): CouncilCommand<Payload, Copies> {
  return command;
}

/** The number of a phase's present run, counted from 1. */
export function councilRunOf(state: Council, phase: CouncilPhase): number {
  return state.runs[phase] ?? 1;
}

/** The Council's stream of a season's first session. */
export function councilStream(season: SeasonId): string {
  return streamName({ kind: 'council', season, session: 1 as SessionNumber });
}

/** Decided awards that are not public yet, each with the instant at which it becomes so; null while it is held. */
export function unpublishedOf(
  state: Council,
): readonly (NomineeKey & { readonly publishAt: string | null })[] {
  const { decision, holds, published } = state;
  if (!decision) return [];
  const known = new Set(published?.awards.map(keyOf));
  return decision.awards
    .filter((key) => !known.has(keyOf(key)))
    .map((key) => {
      const hold = holds[keyOf(key)];
      const own = hold ? (hold.released?.publishAt ?? null) : decision.publishAt;
      // A release before the decision's own instant waits for it.
      const later =
        own !== null && Date.parse(own) < Date.parse(decision.publishAt) ? decision.publishAt : own;
      return { ...key, publishAt: later };
    });
}

/** The next instant at which something has to be published; undefined where nothing is outstanding. */
export function nextPublication(state: Council): number | undefined {
  if (!state.decision) return undefined;
  const instants = unpublishedOf(state).flatMap(({ publishAt }) => (publishAt === null ? [] : [publishAt]));
  // The refused are told when the first awards are public.
  if (!state.refused) instants.push(state.decision.publishAt);
  return instants.length === 0 ? undefined : Math.min(...instants.map((instant) => Date.parse(instant)));
}

/** Whether a phase of the session has nothing left to do. */
export function isCouncilPhaseOver(state: Council, phase: CouncilPhase): boolean {
  return phase === 'council-deliberation'
    ? state.concluded !== undefined
    : state.decision !== undefined && nextPublication(state) === undefined;
}
