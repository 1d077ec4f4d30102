/**
 * The vote on the flag (bỏ phiếu suy tôn): among the first in rank, openly by name or by paper count, of the whole that
 * the rules name, with recused members in it or out of it. Repeated as a new vote where nobody reaches the share.
 */
import * as z from 'zod';
import { ok, type Result, refuse } from '../result.ts';
import { canSignFor } from './actor.ts';
import { type Bloc, type BlocEvent, isHead } from './bloc.ts';
import type { Command } from './command.ts';
import { UnitId } from './ids.ts';
import { eligibleByRank, isFlagVacant, meetingOpen } from './meeting.ts';
import { neededOf } from './points.ts';
import { ruleValue } from './rules.ts';

export type BallotEvent =
  | {
      type: 'BallotOpened';
      v: 1;
      number: number;
      mode: 'open' | 'paper';
      /** The first by rank who may be nominated, as many as the rules say, with all who share the last of these ranks. */
      candidates: UnitId[];
      recused: UnitId[];
      voters: UnitId[];
      /** The whole of which the share is asked. */
      denominator: number;
      needed: number;
    }
  | { type: 'BallotCast'; v: 1; number: number; unit: UnitId; choice: UnitId | null }
  | {
      type: 'BallotCounted';
      v: 1;
      number: number;
      votes: { unit: UnitId; votes: number }[];
      blank: number;
      invalid: number;
      /** Of a paper count: who counted, and how many papers went out and came back. */
      paper?: { team: UnitId[]; issued: number; returned: number };
      elected: UnitId | null;
    };

/** One vote, from its opening to its count. */
export type Ballot = {
  readonly number: number;
  readonly mode: 'open' | 'paper';
  readonly candidates: readonly UnitId[];
  readonly recused: readonly UnitId[];
  readonly voters: readonly UnitId[];
  readonly denominator: number;
  readonly needed: number;
  readonly cast: Readonly<Record<string, UnitId | null>>;
  readonly counted:
    | {
        readonly votes: readonly { unit: UnitId; votes: number }[];
        readonly blank: number;
        readonly invalid: number;
        readonly paper?: {
          readonly team: readonly UnitId[];
          readonly issued: number;
          readonly returned: number;
        };
        readonly elected: UnitId | null;
      }
    | undefined;
};

export function evolveBallots(state: readonly Ballot[], event: BallotEvent): readonly Ballot[] {
  const change = (how: (ballot: Ballot) => Ballot) =>
    state.map((ballot) => (ballot.number === event.number ? how(ballot) : ballot));
  switch (event.type) {
    case 'BallotOpened': {
      const { type: _type, v: _v, ...opened } = event;
      return [...state, { ...opened, cast: {}, counted: undefined }];
    }
    case 'BallotCast':
      return change((ballot) => ({ ...ballot, cast: { ...ballot.cast, [event.unit]: event.choice } }));
    case 'BallotCounted': {
      const { type: _type, v: _v, number: _number, ...counted } = event;
      return change((ballot) => ({ ...ballot, counted }));
    }
  }
}

/** The count of an open vote: by candidate; blank is who chose none or did not vote. */
function openCountOf({ number, candidates, voters, cast, needed }: Ballot): BallotEvent {
  const choices = Object.values(cast);
  const votes = candidates.map((unit) => ({
    unit,
    votes: choices.filter((choice) => choice === unit).length,
  }));
  const blank = voters.length - votes.reduce((sum, one) => sum + one.votes, 0);
  const elected = electedOf(votes, needed);
  return { type: 'BallotCounted', v: 1, number, votes, blank, invalid: 0, elected };
}

/** The one candidate with the most votes and enough of them; nobody where two are level. */
function electedOf(votes: readonly { unit: UnitId; votes: number }[], needed: number): UnitId | null {
  const most = Math.max(...votes.map((one) => one.votes));
  const first = votes.filter((one) => one.votes === most);
  return first.length === 1 && first[0] && most >= needed ? first[0].unit : null;
}

