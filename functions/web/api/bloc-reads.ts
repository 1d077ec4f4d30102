/** Reads of a bloc's year beyond its phases: deadlines moved, rubrics amended, objections, what keeps a unit out. */
import { canReadJournal, isOfBoard, isOfCouncil, isOfUnit } from '../../../shared/domain/actor.ts';
import { isDeputy, isHead } from '../../../shared/domain/bloc.ts';
import { knockOutsOf } from '../../../shared/domain/eligibility.ts';
import { extendable, lastClosesAt } from '../../../shared/domain/extension.ts';
import { movedBy, objectionsUntil } from '../../../shared/domain/objection.ts';
import { ruleValue } from '../../../shared/domain/rules.ts';
import { rollUpAll } from '../../../shared/domain/target.ts';
import { ok, type Result, refuse } from '../../../shared/result.ts';
import type { Deps } from '../../deps.ts';
import { usesOf } from '../../journal/evidence.ts';
import { seasonStreams } from '../../journal/streams.ts';
import { readTexts } from '../../journal/texts.ts';
import type { Caller } from '../caller.ts';
import { receivedBy } from '../received.ts';
import { denied, isInsider, loadBloc, may, none, ofBloc, ofSeason, ofUnit, type Read, read } from './read.ts';

type Loaded = Awaited<ReturnType<typeof loadBloc>> extends Result<infer T> ? T : never;

/** A read of a bloc for its insiders and the Council. */
function forInsiders(
  path: string,
  said: { vi: string; en: string },
  show: (deps: Deps, caller: Caller, bloc: Loaded) => Promise<Result<unknown>>,
): Read {
  return read(`/seasons/:season/blocs/:bloc/${path}`, ofBloc, none, {
    ...said,
    access: 'members of the bloc, the Board, the Council, the auditor',
    async run(deps, caller, params) {
      const bloc = await loadBloc(deps, params);
      if (!bloc.ok) return bloc;
      if (!may(caller, isInsider(bloc.value.terms)) && !may(caller, isOfCouncil)) return denied(caller);
      return show(deps, caller, bloc.value);
    },
  });
}

