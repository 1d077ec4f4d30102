/**
 * After the session: the Chairman decides on what passed, the decision is published at its instant, one award may be
 * held and released, and a published one revoked (Law on Emulation and Commendation 2022, Art. 93). What was published
 * stays published.
 */
import * as z from 'zod';
import { ok, refuse } from '../result.ts';
import { isChairmanOffice, isSystem } from './actor.ts';
import { awardCode } from './award.ts';
import { Instant, isOpen, vietnamTime } from './calendar.ts';
import {
  type Council,
  type CouncilEvent,
  councilCommand,
  councilRunOf,
  keyOf,
  NomineeKey,
  type NomineeRefusal,
  Revocation,
  unpublishedOf,
} from './council.ts';

export const publicationCommands = {
  RecordDecision: councilCommand({
    vi: 'Ghi Quyết định khen thưởng',
    en: "Record the Chairman's decision and the instant from which it is public",
    payload: z.object({
      number: z.string().min(1).max(60),
      date: z.iso.date(),
      office: z.string().min(1).max(200),
      awards: z.array(NomineeKey).max(2000),
      /** What passed and is not awarded, with the reason that its unit is told. */
      omitted: z
        .array(NomineeKey.extend({ reason: z.string().trim().min(1).max(2000) }))
        .max(2000)
        .default([]),
      publishAt: Instant,
    }),
    copies: [],
    can: isChairmanOffice,
    decide(state, { number, date, office, awards, omitted, publishAt }, { now }) {
      if (!state.concluded)
        return refuse('not-ready', { vi: 'Hội đồng chưa kết luận.', en: 'The Council has not concluded.' });
      if (!state.submitted) {
        return refuse('not-ready', {
          vi: 'Ban Thi đua - Khen thưởng chưa trình Chủ tịch Ủy ban nhân dân tỉnh.',
          en: 'The Board has not submitted what the Council passed.',
        });
      }
      if (state.decision)
        return refuse('already-done', { vi: 'Quyết định đã được ghi.', en: 'The decision is recorded.' });
      const passed = new Set(state.concluded.passed.map(keyOf));
      const named = [...awards, ...omitted].map(keyOf);
      const stray = named.find((key) => !passed.has(key));
      if (stray !== undefined || new Set(named).size !== named.length) {
        return refuse('does-not-follow', {
          vi: 'Quyết định chỉ gồm các đơn vị Hội đồng đã thông qua, mỗi đơn vị một lần.',
          en: 'Only what the Council passed can be decided, each once.',
          details: stray === undefined ? {} : { nominee: stray },
        });
      }
      const silent = [...passed].filter((key) => !named.includes(key));
      if (silent.length > 0) {
        return refuse('does-not-follow', {
          vi: `Hội đồng đã thông qua ${silent.length} đề nghị chưa có trong Quyết định: khen thưởng, hoặc ghi lý do không khen thưởng.`,
          en: `${silent.length} of what the Council passed are neither awarded nor left out with a reason.`,
          details: { nominees: silent },
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
      return ok([{ type: 'DecisionRecorded', v: 1, number, date, office, awards, omitted, publishAt }]);
    },
  }),

  HoldAward: councilCommand({
    vi: 'Tạm dừng công bố một đề nghị',
    en: 'Keep one award from being published while the others go on, with the reason',
    payload: NomineeKey.extend({ reason: z.string().trim().min(1).max(2000) }),
    copies: [],
    can: isChairmanOffice,
    decide(state, { unit, award, reason }) {
      const key = keyOf({ unit, award });
      if (!state.concluded?.passed.some((one) => keyOf(one) === key)) return refuse('not-found');
      if (state.published?.awards.some((one) => keyOf(one) === key)) {
        return refuse('already-done', {
          vi: 'Khen thưởng này đã công bố; chỉ còn có thể hủy bỏ quyết định.',
          en: 'It is published; it can only be revoked.',
        });
      }
      if (state.holds[key] && !state.holds[key].released)
        return refuse('already-done', { vi: 'Đang tạm dừng công bố.', en: 'It is held already.' });
      return ok([{ type: 'AwardHeld', v: 1, unit, award, reason }]);
    },
  }),

  ReleaseAward: councilCommand({
    vi: 'Cho công bố đề nghị đã tạm dừng',
    en: 'Release a held award to be published at an instant of its own',
    payload: NomineeKey.extend({ reason: z.string().trim().min(1).max(2000), publishAt: Instant }),
    copies: [],
    can: isChairmanOffice,
    decide(state, { unit, award, reason, publishAt }, { now }) {
      const hold = state.holds[keyOf({ unit, award })];
      if (!hold || hold.released) return refuse('not-found');
      if (Date.parse(publishAt) < now.getTime()) {
        return refuse('does-not-follow', {
          vi: 'Thời điểm công bố phải ở phía trước.',
          en: 'The instant of publication lies ahead.',
        });
      }
      const run = councilRunOf(state, 'award-publication') + 1;
      return ok([{ type: 'AwardReleased', v: 1, unit, award, reason, publishAt, run }]);
    },
  }),

  RevokeAward: councilCommand({
    vi: 'Hủy bỏ quyết định khen thưởng đối với một đơn vị',
    en: 'Take a published award back by a decision with its basis in law; what was published stays, marked',
    payload: NomineeKey.extend(Revocation.shape),
    copies: [],
    can: isChairmanOffice,
    decide(state, { unit, award, ...revocation }, { now }) {
      const key = keyOf({ unit, award });
      const published = state.published?.awards.find((one) => keyOf(one) === key);
      if (!published) return refuse('not-found');
      if (state.revoked[key])
        return refuse('already-done', { vi: 'Khen thưởng này đã bị hủy bỏ.', en: 'It is revoked already.' });
      if (revocation.date < vietnamTime(published.at).date || revocation.date > vietnamTime(now).date) {
        return refuse('does-not-follow', {
          vi: 'Ngày của quyết định hủy bỏ phải từ ngày công bố đến hôm nay.',
          en: 'The date of the revocation lies between the publication and today.',
        });
      }
      return ok([{ type: 'AwardRevoked', v: 1, unit, award, ...revocation }]);
    },
  }),

  PublishAwards: councilCommand({
    vi: 'Công bố khen thưởng',
    en: 'Publish what is due at its instant, not a second before, and tell the refused',
    payload: z.object({}),
    copies: [],
    can: isSystem,
    decide(state, _payload, { now, stream }) {
      if (!state.decision) return refuse('not-ready');
      if (now.getTime() < Date.parse(state.decision.publishAt)) return refuse('not-yet-open');
      const awards = unpublishedOf(state)
        .filter(({ publishAt }) => publishAt !== null && Date.parse(publishAt) <= now.getTime())
        .flatMap((key) => {
          const dossier = state.dossiers[keyOf(key)];
          if (!dossier) return [];
          const { unit, name, award, bloc } = dossier;
          return [{ unit, name, award, bloc, code: awardCode(stream, unit, award) }];
        });
      const events: CouncilEvent[] = awards.length > 0 ? [{ type: 'AwardsPublished', v: 1, awards }] : [];
      if (!state.refused) events.push({ type: 'RefusalsNotified', v: 1, refusals: refusalsOf(state) });
      return ok(events);
    },
  }),
};

/** Every nominee that is not awarded: found ineligible, short of votes, or left out by the decision. */
function refusalsOf({ dossiers, appraisals, counts, decision }: Council): NomineeRefusal[] {
  return Object.entries(dossiers).flatMap(([key, { unit, award, bloc }]): NomineeRefusal[] => {
    const appraisal = appraisals[key];
    if (appraisal && appraisal.verdict !== 'eligible')
      return [{ unit, award, bloc, stage: 'appraisal', reason: appraisal.reason }];
    if (counts?.some((count) => keyOf(count) === key && !count.passed))
      return [{ unit, award, bloc, stage: 'council', reason: '' }];
    const left = decision?.omitted.find((one) => keyOf(one) === key);
    return left ? [{ unit, award, bloc, stage: 'decision', reason: left.reason }] : [];
  });
}
