/**
 * One session of the Emulation and Commendation Council (Hội đồng Thi đua - Khen thưởng): it receives what the blocs
 * nominate, the Board appraises, the chair convenes on a frozen roll, the members vote, and what reached the share of
 * ALL members that the rule asks for is passed on. The Chairman decides; the decision is published at its instant.
 */
import * as z from 'zod';
import type { Place, Source } from '../journal.ts';
import { ok, type Result, refuse } from '../result.ts';
import {
  type Actor,
  isChairmanOffice,
  isCouncilChair,
  isCouncilSecretary,
  isOfBoard,
  isOfCouncil,
  isSystem,
} from './actor.ts';
import { AwardKind, awardCode, awardNames } from './award.ts';
import type { Bloc } from './bloc.ts';
import {
  type Calendar,
  deadlineInWords,
  hasOpened,
  hasPassed,
  Instant,
  isOpen,
  vietnamTime,
} from './calendar.ts';
import type { Command } from './command.ts';
import { lastClosesAt } from './extension.ts';
import { BlocId, type SeasonId, SeatId, type SessionNumber, streamName, streamRefOf, UnitId } from './ids.ts';
import { missingParts } from './meeting.ts';
import { isAtLeast, isMoreThan, leastOf } from './points.ts';
import { packOn, type RuleBook, type RulesInForce, rulesOn, ruleValue } from './rules.ts';
import type { Season, Seat } from './season.ts';

/** The phases of a session, each driven by a workflow of this name. */
export const councilPhases = ['council-deliberation', 'award-publication'] as const;
export type CouncilPhase = (typeof councilPhases)[number];

/** A nominee is named by unit and award: the key of dossiers, votes and results. */
export const NomineeKey = z.object({ unit: UnitId, award: AwardKind });
export type NomineeKey = z.infer<typeof NomineeKey>;

/** `provincial-flag:so-tu-phap`. */
export function keyOf({ unit, award }: { unit: string; award: string }): string {
  return `${award}:${unit}`;
}

/** What the Council takes over from its season. */
export type CouncilTerms = {
  readonly season: SeasonId;
  readonly session: SessionNumber;
  readonly name: string;
  readonly roll: readonly Seat[];
  readonly blocs: readonly { readonly bloc: BlocId; readonly name: string }[];
  readonly calendar: Pick<Calendar, 'meeting' | 'council' | 'publication'>;
};

