/**
 * Everything that can be read, as a roster: who may, and what they see. What is secret in time (sheets before their
 * round closes, votes before they are counted, awards before their instant) is kept back here, for every role.
 */
import * as z from 'zod';
import {
  type Actor,
  canReadJournal,
  isOfBoard,
  isOfCouncil,
  isOfUnit,
} from '../../../shared/domain/actor.ts';
import { type AwardKind, awardNames } from '../../../shared/domain/award.ts';
import { type Bloc, isHead, memberIds } from '../../../shared/domain/bloc.ts';
import { vietnamTime } from '../../../shared/domain/calendar.ts';
import {
  agendaOf,
  awaitedBlocs,
  type Council,
  isCounted,
  isVoteSecret,
  keyOf,
  modeOf,
} from '../../../shared/domain/council.ts';
import {
  BlocId,
  SeasonId,
  SessionNumber,
  type StreamRef,
  streamRefOf,
  type UnitId,
} from '../../../shared/domain/ids.ts';
import { missingParts, quotaOf } from '../../../shared/domain/meeting.ts';
import { hasSigned } from '../../../shared/domain/pledge.ts';
import { percentOf } from '../../../shared/domain/points.ts';
import { blocProgress } from '../../../shared/domain/progress.ts';
import { unreportedOf } from '../../../shared/domain/review.ts';
import { rulesOn } from '../../../shared/domain/rules.ts';
import { isRoundSecret, withoutHeadMarks, withoutSheet } from '../../../shared/domain/scoring.ts';
import { preflightOf } from '../../../shared/domain/season.ts';
import { sha256Of } from '../../../shared/journal.ts';
import { ok, refuse } from '../../../shared/result.ts';
import type { Deps } from '../../deps.ts';
import { seasonHead } from '../../journal/bundle.ts';
import { draftForms, readDraft } from '../../journal/drafts.ts';
import { readTexts } from '../../journal/texts.ts';
import { blocViews } from '../../journal/views.ts';
import { blocReads } from './bloc-reads.ts';
import { councilReads, isAtCouncil } from './council-reads.ts';
import {
  denied,
  isInsider,
  loadBloc,
  loadCouncil,
  may,
  none,
  ofBloc,
  ofSeason,
  ofSession,
  ofUnit,
  type Read,
  read,
} from './read.ts';

/** An event of a bloc as the journal shows it: a sheet of an open round shows as its hash. */
function veiled(event: { type: string; v: number }, secret: boolean): object {
  if (!secret || event.type !== 'ScoreSheetSubmitted') return event;
  const { unit } = event as unknown as { unit: string };
  return { type: event.type, v: event.v, unit, sealed: sha256Of(JSON.stringify(event)) };
}

/** A code as people type it from paper. */
const AwardCode = z.object({
  code: z
    .string()
    .regex(/^[2-9A-Za-z]{4}-[2-9A-Za-z]{4}-[2-9A-Za-z]{4}$/)
    .overwrite((code) => code.toUpperCase()),
});

/** Awards published up to now, of one season; what was revoked stays, marked, with the basis in law. */
async function publishedAwards(deps: Deps, season: SeasonId) {
  const { state } = await deps.journal.load({ kind: 'council', season, session: SessionNumber.parse(1) });
  const { published, decision, revoked } = state;
  if (!published || !decision) return undefined;
  const { number, date, office, publishAt } = decision;
  return {
    decision: { number, date, office, publishAt },
    at: published.at,
    awards: published.awards.map((award) => {
      const revocation = revoked[keyOf(award)];
      return revocation
        ? { ...award, status: 'revoked' as const, revocation }
        : { ...award, status: 'in-force' as const };
    }),
  };
}

/** Members of the roll who lead a nominated unit: shown, and held to abstain where the rules say so. */
function conflictsOf({ terms, dossiers }: Council) {
  return (terms?.roll ?? []).flatMap(({ seat, unit }) =>
    Object.entries(dossiers)
      .filter(([, dossier]) => unit !== null && dossier.unit === unit)
      .map(([key]) => ({ seat, nominee: key })),
  );
}

