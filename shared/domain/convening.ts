/**
 * How a session comes about: the Board proposes it when all blocs have nominated or the cut-off has passed, the chair
 * convenes it on a frozen roll, in session or by circulation (lấy ý kiến bằng văn bản).
 */
import * as z from 'zod';
import { ok, refuse } from '../result.ts';
import { isBoardHead, isCouncilChair } from './actor.ts';
import { deadlineInWords, hasOpened, hasPassed, Instant, isOpen, vietnamTime } from './calendar.ts';
import {
  agendaOf,
  awaitedBlocs,
  type Council,
  councilCommand,
  isCountComplete,
  keyOf,
  unappraisedOf,
} from './council.ts';
import { rulesOn, ruleValue } from './rules.ts';

/** When and where; by circulation, from when opinions are asked for and until when they are taken. */
const Sitting = z
  .object({
    at: Instant,
    place: z.string().min(1).max(200),
    mode: z.enum(['in-session', 'circulation']).default('in-session'),
    answersBy: Instant.optional(),
  })
  .refine(({ mode, answersBy }) => (mode === 'circulation') === (answersBy !== undefined), {
    error: 'a time for answers goes with a circulation, and only there',
    path: ['answersBy'],
  });
type Sitting = z.infer<typeof Sitting>;

/** Why there is nothing to sit on yet; undefined where there is. */
function notReady(state: Council) {
  if (!state.terms) return refuse('not-ready');
  if (state.session)
    return refuse('already-done', { vi: 'Phiên họp đã được triệu tập.', en: 'It is convened.' });
  if (!state.nominationsClosed) {
    return refuse('not-ready', {
      vi: `Chưa hết hạn nhận đề nghị; còn chờ ${awaitedBlocs(state).length} khối, cụm.`,
      en: `Nominations are open; ${awaitedBlocs(state).length} blocs are awaited.`,
    });
  }
  const waiting = unappraisedOf(state);
  if (waiting.length === 0) return undefined;
  return refuse('not-ready', {
    vi: `Còn ${waiting.length} hồ sơ chưa thẩm định.`,
    en: `${waiting.length} dossiers are not appraised.`,
    details: { dossiers: waiting.map(keyOf) },
  });
}

/** Why the Council cannot sit then; undefined where it can. */
function outsideWindow(state: Council, { at, mode, answersBy }: Sitting, now: Date) {
  const council = state.terms?.calendar.council;
  if (!council || !state.rules) return refuse('not-ready');
  if (
    mode === 'circulation' &&
    !ruleValue(rulesOn(state.rules, vietnamTime(now).date), 'council.circulation')
  ) {
    return refuse('wrong-phase', {
      vi: 'Quy chế của Hội đồng không cho lấy ý kiến bằng văn bản thay cho phiên họp.',
      en: "The Council's rules know no vote by circulation.",
    });
  }
  const from = Date.parse(at);
  const within = from >= now.getTime() && isOpen(council, new Date(at));
  const answered = !answersBy || (Date.parse(answersBy) > from && isOpen(council, new Date(answersBy)));
  if (within && answered) return undefined;
  return refuse('does-not-follow', {
    vi: `Phiên họp, thời gian lấy ý kiến phải ở phía trước và trong thời gian họp Hội đồng, đến ${deadlineInWords(council.closesAt)}.`,
    en: `The session lies ahead, and within the Council's window, until ${council.closesAt}.`,
  });
}

export const conveningCommands = {
  ProposeSession: councilCommand({
    vi: 'Đề nghị triệu tập Hội đồng',
    en: 'Propose a session to the chair: when, where, how, on which agenda; names the blocs that are late',
    payload: Sitting as z.ZodType<Sitting>,
    copies: [],
    can: isBoardHead,
    decide(state, sitting, { now }) {
      const no = notReady(state) ?? outsideWindow(state, sitting, now);
      if (no) return no;
      const { at, place, mode, answersBy = null } = sitting;
      const agenda = agendaOf(state).map(({ unit, award }) => ({ unit, award }));
      const late = [...(state.nominationsClosed?.late ?? [])];
      return ok([{ type: 'SessionProposed', v: 1, at, place, mode, answersBy, agenda, late }]);
    },
  }),

  ConveneSession: councilCommand({
    vi: 'Triệu tập phiên họp Hội đồng',
    en: "Convene the session on the Board's proposal; freezes the roll and the agenda",
    payload: Sitting as z.ZodType<Sitting>,
    copies: [],
    can: isCouncilChair,
    decide(state, sitting, { now }) {
      const no = notReady(state);
      if (no) return no;
      if (!state.proposal) {
        return refuse('not-ready', {
          vi: 'Ban Thi đua - Khen thưởng chưa đề nghị triệu tập, hoặc thẩm định đã thay đổi sau đề nghị.',
          en: 'The Board has not proposed a session, or its appraisals changed since.',
        });
      }
      const council = state.terms?.calendar.council;
      if (council && !hasOpened(council, now)) {
        return refuse('not-yet-open', {
          vi: `Hội đồng họp từ ${deadlineInWords(council.opensAt)}.`,
          en: `The Council sits from ${council.opensAt}.`,
        });
      }
      const outside = outsideWindow(state, sitting, now);
      if (outside) return outside;
      const { at, place, mode, answersBy = null } = sitting;
      const roll = [...(state.terms?.roll ?? [])];
      return ok([{ type: 'SessionConvened', v: 1, at, place, mode, answersBy, roll }]);
    },
  }),

  ExtendCirculation: councilCommand({
    vi: 'Gia hạn lấy ý kiến bằng văn bản',
    en: 'Give the members more time to answer, with the reason; nothing that was answered is lost',
    payload: z.object({ answersBy: Instant, reason: z.string().trim().min(1).max(2000) }),
    copies: [],
    can: isCouncilChair,
    decide(state, { answersBy, reason }, { now }) {
      const { session, terms } = state;
      if (session?.mode !== 'circulation' || !session.answersBy || !terms) return refuse('wrong-phase');
      if (isCountComplete(state))
        return refuse('already-done', { vi: 'Phiếu đã được kiểm.', en: 'The votes are counted.' });
      const later = Date.parse(answersBy) > Date.parse(session.answersBy) && !hasPassed(answersBy, now);
      if (!later || !isOpen(terms.calendar.council, new Date(answersBy))) {
        return refuse('does-not-follow', {
          vi: `Hạn mới phải sau hạn cũ, ở phía trước và trong thời gian họp Hội đồng, đến ${deadlineInWords(terms.calendar.council.closesAt)}.`,
          en: "The new time lies after the old one, ahead, and within the Council's window.",
        });
      }
      return ok([{ type: 'CirculationExtended', v: 1, answersBy, reason }]);
    },
  }),
};