/** A nominee's dossier with the law under which it is judged: that of the day it was received. */
export type Dossier = {
  readonly unit: UnitId;
  readonly name: string;
  readonly award: AwardKind;
  readonly bloc: BlocId;
  readonly rank: number;
  readonly total: string | null;
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

const Choice = z.enum(['yes', 'no', 'abstain']);
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
      unit: UnitId;
      award: AwardKind;
      on: string;
      missing: DossierPart[];
    }
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
  | { type: 'SessionConvened'; v: 1; at: string; place: string; mode: 'in-session'; roll: Seat[] }
  | {
      type: 'AttendanceRecorded';
      v: 1;
      present: SeatId[];
      quorum: { present: number; total: number; needed: number; met: boolean };
    }
  | { type: 'VoteCast'; v: 1; seat: SeatId; choices: { unit: UnitId; choice: Choice }[]; award: AwardKind }
  | {
      type: 'PaperCounted';
      v: 1;
      award: AwardKind;
      team: SeatId[];
      issued: number;
      returned: number;
      lines: PaperLine[];
    }
  | { type: 'VotesCounted'; v: 1; counts: Count[] }
  | { type: 'CouncilConcluded'; v: 1; conclusions: string; passed: NomineeKey[]; failed: NomineeKey[] }
  | {
      type: 'DecisionRecorded';
      v: 1;
      number: string;
      date: string;
      office: string;
      awards: NomineeKey[];
      publishAt: string;
    }
  | { type: 'AwardsPublished'; v: 1; awards: PublishedAward[] }
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
  /** When each dossier came in, first and complete, and what it lacks. */
  readonly receipts: Readonly<
    Record<string, { readonly on: string; readonly missing: readonly DossierPart[] }>
  >;
  /** Blocs whose meeting was extended beyond the calendar, and until when they are waited for. */
  readonly awaitedUntil: Readonly<Record<string, string>>;
  readonly nominationsClosed: { readonly at: string; readonly late: readonly BlocId[] } | undefined;
  readonly appraisals: Readonly<
    Record<string, { readonly verdict: 'eligible' | 'ineligible'; readonly reason: string }>
  >;
  readonly session:
    | { readonly at: string; readonly place: string; readonly roll: readonly Seat[] }
    | undefined;
  readonly attendance: { readonly present: readonly SeatId[]; readonly met: boolean } | undefined;
  /** Choices by award, then seat, then unit. */
  readonly votes: Readonly<
    Partial<Record<AwardKind, Readonly<Record<string, Readonly<Record<string, Choice>>>>>>
  >;
  readonly paper: Readonly<
    Partial<Record<AwardKind, { readonly returned: number; readonly lines: readonly PaperLine[] }>>
  >;
  readonly counts: readonly Count[] | undefined;
  readonly concluded:
    | { readonly at: string; readonly conclusions: string; readonly passed: readonly NomineeKey[] }
    | undefined;
  readonly decision:
    | {
        readonly number: string;
        readonly date: string;
        readonly office: string;
        readonly awards: readonly NomineeKey[];
        readonly publishAt: string;
      }
    | undefined;
  readonly published: { readonly at: string; readonly awards: readonly PublishedAward[] } | undefined;
  /** How often a phase's workflow was started again; the number is part of the execution's name. */
  readonly runs: Readonly<Partial<Record<CouncilPhase, number>>>;
};

export const initialCouncil: Council = {
  terms: undefined,
  rules: undefined,
  received: {},
  dossiers: {},
  receipts: {},
  awaitedUntil: {},
  nominationsClosed: undefined,
  appraisals: {},
  session: undefined,
  attendance: undefined,
  votes: {},
  paper: {},
  counts: undefined,
  concluded: undefined,
  decision: undefined,
  published: undefined,
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
      const receipt = { on: event.on, missing: event.missing };
      return { ...state, receipts: { ...state.receipts, [keyOf(event)]: receipt } };
    }
    case 'NominationAwaited':
      return { ...state, awaitedUntil: { ...state.awaitedUntil, [event.bloc]: event.until } };
    case 'NominationsClosed':
      return { ...state, nominationsClosed: { at, late: event.late } };
    case 'DossierAppraised': {
      const { verdict, reason } = event;
      return { ...state, appraisals: { ...state.appraisals, [keyOf(event)]: { verdict, reason } } };
    }
    case 'SessionConvened':
      return { ...state, session: { at: event.at, place: event.place, roll: event.roll } };
    case 'AttendanceRecorded':
      return { ...state, attendance: { present: event.present, met: event.quorum.met } };
    case 'VoteCast': {
      const ofAward = state.votes[event.award] ?? {};
      const choices = Object.fromEntries(event.choices.map(({ unit, choice }) => [unit, choice]));
      return { ...state, votes: { ...state.votes, [event.award]: { ...ofAward, [event.seat]: choices } } };
    }
    case 'PaperCounted':
      return {
        ...state,
        paper: { ...state.paper, [event.award]: { returned: event.returned, lines: event.lines } },
      };
    case 'VotesCounted':
      return { ...state, counts: event.counts };
    case 'CouncilConcluded':
      return { ...state, concluded: { at, conclusions: event.conclusions, passed: event.passed } };
    case 'DecisionRecorded': {
      const { number, date, office, awards, publishAt } = event;
      return { ...state, decision: { number, date, office, awards, publishAt } };
    }
    case 'AwardsPublished':
      return { ...state, published: { at, awards: event.awards } };
    case 'CouncilPhaseRestarted':
      return { ...state, runs: { ...state.runs, [event.phase]: event.run } };
  }
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

