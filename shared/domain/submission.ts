/** The Board's submission to the Chairman (tờ trình) with the draft decision, once the Council has concluded. */
import * as z from 'zod';
import { ok, refuse } from '../result.ts';
import { isBoardHead } from './actor.ts';
import { vietnamTime } from './calendar.ts';
import { councilCommand } from './council.ts';
import { Document } from './document.ts';

export const submissionCommands = {
  SubmitToChairman: councilCommand({
    vi: 'Trình Chủ tịch Ủy ban nhân dân tỉnh',
    en: 'Submit what the Council passed to the Chairman, with the draft decision; the decision follows it',
    payload: z.object({
      number: z.string().trim().min(1).max(60),
      date: z.iso.date(),
      draft: Document,
    }),
    copies: [],
    can: isBoardHead,
    decide(state, { number, date, draft }, { now }) {
      if (!state.concluded)
        return refuse('not-ready', { vi: 'Hội đồng chưa kết luận.', en: 'The Council has not concluded.' });
      if (state.submitted)
        return refuse('already-done', { vi: 'Tờ trình đã được ghi.', en: 'It is submitted already.' });
      if (date < vietnamTime(state.concluded.at).date || date > vietnamTime(now).date) {
        return refuse('does-not-follow', {
          vi: 'Ngày của Tờ trình phải từ ngày Hội đồng kết luận đến hôm nay.',
          en: "The submission's date lies between the Council's conclusion and today.",
        });
      }
      const awards = [...state.concluded.passed];
      return ok([{ type: 'SubmissionMade', v: 1, number, date, draft, awards }]);
    },
  }),
};
