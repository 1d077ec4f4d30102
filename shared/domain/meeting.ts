/**
 * The bloc meeting (họp bình xét): valid with two thirds of the members, it confirms the ranking and nominates within
 * the quota. A bloc that has not nominated when the calendar closes is closed without nomination, and named.
 */
import * as z from 'zod';
import type { Place } from '../journal.ts';
import { ok, type Result, refuse } from '../result.ts';
import { isSystem } from './actor.ts';
import { AwardKind } from './award.ts';
import { type Ballot, type BallotEvent, evolveBallots } from './ballot.ts';
import {
  type Bloc,
  type BlocEvent,
  type BlocTerms,
  isHead,
  isMember,
  memberIds,
  memberName,
  termsOf,
} from './bloc.ts';
import { deadlineInWords, hasPassed, type Instant, vietnamTime } from './calendar.ts';
import type { Command } from './command.ts';
import { Document } from './document.ts';
import { ineligibleOf, type KnockOut, knockOutNames, knockOutsOf } from './eligibility.ts';
import { lastClosesAt } from './extension.ts';
import { UnitId } from './ids.ts';
import { objectionsPending, objectionsUntil, openObjections } from './objection.ts';
import { isAtLeast, leastOf, neededOf } from './points.ts';
import { outsideOf } from './review.ts';
import { ruleValue } from './rules.ts';

/** A unit put forward for an award, with the rank that the bloc confirmed. */
export const Nominee = z.object({ unit: UnitId, award: AwardKind, rank: z.number().int().positive() });
export type Nominee = z.infer<typeof Nominee>;

/** The papers of a nomination: submission (tờ trình), minutes (biên bản), a report of achievements for each nominee. */
export const Documents = z.object({
  submission: Document.optional(),
  minutes: Document.optional(),
  reports: z.record(UnitId, Document).default({}),
});
export type Documents = z.infer<typeof Documents>;

export type MeetingEvent =
  | {
      type: 'MeetingHeld';
      v: 1;
      number: number;
      place: string;
      present: UnitId[];
      quorum: { present: number; total: number; needed: number; met: boolean };
    }
  | {
      type: 'RankingConfirmed';
      v: 1;
      meeting: number;
      ranks: { unit: UnitId; rank: number | null }[];
      ineligible: UnitId[];
      /** Why, unit by unit. */
      knockOuts?: KnockOut[];
    }
  | BallotEvent
  | {
      type: 'NominationsMade';
      v: 1;
      meeting: number;
      nominees: Nominee[];
      quota: { flags: number; certificates: number };
      documents?: Documents;
    }
  | { type: 'DocumentsAdded'; v: 1; documents: Documents }
  | { type: 'NextHeadChosen'; v: 1; head: UnitId; deputy: UnitId; by: 'rotation' | 'vote'; yes?: number }
  | { type: 'HandedOver'; v: 1; to: UnitId; items: string; date: string }
  | { type: 'BlocClosed'; v: 1; reason: 'no-nomination-in-time' };

/** A meeting as it was held, with its quorum or without. */
export type HeldMeeting = {
  readonly number: number;
  readonly at: string;
  readonly place: string;
  readonly present: readonly UnitId[];
  readonly quorum: {
    readonly present: number;
    readonly total: number;
    readonly needed: number;
    readonly met: boolean;
  };
};

export type Meeting = {
  readonly held: number;
  /** Every meeting, those without a quorum too. */
  readonly meetings: readonly HeldMeeting[];
  /** The last meeting that had a quorum. */
  readonly valid:
    | { readonly number: number; readonly at: string; readonly present: readonly UnitId[] }
    | undefined;
  readonly ranking:
    | {
        readonly meeting: number;
        readonly ranks: readonly { unit: UnitId; rank: number | null }[];
        readonly ineligible: readonly UnitId[];
        readonly knockOuts: readonly KnockOut[];
      }
    | undefined;
  readonly ballots: readonly Ballot[];
  readonly nominees: readonly Nominee[];
  readonly documents: Documents;
  /** Who leads the bloc in the next season, and only then. */
  readonly next:
    | {
        readonly head: UnitId;
        readonly deputy: UnitId;
        readonly by: 'rotation' | 'vote';
        readonly yes?: number;
      }
    | undefined;
  readonly handedOver: { readonly to: UnitId; readonly items: string; readonly date: string } | undefined;
  /** How the bloc's year ended. */
  readonly ended: { readonly at: string; readonly as: 'nominated' | 'closed' } | undefined;
};

