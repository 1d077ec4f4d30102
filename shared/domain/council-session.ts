/**
 * The session once it is convened: attended or answered in writing, voted openly or on paper, counted against ALL
 * members, concluded.
 */
import * as z from 'zod';
import { ok, type Result, refuse } from '../result.ts';
import { type Actor, isCouncilChair, isCouncilSecretary, isOfCouncil } from './actor.ts';
import { AwardKind, awardNames } from './award.ts';
import { deadlineInWords, hasPassed, vietnamTime } from './calendar.ts';
import {
  type Answers,
  agendaOf,
  Choice,
  type Council,
  type Count,
  councilCommand,
  type Dossier,
  isCountComplete,
  isCounted,
  keyOf,
  modeOf,
  type NomineeKey,
  PaperLine,
  rulesFor,
  Substitute,
  uncountedAwards,
} from './council.ts';
import { SeatId, UnitId } from './ids.ts';
import { isAtLeast, isMoreThan, leastOf } from './points.ts';
import { type RulesInForce, rulesOn, ruleValue } from './rules.ts';
import type { Seat } from './season.ts';

/** Who votes now: the whole roll, and who of it is in the room; by circulation nobody is. */
type Sitting = {
  readonly roll: readonly Seat[];
  readonly present: readonly SeatId[];
  readonly byCirculation: boolean;
};

/** Whether the session has begun, has its roll and its quorum, and something left to count. */
function sessionOpen(state: Council, now: Date): Result<Sitting> {
  if (!state.session)
    return refuse('not-ready', { vi: 'Chưa triệu tập phiên họp.', en: 'The session is not convened.' });
  if (isCountComplete(state))
    return refuse('already-done', { vi: 'Phiếu đã được kiểm.', en: 'The votes are counted.' });
  const { roll, mode, at } = state.session;
  if (mode === 'circulation') {
    if (now.getTime() >= Date.parse(at)) return ok({ roll, present: [], byCirculation: true });
    return refuse('not-yet-open', {
      vi: `Lấy ý kiến từ ${deadlineInWords(at)}.`,
      en: `Opinions are taken from ${at}.`,
    });
  }
  if (!state.attendance?.met) return refuse('no-quorum');
  return ok({ roll, present: state.attendance.present, byCirculation: false });
}

/** The share of the roll that makes a quorum: stated once for all awards, packs differ in thresholds alone. */
function quorumShare(state: Council, now: Date): string | undefined {
  const rules = Object.values(state.received)[0]?.rules;
  if (!state.rules) return undefined;
  return ruleValue(rules ?? rulesOn(state.rules, vietnamTime(now).date), 'council.quorum');
}

