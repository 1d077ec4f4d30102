/**
 * Before the session: the Council's record is opened, receives what the blocs nominate, and the Board appraises every
 * dossier (thẩm định).
 */
import * as z from 'zod';
import { ok, refuse } from '../result.ts';
import { isOfBoard, isSystem } from './actor.ts';
import { AwardKind } from './award.ts';
import type { Bloc } from './bloc.ts';
import { hasPassed, vietnamTime } from './calendar.ts';
import { awaitedBlocs, type CouncilEvent, councilCommand, cutOffOf, keyOf } from './council.ts';
import { lastClosesAt } from './extension.ts';
import { BlocId, streamRefOf, UnitId } from './ids.ts';
import { missingParts } from './meeting.ts';
import { packOn, rulesOn } from './rules.ts';
import type { Season } from './season.ts';

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
};
