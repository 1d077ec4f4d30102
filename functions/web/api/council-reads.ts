/**
 * Reads of a Council session beyond its table: one dossier with everything the appraisal rests on, and what it is that
 * the Council is asked. For those at the Council's table, except where a read says otherwise.
 */

import { type Actor, isChairmanOffice, isOfBoard, isOfCouncil } from '../../../shared/domain/actor.ts';
import { AwardKind, awardNames } from '../../../shared/domain/award.ts';
import { hasPassed } from '../../../shared/domain/calendar.ts';
import { type Council, type Dossier, keyOf, rulesFor } from '../../../shared/domain/council.ts';
import { SeasonId, SessionNumber, UnitId } from '../../../shared/domain/ids.ts';
import { draftOf, minutesOf } from '../../../shared/domain/minutes.ts';
import { opinionsOn } from '../../../shared/domain/opinion.ts';
import { ruleValue } from '../../../shared/domain/rules.ts';
import { ok, refuse } from '../../../shared/result.ts';
import type { Deps } from '../../deps.ts';
import { denied, loadCouncil, may, none, ofSession, type Read, read } from './read.ts';

/** Who sees the Council's table: its members, the Board, the Chairman's office, the auditor. */
export function isAtCouncil(actor: Actor): boolean {
  return isOfCouncil(actor) || isOfBoard(actor) || isChairmanOffice(actor) || actor.role === 'auditor';
}

const ofDossier = ofSession.extend({ award: AwardKind, unit: UnitId });

/** Members of the roll who lead the unit: shown, and held to abstain where the rules say so. */
function conflictsOn(state: Council, dossier: Dossier) {
  const mode = ruleValue(rulesFor(state, dossier), 'council.conflict');
  return (state.session?.roll ?? state.terms?.roll ?? [])
    .filter(({ unit }) => unit === dossier.unit)
    .map(({ seat, post }) => ({ seat, post, mode }));
}

/** What a unit, or one whose work it took over, was awarded in earlier seasons, latest first. */
async function awardHistory(deps: Deps, before: SeasonId, unit: UnitId) {
  const { state: province } = await deps.journal.load({ kind: 'province' });
  const line = new Set<string>([unit]);
  for (const [id, one] of Object.entries(province.units)) if (one.successors?.includes(unit)) line.add(id);
  const history = [];
  for (const season of Object.keys(province.seasons).sort().reverse()) {
    if (season >= before) continue;
    const { state } = await deps.journal.load({
      kind: 'council',
      season: SeasonId.parse(season),
      session: SessionNumber.parse(1),
    });
    for (const award of state.published?.awards ?? [])
      if (line.has(award.unit))
        history.push({
          season,
          unit: award.unit,
          award: award.award,
          name: awardNames[award.award],
          code: award.code,
          status: state.revoked[keyOf(award)] ? ('revoked' as const) : ('in-force' as const),
        });
  }
  return history;
}

/** A read of a session for those at the Council's table. */
function forTheTable(
  path: string,
  said: { vi: string; en: string },
  show: (state: Council, now: Date) => object | undefined,
): Read {
  return read(`/seasons/:season/councils/:session/${path}`, ofSession, none, {
    ...said,
    access: "the Council, the Board, the Chairman's office, the auditor",
    async run(deps, caller, params) {
      if (!may(caller, isAtCouncil)) return denied(caller);
      const council = await loadCouncil(deps, params);
      if (!council.ok) return council;
      const shown = show(council.value, deps.now());
      return shown ? ok(shown) : refuse('not-ready');
    },
  });
}

export const councilReads: readonly Read[] = [
  read('/seasons/:season/councils/:session/dossiers/:award/:unit', ofDossier, none, {
    vi: 'Một hồ sơ đề nghị: tiếp nhận, hạn thẩm định, hiệp y, thẩm định, thành tích các năm trước',
    en: "A dossier: receipts with their clock, papers and line of the bloc, agencies' opinions, conflicts, earlier awards",
    access: "the Council, the Board, the Chairman's office, the auditor",
    async run(deps, caller, params) {
      if (!may(caller, isAtCouncil)) return denied(caller);
      const council = await loadCouncil(deps, params);
      if (!council.ok) return council;
      const state = council.value;
      const key = keyOf(params);
      const dossier = state.dossiers[key];
      if (!dossier) return refuse('not-found');
      const now = deps.now();
      const receipts = state.receipts[key] ?? [];
      const dueBy = receipts.at(-1)?.dueBy ?? null;
      const appraisal = state.appraisals[key] ?? null;
      const bloc = await deps.journal.load({ kind: 'bloc', season: params.season, bloc: dossier.bloc });
      const { meeting, scoring, terms } = bloc.state;
      const { submission, minutes, reports } = meeting.documents;
      return ok({
        ...dossier,
        key,
        blocName: terms?.name ?? dossier.bloc,
        awardName: awardNames[dossier.award],
        pack: state.received[dossier.bloc]?.pack ?? null,
        receipts,
        dueBy,
        overdue: dueBy !== null && appraisal === null && hasPassed(dueBy, now),
        appraisal,
        opinions: opinionsOn(state, dossier, now).map(({ matter, state: standing, opinion }) => ({
          matter,
          state: standing,
          opinion: opinion ?? null,
        })),
        conflicts: conflictsOn(state, dossier),
        documents: {
          submission: submission ?? null,
          minutes: minutes ?? null,
          report: reports[dossier.unit] ?? null,
        },
        line: scoring.tally?.lines.find(({ unit }) => unit === dossier.unit) ?? null,
        history: await awardHistory(deps, params.season, dossier.unit),
      });
    },
  }),

  forTheTable(
    'opinions',
    {
      vi: 'Văn bản hiệp y và trả lời của các cơ quan',
      en: 'The letters to agencies with their answers, or the time by which one is due',
    },
    ({ opinions }, now) => ({
      opinions: opinions.map(({ answer, ...asked }) => ({
        ...asked,
        answer: answer ?? null,
        overdue: answer === undefined && hasPassed(asked.answerBy, now),
      })),
    }),
  ),

  forTheTable(
    'minutes',
    {
      vi: 'Số liệu của biên bản họp Hội đồng, biên bản kiểm phiếu',
      en: 'The data of the minutes: who attended, every ballot that was counted, the void ones too, and the conclusions',
    },
    minutesOf,
  ),

  forTheTable(
    'submission',
    {
      vi: 'Tờ trình và số liệu của dự thảo Quyết định',
      en: "The Board's submission and the data of the draft decision, once the Council has concluded",
    },
    (state) => {
      const draft = draftOf(state);
      return draft && { submitted: state.submitted ?? null, ...draft };
    },
  ),
];