export const blocReads: readonly Read[] = [
  read('/seasons/:season/blocs/:bloc/extensions', ofBloc, none, {
    vi: 'Gia hạn: đề nghị, trả lời và hạn hiện nay',
    en: 'Extensions asked for and granted, each with its reason, and the deadlines as they are now',
    access: 'anybody',
    async run(deps, _caller, params) {
      const bloc = await loadBloc(deps, params);
      if (!bloc.ok) return bloc;
      const { state } = bloc.value;
      return ok({
        extensions: state.extensions,
        closesAt: Object.fromEntries(extendable.map((window) => [window, lastClosesAt(state, window)])),
      });
    },
  }),

  forInsiders(
    'amendments',
    {
      vi: 'Sửa đổi bảng tiêu chí',
      en: 'Versions of the rubric, proposals with their differences and consents',
    },
    async (_deps, _caller, { terms, state }) =>
      ok({ version: state.amendments.version, rubric: terms.rubric, proposals: state.amendments.proposals }),
  ),

  forInsiders(
    'addenda',
    { vi: 'Phụ lục giao ước', en: 'Addenda to the pledge with their text, hash and signatures' },
    async (_deps, _caller, { state }) => ok({ addenda: state.addenda }),
  ),

  forInsiders(
    'eligibility',
    {
      vi: 'Điều kiện không xét khen thưởng',
      en: 'What keeps a unit from being nominated, with document and date',
    },
    async (_deps, _caller, { terms, state }) =>
      ok({
        knockOuts: knockOutsOf(terms, state),
        recorded: state.eligibility.recorded,
        excused: state.eligibility.excused,
      }),
  ),

  forInsiders(
    'objections',
    {
      vi: 'Kiến nghị về điểm',
      en: 'Objections and answers, of an upheld one who stood where before and after; the ground is read by the unit, the head, the deputy and the Board',
    },
    async (deps, caller, { state }) => {
      const { filed, corrected } = state.objections;
      const judges = may(
        caller,
        (actor) => isHead(actor, state) || isDeputy(actor, state) || isOfBoard(actor),
      );
      const shown = filed.filter(({ unit }) => judges || may(caller, (actor) => isOfUnit(actor, unit)));
      const texts = await readTexts(
        deps,
        shown.map(({ ground }) => ground.ref),
      );
      return ok({
        until: objectionsUntil(state) ?? null,
        objections: filed.map(({ ground, correction, ...one }) => ({
          ...one,
          correction: correction ? { ...correction, moved: movedBy(state, correction.revision) } : null,
          groundText: texts.get(ground.ref) ?? null,
        })),
        corrected,
      });
    },
  ),

  read('/seasons/:season/blocs/:bloc/received/:unit', ofUnit, none, {
    vi: 'Điểm đơn vị nhận được',
    en: "A unit's own received marks by criterion, with comments; raters are named only where the rules say so",
    access: 'the unit itself, the Board, the auditor, once tallied',
    async run(deps, caller, params) {
      const bloc = await loadBloc(deps, params);
      if (!bloc.ok) return bloc;
      const { terms, state } = bloc.value;
      const { unit } = params;
      if (!may(caller, (actor) => isOfUnit(actor, unit) || canReadJournal(actor))) return denied(caller);
      if (!state.scoring.tally) return refuse('still-secret');
      const named = ruleValue(terms.rules, 'score.rater-names') || may(caller, canReadJournal);
      const lines = await receivedBy(deps, { terms, state, unit, named });
      return ok({ unit, raterNames: named, lines });
    },
  }),

  read('/seasons/:season/blocs/:bloc/self-scores/:unit/versions', ofUnit, none, {
    vi: 'Các bản tự chấm điểm đã gửi',
    en: 'Every version of a self-score that was handed in, the last of which counts',
    access: 'the unit itself, the Board, the auditor',
    async run(deps, caller, params) {
      const bloc = await loadBloc(deps, params);
      if (!bloc.ok) return bloc;
      if (!may(caller, (actor) => isOfUnit(actor, params.unit) || canReadJournal(actor)))
        return denied(caller);
      const commits = await deps.journal.commits(`bloc-${params.season}-${params.bloc}`);
      const versions = commits.flatMap(({ seq, sha256, body }) => {
        const { at, events } = JSON.parse(body) as { at: string; events: { type: string; unit?: string }[] };
        return events
          .filter(({ type, unit }) => type === 'SelfScoreSubmitted' && unit === params.unit)
          .map((event) => ({ seq, sha256, at, ...event }));
      });
      return ok({ versions });
    },
  }),

  read('/seasons/:season/blocs/:bloc/evidence-flags', ofBloc, none, {
    vi: 'Minh chứng dùng nhiều lần',
    en: 'Files that stand under two criteria, two units or two years: to be looked at, not blocked',
    access: 'the head of the bloc, the Board, the auditor',
    async run(deps, caller, params) {
      const bloc = await loadBloc(deps, params);
      if (!bloc.ok) return bloc;
      const { state } = bloc.value;
      if (!may(caller, (actor) => isHead(actor, state) || canReadJournal(actor))) return denied(caller);
      const hashes = Object.values(state.scoring.selfScores).flatMap(({ lines }) =>
        lines.flatMap(({ evidence }) => evidence.flatMap(({ file }) => (file ? [file.sha256] : []))),
      );
      const uses = await Promise.all([...new Set(hashes)].map((sha256) => usesOf(deps, sha256)));
      return ok({ flags: uses.filter(({ places }) => places.length > 1) });
    },
  }),

  read('/seasons/:season/targets', ofSeason, none, {
    vi: 'Kết quả thực hiện các chỉ tiêu của tỉnh',
    en: "The province's targets: sums of what units report for counts, the owner's figure for rates, with every source",
    access: 'anybody once launched; which unit reported what: the Board, the Council, the auditor',
    async run(deps, caller, { season }) {
      const { state } = await deps.journal.load({ kind: 'season', season });
      if (!state.launched || !state.directive) return refuse('not-found');
      const refs = await seasonStreams(deps, season);
      const blocs = await Promise.all(
        refs.flatMap((ref) => (ref.kind === 'bloc' ? [deps.journal.load(ref)] : [])),
      );
      const insider = may(caller, (actor) => canReadJournal(actor) || isOfCouncil(actor));
      const progress = rollUpAll(
        state.directive.targets,
        state.figures,
        blocs.map(({ name, state: bloc }) => ({ stream: name, bloc })),
      );
      return ok({ targets: progress.map(({ parts, ...sum }) => (insider ? { ...sum, parts } : sum)) });
    },
  }),
];
