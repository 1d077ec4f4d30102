/** What must never be: the rules of each kind of stream, read from states and events without asking the deciders. */
import type { Actor } from '../../../shared/domain/actor.ts';
import type { Bloc, BlocEvent } from '../../../shared/domain/bloc.ts';
import type { Council, CouncilEvent } from '../../../shared/domain/council.ts';
import type { StreamKind } from '../../../shared/domain/ids.ts';
import type { Province, ProvinceEvent } from '../../../shared/domain/province.ts';
import { allCriteria, criteriaMarkedBy, isMarkFor, type MarkedLine } from '../../../shared/domain/rubric.ts';
import type { Season } from '../../../shared/domain/season.ts';
import { type Commit, type RecordedEvent, sha256Of } from '../../../shared/journal.ts';

export function claim(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new Error(`broken: ${rule}`);
}

/** One accepted command: the state before and after it, and what was recorded by whom and when. */
export type Moment<State, Event> = {
  readonly before: State;
  readonly after: State;
  readonly events: readonly Event[];
  readonly actor: Actor;
  readonly now: Date;
};

const isSet = (list: readonly unknown[]) => new Set(list).size === list.length;
const isWithin = (list: readonly unknown[], whole: readonly unknown[]) =>
  list.every((one) => whole.includes(one));
const isSame = (list: readonly unknown[], whole: readonly unknown[]) =>
  list.length === whole.length && isSet(list) && isWithin(list, whole);
/** Inclusive to the second. */
const isBy = (now: Date, closesAt: string) =>
  Math.floor(now.getTime() / 1000) <= Math.floor(Date.parse(closesAt) / 1000);
const isFrom = (now: Date, opensAt: string) => now.getTime() >= Date.parse(opensAt);
const reaches = (part: number, total: number, share: string, comparison: string) => {
  const [n = 0, d = 1] = share.split('/').map(Number);
  return comparison === 'moreThan' ? part * d > n * total : part * d >= n * total;
};
/** What was decided once is never decided otherwise: the very same value stays. */
const isKept = <T>(before: T | undefined, after: T | undefined) => before === undefined || before === after;

function ofProvince({ after, events }: Moment<Province, ProvinceEvent>) {
  const assigned = events.flatMap((event) => (event.type === 'AccountsAssigned' ? event.assignments : []));
  return {
    'never more than two seasons are open':
      Object.values(after.seasons).filter(({ state }) => state === 'open').length <= 2,
    'an account acts for units on the register, from the founding on': assigned.every(
      ({ unit }) => unit === undefined || Object.hasOwn(after.units, unit),
    ),
    'who took over is on the register': Object.values(after.units).every(({ id, successors = [] }) =>
      successors.every((one) => one !== id && Object.hasOwn(after.units, one)),
    ),
  };
}

function ofSeason({ before, after, now }: Moment<Season, RecordedEvent>) {
  const { launched, calendar, council, rubrics, directive, rules } = after;
  const blocs = Object.values(after.blocs);
  const ids = blocs.flatMap(({ members }) => members.map(({ unit }) => unit));
  const fixed = ['directive', 'rubrics', 'blocs', 'calendar', 'council', 'launched', 'title'] as const;
  const windows = Object.values(calendar ?? {}).flatMap(({ opensAt, closesAt }) => [opensAt, closesAt]);
  const posts = (council?.roll ?? []).map(({ role }) => role);
  return {
    'a season is created once': isKept(before.id, after.id),
    'what is launched stays as it was':
      !before.launched ||
      (fixed.every((key) => before[key] === after[key]) &&
        before.rules.province === rules.province &&
        before.rules.blocs === rules.blocs),
    ...(launched && {
      'a launched season is complete': directive !== undefined && blocs.length > 0 && rules.packs.length > 0,
      'a bloc has 3 to 30 members': blocs.every(({ members }) => members.length >= 3 && members.length <= 30),
      'a unit is in one bloc, once': isSet(ids),
      'head and deputy are two members': blocs.every(
        ({ members, head, deputy }) =>
          head !== deputy &&
          isWithin(
            [head, deputy],
            members.map(({ unit }) => unit),
          ),
      ),
      'every bloc has its rubric': blocs.every(({ rubric }) => Object.hasOwn(rubrics, rubric)),
      'windows follow one another': windows.every(
        (at, i) => i === 0 || Date.parse(at) > Date.parse(windows[i - 1] ?? ''),
      ),
      'the Council has one chair and one secretary':
        posts.filter((role) => role === 'chair').length === 1 &&
        posts.filter((role) => role === 'secretary').length === 1 &&
        isSet(council?.roll.map(({ seat }) => seat) ?? []),
      'nothing is launched after the day for signing':
        before.launched !== undefined || isBy(now, windows[1] ?? ''),
    }),
  };
}