/** Each nomination of a unit with its outcome; `pending` until the decision is public, whoever asks. */
function outcomesOf({ dossiers, refused, published, revoked, counts }: Council, unit: string) {
  return Object.entries(dossiers)
    .filter(([, dossier]) => dossier.unit === unit)
    .map(([key, { award }]) => {
      const named = { award, name: awardNames[award] };
      const refusal = refused?.find((one) => keyOf(one) === key);
      const count = counts?.find((one) => keyOf(one) === key);
      if (refusal) {
        const { stage, reason } = refusal;
        const votes =
          stage === 'council' && count ? { yes: count.yes, total: count.total, needed: count.needed } : null;
        return { ...named, outcome: 'refused' as const, stage, reason, votes };
      }
      const found = published?.awards.find((one) => keyOf(one) === key);
      if (!found) return { ...named, outcome: 'pending' as const };
      const revocation = revoked[key];
      return revocation
        ? { ...named, outcome: 'revoked' as const, code: found.code, revocation }
        : { ...named, outcome: 'awarded' as const, code: found.code };
    });
}

/** The roster of everything that is read. */
export const reads: readonly Read[] = [
  ...blocReads,
  ...councilReads,
  read('/me', none, none, {
    vi: 'Tài khoản, đơn vị và vai đang giữ',
    en: 'The account, its unit and the roles held now',
    access: 'anybody',
    async run(_deps, caller) {
      const roles = caller.roles.filter(({ role }) => role !== 'public');
      return ok({
        signedIn: caller.signedIn,
        account: roles[0]?.account ?? null,
        roles: roles.map(({ role, unit, seat, signsAs }) => ({
          role,
          unit: unit ?? null,
          seat: seat ?? null,
          signsAs: signsAs ?? null,
        })),
      });
    },
  }),

  read('/units', none, none, {
    vi: 'Danh mục đơn vị',
    en: 'The register of units',
    access: 'anybody',
    async run(deps) {
      const { state } = await deps.journal.load({ kind: 'province' });
      return ok({ province: state.name ?? null, units: Object.values(state.units) });
    },
  }),

  read('/seasons', none, none, {
    vi: 'Các mùa thi đua',
    en: 'The seasons',
    access: 'anybody',
    async run(deps) {
      const { state } = await deps.journal.load({ kind: 'province' });
      return ok({
        seasons: Object.entries(state.seasons).map(([season, { title, state: stage }]) => ({
          season,
          title,
          state: stage,
        })),
      });
    },
  }),

  read('/seasons/:season', ofSeason, none, {
    vi: 'Mùa thi đua: chỉ thị, chỉ tiêu, lịch, khối và cụm',
    en: 'A season: directive, targets, calendar, blocs',
    access: 'anybody once launched; before, the Board and the auditor',
    async run(deps, caller, { season }) {
      const { state } = await deps.journal.load({ kind: 'season', season });
      if (state.id === undefined) return refuse('not-found');
      if (!state.launched && !may(caller, canReadJournal)) return refuse('not-found');
      const blocs = Object.values(state.blocs);
      return ok({
        season,
        title: state.title,
        province: state.province,
        launchedAt: state.launched?.at ?? null,
        directive: state.directive ?? null,
        calendar: state.calendar ?? null,
        council: state.council ?? null,
        rubrics: Object.values(state.rubrics),
        blocs: blocs.map(({ id, kind, name, members, head, deputy, rubric }) => ({
          id,
          kind,
          name,
          members,
          head,
          deputy,
          rubric,
        })),
        members: blocs.reduce((sum, { members }) => sum + members.length, 0),
      });
    },
  }),

  read('/seasons/:season/preflight', ofSeason, none, {
    vi: 'Kiểm tra trước khi phát động',
    en: 'Everything that stands in the way of a launch, at once',
    access: 'the Board',
    async run(deps, caller, { season }) {
      if (!may(caller, isOfBoard)) return denied(caller);
      const { state } = await deps.journal.load({ kind: 'season', season });
      if (state.id === undefined) return refuse('not-found');
      const province = await deps.journal.load({ kind: 'province' });
      const found = preflightOf(state, province.state, deps.now());
      return ok({ ready: !found.some(({ severity }) => severity === 'fault'), found });
    },
  }),

  read(
    '/seasons/:season/rules',
    ofSeason,
    z.object({ on: z.iso.date().optional(), bloc: BlocId.optional() }),
    {
      vi: 'Quy định áp dụng, theo lớp, có nguồn',
      en: 'The rules in force on a date, by layer, with source and whether it was verified',
      access: 'anybody',
      async run(deps, _caller, { season }, { on, bloc }) {
        const { state } = await deps.journal.load({ kind: 'season', season });
        if (state.id === undefined || (bloc && !state.blocs[bloc])) return refuse('not-found');
        const date = on ?? vietnamTime(deps.now()).date;
        const rules = rulesOn(state.rules, date, bloc);
        return ok({
          on: date,
          bloc: bloc ?? null,
          rules,
          packs: state.rules.packs.map(({ id, title, basis, from, to, verified, source }) => ({
            id,
            title,
            basis,
            from,
            to,
            verified,
            source,
          })),
          fixedAtLaunch: state.launched
            ? {
                on: state.launched.on,
                rules: (bloc && state.launched.blocRules[bloc]) ?? state.launched.rules,
              }
            : null,
        });
      },
    },
  ),

  read('/seasons/:season/blocs', ofSeason, none, {
    vi: 'Các khối, cụm đang ở bước nào',
    en: 'Where each bloc stands',
    access: 'anybody',
    async run(deps, _caller, { season }) {
      return ok({ blocs: await blocViews(deps, season) });
    },
  }),

  read('/seasons/:season/blocs/:bloc', ofBloc, none, {
    vi: 'Một khối, cụm: thành viên, bảng tiêu chí, lịch, quy định',
    en: "A bloc: members, rubric, calendar, the cycle's rules",
    access: 'anybody',
    async run(deps, _caller, params) {
      const bloc = await loadBloc(deps, params);
      if (!bloc.ok) return bloc;
      const { terms, state } = bloc.value;
      return ok({ ...terms, progress: blocProgress(terms, state) });
    },
  }),

  read('/seasons/:season/blocs/:bloc/pledge', ofBloc, none, {
    vi: 'Giao ước: chỉ tiêu, bản đã chốt, chữ ký',
    en: 'The pledge: targets, frozen text with its hash, signatures',
    access: 'members of the bloc, the Board, the Council, the auditor',
    async run(deps, caller, params) {
      const bloc = await loadBloc(deps, params);
      if (!bloc.ok) return bloc;
      const { terms, state } = bloc.value;
      if (!may(caller, isInsider(terms)) && !may(caller, isOfCouncil)) return denied(caller);
      const { targets, titles, text, version, frozen, changes, voided, signatures, reasons, closed } =
        state.pledge;
      return ok({
        targets,
        titles,
        text: text ?? null,
        version,
        hash: frozen?.hash ?? null,
        document: frozen?.document ?? null,
        /** What differs from the version before, and who has to sign again. */
        changes,
        voided,
        signatures,
        reasons,
        signed: memberIds(terms).filter((unit) => hasSigned(state.pledge, unit)).length,
        members: terms.members.length,
        closed: closed ?? null,
      });
    },
  }),

  read('/seasons/:season/blocs/:bloc/review', ofBloc, none, {
    vi: 'Sơ kết 6 tháng',
    en: 'The mid-year review: reports, percent attained, findings',
    access: 'members of the bloc, the Board, the Council, the auditor',
    async run(deps, caller, params) {
      const bloc = await loadBloc(deps, params);
      if (!bloc.ok) return bloc;
      const { terms, state } = bloc.value;
      if (!may(caller, isInsider(terms)) && !may(caller, isOfCouncil)) return denied(caller);
      const { reports, findings, closed } = state.review;
      const shown = Object.fromEntries(
        Object.entries(reports).map(([unit, report]) => [
          unit,
          {
            ...report,
            attainments: report.attainments.map((one) => ({ ...one, percent: percentOf(one.share) })),
          },
        ]),
      );
      return ok({
        reports: shown,
        missing: unreportedOf(terms, state),
        findings: findings ?? null,
        closed: closed ?? null,
      });
    },
  }),

  read('/seasons/:season/blocs/:bloc/self-scores', ofBloc, none, {
    vi: 'Bảng tự chấm điểm và minh chứng',
    en: 'Self-scores with evidence: the own one at any time, all of them once self-scoring has closed',
    access: 'members of the bloc, the Board, the Council, the auditor',
    async run(deps, caller, params) {
      const bloc = await loadBloc(deps, params);
      if (!bloc.ok) return bloc;
      const { terms, state } = bloc.value;
      if (!may(caller, isInsider(terms)) && !may(caller, isOfCouncil)) return denied(caller);
      const { selfScores, selfScoringClosed } = state.scoring;
      const all = selfScoringClosed !== undefined || may(caller, isOfBoard);
      const visible = Object.entries(selfScores).filter(
        ([unit]) => all || may(caller, (actor) => isOfUnit(actor, unit as UnitId)),
      );
      return ok({ selfScores: Object.fromEntries(visible), closed: selfScoringClosed ?? null });
    },
  }),

  read('/seasons/:season/blocs/:bloc/sheets', ofBloc, none, {
    vi: 'Phiếu chấm đã gửi: đơn vị nào, khi nào, mã băm',
    en: "Which sheets are in, with hash; no marks. The head's view opens when its own sheet is in",
    access: 'the head of the bloc, the Board, the auditor',
    async run(deps, caller, params) {
      const bloc = await loadBloc(deps, params);
      if (!bloc.ok) return bloc;
      const { terms, state } = bloc.value;
      const head = may(caller, (actor) => isHead(actor, state));
      if (!head && !may(caller, canReadJournal)) return denied(caller);
      const { sheets, closed } = state.scoring;
      if (head && !may(caller, canReadJournal) && !closed && !sheets[terms.head]) {
        return refuse('still-secret', {
          vi: 'Tình hình gửi phiếu hiển thị sau khi đơn vị Trưởng khối, Cụm trưởng gửi phiếu của mình.',
          en: 'The head sees who has handed in once its own sheet is in.',
        });
      }
      return ok({
        sheets: Object.entries(sheets).map(([unit, { at, seq, sha256 }]) => ({ unit, at, seq, sha256 })),
        missing: withoutSheet(terms, state.scoring),
        withoutHeadMarks: withoutHeadMarks(terms, state.scoring),
        closed: closed ?? null,
      });
    },
  }),

  read('/seasons/:season/blocs/:bloc/sheets/:unit', ofUnit, none, {
    vi: 'Phiếu chấm của một đơn vị',
    en: "A unit's sheet with its marks: its own unit at any time; the Board and the auditor after the close",
    access: 'the unit itself; after the close the Board and the auditor',
    async run(deps, caller, params) {
      const bloc = await loadBloc(deps, params);
      if (!bloc.ok) return bloc;
      const { state } = bloc.value;
      const own = may(caller, (actor) => isOfUnit(actor, params.unit));
      if (!own) {
        if (!may(caller, canReadJournal)) return denied(caller);
        if (isRoundSecret(state.scoring)) return refuse('still-secret');
      }
      const sheet = state.scoring.sheets[params.unit];
      if (!sheet) return refuse('not-found');
      const refs = [
        ...Object.values(sheet.recused),
        ...Object.values(sheet.comments).flatMap((byLine) => Object.values(byLine)),
      ].map(({ ref }) => ref);
      return ok({ unit: params.unit, ...sheet, texts: Object.fromEntries(await readTexts(deps, refs)) });
    },
  }),

  read('/seasons/:season/blocs/:bloc/result', ofBloc, none, {
    vi: 'Kết quả chấm điểm và xếp hạng của khối, cụm',
    en: 'Totals, ranks and the step that decided each',
    access: 'members of the bloc, the Board, the Council, the auditor, once tallied',
    async run(deps, caller, params) {
      const bloc = await loadBloc(deps, params);
      if (!bloc.ok) return bloc;
      const { terms, state } = bloc.value;
      if (!may(caller, isInsider(terms)) && !may(caller, isOfCouncil)) return denied(caller);
      const { tally, headMarks } = state.scoring;
      if (!tally)
        return refuse('still-secret', {
          vi: 'Kết quả có sau khi đợt chấm đóng và tổng hợp xong.',
          en: 'The result comes once the round has closed.',
        });
      const { earlier: _earlier, ...result } = tally;
      return ok({ ...result, headMarks });
    },
  }),

  read('/seasons/:season/blocs/:bloc/meeting', ofBloc, none, {
    vi: 'Họp bình xét: dự họp, xếp hạng, biểu quyết, đề nghị khen thưởng và hồ sơ, Trưởng và Phó năm sau, bàn giao',
    en: 'The meetings with attendance and quorum, ranking, votes, nominations with their papers, next head, hand-over',
    access: 'members of the bloc, the Board, the Council, the auditor',
    async run(deps, caller, params) {
      const bloc = await loadBloc(deps, params);
      if (!bloc.ok) return bloc;
      const { terms, state } = bloc.value;
      if (!may(caller, isInsider(terms)) && !may(caller, isOfCouncil)) return denied(caller);
      const { held, meetings, valid, ranking, ballots, nominees, documents, next, handedOver, ended } =
        state.meeting;
      return ok({
        held,
        meetings,
        valid: valid ?? null,
        ranking: ranking ?? null,
        ballots: ballots.map(({ counted, ...ballot }) => ({ ...ballot, counted: counted ?? null })),
        nominees: nominees.map((one) => ({ ...one, missing: missingParts(documents, one.unit) })),
        documents,
        ended: ended ?? null,
        quota: quotaOf(terms),
        next: next ?? null,
        handedOver: handedOver ?? null,
      });
    },
  }),

  read('/seasons/:season/blocs/:bloc/drafts/:unit/:form', ofUnit.extend({ form: z.enum(draftForms) }), none, {
    vi: 'Bản nháp của đơn vị, từng ô',
    en: "A unit's draft of a form, field by field with versions",
    access: 'the unit itself',
    async run(deps, caller, { season, bloc, unit, form }) {
      if (!may(caller, (actor) => isOfUnit(actor, unit))) return denied(caller);
      return ok(await readDraft(deps, { stream: `bloc-${season}-${bloc}`, unit, form }));
    },
  }),

  read('/seasons/:season/councils/:session', ofSession, none, {
    vi: 'Phiên họp Hội đồng: hồ sơ, thẩm định, điểm danh, kết quả',
    en: 'A session of the Council: dossiers, appraisal, attendance, counts; votes only once they are counted',
    access: "the Council, the Board, the Chairman's office, the auditor",
    async run(deps, caller, params) {
      if (!may(caller, isAtCouncil)) return denied(caller);
      const council = await loadCouncil(deps, params);
      if (!council.ok) return council;
      const {
        terms,
        received,
        dossiers,
        nominationsClosed,
        appraisals,
        session,
        attendance,
        votes,
        counts,
        concluded,
        decision,
        published,
        holds,
        refused,
        revoked,
      } = council.value;
      const own = caller.roles.flatMap(({ seat }) => (seat === undefined ? [] : [seat]));
      return ok({
        ...terms,
        received: Object.fromEntries(
          Object.entries(received).map(([bloc, { at, outcome, pack }]) => [bloc, { at, outcome, pack }]),
        ),
        awaited: awaitedBlocs(council.value),
        dossiers: Object.entries(dossiers).map(([key, dossier]) => ({
          ...dossier,
          key,
          appraisal: appraisals[key] ?? null,
        })),
        nominationsClosed: nominationsClosed ?? null,
        proposal: council.value.proposal ?? null,
        submitted: council.value.submitted ?? null,
        session: session ?? null,
        attendance: attendance ?? null,
        agenda: session
          ? [...new Set(agendaOf(council.value).map(({ award }) => award))].map((award) => ({
              award,
              name: awardNames[award],
              mode: modeOf(council.value, award),
              nominees: agendaOf(council.value, award).map(keyOf),
            }))
          : [],
        // Before the count a member sees that somebody voted, and how only of the own seat.
        votes: Object.fromEntries(
          Object.entries(votes).map(([award, seats]) => [
            award,
            Object.fromEntries(
              Object.entries(seats).map(([seat, choices]) => [
                seat,
                isCounted(council.value, award as AwardKind) || own.includes(seat as never)
                  ? choices
                  : 'cast',
              ]),
            ),
          ]),
        ),
        counts: counts ?? null,
        voided: council.value.voided,
        conflicts: conflictsOf(council.value),
        concluded: concluded ?? null,
        decision: decision ?? null,
        published: published ?? null,
        holds,
        refused: refused ?? null,
        revoked,
      });
    },
  }),

  read('/seasons/:season/awards', ofSeason, none, {
    vi: 'Kết quả khen thưởng đã công bố',
    en: 'The published awards with their decision',
    access: 'anybody, from the instant of publication',
    async run(deps, _caller, { season }) {
      return ok((await publishedAwards(deps, season)) ?? { decision: null, at: null, awards: [] });
    },
  }),

  read('/seasons/:season/blocs/:bloc/outcomes/:unit', ofUnit, none, {
    vi: 'Kết quả xét các đề nghị khen thưởng của đơn vị',
    en: "What became of a unit's nominations, and why one was refused, once the decision is public",
    access: 'the unit itself, the head of its bloc, the Board, the Council, the office, the auditor',
    async run(deps, caller, { season, bloc, unit }) {
      const loaded = await loadBloc(deps, { season, bloc });
      if (!loaded.ok) return loaded;
      const isConcerned = (actor: Actor) =>
        isOfUnit(actor, unit) || isHead(actor, loaded.value.state) || isAtCouncil(actor);
      if (!may(caller, isConcerned)) return denied(caller);
      const session = SessionNumber.parse(1);
      const { state } = await deps.journal.load({ kind: 'council', season, session });
      return ok({ unit, outcomes: outcomesOf(state, unit) });
    },
  }),

  read('/awards/:code', AwardCode, none, {
    vi: 'Kiểm tra mã khen thưởng',
    en: 'Check the code of an award',
    access: 'anybody',
    async run(deps, _caller, { code }) {
      const { state } = await deps.journal.load({ kind: 'province' });
      for (const season of Object.keys(state.seasons)) {
        const found = await publishedAwards(deps, SeasonId.parse(season));
        const award = found?.awards.find((other) => other.code === code);
        if (found && award)
          return ok({
            season,
            award,
            awardName: awardNames[award.award],
            decision: found.decision,
            status: award.status,
          });
      }
      return refuse('not-found', {
        vi: 'Không có khen thưởng nào mang mã này.',
        en: 'No published award has this code.',
      });
    },
  }),

  read('/seasons/:season/head', ofSeason, none, {
    vi: 'Mã kiểm chứng của hồ sơ mùa thi đua',
    en: "The head hash of a season's record",
    access: 'anybody',
    async run(deps, _caller, { season }) {
      return seasonHead(deps, season);
    },
  }),

  read(
    '/journal/:stream',
    z.object({ stream: z.string().max(60) }),
    z.object({ from: z.coerce.number().int().min(1).default(1) }),
    {
      vi: 'Nhật ký của một hồ sơ',
      en: 'The commits of a stream; sheets of an open round show as hashes, votes not counted as cast',
      access: 'the Board, the auditor',
      async run(deps, caller, { stream }, { from }) {
        if (!may(caller, canReadJournal)) return denied(caller);
        const ref: StreamRef | undefined = streamRefOf(stream);
        if (!ref) return refuse('not-found');
        const loaded = await deps.journal.load(ref);
        if (loaded.seq === 0) return refuse('not-found');
        const secret = ref.kind === 'bloc' && isRoundSecret((loaded.state as Bloc).scoring);
        const uncounted = ref.kind === 'council' && isVoteSecret(loaded.state as Council);
        const commits = (await deps.journal.commits(stream, from)).slice(0, 200).map((commit) => {
          const body = JSON.parse(commit.body) as {
            at: string;
            actor: object;
            command: object;
            events: { type: string; v: number }[];
          };
          const events = body.events.map((event) =>
            uncounted && event.type === 'VoteCast' ? { type: event.type, v: event.v } : veiled(event, secret),
          );
          return {
            seq: commit.seq,
            sha256: commit.sha256,
            at: body.at,
            actor: body.actor,
            command: body.command,
            events,
          };
        });
        return ok({ stream, head: loaded.head, length: loaded.seq, commits });
      },
    },
  ),
];
