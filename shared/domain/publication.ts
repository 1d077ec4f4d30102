/** After the session: the Chairman decides on what passed, and the decision is published at its instant. */
import * as z from 'zod';
import { ok, refuse } from '../result.ts';
import { isChairmanOffice, isSystem } from './actor.ts';
import { awardCode } from './award.ts';
import { Instant, isOpen, vietnamTime } from './calendar.ts';
import { councilCommand, keyOf, NomineeKey } from './council.ts';

export const publicationCommands = {
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