/** When a window closes by the bloc's own record: the calendar or the latest that was granted. */
function deadline(
  state: Bloc,
  window: 'pledge' | 'review' | 'selfScore' | 'crossScore' | 'meeting',
  unit?: string,
): string {
  const granted = state.extensions
    .filter((one) => one.window === window && one.state === 'granted')
    .filter(({ units }) => unit === undefined || units === 'all' || units.some((one) => one === unit))
    .map(({ until }) => until as string);
  const planned = state.terms?.calendar[window].closesAt ?? '';
  return [planned, ...granted].reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a));
}

/** Whether an event of a bloc came at its time and from who may bring it. */
function isTimely(event: BlocEvent, { before, after, actor, now }: Moment<Bloc, BlocEvent>): boolean {
  const calendar = after.terms?.calendar;
  if (!calendar) return false;
  const binds = (unit: string) => actor.unit === unit && /^unit-(leader|deputy)$/.test(actor.role);
  const isOpen = (window: 'pledge' | 'review' | 'selfScore' | 'meeting', unit?: string) =>
    isFrom(now, calendar[window].opensAt) && isBy(now, deadline(before, window, unit));
  const isOver = (window: Parameters<typeof deadline>[1]) => !isBy(now, deadline(before, window));
  const { pledge, review, scoring, meeting } = before;
  switch (event.type) {
    case 'TargetsRegistered':
      return !pledge.closed && isBy(now, deadline(before, 'pledge', event.unit)) && actor.unit === event.unit;
    case 'PledgeDrafted':
    case 'PledgeFrozen':
      return !pledge.closed && isBy(now, deadline(before, 'pledge')) && binds(before.terms?.head ?? '');
    case 'PledgeSigned':
      return (
        !pledge.closed &&
        isOpen('pledge', event.unit) &&
        event.hash === pledge.frozen?.hash &&
        (binds(event.unit) || (event.manner === 'paper' && actor.role.startsWith('board-')))
      );
    case 'PledgeClosed':
      return !pledge.closed && (event.absent.length === 0 || isOver('pledge'));
    case 'ActualsReported':
      return (
        pledge.closed !== undefined &&
        binds(event.unit) &&
        isFrom(now, calendar.review.opensAt) &&
        isBy(now, calendar.selfScore.opensAt) &&
        (event.late === true) ===
          (review.closed !== undefined || !isBy(now, deadline(before, 'review', event.unit)))
      );
    case 'FindingsRecorded':
      return pledge.closed !== undefined && !review.closed && isOpen('review');
    case 'ReviewClosed':
      return !review.closed && ((event.findings && event.missing.length === 0) || isOver('review'));
    case 'SelfScoreSubmitted':
      return (
        review.closed !== undefined &&
        !scoring.selfScoringClosed &&
        isOpen('selfScore', event.unit) &&
        binds(event.unit)
      );
    case 'SelfScoringClosed':
      return !scoring.selfScoringClosed && (event.missing.length === 0 || isOver('selfScore'));
    case 'RoundOpened':
      return !scoring.opened && (event.by === 'head' || isFrom(now, calendar.crossScore.opensAt));
    case 'ScoreSheetSubmitted':
      return (
        scoring.opened !== undefined &&
        !scoring.closed &&
        isBy(now, deadline(before, 'crossScore', event.unit)) &&
        binds(event.unit)
      );
    case 'HeadMarked':
      return scoring.opened !== undefined && !scoring.tally;
    case 'RoundClosed':
      return !scoring.closed && (event.missing.length === 0 || isOver('crossScore'));
    case 'ObjectionFiled':
      return scoring.tally !== undefined && !meeting.ranking && binds(event.unit);
    case 'MeetingHeld':
    case 'RankingConfirmed':
      return isOpen('meeting') && !meeting.ranking && scoring.tally !== undefined;
    case 'BallotOpened':
    case 'BallotCounted':
    case 'NominationsMade':
      return isOpen('meeting') && !meeting.ended && meeting.ranking !== undefined;
    case 'BallotCast':
      return (
        isOpen('meeting') && binds(event.unit) && meeting.ballots.at(-1)?.voters.includes(event.unit) === true
      );
    case 'BlocClosed':
      return !meeting.ended && isOver('meeting');
    case 'RubricAmended':
      return !isFrom(now, calendar.selfScore.opensAt) && !scoring.opened;
    default:
      return true;
  }
}