export const initialMeeting: Meeting = {
  held: 0,
  meetings: [],
  valid: undefined,
  ranking: undefined,
  ballots: [],
  nominees: [],
  documents: { reports: {} },
  next: undefined,
  handedOver: undefined,
  ended: undefined,
};

export function evolveMeeting(state: Meeting, event: MeetingEvent, place: Place): Meeting {
  switch (event.type) {
    case 'MeetingHeld': {
      const { number, present, quorum } = event;
      const valid = { number, at: place.at, present };
      const meeting = { ...valid, place: event.place, quorum };
      return {
        ...state,
        held: number,
        meetings: [...state.meetings, meeting],
        valid: quorum.met ? valid : state.valid,
      };
    }
    case 'RankingConfirmed':
      return {
        ...state,
        ranking: {
          meeting: event.meeting,
          ranks: event.ranks,
          ineligible: event.ineligible,
          knockOuts: event.knockOuts ?? [],
        },
      };
    case 'BallotOpened':
    case 'BallotCast':
    case 'BallotCounted':
      return { ...state, ballots: evolveBallots(state.ballots, event) };
    case 'NominationsMade':
      return {
        ...state,
        nominees: event.nominees,
        documents: event.documents ?? state.documents,
        ended: { at: place.at, as: 'nominated' },
      };
    case 'DocumentsAdded':
      return { ...state, documents: withDocuments(state.documents, event.documents) };
    case 'NextHeadChosen': {
      const { head, deputy, by, yes } = event;
      return { ...state, next: { head, deputy, by, ...(yes === undefined ? {} : { yes }) } };
    }
    case 'HandedOver': {
      const { to, items, date } = event;
      return { ...state, handedOver: { to, items, date } };
    }
    case 'BlocClosed':
      return { ...state, ended: { at: place.at, as: 'closed' } };
    default:
      return state;
  }
}

function withDocuments(before: Documents, added: Documents): Documents {
  return { ...before, ...added, reports: { ...before.reports, ...added.reports } };
}

/** The parts that a nominee's dossier still lacks. */
export function missingParts(
  documents: Documents,
  unit: UnitId,
): readonly ('submission' | 'minutes' | 'report')[] {
  return [
    ...(documents.submission ? [] : (['submission'] as const)),
    ...(documents.minutes ? [] : (['minutes'] as const)),
    ...(documents.reports[unit] ? [] : (['report'] as const)),
  ];
}

/** Who may get the flag by rank: units with a rank that are not knocked out, best first. */
export function eligibleByRank({
  ranks,
  ineligible,
}: NonNullable<Meeting['ranking']>): { unit: UnitId; rank: number }[] {
  return ranks
    .flatMap(({ unit, rank }) => (rank === null || ineligible.includes(unit) ? [] : [{ unit, rank }]))
    .sort((a, b) => a.rank - b.rank);
}

/** Whether the flag stays vacant: a first in rank cannot be nominated, and the rules do not let the next move up. */
export function isFlagVacant(
  terms: BlocTerms,
  { ranks, ineligible }: NonNullable<Meeting['ranking']>,
): boolean {
  if (ruleValue(terms.rules, 'bloc.first-ineligible') === 'next') return false;
  const firsts = ranks.filter(({ rank }) => rank === 1);
  return firsts.length > 0 && firsts.every(({ unit }) => ineligible.includes(unit));
}