/** The vote that is on in this mode while the bloc may meet, or why there is none. */
function ballotOn(state: Bloc, mode: Ballot['mode'], now: Date): Result<Ballot> {
  const terms = meetingOpen(state, now);
  if (!terms.ok) return terms;
  const ballot = state.meeting.ballots.at(-1);
  if (ballot && !ballot.counted && ballot.mode === mode) return ok(ballot);
  return refuse(
    'wrong-phase',
    mode === 'open'
      ? { vi: 'Không có lượt biểu quyết nào đang mở.', en: 'No open vote is on.' }
      : { vi: 'Không có lượt bỏ phiếu giấy nào đang mở.', en: 'No paper vote is on.' },
  );
}

type BallotCommand<Payload> = Command<Bloc, BlocEvent, Payload, Record<never, never>>;

function ballotCommand<Payload>(command: BallotCommand<Payload>): BallotCommand<Payload> {
  return command;
}

export const ballotCommands = {
  OpenBallot: ballotCommand({
    vi: 'Mở bỏ phiếu suy tôn đơn vị dẫn đầu',
    en: 'Open a vote on the flag among the first in rank; again, where nobody reached the share',
    payload: z.object({ recused: z.array(UnitId).max(60).default([]) }) as z.ZodType<{ recused: UnitId[] }>,
    copies: [],
    can: isHead,
    decide(state, { recused }, { now }) {
      const terms = meetingOpen(state, now);
      if (!terms.ok) return terms;
      const { rules, members } = terms.value;
      const { ranking, valid, ballots } = state.meeting;
      const mode = ruleValue(rules, 'meeting.vote');
      if (mode === 'none') {
        return refuse('wrong-phase', {
          vi: 'Quy chế của khối, cụm xét Cờ thi đua theo thứ hạng, không bỏ phiếu.',
          en: 'The rules give the flag by rank; there is no vote.',
        });
      }
      if (!ranking || !valid)
        return refuse('wrong-phase', { vi: 'Chưa xác nhận xếp hạng.', en: 'The ranking is not confirmed.' });
      const last = ballots.at(-1);
      if (last && !last.counted)
        return refuse('already-done', { vi: 'Một lượt bỏ phiếu đang mở.', en: 'One is open.' });
      if (last?.counted?.elected)
        return refuse('already-done', { vi: 'Đã bầu được đơn vị dẫn đầu.', en: 'One was elected.' });
      const stray = recused.find((unit, i) => !valid.present.includes(unit) || recused.indexOf(unit) !== i);
      if (stray) return refuse('not-a-member', { details: { unit: stray } });
      if (recused.length === valid.present.length) {
        return refuse('no-quorum', {
          vi: 'Không còn đơn vị nào được biểu quyết.',
          en: 'Nobody is left to vote.',
        });
      }
      const eligible = isFlagVacant(terms.value, ranking) ? [] : eligibleByRank(ranking);
      const lastRank = eligible[ruleValue(rules, 'meeting.candidates') - 1]?.rank ?? Number.POSITIVE_INFINITY;
      const candidates = eligible.filter(({ rank }) => rank <= lastRank).map(({ unit }) => unit);
      if (candidates.length === 0)
        return refuse('not-eligible', { vi: 'Không có đơn vị nào đủ điều kiện.', en: 'Nobody is eligible.' });
      const voters = valid.present.filter((unit) => !recused.includes(unit));
      const out = ruleValue(rules, 'meeting.recused') === 'out' ? recused.length : 0;
      const whole = {
        total: members.length - out,
        present: valid.present.length - out,
        entitled: voters.length,
      }[ruleValue(rules, 'meeting.denominator')];
      const share = ruleValue(rules, 'meeting.threshold');
      const needed = neededOf(whole, share, ruleValue(rules, 'meeting.comparison'));
      return ok([
        {
          type: 'BallotOpened',
          v: 1,
          number: ballots.length + 1,
          mode,
          candidates,
          recused,
          voters,
          denominator: whole,
          needed,
        },
      ]);
    },
  }),

  CastBallot: ballotCommand({
    vi: 'Biểu quyết suy tôn',
    en: 'Vote openly for one of the candidates, or for none; with the last voter it is counted',
    payload: z.object({ unit: UnitId, choice: UnitId.nullable() }),
    copies: [],
    can: (actor, _state, { unit }) => canSignFor(actor, unit),
    decide(state, { unit, choice }, { now }) {
      const on = ballotOn(state, 'open', now);
      if (!on.ok) return on;
      const ballot = on.value;
      if (!ballot.voters.includes(unit)) return refuse('not-on-the-roll');
      if (ballot.cast[unit] !== undefined)
        return refuse('already-done', { vi: 'Đơn vị đã biểu quyết.', en: 'The unit has voted.' });
      if (choice !== null && !ballot.candidates.includes(choice))
        return refuse('does-not-follow', {
          vi: 'Đơn vị được chọn không có trong danh sách.',
          en: 'Not a candidate.',
        });
      const cast = { ...ballot.cast, [unit]: choice };
      const events: BallotEvent[] = [{ type: 'BallotCast', v: 1, number: ballot.number, unit, choice }];
      if (Object.keys(cast).length === ballot.voters.length) events.push(openCountOf({ ...ballot, cast }));
      return ok(events);
    },
  }),

  CloseBallot: ballotCommand({
    vi: 'Kết thúc biểu quyết suy tôn',
    en: 'Close an open vote; who has not voted counts for nobody',
    payload: z.object({}),
    copies: [],
    can: isHead,
    decide(state, _payload, { now }) {
      const on = ballotOn(state, 'open', now);
      if (!on.ok) return on;
      const ballot = on.value;
      return ok([openCountOf(ballot)]);
    },
  }),

  EnterBallotCount: ballotCommand({
    vi: 'Ghi kết quả kiểm phiếu suy tôn',
    en: 'Enter the paper count of three members or more; the sums must agree',
    payload: z.object({
      team: z.array(UnitId).min(3).max(9),
      issued: z.number().int().nonnegative(),
      returned: z.number().int().nonnegative(),
      blank: z.number().int().nonnegative(),
      invalid: z.number().int().nonnegative(),
      votes: z
        .array(z.object({ unit: UnitId, votes: z.number().int().nonnegative() }))
        .min(1)
        .max(60),
    }),
    copies: [],
    can: isHead,
    decide(state, { team, issued, returned, blank, invalid, votes }, { now }) {
      const on = ballotOn(state, 'paper', now);
      if (!on.ok) return on;
      const ballot = on.value;
      const absent = team.find((unit) => !state.meeting.valid?.present.includes(unit));
      if (absent || new Set(team).size !== team.length)
        return refuse('not-on-the-roll', { details: { unit: absent } });
      const named = votes.map(({ unit }) => unit);
      const sum = votes.reduce((total, one) => total + one.votes, blank + invalid);
      const whole =
        named.length === ballot.candidates.length && ballot.candidates.every((unit) => named.includes(unit));
      if (!whole || sum !== returned || returned > issued || issued > ballot.voters.length) {
        return refuse('does-not-follow', {
          vi: `Số phiếu không khớp: phát ra ${issued}, thu về ${returned}, cộng các loại phiếu ${sum}, được bỏ phiếu ${ballot.voters.length}.`,
          en: 'The numbers of ballots do not agree.',
        });
      }
      const inOrder = ballot.candidates.map((unit) => ({
        unit,
        votes: votes.find((one) => one.unit === unit)?.votes ?? 0,
      }));
      return ok([
        {
          type: 'BallotCounted',
          v: 1,
          number: ballot.number,
          votes: inOrder,
          blank,
          invalid,
          paper: { team, issued, returned },
          elected: electedOf(inOrder, ballot.needed),
        },
      ]);
    },
  }),
};