function ofBloc(moment: Moment<Bloc, BlocEvent>) {
  const { before, after, events } = moment;
  const { terms, pledge, review, scoring, meeting, objections } = after;
  if (!terms) return { 'nothing is recorded of a bloc that is not scheduled': false };
  const ids = terms.members.map(({ unit }) => unit as string);
  const fits = (lines: readonly MarkedLine[], marks: Readonly<Record<string, number>>) =>
    isSame(
      Object.keys(marks),
      lines.map(({ id }) => id),
    ) && lines.every((line) => isMarkFor(line, marks[line.id] ?? -1));
  const peers = criteriaMarkedBy(terms.rubric, 'peers');
  const late = events.find((event) => !isTimely(event, moment));
  const document = JSON.parse(pledge.frozen?.document ?? '{}') as {
    text?: string;
    members?: { unit: string; targets: unknown }[];
  };
  const { ranking, nominees, ended } = meeting;
  const eligible = (ranking?.ranks ?? []).filter(
    ({ unit, rank }) => rank !== null && !ranking?.ineligible.includes(unit),
  );
  const flags = nominees.filter(({ award }) => award === 'provincial-flag').map(({ unit }) => unit);
  const elected = meeting.ballots.at(-1)?.counted?.elected;
  const value = (key: keyof typeof terms.rules) => terms.rules[key].value;
  const quota = (key: 'bloc.flags' | 'bloc.certificates') => Number(value(key));
  const closing = events.find((event) => event.type === 'PledgeClosed');
  return {
    [`${late?.type} comes at its time and from who may bring it`]: late === undefined,
    'a bloc has 3 to 30 members, each once, head and deputy two of them':
      ids.length >= 3 &&
      ids.length <= 30 &&
      isSet(ids) &&
      terms.head !== terms.deputy &&
      isWithin([terms.head, terms.deputy], ids),
    'members sign, under a frozen text':
      pledge.frozen || pledge.closed
        ? pledge.closed !== undefined || isWithin(Object.keys(pledge.signatures), ids)
        : Object.keys(pledge.signatures).length === 0,
    'the frozen text has its hash': !pledge.frozen || sha256Of(pledge.frozen.document) === pledge.frozen.hash,
    'what is signed is the present text and the present targets':
      !pledge.frozen ||
      pledge.closed !== undefined ||
      (document.text === pledge.text &&
        JSON.stringify(document.members?.map(({ targets }) => targets).map(sorted)) ===
          JSON.stringify(ids.map((unit) => pledge.targets[unit] ?? []).map(sorted))),
    'who signed and who did not are the members':
      !closing || isSame([...closing.signed, ...closing.absent], ids),
    'who signed has a signature': !closing || isSame(closing.signed, Object.keys(pledge.signatures)),
    'what is closed stays closed':
      isKept(before.pledge.closed?.at, pledge.closed?.at) &&
      isKept(before.review.closed, review.closed) &&
      isKept(before.scoring.selfScoringClosed, scoring.selfScoringClosed) &&
      isKept(before.scoring.opened, scoring.opened) &&
      isKept(before.scoring.closed, scoring.closed) &&
      isKept(before.meeting.ranking, ranking) &&
      isKept(before.meeting.ended, ended) &&
      isKept(before.scoring.tally?.firstAt, scoring.tally?.firstAt),
    'sheets stay as they were when the round closed':
      !before.scoring.closed || before.scoring.sheets === scoring.sheets,
    'steps follow one another':
      (!review.closed || pledge.closed !== undefined) &&
      (!scoring.opened || (review.closed !== undefined && scoring.selfScoringClosed !== undefined)) &&
      (!scoring.closed || scoring.opened !== undefined) &&
      (!scoring.tally || scoring.closed !== undefined) &&
      (!ranking || scoring.tally !== undefined),
    'a sheet marks every peer that it does not leave out, every line, and never the own unit': Object.entries(
      scoring.sheets,
    ).every(
      ([unit, { marks, recused }]) =>
        ids.includes(unit) &&
        isSame([...Object.keys(marks), ...Object.keys(recused), unit], ids) &&
        Object.values(marks).every((given) => fits(peers, given)),
    ),
    'the head marks every line of the head': Object.entries(scoring.headMarks).every(
      ([unit, { marks }]) => ids.includes(unit) && fits(criteriaMarkedBy(terms.rubric, 'head'), marks),
    ),
    'counted and missing sheets are the members':
      !scoring.closed ||
      isSame([...scoring.closed.sheets.map(({ unit }) => unit), ...scoring.closed.missing], ids),
    'what counts is what was handed in':
      !scoring.closed || scoring.closed.sheets.every(({ unit, seq }) => scoring.sheets[unit]?.seq === seq),
    'the result has a line for every member':
      !scoring.tally ||
      isSame(
        scoring.tally.lines.map(({ unit }) => unit),
        ids,
      ),
    'a correction lies on the ladder of its line': Object.values(objections.corrected).every((marks) =>
      allCriteria(terms.rubric).every(
        (line) => marks[line.id] === undefined || isMarkFor(line, marks[line.id] ?? -1),
      ),
    ),
    'no ranking while objections are open':
      before.meeting.ranking !== undefined ||
      !ranking ||
      objections.filed.every(({ state }) => /upheld|refused/.test(state)),
    'the confirmed ranks are those of the result':
      !ranking ||
      isSame(
        ranking.ranks.map(({ unit, rank }) => `${unit} ${rank}`),
        (scoring.tally?.lines ?? []).map(({ unit, rank }) => `${unit} ${rank}`),
      ),
    'a meeting that counts has its quorum':
      !meeting.valid ||
      (isSet(meeting.valid.present) &&
        isWithin(meeting.valid.present, ids) &&
        reaches(meeting.valid.present.length, ids.length, String(value('bloc.quorum')), 'atLeast')),
    'a vote is asked of the members that have a voice in it': events.every(
      (event) =>
        event.type !== 'BallotOpened' ||
        (isSame([...event.voters, ...new Set(event.recused)], meeting.valid?.present ?? []) &&
          event.denominator >= event.voters.length &&
          event.denominator <= ids.length &&
          isWithin(
            event.candidates,
            eligible.map(({ unit }) => unit),
          )),
    ),
    'a ballot box holds no more than its voters put in': meeting.ballots.every(
      ({ counted, voters, needed }) =>
        !counted ||
        (counted.votes.reduce((sum, { votes }) => sum + votes, 0) <= voters.length &&
          (counted.elected === null ||
            (counted.votes.find(({ unit }) => unit === counted.elected)?.votes ?? 0) >= needed)),
    ),
    'nominees are within the quota':
      flags.length <= quota('bloc.flags') && nominees.length - flags.length <= quota('bloc.certificates'),
    'nominees are eligible, each once':
      isSet(nominees.map(({ unit }) => unit)) &&
      nominees.every(({ unit, rank }) => eligible.some((one) => one.unit === unit && one.rank === rank)),
    'the flag goes to the best rank, or to the one elected':
      value('meeting.vote') === 'none'
        ? flags.every((flag) => {
            const mine = eligible.find(({ unit }) => unit === flag)?.rank ?? 0;
            return eligible.every(({ unit, rank }) => (rank ?? 0) >= mine || flags.includes(unit));
          })
        : flags.every((flag) => flag === elected),
    'who nominated has nominees': (ended?.as === 'nominated') === nominees.length > 0,
  };
}