/** The terms while the bloc may meet, or why it may not. */
export function meetingOpen(state: Bloc, now: Date): Result<BlocTerms> {
  const terms = termsOf(state);
  if (!terms.ok) return terms;
  if (state.meeting.ended)
    return refuse('wrong-phase', {
      vi: 'Khối, cụm đã kết thúc bình xét.',
      en: 'The bloc has ended its year.',
    });
  if (!state.scoring.tally) {
    return refuse('wrong-phase', { vi: 'Chưa có kết quả chấm điểm.', en: 'There is no tally yet.' });
  }
  const window = { ...terms.value.calendar.meeting, closesAt: lastClosesAt(state, 'meeting') as Instant };
  return outsideOf(window, { vi: 'Họp bình xét', en: 'The meeting' }, now) ?? terms;
}

/** Why a unit cannot be nominated, in words. */
function whyNot({ ranks, knockOuts }: NonNullable<Meeting['ranking']>, unit: UnitId): string {
  const said = knockOuts.filter((one) => one.unit === unit).map(({ kind }) => knockOutNames[kind]);
  const unranked = ranks.find((one) => one.unit === unit)?.rank === null;
  return [...said, ...(unranked ? ['chưa đủ phiếu chấm để xếp hạng'] : [])].join('; ');
}

/** The quota of a bloc: flags and certificates. */
export function quotaOf(terms: BlocTerms): { flags: number; certificates: number } {
  return {
    flags: ruleValue(terms.rules, 'bloc.flags'),
    certificates: ruleValue(terms.rules, 'bloc.certificates'),
  };
}

/**
 * Whose turn it is next (luân phiên): the rotation list is the order of the members in the bloc's decision, from the
 * present head on and round again; the deputy is the one after the next head.
 */
export function rotationOf(terms: BlocTerms): { head: UnitId; deputy: UnitId } {
  const list = memberIds(terms);
  const after = (unit: UnitId) => list[(list.indexOf(unit) + 1) % list.length] as UnitId;
  const head = after(terms.head);
  return { head, deputy: after(head) };
}

type MeetingCommand<Payload> = Command<Bloc, BlocEvent, Payload, Record<never, never>>;

function meetingCommand<Payload>(command: MeetingCommand<Payload>): MeetingCommand<Payload> {
  return command;
}

/** Why the flag cannot go to these units: vacant, elected otherwise, or somebody stands above. */
function flagRefusal(terms: BlocTerms, meeting: Meeting, flags: readonly UnitId[]) {
  const { ranking, ballots } = meeting;
  if (!ranking) return undefined;
  if (isFlagVacant(terms, ranking)) {
    return refuse('not-eligible', {
      vi: 'Đơn vị dẫn đầu không đủ điều kiện; theo quy định Cờ thi đua để trống.',
      en: 'The first in rank is not eligible, and the rules leave the flag vacant.',
    });
  }
  if (ruleValue(terms.rules, 'meeting.vote') !== 'none') {
    const elected = ballots.at(-1)?.counted?.elected ?? null;
    if (flags.length === 1 && flags[0] === elected) return undefined;
    return refuse('does-not-follow', {
      vi: elected
        ? `Cờ thi đua đề nghị cho đơn vị được suy tôn: ${memberName(terms, elected)}.`
        : 'Chưa bầu được đơn vị dẫn đầu; mở lượt bỏ phiếu suy tôn.',
      en: elected ? `The flag goes to the one elected: ${elected}.` : 'Nobody was elected yet.',
      details: { elected },
    });
  }
  const rankOf = new Map(ranking.ranks.map(({ unit, rank }) => [unit, rank]));
  const worst = Math.max(0, ...flags.map((unit) => rankOf.get(unit) ?? 0));
  const passedOver = eligibleByRank(ranking).find(({ unit, rank }) => rank < worst && !flags.includes(unit));
  return passedOver
    ? refuse('does-not-follow', {
        vi: `Cờ thi đua xét cho đơn vị dẫn đầu; ${memberName(terms, passedOver.unit)} xếp trên.`,
        en: `The flag goes to the leader; ${passedOver.unit} stands above.`,
        details: { unit: passedOver.unit },
      })
    : undefined;
}