/** How many of the roll answered on an award by circulation, against the quorum. */
function answersOn(state: Council, award: AwardKind, { roll }: Sitting, share: string): Answers {
  const box = state.paper[award];
  const present = box ? box.returned : Object.keys(state.votes[award] ?? {}).length;
  return {
    award,
    present,
    total: roll.length,
    needed: leastOf(roll.length, share),
    met: isAtLeast(present, roll.length, share),
  };
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

/** The rules of every dossier on an award's agenda: one session may hold two packs of law. */
function agendaRules(state: Council, award: AwardKind): readonly RulesInForce[] {
  return agendaOf(state, award).map((dossier) => rulesFor(state, dossier));
}

/** Whether the head of a nominated unit abstains on it, by the rules of its dossier. */
function mustAbstain(state: Council, key: NomineeKey): boolean {
  const dossier = state.dossiers[keyOf(key)];
  return dossier !== undefined && ruleValue(rulesFor(state, dossier), 'council.conflict') === 'abstain';
}

function seatOf(actor: Actor, roll: readonly Seat[]): Seat | undefined {
  return roll.find((seat) => seat.seat === actor.seat);
}

export const sessionCommands = {
  RecordAttendance: councilCommand({
    vi: 'Điểm danh phiên họp',
    en: 'Record who of the frozen roll is present; replaces what was recorded before voting began',
    payload: z.object({
      present: z.array(SeatId).max(60),
      substitutes: z.array(Substitute).max(60).default([]),
    }),
    copies: [],
    can: isCouncilSecretary,
    decide(state, { present, substitutes }, { now }) {
      if (!state.session)
        return refuse('not-ready', { vi: 'Chưa triệu tập phiên họp.', en: 'It is not convened.' });
      if (state.session.mode === 'circulation') {
        return refuse('wrong-phase', {
          vi: 'Hội đồng lấy ý kiến bằng văn bản, không điểm danh.',
          en: 'Opinions are taken in writing; nobody attends.',
        });
      }
      const begun = uncountedAwards(state).some((award) => state.votes[award] || state.paper[award]);
      if (begun || isCountComplete(state)) {
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
      const replaced = substitutes.map((one) => one.seat);
      const wrongly = replaced.find(
        (one) => present.includes(one) || !roll.some((other) => other.seat === one),
      );
      if (wrongly || new Set(replaced).size !== replaced.length)
        return refuse('not-on-the-roll', { details: { seat: wrongly } });
      const share = quorumShare(state, now);
      if (share === undefined) return refuse('not-ready');
      const quorum = {
        present: present.length,
        total: roll.length,
        needed: leastOf(roll.length, share),
        met: isAtLeast(present.length, roll.length, share),
      };
      return ok([{ type: 'AttendanceRecorded', v: 1, present, substitutes, quorum }]);
    },
  }),

  CastVote: councilCommand({
    vi: 'Biểu quyết công khai',
    en: 'Vote openly, by seat, on every nominee for an award, also in writing where absent; the last before the count stands',
    payload: z.object({
      award: AwardKind,
      choices: z
        .array(z.object({ unit: UnitId, choice: Choice }))
        .min(1)
        .max(500),
    }),
    copies: [],
    can: isOfCouncil,
    decide(state, { award, choices }, { actor, now }) {
      const open = sessionOpen(state, now);
      if (!open.ok) return open;
      const seat = seatOf(actor, open.value.roll);
      if (!seat) return refuse('not-on-the-roll');
      const isPresent = open.value.present.includes(seat.seat);
      const { answersBy } = state.session ?? {};
      if (answersBy && hasPassed(answersBy, now)) {
        return refuse('after-deadline', {
          vi: `Hạn gửi ý kiến là ${deadlineInWords(answersBy)}.`,
          en: `Opinions were taken until ${answersBy}.`,
        });
      }
      // An absent member's written opinion counts (Decree 91/2017, Art. 45).
      if (
        !isPresent &&
        !open.value.byCirculation &&
        !agendaRules(state, award).every((rules) => ruleValue(rules, 'council.written-votes'))
      )
        return refuse('not-on-the-roll');
      if (isCounted(state, award))
        return refuse('already-done', { vi: 'Phiếu đã được kiểm.', en: 'The votes are counted.' });
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
      const partial = choices.find(
        ({ unit, choice }) =>
          unit === seat.unit && choice !== 'abstain' && mustAbstain(state, { unit, award }),
      );
      if (partial) {
        return refuse('does-not-follow', {
          vi: 'Thành viên là người đứng đầu đơn vị được xét không biểu quyết cho đơn vị mình.',
          en: 'A member does not vote on the unit that it leads.',
          details: { unit: partial.unit },
        });
      }
      const written = isPresent ? {} : { written: true as const };
      return ok([{ type: 'VoteCast', v: 1, seat: seat.seat, award, choices, ...written }]);
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
      /** Sealed votes of absent members among those issued. */
      written: z.number().int().nonnegative().default(0),
      lines: z.array(PaperLine).min(1).max(500),
    }),
    copies: [],
    can: isCouncilSecretary,
    decide(state, { award, team, issued, returned, written, lines }, { now }) {
      const open = sessionOpen(state, now);
      if (!open.ok) return open;
      const { present, roll, byCirculation } = open.value;
      if (modeOf(state, award) !== 'paper') {
        return refuse('wrong-phase', {
          vi: 'Nội dung này biểu quyết công khai.',
          en: 'This award is voted on openly.',
        });
      }
      if (state.paper[award])
        return refuse('already-done', { vi: 'Kết quả kiểm phiếu đã ghi.', en: 'The count is entered.' });
      // By circulation every paper comes in writing, and the team is of the roll.
      const seats = byCirculation ? roll.map(({ seat }) => seat) : present;
      const absent = team.find((seat) => !seats.includes(seat));
      if (absent || new Set(team).size !== team.length)
        return refuse('not-on-the-roll', { details: { seat: absent } });
      const agenda = agendaOf(state, award).map((dossier) => dossier.unit);
      const named = lines.map(({ unit }) => unit);
      const off = lines.find((line) => line.yes + line.no + line.invalid !== returned);
      const { answersBy } = state.session ?? {};
      if (answersBy && !hasPassed(answersBy, now) && returned < roll.length) {
        return refuse('not-ready', {
          vi: `Chờ phiếu của các thành viên đến ${deadlineInWords(answersBy)}.`,
          en: `Papers are awaited until ${answersBy}.`,
        });
      }
      const mayWrite =
        byCirculation ||
        agendaRules(state, award).every((rules) => ruleValue(rules, 'council.written-votes'));
      if (written > (mayWrite ? roll.length - present.length : 0)) {
        return refuse('does-not-follow', {
          vi: `Có ${written} phiếu gửi bằng văn bản, nhưng chỉ ${mayWrite ? roll.length - present.length : 0} thành viên vắng mặt được gửi.`,
          en: 'There are more written votes than absent members who may send one.',
        });
      }
      if (issued > present.length + written || returned > issued || off) {
        return refuse('does-not-follow', {
          vi: off
            ? `Số phiếu của ${state.dossiers[keyOf({ unit: off.unit, award })]?.name ?? off.unit} cộng lại là ${off.yes + off.no + off.invalid}, số phiếu thu về là ${returned}.`
            : `Phát ra ${issued}, thu về ${returned}, dự họp ${present.length}, gửi bằng văn bản ${written}: số phiếu không khớp.`,
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
      return ok([{ type: 'PaperCounted', v: 1, award, team, issued, returned, written, lines }]);
    },
  }),

  CountVotes: councilCommand({
    vi: 'Tổng hợp kết quả biểu quyết, bỏ phiếu',
    en: 'Count: every share is of ALL members of the roll; closes the vote for good',
    payload: z.object({}),
    copies: [],
    can: isCouncilSecretary,
    decide(state, _payload, { now }) {
      const open = sessionOpen(state, now);
      if (!open.ok) return open;
      const due = uncountedAwards(state);
      const lacking = due.filter((award) =>
        modeOf(state, award) === 'paper'
          ? !state.paper[award]
          : !open.value.present.every((seat) => state.votes[award]?.[seat]),
      );
      if (lacking.length > 0) {
        return refuse('not-ready', {
          vi: `Chưa đủ phiếu của người dự họp cho: ${lacking.map((award) => awardNames[award].vi).join('; ')}.`,
          en: `Votes of those present are missing for: ${lacking.join(', ')}.`,
          details: { awards: lacking },
        });
      }
      const counts = agendaOf(state)
        .filter(({ award }) => due.includes(award))
        .map((dossier) => countOf(state, dossier, open.value.roll.length));
      if (!open.value.byCirculation) return ok([{ type: 'VotesCounted', v: 1, counts }]);
      const share = quorumShare(state, now);
      if (share === undefined) return refuse('not-ready');
      const answers = due.map((award) => answersOn(state, award, open.value, share));
      const { answersBy } = state.session ?? {};
      if (answersBy && !hasPassed(answersBy, now) && answers.some((one) => one.present < one.total)) {
        return refuse('not-ready', {
          vi: `Chờ ý kiến của các thành viên đến ${deadlineInWords(answersBy)}.`,
          en: `Opinions are awaited until ${answersBy}.`,
          details: { answers },
        });
      }
      if (answers.some((one) => !one.met)) {
        return refuse('no-quorum', {
          vi: 'Chưa đủ số thành viên gửi ý kiến theo quy định. Gia hạn lấy ý kiến.',
          en: 'Too few members have answered. Give them more time.',
          details: { answers },
        });
      }
      return ok([{ type: 'VotesCounted', v: 1, counts, answers }]);
    },
  }),

  RepeatBallot: councilCommand({
    vi: 'Cho bỏ phiếu, biểu quyết lại',
    en: 'Have the ballot on an award repeated, with the reason; the old one stays readable and decides nothing',
    payload: z.object({ award: AwardKind, reason: z.string().trim().min(1).max(2000) }),
    copies: [],
    can: isCouncilChair,
    decide(state, { award, reason }) {
      if (state.concluded)
        return refuse('already-done', { vi: 'Phiên họp đã kết luận.', en: 'It is concluded.' });
      const counts = (state.counts ?? []).filter((count) => count.award === award);
      if (counts.length === 0)
        return refuse('not-ready', { vi: 'Chưa có kết quả kiểm phiếu.', en: 'Nothing is counted yet.' });
      const number = state.voided.filter((one) => one.award === award).length + 1;
      return ok([{ type: 'BallotVoided', v: 1, award, number, reason, counts }]);
    },
  }),

  ConcludeSession: councilCommand({
    vi: 'Kết luận phiên họp Hội đồng',
    en: 'Conclude the session: what passed goes to the Chairman',
    payload: z.object({ conclusions: z.string().min(1).max(20_000) }),
    copies: [],
    can: isCouncilChair,
    decide(state, { conclusions }) {
      if (!isCountComplete(state))
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
};