/** Keys in order, so that texts compare. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort()
            .map(([key, inner]) => [key, sorted(inner)]),
        )
      : value;

function ofCouncil({ before, after, events, actor, now }: Moment<Council, CouncilEvent>) {
  const { terms, session, attendance, votes, paper, counts, concluded, decision, published } = after;
  if (!terms) return { 'nothing is recorded of a session that is not opened': false };
  const roll = (session?.roll ?? []).map(({ seat }) => seat as string);
  const present: readonly string[] = attendance?.present ?? [];
  const key = ({ unit, award }: { unit: string; award: string }) => `${award}:${unit}`;
  const agenda = Object.keys(after.dossiers).filter((one) => after.appraisals[one]?.verdict === 'eligible');
  const keys = (list: readonly { unit: string; award: string }[] | undefined) => (list ?? []).map(key);
  const once = ['terms', 'nominationsClosed', 'session', 'concluded', 'decision', 'refused'] as const;
  return {
    'what is decided stays decided': once.every(
      (step) =>
        isKept<unknown>(before[step], after[step]) ||
        (step === 'session' && events.some(({ type }) => type === 'CirculationExtended')),
    ),
    'a session keeps its roll; only the time for answers is put off':
      !before.session ||
      (before.session.roll === session?.roll &&
        before.session.mode === session.mode &&
        Date.parse(before.session.answersBy ?? session.at) <= Date.parse(session.answersBy ?? session.at)),
    'steps follow one another':
      (!session || after.nominationsClosed !== undefined) &&
      (!attendance || session !== undefined) &&
      (!session || before.session !== undefined || before.proposal !== undefined) &&
      (!events.some(({ type }) => type === 'VotesCounted') ||
        attendance?.met === true ||
        (session?.mode === 'circulation' && after.answers.every(({ met }) => met))) &&
      (!concluded || counts !== undefined) &&
      (!after.submitted || concluded !== undefined) &&
      (!decision || after.submitted !== undefined) &&
      (!published || decision !== undefined),
    'blocs are still awaited only until the deadline':
      before.nominationsClosed !== undefined ||
      !after.nominationsClosed?.late.some((bloc) => after.received[bloc] === undefined) ||
      !isBy(now, terms.calendar.meeting.closesAt),
    'who has nominated is not late': !after.nominationsClosed?.late.some(
      (bloc) => after.received[bloc]?.outcome === 'nominated',
    ),
    'dossiers and appraisals are fixed by the session':
      !before.session || (before.dossiers === after.dossiers && before.appraisals === after.appraisals),
    'who is on the agenda handed in a complete dossier and is in no breach':
      before.session !== undefined ||
      agenda.every((one) => {
        const asked = after.opinions.filter(({ nominees }) => keys(nominees).includes(one));
        const last = new Map(asked.map((opinion) => [opinion.matter, opinion]));
        const isFirm = ['firm', 'cooperative'].includes(after.dossiers[one]?.kind ?? '');
        return (
          after.receipts[one]?.at(-1)?.missing.length === 0 &&
          (!isFirm || [...last.values()].every(({ answer }) => !keys(answer?.breaches).includes(one)))
        );
      }),
    'a clock runs only for what is complete': Object.values(after.receipts)
      .flat()
      .every(({ missing, dueBy }) => (missing.length === 0) === (dueBy !== null)),
    'every dossier is appraised before the session':
      !session || Object.keys(after.dossiers).every((one) => after.appraisals[one] !== undefined),
    'the Council sits from its day on':
      before.session !== undefined || !session || isFrom(now, terms.calendar.council.opensAt),
    'who is present is on the roll, once': isSet(present) && isWithin(present, roll),
    'a vote is of a seat of the roll, given by its holder, in writing where it is absent':
      Object.values(votes).every((bySeat) => isWithin(Object.keys(bySeat), roll)) &&
      events.every(
        (event) =>
          event.type !== 'VoteCast' ||
          (event.seat === actor.seat && (event.written === true) !== present.includes(event.seat)),
      ),
    'nothing is voted on after its count, until it is repeated':
      events.some(({ type }) => type === 'BallotVoided') ||
      (before.counts ?? []).every(
        ({ award }) => before.votes[award] === votes[award] && before.paper[award] === paper[award],
      ),
    'what is repeated leaves its count behind': events.every(
      (event) =>
        event.type !== 'BallotVoided' ||
        (isSame(keys(event.counts), keys(before.counts?.filter(({ award }) => award === event.award))) &&
          after.voided.length === before.voided.length + 1),
    ),
    'a box holds no more papers than there are members': Object.values(paper).every(
      ({ returned, lines }) =>
        returned <= roll.length && lines.every(({ yes, no, invalid }) => yes + no + invalid === returned),
    ),
    'what is counted is on the agenda, all of it before the end':
      !counts || (concluded ? isSame(keys(counts), agenda) : isWithin(keys(counts), agenda)),
    'votes are no more than members':
      !counts ||
      counts.every(
        (one) => one.total === roll.length && one.yes + one.no + one.abstain + one.invalid <= roll.length,
      ),
    'what passed reached its share of all members':
      !counts ||
      counts.every(
        ({ yes, share, comparison, passed, needed }) =>
          passed === reaches(yes, roll.length, share, comparison) && passed === yes >= needed,
      ),
    'what is concluded is what passed':
      !concluded || isSame(keys(concluded.passed), keys(counts?.filter(({ passed }) => passed))),
    'only what passed is decided':
      isSet(keys(decision?.awards)) && isWithin(keys(decision?.awards), keys(concluded?.passed)),
    'a decision is published in the future':
      before.decision !== undefined || !decision || Date.parse(decision.publishAt) >= now.getTime(),
    'what is published was decided, at its instant, and stays':
      !published ||
      (isWithin(keys(published.awards), keys(decision?.awards)) &&
        isWithin(keys(before.published?.awards), keys(published.awards)) &&
        Date.parse(published.at) >= Date.parse(decision?.publishAt ?? '') &&
        isSet(published.awards.map(({ code }) => code))),
    'what is held is not published':
      before.published === published ||
      keys(published?.awards)
        .filter((one) => !keys(before.published?.awards).includes(one))
        .every((one) => before.holds[one] === undefined || before.holds[one].released !== undefined),
    'every nominee is awarded, held or told why not, once the refused are told':
      !after.refused ||
      isSame([...keys(decision?.awards), ...keys(after.refused)], Object.keys(after.dossiers)),
    'only what is published is revoked': isWithin(Object.keys(after.revoked), keys(published?.awards)),
  };
}

const rulesOf = { province: ofProvince, season: ofSeason, bloc: ofBloc, council: ofCouncil };

/** The rules that a moment breaks. */
export function ruleBreaks(kind: StreamKind, moment: Moment<unknown, RecordedEvent>): string[] {
  const rules = (rulesOf[kind] as (moment: Moment<unknown, RecordedEvent>) => Record<string, boolean>)(
    moment,
  );
  return Object.entries(rules).flatMap(([rule, holds]) => (holds ? [] : [rule]));
}

/** The sheets that count are those last handed in before the round closed, as the journal's own bytes say. */
export function countedSheets(state: Bloc, commits: readonly Commit[]): void {
  const last = new Map<string, number>();
  for (const { seq, body } of commits) {
    const { events } = JSON.parse(body) as { events: (RecordedEvent & { unit?: string })[] };
    for (const { type, unit = '' } of events) {
      if (type === 'ScoreSheetSubmitted') last.set(unit, seq);
      if (type !== 'RoundClosed') continue;
      const counted = state.scoring.closed?.sheets.map((sheet) => `${sheet.unit} ${sheet.seq}`) ?? [];
      claim(
        isSame(
          counted,
          [...last].map((one) => one.join(' ')),
        ),
        'the last sheet before the close counts',
      );
    }
  }
}