/** Whether votes are secret now: from the first that is cast until they are counted. */
export function isVoteSecret({ votes, counts }: Council): boolean {
  return !counts && Object.keys(votes).length > 0;
}

/** Whether the session has its roll, its quorum and no count yet. */
function sessionOpen(state: Council): Result<{ roll: readonly Seat[]; present: readonly SeatId[] }> {
  if (!state.session)
    return refuse('not-ready', { vi: 'Chưa triệu tập phiên họp.', en: 'The session is not convened.' });
  if (state.counts)
    return refuse('already-done', { vi: 'Phiếu đã được kiểm.', en: 'The votes are counted.' });
  if (!state.attendance?.met) return refuse('no-quorum');
  return ok({ roll: state.session.roll, present: state.attendance.present });
}

function countOf(state: Council, dossier: Dossier, total: number): Count {
  const { unit, award } = dossier;
  const rules = rulesFor(state, dossier);
  const share = ruleValue(rules, `council.threshold.${award}`);
  const comparison = ruleValue(rules, `council.comparison.${award}`);
  const line = state.paper[award]?.lines.find((other) => other.unit === unit);
  const choices = Object.values(state.votes[award] ?? {}).map((byUnit) => byUnit[unit]);
  const of = (choice: Choice) => choices.filter((other) => other === choice).length;
  const yes = line ? line.yes : of('yes');
  const facts = {
    unit,
    award,
    yes,
    no: line ? line.no : of('no'),
    abstain: line ? 0 : of('abstain'),
    invalid: line ? line.invalid : 0,
    total,
    share,
    comparison,
  };
  const least = leastOf(total, share);
  const needed =
    comparison === 'moreThan' && isAtLeast(least, total, share) && !isMoreThan(least, total, share)
      ? least + 1
      : least;
  const passed = comparison === 'moreThan' ? isMoreThan(yes, total, share) : isAtLeast(yes, total, share);
  return { ...facts, needed, passed };
}

type CouncilCommand<Payload, Copies extends { season?: Season; bloc?: Bloc }> = Command<
  Council,
  CouncilEvent,
  Payload,
  Copies
>;

function councilCommand<Payload, Copies extends { season?: Season; bloc?: Bloc } = Record<never, never>>(
  command: CouncilCommand<Payload, Copies>,
): CouncilCommand<Payload, Copies> {
  return command;
}

function seatOf(actor: Actor, roll: readonly Seat[]): Seat | undefined {
  return roll.find((seat) => seat.seat === actor.seat);
}