export const meetingCommands = {
  HoldMeeting: meetingCommand({
    vi: 'Ghi cuộc họp bình xét và đơn vị dự họp',
    en: 'Record a meeting and who attends; one without quorum is recorded too and must be repeated',
    payload: z.object({ place: z.string().min(1).max(200), present: z.array(UnitId).min(1).max(60) }),
    copies: [],
    can: isHead,
    decide(state, { place, present }, { now }) {
      const terms = meetingOpen(state, now);
      if (!terms.ok) return terms;
      if (state.meeting.ranking)
        return refuse('already-done', { vi: 'Xếp hạng đã được xác nhận.', en: 'The ranking is confirmed.' });
      const stray = present.find((unit) => !isMember(terms.value, unit));
      if (stray) return refuse('not-a-member', { details: { unit: stray } });
      if (new Set(present).size !== present.length) {
        return refuse('does-not-follow', {
          vi: 'Một đơn vị được ghi dự họp hai lần.',
          en: 'A unit attends twice.',
        });
      }
      const share = ruleValue(terms.value.rules, 'bloc.quorum');
      const total = terms.value.members.length;
      const quorum = {
        present: present.length,
        total,
        needed: leastOf(total, share),
        met: isAtLeast(present.length, total, share),
      };
      return ok([{ type: 'MeetingHeld', v: 1, number: state.meeting.held + 1, place, present, quorum }]);
    },
  }),

  ConfirmRanking: meetingCommand({
    vi: 'Xác nhận kết quả xếp hạng',
    en: 'Confirm the ranking in a meeting that has its quorum',
    payload: z.object({}),
    copies: [],
    can: isHead,
    decide(state, _payload, { now }) {
      const terms = meetingOpen(state, now);
      if (!terms.ok) return terms;
      const { valid, held, ranking } = state.meeting;
      if (ranking)
        return refuse('already-done', { vi: 'Xếp hạng đã được xác nhận.', en: 'The ranking is confirmed.' });
      if (!valid || valid.number !== held) {
        return refuse('no-quorum', {
          vi: 'Chưa có cuộc họp đủ số đơn vị dự. Triệu tập lại cuộc họp.',
          en: 'No meeting had its quorum. Convene it again.',
        });
      }
      if (objectionsPending(state, now)) {
        const until = objectionsUntil(state);
        return refuse('objections-open', {
          vi: `Kiến nghị về điểm được nhận đến ${until ? deadlineInWords(until) : 'khi có kết quả'}; còn ${openObjections(state).length} kiến nghị chưa trả lời.`,
          en: `Objections are taken until ${until}; ${openObjections(state).length} are not answered.`,
          details: { until: until ?? null, open: openObjections(state).map(({ number }) => number) },
        });
      }
      const ranks = (state.scoring.tally?.lines ?? []).map(({ unit, rank }) => ({ unit, rank }));
      const ineligible = [...ineligibleOf(terms.value, state)];
      const knockOuts = [...knockOutsOf(terms.value, state)];
      return ok([
        {
          type: 'RankingConfirmed',
          v: 1,
          meeting: valid.number,
          ranks,
          ineligible,
          ...(knockOuts.length > 0 ? { knockOuts } : {}),
        },
      ]);
    },
  }),

  Nominate: meetingCommand({
    vi: 'Suy tôn, đề nghị khen thưởng',
    en: 'Nominate for flag and certificates within the quota; the flag goes to the best eligible rank',
    payload: z.object({
      flags: z.array(UnitId).max(5),
      certificates: z.array(UnitId).max(20),
      documents: Documents.optional(),
    }),
    copies: [],
    can: isHead,
    decide(state, { flags, certificates, documents }, { now }) {
      const terms = meetingOpen(state, now);
      if (!terms.ok) return terms;
      const { ranking } = state.meeting;
      if (!ranking)
        return refuse('wrong-phase', { vi: 'Chưa xác nhận xếp hạng.', en: 'The ranking is not confirmed.' });
      const quota = quotaOf(terms.value);
      if (flags.length > quota.flags || certificates.length > quota.certificates) {
        return refuse('over-quota', {
          vi: `Được đề nghị tối đa ${quota.flags} Cờ thi đua và ${quota.certificates} Bằng khen; đang đề nghị ${flags.length} và ${certificates.length}.`,
          en: `At most ${quota.flags} flags and ${quota.certificates} certificates; ${flags.length} and ${certificates.length} are asked for.`,
          details: quota,
        });
      }
      const all = [...flags, ...certificates];
      if (all.length === 0) {
        return refuse('not-ready', {
          vi: 'Chưa chọn đơn vị nào. Khối, cụm không đề nghị thì không cần gửi.',
          en: 'Nobody is nominated.',
        });
      }
      if (new Set(all).size !== all.length) {
        return refuse('does-not-follow', {
          vi: 'Một đơn vị chỉ được đề nghị một hình thức cho một thành tích.',
          en: 'A unit is nominated once for one result.',
        });
      }
      const rankOf = new Map(ranking.ranks.map(({ unit, rank }) => [unit, rank]));
      const nominees: Nominee[] = [];
      for (const unit of all) {
        const rank = rankOf.get(unit);
        if (rank === undefined) return refuse('not-a-member', { details: { unit } });
        if (rank === null || ranking.ineligible.includes(unit)) {
          return refuse('not-eligible', {
            vi: `${memberName(terms.value, unit)} không đủ điều kiện xét: ${whyNot(ranking, unit)}.`,
            en: `${unit} is not eligible.`,
            details: { unit },
          });
        }
        nominees.push({ unit, award: flags.includes(unit) ? 'provincial-flag' : 'certificate', rank });
      }
      if (flags.length > 0) {
        const no = flagRefusal(terms.value, state.meeting, flags);
        if (no) return no;
      }
      const stray = Object.keys(documents?.reports ?? {}).find((unit) => !all.includes(unit as UnitId));
      if (stray) {
        return refuse('does-not-follow', {
          vi: `Báo cáo thành tích của "${stray}" không ứng với đơn vị được đề nghị nào.`,
          en: `A report of "${stray}" goes with no nominee.`,
        });
      }
      return ok([
        {
          type: 'NominationsMade',
          v: 1,
          meeting: ranking.meeting,
          nominees,
          quota,
          ...(documents ? { documents } : {}),
        },
      ]);
    },
  }),

  AddDocuments: meetingCommand({
    vi: 'Bổ sung hồ sơ đề nghị khen thưởng',
    en: "Add papers to the nomination's dossiers: submission, minutes, reports",
    payload: Documents as z.ZodType<Documents>,
    copies: [],
    can: isHead,
    decide(state, documents) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      if (state.meeting.ended?.as !== 'nominated')
        return refuse('wrong-phase', {
          vi: 'Khối, cụm chưa đề nghị khen thưởng.',
          en: 'Nothing is nominated yet.',
        });
      const stray = Object.keys(documents.reports).find(
        (unit) => !state.meeting.nominees.some((one) => one.unit === unit),
      );
      if (stray) return refuse('not-found', { details: { unit: stray } });
      return ok([{ type: 'DocumentsAdded', v: 1, documents }]);
    },
  }),

  ChooseNextHead: meetingCommand({
    vi: 'Chọn Trưởng, Phó khối, cụm năm sau',
    en: 'Choose head and deputy of the next season, by the rotation list or by a vote, as the rules say',
    payload: z.object({
      head: UnitId,
      deputy: UnitId,
      by: z.enum(['rotation', 'vote']),
      yes: z.number().int().nonnegative().optional(),
    }),
    copies: [],
    can: isHead,
    decide(state, { head, deputy, by, yes }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      if (!state.meeting.ranking)
        return refuse('wrong-phase', {
          vi: 'Chưa có cuộc họp bình xét hợp lệ.',
          en: 'No valid meeting yet.',
        });
      if (state.meeting.handedOver) return refuse('already-done');
      if (!isMember(terms.value, head) || !isMember(terms.value, deputy)) return refuse('not-a-member');
      const { rules, members } = terms.value;
      const total = members.length;
      if (head === deputy || (by === 'vote') !== (yes !== undefined) || (yes ?? 0) > total) {
        return refuse('does-not-follow', {
          vi: 'Trưởng và Phó phải là hai đơn vị; bầu thì ghi số phiếu, luân phiên thì không.',
          en: 'Head and deputy are two units; a vote has its number, a rotation has none.',
        });
      }
      const choice = ruleValue(rules, 'next-head.choice');
      if (choice !== 'either' && choice !== by) {
        return refuse('does-not-follow', {
          vi: `Quy chế quy định chọn Trưởng, Phó năm sau bằng hình thức ${choice === 'vote' ? 'bầu' : 'luân phiên'}.`,
          en: `The rules have them chosen by ${choice}.`,
        });
      }
      const turn = rotationOf(terms.value);
      if (by === 'rotation' && (head !== turn.head || deputy !== turn.deputy)) {
        const [nextHead, nextDeputy] = [turn.head, turn.deputy].map((unit) => memberName(terms.value, unit));
        return refuse('does-not-follow', {
          vi: `Theo danh sách luân phiên, Trưởng năm sau là ${nextHead}, Phó là ${nextDeputy}. Chọn đơn vị khác thì phải bầu.`,
          en: `By rotation it is the turn of ${turn.head} and ${turn.deputy}; others need a vote.`,
          details: turn,
        });
      }
      const needed = neededOf(
        total,
        ruleValue(rules, 'next-head.threshold'),
        ruleValue(rules, 'next-head.comparison'),
      );
      if (yes !== undefined && yes < needed) {
        return refuse('no-quorum', {
          vi: `Cần ít nhất ${needed} trong ${total} đơn vị đồng ý.`,
          en: `At least ${needed} of ${total} members have to agree.`,
          details: { needed },
        });
      }
      return ok([{ type: 'NextHeadChosen', v: 1, head, deputy, by, ...(yes === undefined ? {} : { yes }) }]);
    },
  }),

  HandOver: meetingCommand({
    vi: 'Bàn giao nhiệm vụ Trưởng khối, Cụm trưởng',
    en: 'Hand over to the next head, naming what is handed over',
    payload: z.object({ items: z.string().trim().min(1).max(2000), date: z.iso.date() }),
    copies: [],
    can: isHead,
    decide(state, { items, date }, { now }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      if (date > vietnamTime(now).date)
        return refuse('does-not-follow', {
          vi: 'Ngày bàn giao ở phía trước.',
          en: 'The date lies ahead.',
        });
      const { next, handedOver } = state.meeting;
      if (!next)
        return refuse('not-ready', { vi: 'Chưa chọn Trưởng năm sau.', en: 'No next head is chosen.' });
      if (handedOver) return refuse('already-done');
      return ok([{ type: 'HandedOver', v: 1, to: next.head, items, date }]);
    },
  }),

  CloseMeeting: meetingCommand({
    vi: 'Kết thúc thời gian bình xét',
    en: 'Close a bloc that has not nominated when its time is over',
    payload: z.object({}),
    copies: [],
    can: isSystem,
    decide(state, _payload, { now }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      if (state.meeting.ended) return ok([]);
      if (!hasPassed(lastClosesAt(state, 'meeting'), now)) return refuse('not-yet-open');
      return ok([{ type: 'BlocClosed', v: 1, reason: 'no-nomination-in-time' }]);
    },
  }),
};
