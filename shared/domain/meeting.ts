/**
 * The bloc meeting (họp bình xét): valid with two thirds of the members, it confirms the ranking and nominates within
 * the quota. A bloc that has not nominated when the calendar closes is closed without nomination, and named.
 */
import * as z from 'zod';
import type { Place } from '../journal.ts';
import { ok, type Result, refuse } from '../result.ts';
import { isSystem } from './actor.ts';
import { AwardKind } from './award.ts';
import { type Bloc, type BlocEvent, type BlocTerms, isHead, isMember, memberName, termsOf } from './bloc.ts';
import { hasPassed } from './calendar.ts';
import type { Command } from './command.ts';
import { UnitId } from './ids.ts';
import { hasSigned } from './pledge.ts';
import { isAtLeast, leastOf } from './points.ts';
import { outsideOf } from './review.ts';
import { ruleValue } from './rules.ts';

/** A unit put forward for an award, with the rank that the bloc confirmed. */
export const Nominee = z.object({ unit: UnitId, award: AwardKind, rank: z.number().int().positive() });
export type Nominee = z.infer<typeof Nominee>;

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
    }
  | {
      type: 'NominationsMade';
      v: 1;
      meeting: number;
      nominees: Nominee[];
      quota: { flags: number; certificates: number };
    }
  | { type: 'BlocClosed'; v: 1; reason: 'no-nomination-in-time' };

export type Meeting = {
  readonly held: number;
  /** The last meeting that had a quorum. */
  readonly valid:
    | { readonly number: number; readonly at: string; readonly present: readonly UnitId[] }
    | undefined;
  readonly ranking:
    | {
        readonly meeting: number;
        readonly ranks: readonly { unit: UnitId; rank: number | null }[];
        readonly ineligible: readonly UnitId[];
      }
    | undefined;
  readonly nominees: readonly Nominee[];
  /** How the bloc's year ended. */
  readonly ended: { readonly at: string; readonly as: 'nominated' | 'closed' } | undefined;
};

export const initialMeeting: Meeting = {
  held: 0,
  valid: undefined,
  ranking: undefined,
  nominees: [],
  ended: undefined,
};

export function evolveMeeting(state: Meeting, event: MeetingEvent, place: Place): Meeting {
  switch (event.type) {
    case 'MeetingHeld': {
      const valid = { number: event.number, at: place.at, present: event.present };
      return { ...state, held: event.number, valid: event.quorum.met ? valid : state.valid };
    }
    case 'RankingConfirmed':
      return {
        ...state,
        ranking: { meeting: event.meeting, ranks: event.ranks, ineligible: event.ineligible },
      };
    case 'NominationsMade':
      return { ...state, nominees: event.nominees, ended: { at: place.at, as: 'nominated' } };
    case 'BlocClosed':
      return { ...state, ended: { at: place.at, as: 'closed' } };
    default:
      return state;
  }
}

/** Units that keep their rank but cannot be nominated: they did not sign the pledge. */
export function ineligibleOf(terms: BlocTerms, state: Bloc): readonly UnitId[] {
  return terms.members.map((member) => member.unit).filter((unit) => !hasSigned(state.pledge, unit));
}

function meetingOpen(state: Bloc, now: Date): Result<BlocTerms> {
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
  return outsideOf(terms.value.calendar.meeting, { vi: 'Họp bình xét', en: 'The meeting' }, now) ?? terms;
}

/** The quota of a bloc: flags and certificates. */
export function quotaOf(terms: BlocTerms): { flags: number; certificates: number } {
  return {
    flags: ruleValue(terms.rules, 'bloc.flags'),
    certificates: ruleValue(terms.rules, 'bloc.certificates'),
  };
}

type MeetingCommand<Payload> = Command<Bloc, BlocEvent, Payload, Record<never, never>>;

function meetingCommand<Payload>(command: MeetingCommand<Payload>): MeetingCommand<Payload> {
  return command;
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
      const ranks = (state.scoring.tally?.lines ?? []).map(({ unit, rank }) => ({ unit, rank }));
      const ineligible = [...ineligibleOf(terms.value, state)];
      return ok([{ type: 'RankingConfirmed', v: 1, meeting: valid.number, ranks, ineligible }]);
    },
  }),

  Nominate: meetingCommand({
    vi: 'Suy tôn, đề nghị khen thưởng',
    en: 'Nominate for flag and certificates within the quota; the flag goes to the best eligible rank',
    payload: z.object({
      flags: z.array(UnitId).max(5),
      certificates: z.array(UnitId).max(20),
    }),
    copies: [],
    can: isHead,
    decide(state, { flags, certificates }, { now }) {
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
            vi: `${memberName(terms.value, unit)} không đủ điều kiện xét: chưa ký giao ước hoặc chưa đủ phiếu chấm.`,
            en: `${unit} is not eligible: it did not sign, or too few sheets mark it.`,
            details: { unit },
          });
        }
        nominees.push({ unit, award: flags.includes(unit) ? 'provincial-flag' : 'certificate', rank });
      }
      const eligible = ranking.ranks.filter(
        ({ unit, rank }) => rank !== null && !ranking.ineligible.includes(unit),
      );
      const worstFlag = Math.max(
        0,
        ...nominees.filter((n) => n.award === 'provincial-flag').map((n) => n.rank),
      );
      const passedOver = eligible.find(
        ({ unit, rank }) => rank !== null && rank < worstFlag && !flags.includes(unit),
      );
      if (passedOver) {
        return refuse('does-not-follow', {
          vi: `Cờ thi đua xét cho đơn vị dẫn đầu; ${memberName(terms.value, passedOver.unit)} xếp trên.`,
          en: `The flag goes to the leader; ${passedOver.unit} stands above.`,
          details: { unit: passedOver.unit },
        });
      }
      return ok([{ type: 'NominationsMade', v: 1, meeting: ranking.meeting, nominees, quota }]);
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
      if (!hasPassed(terms.value.calendar.meeting.closesAt, now)) return refuse('not-yet-open');
      return ok([{ type: 'BlocClosed', v: 1, reason: 'no-nomination-in-time' }]);
    },
  }),
};