export const councilCommands = {
  OpenCouncil: councilCommand<Record<never, never>, { season: Season }>({
    vi: 'Mở hồ sơ phiên họp Hội đồng',
    en: "Copy the season's roll, blocs and rules into the Council's record",
    payload: z.object({}),
    copies: ['season'],
    can: isSystem,
    decide(state, _payload, { stream, copies: { season } }) {
      if (state.terms) return ok([]);
      const ref = streamRefOf(stream);
      const { id, council, calendar, launched, blocs, rules } = season.state;
      if (!id || !launched || !council || !calendar) return refuse('not-launched');
      if (ref?.kind !== 'council') return refuse('not-found');
      const { meeting, council: sitting, publication } = calendar;
      return ok([
        {
          type: 'CouncilOpened',
          v: 1,
          source: season.source,
          season: id,
          session: ref.session,
          name: council.name,
          roll: council.roll,
          blocs: Object.values(blocs).map(({ id: bloc, name }) => ({ bloc, name })),
          calendar: { meeting, council: sitting, publication },
          rules,
        },
      ]);
    },
  }),

  ReceiveNomination: councilCommand<{ bloc: BlocId }, { bloc: Bloc }>({
    vi: 'Tiếp nhận đề nghị khen thưởng của khối, cụm',
    en: 'Copy what a bloc nominated; the day of receipt chooses the law',
    payload: z.object({ bloc: BlocId }),
    copies: ['bloc'],
    can: isSystem,
    decide(state, { bloc: named }, { now, copies: { bloc } }) {
      if (!state.terms || !state.rules) return refuse('not-ready');
      const { terms, meeting, scoring } = bloc.state;
      if (!terms || terms.bloc !== named || !meeting.ended) return refuse('not-ready');
      if (state.received[terms.bloc] || state.nominationsClosed) return ok([]);
      const on = vietnamTime(now).date;
      if (!packOn(state.rules.packs, on)) {
        return refuse('not-ready', {
          vi: `Không có văn bản pháp luật nào có hiệu lực ngày ${on}.`,
          en: `No pack of law is in force on ${on}.`,
        });
      }
      const rules = rulesOn(state.rules, on, terms.bloc);
      const dossiers = meeting.nominees.map(({ unit, award, rank }) => ({
        unit,
        name: terms.members.find((member) => member.unit === unit)?.name ?? unit,
        award,
        bloc: terms.bloc,
        rank,
        total: scoring.tally?.lines.find((line) => line.unit === unit)?.shown ?? null,
      }));
      return ok([
        {
          type: 'NominationReceived',
          v: 1,
          source: bloc.source,
          bloc: terms.bloc,
          outcome: meeting.ended.as,
          dossiers,
          on,
          pack: rules['council.quorum'].pack,
          rules,
        },
        ...meeting.nominees.map(
          ({ unit, award }): CouncilEvent => ({
            type: 'DossierReceived',
            v: 1,
            unit,
            award,
            on,
            missing: [...missingParts(meeting.documents, unit)],
          }),
        ),
      ]);
    },
  }),

  ReceiveDocuments: councilCommand<{ bloc: BlocId }, { bloc: Bloc }>({
    vi: 'Tiếp nhận hồ sơ bổ sung của khối, cụm',
    en: 'Take over what a bloc added to its dossiers; each counts its days from when it changed last',
    payload: z.object({ bloc: BlocId }),
    copies: ['bloc'],
    can: isSystem,
    decide(state, { bloc: named }, { now, copies: { bloc } }) {
      if (!state.terms || !state.received[named]) return refuse('not-ready');
      const { meeting } = bloc.state;
      const on = vietnamTime(now).date;
      return ok(
        meeting.nominees.flatMap(({ unit, award }): CouncilEvent[] => {
          const missing = [...missingParts(meeting.documents, unit)];
          const before = state.receipts[keyOf({ unit, award })]?.missing ?? [];
          if (missing.length === before.length) return [];
          return [{ type: 'DossierReceived', v: 1, unit, award, on, missing }];
        }),
      );
    },
  }),

  AwaitNomination: councilCommand<{ bloc: BlocId }, { bloc: Bloc }>({
    vi: 'Chờ khối, cụm được gia hạn',
    en: 'Copy that a bloc may meet later than the calendar says, so that it is waited for',
    payload: z.object({ bloc: BlocId }),
    copies: ['bloc'],
    can: isSystem,
    decide(state, { bloc: named }, { copies: { bloc } }) {
      if (!state.terms || bloc.state.terms?.bloc !== named) return refuse('not-ready');
      const until = lastClosesAt(bloc.state, 'meeting');
      const known = state.awaitedUntil[named] ?? state.terms.calendar.meeting.closesAt;
      if (state.nominationsClosed || Date.parse(until) <= Date.parse(known)) return ok([]);
      return ok([{ type: 'NominationAwaited', v: 1, source: bloc.source, bloc: named, until }]);
    },
  }),

  CloseNominations: councilCommand({
    vi: 'Kết thúc nhận đề nghị khen thưởng',
    en: 'Close nominations: when every bloc has reported, or at the cut-off with the late ones named',
    payload: z.object({}),
    copies: [],
    can: isSystem,
    decide(state, _payload, { now }) {
      if (!state.terms) return refuse('not-ready');
      if (state.nominationsClosed) return ok([]);
      if (awaitedBlocs(state).length > 0 && !hasPassed(cutOffOf(state), now)) return refuse('not-yet-open');
      // Late is who has not nominated, whether its own closing has reached this record yet or not.
      const late = state.terms.blocs
        .map(({ bloc }) => bloc)
        .filter((bloc) => state.received[bloc]?.outcome !== 'nominated');
      return ok([{ type: 'NominationsClosed', v: 1, late }]);
    },
  }),

  AppraiseDossier: councilCommand({
    vi: 'Thẩm định hồ sơ đề nghị khen thưởng',
    en: "Record the Board's appraisal of a dossier, with its reason where it is not eligible",
    payload: z
      .object({
        unit: UnitId,
        award: AwardKind,
        verdict: z.enum(['eligible', 'ineligible']),
        reason: z.string().max(2000).default(''),
      })
      .refine((appraisal) => appraisal.verdict === 'eligible' || appraisal.reason.trim() !== '', {
        error: 'a dossier found ineligible needs a reason',
        path: ['reason'],
      }),
    copies: [],
    can: isOfBoard,
    decide(state, { unit, award, verdict, reason }) {
      if (!state.dossiers[keyOf({ unit, award })]) return refuse('not-found');
      if (state.session) {
        return refuse('already-done', {
          vi: 'Phiên họp đã được triệu tập; thẩm định đã chốt.',
          en: 'The session is convened; appraisals are fixed.',
        });
      }
      return ok([{ type: 'DossierAppraised', v: 1, unit, award, verdict, reason }]);
    },
  }),

  ConveneSession: councilCommand({
    vi: 'Triệu tập phiên họp Hội đồng',
    en: "Convene the session on the Board's proposal; freezes the roll",
    payload: z.object({ at: Instant, place: z.string().min(1).max(200) }),
    copies: [],
    can: isCouncilChair,
    decide(state, { at, place }, { now }) {
      if (!state.terms) return refuse('not-ready');
      if (!state.nominationsClosed) {
        return refuse('not-ready', {
          vi: `Chưa hết hạn nhận đề nghị; còn chờ ${awaitedBlocs(state).length} khối, cụm.`,
          en: `Nominations are open; ${awaitedBlocs(state).length} blocs are awaited.`,
        });
      }
      if (state.session)
        return refuse('already-done', { vi: 'Phiên họp đã được triệu tập.', en: 'It is convened.' });
      const waiting = unappraisedOf(state);
      if (waiting.length > 0) {
        return refuse('not-ready', {
          vi: `Còn ${waiting.length} hồ sơ chưa thẩm định.`,
          en: `${waiting.length} dossiers are not appraised.`,
          details: { dossiers: waiting.map(keyOf) },
        });
      }
      const { council } = state.terms.calendar;
      if (!hasOpened(council, now)) {
        return refuse('not-yet-open', {
          vi: `Hội đồng họp từ ${deadlineInWords(council.opensAt)}.`,
          en: `The Council sits from ${council.opensAt}.`,
        });
      }
      if (Date.parse(at) < now.getTime() || !isOpen(council, new Date(at))) {
        return refuse('does-not-follow', {
          vi: `Phiên họp phải ở phía trước và trong thời gian họp Hội đồng, đến ${deadlineInWords(council.closesAt)}.`,
          en: `The session lies ahead, and within the Council's window, until ${council.closesAt}.`,
        });
      }
      return ok([
        { type: 'SessionConvened', v: 1, at, place, mode: 'in-session', roll: [...state.terms.roll] },
      ]);
    },
  }),

  RecordAttendance: councilCommand({
    vi: 'Điểm danh phiên họp',
    en: 'Record who of the frozen roll is present; replaces what was recorded before voting began',
    payload: z.object({ present: z.array(SeatId).max(60) }),
    copies: [],
    can: isCouncilSecretary,
    decide(state, { present }, { now }) {
      if (!state.session)
        return refuse('not-ready', { vi: 'Chưa triệu tập phiên họp.', en: 'It is not convened.' });
      if (state.counts || Object.keys(state.votes).length > 0 || Object.keys(state.paper).length > 0) {
        return refuse('already-done', { vi: 'Việc biểu quyết đã bắt đầu.', en: 'Voting has begun.' });
      }
      if (now.getTime() < Date.parse(state.session.at)) {
        return refuse('not-yet-open', {
          vi: `Phiên họp bắt đầu ${deadlineInWords(state.session.at)}.`,
          en: `The session begins at ${state.session.at}.`,
        });
      }
      const { roll } = state.session;
      const stray = present.find((seat) => !roll.some((other) => other.seat === seat));
      if (stray || new Set(present).size !== present.length)
        return refuse('not-on-the-roll', { details: { seat: stray } });
      // The session's own quorum is stated once for all awards; packs differ in thresholds, not in who makes a quorum.
      const rules = Object.values(state.received)[0]?.rules;
      const today = vietnamTime(now).date;
      if (!state.rules) return refuse('not-ready');
      const share = ruleValue(rules ?? rulesOn(state.rules, today), 'council.quorum');
      const quorum = {
        present: present.length,
        total: roll.length,
        needed: leastOf(roll.length, share),
        met: isAtLeast(present.length, roll.length, share),
      };
      return ok([{ type: 'AttendanceRecorded', v: 1, present, quorum }]);
    },
  }),

  CastVote: councilCommand({
    vi: 'Biểu quyết công khai',
    en: 'Vote openly, by seat, on every nominee for an award; the last vote before the count stands',
    payload: z.object({
      award: AwardKind,
      choices: z
        .array(z.object({ unit: UnitId, choice: Choice }))
        .min(1)
        .max(500),
    }),
    copies: [],
    can: isOfCouncil,
    decide(state, { award, choices }, { actor }) {
      const open = sessionOpen(state);
      if (!open.ok) return open;
      const seat = seatOf(actor, open.value.roll);
      if (!seat || !open.value.present.includes(seat.seat)) return refuse('not-on-the-roll');
      if (modeOf(state, award) !== 'open') {
        return refuse('wrong-phase', {
          vi: 'Nội dung này bỏ phiếu kín bằng phiếu giấy.',
          en: 'This award is voted on by paper ballot.',
        });
      }
      const agenda = agendaOf(state, award).map((dossier) => dossier.unit);
      const named = choices.map(({ unit }) => unit);
      if (
        agenda.length === 0 ||
        new Set(named).size !== named.length ||
        named.length !== agenda.length ||
        agenda.some((unit) => !named.includes(unit))
      ) {
        return refuse('does-not-follow', {
          vi: `Cần biểu quyết đủ ${agenda.length} đơn vị trong danh sách.`,
          en: `All ${agenda.length} nominees must be voted on, each once.`,
        });
      }
      return ok([{ type: 'VoteCast', v: 1, seat: seat.seat, award, choices }]);
    },
  }),

  EnterPaperCount: councilCommand({
    vi: 'Ghi kết quả kiểm phiếu',
    en: "Enter a paper ballot's count by a team of three or more; the sums must agree",
    payload: z.object({
      award: AwardKind,
      team: z.array(SeatId).min(3).max(9),
      issued: z.number().int().nonnegative(),
      returned: z.number().int().nonnegative(),
      lines: z.array(PaperLine).min(1).max(500),
    }),
    copies: [],
    can: isCouncilSecretary,
    decide(state, { award, team, issued, returned, lines }) {
      const open = sessionOpen(state);
      if (!open.ok) return open;
      const { present } = open.value;
      if (modeOf(state, award) !== 'paper') {
        return refuse('wrong-phase', {
          vi: 'Nội dung này biểu quyết công khai.',
          en: 'This award is voted on openly.',
        });
      }
      if (state.paper[award])
        return refuse('already-done', { vi: 'Kết quả kiểm phiếu đã ghi.', en: 'The count is entered.' });
      const absent = team.find((seat) => !present.includes(seat));
      if (absent || new Set(team).size !== team.length)
        return refuse('not-on-the-roll', { details: { seat: absent } });
      const agenda = agendaOf(state, award).map((dossier) => dossier.unit);
      const named = lines.map(({ unit }) => unit);
      const off = lines.find((line) => line.yes + line.no + line.invalid !== returned);
      if (issued > present.length || returned > issued || off) {
        return refuse('does-not-follow', {
          vi: off
            ? `Số phiếu của ${state.dossiers[keyOf({ unit: off.unit, award })]?.name ?? off.unit} cộng lại là ${off.yes + off.no + off.invalid}, số phiếu thu về là ${returned}.`
            : `Phát ra ${issued}, thu về ${returned}, dự họp ${present.length}: số phiếu không khớp.`,
          en: 'The numbers of ballots do not agree.',
        });
      }
      if (
        new Set(named).size !== named.length ||
        named.length !== agenda.length ||
        agenda.some((unit) => !named.includes(unit))
      ) {
        return refuse('does-not-follow', {
          vi: `Cần kết quả của đủ ${agenda.length} đơn vị trong danh sách.`,
          en: `The count must name all ${agenda.length} nominees, each once.`,
        });
      }
      return ok([{ type: 'PaperCounted', v: 1, award, team, issued, returned, lines }]);
    },
  }),

  CountVotes: councilCommand({
    vi: 'Tổng hợp kết quả biểu quyết, bỏ phiếu',
    en: 'Count: every share is of ALL members of the roll; closes the vote for good',
    payload: z.object({}),
    copies: [],
    can: isCouncilSecretary,
    decide(state) {
      const open = sessionOpen(state);
      if (!open.ok) return open;
      const lacking = awardsOnAgenda(state).filter((award) =>
        modeOf(state, award) === 'paper'
          ? !state.paper[award]
          : Object.keys(state.votes[award] ?? {}).length < open.value.present.length,
      );
      if (lacking.length > 0) {
        return refuse('not-ready', {
          vi: `Chưa đủ phiếu của người dự họp cho: ${lacking.map((award) => awardNames[award].vi).join('; ')}.`,
          en: `Votes of those present are missing for: ${lacking.join(', ')}.`,
          details: { awards: lacking },
        });
      }
      const counts = agendaOf(state).map((dossier) => countOf(state, dossier, open.value.roll.length));
      return ok([{ type: 'VotesCounted', v: 1, counts }]);
    },
  }),

  ConcludeSession: councilCommand({
    vi: 'Kết luận phiên họp Hội đồng',
    en: 'Conclude the session: what passed goes to the Chairman',
    payload: z.object({ conclusions: z.string().min(1).max(20_000) }),
    copies: [],
    can: isCouncilChair,
    decide(state, { conclusions }) {
      if (!state.counts)
        return refuse('not-ready', { vi: 'Chưa có kết quả kiểm phiếu.', en: 'Nothing is counted yet.' });
      if (state.concluded)
        return refuse('already-done', { vi: 'Phiên họp đã kết luận.', en: 'It is concluded.' });
      const keys = (passed: boolean) =>
        (state.counts ?? [])
          .filter((count) => count.passed === passed)
          .map(({ unit, award }) => ({ unit, award }));
      return ok([{ type: 'CouncilConcluded', v: 1, conclusions, passed: keys(true), failed: keys(false) }]);
    },
  }),

  RecordDecision: councilCommand({
    vi: 'Ghi Quyết định khen thưởng',
    en: "Record the Chairman's decision and the instant from which it is public",
    payload: z.object({
      number: z.string().min(1).max(60),
      date: z.iso.date(),
      office: z.string().min(1).max(200),
      awards: z.array(NomineeKey).max(2000),
      publishAt: Instant,
    }),
    copies: [],
    can: isChairmanOffice,
    decide(state, { number, date, office, awards, publishAt }, { now }) {
      if (!state.concluded)
        return refuse('not-ready', { vi: 'Hội đồng chưa kết luận.', en: 'The Council has not concluded.' });
      if (state.decision)
        return refuse('already-done', { vi: 'Quyết định đã được ghi.', en: 'The decision is recorded.' });
      const passed = new Set(state.concluded.passed.map(keyOf));
      const stray = awards.find((award) => !passed.has(keyOf(award)));
      if (stray || new Set(awards.map(keyOf)).size !== awards.length) {
        return refuse('does-not-follow', {
          vi: 'Quyết định chỉ gồm các đơn vị Hội đồng đã thông qua, mỗi đơn vị một lần.',
          en: 'Only what the Council passed can be decided, each once.',
          details: stray ? { nominee: keyOf(stray) } : {},
        });
      }
      const { publication } = state.terms?.calendar ?? {};
      if (
        Date.parse(publishAt) < now.getTime() ||
        (publication && !isOpen(publication, new Date(publishAt)))
      ) {
        return refuse('does-not-follow', {
          vi: 'Thời điểm công bố phải ở phía trước và trong thời gian công bố theo lịch.',
          en: "The instant of publication lies ahead, and within the calendar's window.",
        });
      }
      if (date < vietnamTime(state.concluded.at).date || date > vietnamTime(now).date) {
        return refuse('does-not-follow', {
          vi: 'Ngày của Quyết định phải từ ngày Hội đồng kết luận đến hôm nay.',
          en: "The decision's date lies between the Council's conclusion and today.",
        });
      }
      return ok([{ type: 'DecisionRecorded', v: 1, number, date, office, awards, publishAt }]);
    },
  }),

  RestartCouncilPhase: councilCommand({
    vi: 'Chạy lại quy trình của Hội đồng',
    en: "Start a phase's workflow again from its first state; it arrives where it was",
    payload: z.object({ phase: z.enum(councilPhases), reason: z.string().min(1).max(500) }),
    copies: [],
    can: isOfBoard,
    decide(state, { phase, reason }) {
      if (!state.terms) return refuse('not-found');
      if (state.published) return refuse('wrong-phase', { vi: 'Đã công bố.', en: 'It is published.' });
      return ok([
        { type: 'CouncilPhaseRestarted', v: 1, phase, run: councilRunOf(state, phase) + 1, reason },
      ]);
    },
  }),

  PublishAwards: councilCommand({
    vi: 'Công bố khen thưởng',
    en: 'Publish the awards at their instant, not a second before',
    payload: z.object({}),
    copies: [],
    can: isSystem,
    decide(state, _payload, { now, stream }) {
      if (state.published) return ok([]);
      const { decision } = state;
      if (!decision) return refuse('not-ready');
      if (now.getTime() < Date.parse(decision.publishAt)) return refuse('not-yet-open');
      const awards = decision.awards.flatMap((key) => {
        const dossier = state.dossiers[keyOf(key)];
        if (!dossier) return [];
        const { unit, name, award, bloc } = dossier;
        return [{ unit, name, award, bloc, code: awardCode(stream, unit, award) }];
      });
      return ok([{ type: 'AwardsPublished', v: 1, awards }]);
    },
  }),
};

/** The number of a phase's present run, counted from 1. */
export function councilRunOf(state: Council, phase: CouncilPhase): number {
  return state.runs[phase] ?? 1;
}

/** The Council's stream of a season's first session. */
export function councilStream(season: SeasonId): string {
  return streamName({ kind: 'council', season, session: 1 as SessionNumber });
}
