/**
 * Before the session: the Council's record is opened, receives what the blocs nominate, and the Board appraises every
 * dossier (thẩm định).
 */
import * as z from 'zod';
import { canonicalJson, sha256Of } from '../journal.ts';
import { ok, refuse } from '../result.ts';
import { isOfBoard, isSystem } from './actor.ts';
import { AwardKind } from './award.ts';
import type { Bloc } from './bloc.ts';
import { type DaysOff, hasPassed, vietnamTime, workingDaysAfter } from './calendar.ts';
import {
  appraisalsStand,
  awaitedBlocs,
  type Council,
  type CouncilEvent,
  councilCommand,
  cutOffOf,
  type DossierPart,
  keyOf,
  NomineeKey,
  type Receipt,
} from './council.ts';
import { lastClosesAt } from './extension.ts';
import { BlocId, streamRefOf, UnitId } from './ids.ts';
import { type Documents, missingParts } from './meeting.ts';
import { matterNames, opinionCommands, opinionsOn } from './opinion.ts';
import { packOn, type RulesInForce, rulesOn, ruleValue } from './rules.ts';
import type { Season } from './season.ts';

/** How the parts of a dossier are said to people. */
export const partNames: Readonly<Record<DossierPart, string>> = {
  submission: 'tờ trình',
  minutes: 'biên bản họp bình xét',
  report: 'báo cáo thành tích',
};

/** The papers of a nominee's dossier as they are now: one hash for all three. */
function papersOf({ submission, minutes, reports }: Documents, unit: UnitId): string {
  return sha256Of(canonicalJson({ submission, minutes, report: reports[unit] }));
}

/** What is received of a dossier now: its clock runs from the day on which nothing is missing (25 working days). */
function receiptOf(
  documents: Documents,
  unit: UnitId,
  { rules, daysOff, now }: { rules: RulesInForce; daysOff: DaysOff; now: Date },
): Receipt {
  const missing = [...missingParts(documents, unit)];
  const days = ruleValue(rules, 'appraisal.working-days');
  return {
    on: vietnamTime(now).date,
    missing,
    papers: papersOf(documents, unit),
    dueBy: missing.length === 0 ? workingDaysAfter(now, days, daysOff) : null,
  };
}

/** The last receipt of a dossier. */
export function receiptFor(state: Council, key: string): Receipt | undefined {
  return state.receipts[key]?.at(-1);
}

export const appraisalCommands = {
  OpenCouncil: councilCommand<Record<never, never>, { season: Season }>({
    vi: 'Mở hồ sơ phiên họp Hội đồng',
    en: "Copy the season's roll, blocs and rules into the Council's record",
    payload: z.object({}),
    copies: ['season'],
    can: isSystem,
    decide(state, _payload, { stream, copies: { season } }) {
      if (state.terms) return ok([]);
      const ref = streamRefOf(stream);
      const { id, council, calendar, launched, blocs, rules, daysOff } = season.state;
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
          daysOff: daysOff?.days ?? { off: [], workedWeekendDays: [] },
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
      const { daysOff } = state.terms;
      const dossiers = meeting.nominees.map(({ unit, award, rank }) => {
        const member = terms.members.find((one) => one.unit === unit);
        return {
          unit,
          name: member?.name ?? unit,
          kind: member?.kind ?? '',
          award,
          bloc: terms.bloc,
          rank,
          total: scoring.tally?.lines.find((line) => line.unit === unit)?.shown ?? null,
        };
      });
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
            source: bloc.source,
            unit,
            award,
            ...receiptOf(meeting.documents, unit, { rules, daysOff, now }),
          }),
        ),
      ]);
    },
  }),

  ReceiveDocuments: councilCommand<{ bloc: BlocId }, { bloc: Bloc }>({
    vi: 'Tiếp nhận hồ sơ bổ sung của khối, cụm',
    en: 'Take over what a bloc added to its dossiers; each counts its days from then, and is appraised anew',
    payload: z.object({ bloc: BlocId }),
    copies: ['bloc'],
    can: isSystem,
    decide(state, { bloc: named }, { now, copies: { bloc } }) {
      if (!state.terms || !state.received[named]) return refuse('not-ready');
      const { meeting } = bloc.state;
      const { rules } = state.received[named];
      const { daysOff } = state.terms;
      return ok(
        meeting.nominees.flatMap(({ unit, award }): CouncilEvent[] => {
          const receipt = receiptOf(meeting.documents, unit, { rules, daysOff, now });
          if (receiptFor(state, keyOf({ unit, award }))?.papers === receipt.papers) return [];
          return [{ type: 'DossierReceived', v: 1, source: bloc.source, unit, award, ...receipt }];
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
    en: "Find a dossier eligible, complete and with its agencies' opinions, or not eligible with the reason",
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
    decide(state, { unit, award, verdict, reason }, { now }) {
      const key = keyOf({ unit, award });
      const dossier = state.dossiers[key];
      if (!dossier) return refuse('not-found');
      if (state.session) return appraisalsStand();
      const appraised: CouncilEvent = { type: 'DossierAppraised', v: 1, unit, award, verdict, reason };
      if (verdict === 'ineligible') return ok([appraised]);
      const missing = receiptFor(state, key)?.missing ?? [];
      if (missing.length > 0) {
        return refuse('not-ready', {
          vi: `Hồ sơ còn thiếu: ${missing.map((part) => partNames[part]).join(', ')}. Trả lại để bổ sung, hoặc kết luận không đủ điều kiện.`,
          en: `The dossier lacks: ${missing.join(', ')}. Return it, or find it not eligible.`,
          details: { missing },
        });
      }
      const standing = opinionsOn(state, dossier, now);
      const breach = standing.find((one) => one.state === 'breach');
      if (breach) {
        return refuse('not-eligible', {
          vi: `${breach.opinion?.agency ?? ''} có ý kiến về ${matterNames[breach.matter]} (${breach.opinion?.answer?.document ?? ''}); đơn vị không đủ điều kiện xét.`,
          en: `An agency found a breach (${breach.matter}).`,
          details: { matter: breach.matter, opinion: breach.opinion?.number ?? null },
        });
      }
      const owed = standing.filter((one) => one.state === 'not-asked' || one.state === 'waiting');
      if (owed.length > 0) {
        return refuse('not-ready', {
          vi: `Chưa đủ ý kiến hiệp y về: ${owed.map((one) => matterNames[one.matter]).join(', ')}.`,
          en: `Opinions of agencies are outstanding: ${owed.map((one) => one.matter).join(', ')}.`,
          details: { matters: owed.map((one) => ({ matter: one.matter, state: one.state })) },
        });
      }
      return ok([appraised]);
    },
  }),

  ReturnDossier: councilCommand({
    vi: 'Trả lại hồ sơ đề nghị khen thưởng',
    en: 'Return a dossier to its bloc with the reason; its clock starts again when better papers come in',
    payload: NomineeKey.extend({ reason: z.string().trim().min(1).max(2000) }),
    copies: [],
    can: isOfBoard,
    decide(state, { unit, award, reason }) {
      const key = keyOf({ unit, award });
      if (!state.dossiers[key]) return refuse('not-found');
      if (state.session) return appraisalsStand();
      if (state.appraisals[key]?.verdict === 'returned')
        return refuse('already-done', { vi: 'Hồ sơ đã được trả lại.', en: 'It is returned already.' });
      return ok([{ type: 'DossierReturned', v: 1, unit, award, reason }]);
    },
  }),

  ...opinionCommands,
};
