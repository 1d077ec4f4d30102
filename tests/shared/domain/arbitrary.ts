/**
 * Commands for property tests, lawful and not: dice that fast-check throws, worlds to start from, a recipe for every
 * command of the roster that fits the moment where anything does, and payloads made from a command's form alone.
 */
import * as z from 'zod';
import { type Actor, publicActor } from '../../../shared/domain/actor.ts';
import { AwardKind } from '../../../shared/domain/award.ts';
import type { Bloc } from '../../../shared/domain/bloc.ts';
import { calendarOrder, passesAt, type Window } from '../../../shared/domain/calendar.ts';
import {
  agendaOf,
  awaitedBlocs,
  awardsOnAgenda,
  type Council,
  councilPhases,
  modeOf,
  unappraisedOf,
} from '../../../shared/domain/council.ts';
import { type StreamKind, type StreamRef, streamRefOf } from '../../../shared/domain/ids.ts';
import { quotaOf } from '../../../shared/domain/meeting.ts';
import type { Province } from '../../../shared/domain/province.ts';
import { allCriteria, criteriaMarkedBy, type MarkedLine } from '../../../shared/domain/rubric.ts';
import type { Season } from '../../../shared/domain/season.ts';
import { commandNamed, commands, folds, type StateOf } from '../../../shared/domain/streams.ts';
import { type Commit, emptyStream, type Stream } from '../../../shared/journal.ts';
import {
  at,
  auditor,
  type BlocStop,
  boardHead,
  calendar,
  launchDay,
  launchedSeason,
  lawPack,
  leader,
  type MemoryJournal,
  memoryJournal,
  must,
  office,
  officer,
  playBloc,
  provinceRules,
  roll,
  rubric,
  seat,
  specialist,
  system,
  target,
} from '../../builders.ts';

/** Throws that follow from one number, so that fast-check can repeat and shrink what they lead to. */
export type Dice = ReturnType<typeof diceOf>;
export function diceOf(seed: number) {
  let a = seed | 0;
  const next = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (n: number) => Math.floor(next() * n);
  const dice = {
    /** 0 to n − 1. */
    int,
    chance: (p: number) => next() < p,
    pick: <T>(list: readonly T[]): T => list[int(list.length)] as T,
    /** Picks from the first list, or from the second where the first has nothing. */
    prefer: <T>(list: readonly T[], or: readonly T[]): T => dice.pick(list.length > 0 ? list : or),
    some: <T>(list: readonly T[], p: number): T[] => list.filter(() => next() < p),
    shuffled: <T>(list: readonly T[]): T[] =>
      list
        .map((one) => [next(), one] as const)
        .sort((x, y) => x[0] - y[0])
        .map(([, one]) => one),
  };
  return dice;
}

/** Streams with every commit they came from, and a clock. */
export type World = {
  readonly streams: Map<string, Stream<unknown>>;
  readonly commits: Map<string, readonly Commit[]>;
  clock: number;
};

export const seasonName = 'season-2023';
export const blocNames = ['bloc-2023-k01', 'bloc-2023-k02'] as const;
export const councilName = 'council-2023-1';
export const streamsOf: { readonly [K in StreamKind]: readonly string[] } = {
  province: ['province'],
  season: [seasonName],
  bloc: blocNames,
  council: [councilName],
};

export function refOf(stream: string): StreamRef {
  const ref = streamRefOf(stream);
  if (!ref) throw new Error(`no stream ${stream}`);
  return ref;
}

export function streamIn(world: World, name: string): Stream<unknown> {
  return world.streams.get(name) ?? emptyStream<unknown>(name, folds[refOf(name).kind]);
}

export function stateIn<K extends StreamKind>(world: World, _kind: K, name: string): StateOf[K] {
  return streamIn(world, name).state as StateOf[K];
}

export const copyOf = (world: World): World => ({
  streams: new Map(world.streams),
  commits: new Map(world.commits),
  clock: world.clock,
});

function worldOf(journal: MemoryJournal): World {
  const commits = Map.groupBy(journal.commits, ({ stream }) => stream);
  const load = (name: string) => journal.load(refOf(name) as never) as Stream<unknown>;
  const clock = Math.max(
    launchDay.getTime(),
    ...[...commits.keys()].map((n) => Date.parse(load(n).at ?? '')),
  );
  return { streams: new Map([...commits.keys()].map((name) => [name, load(name)])), commits, clock };
}

/** The steps that a session of the Council can be played to. */
export const councilStops = [
  'none',
  'opened',
  'received',
  'convened',
  'attended',
  'counted',
  'decided',
] as const;

const members = { k01: ['a', 'b', 'c', 'd'], k02: ['e', 'f', 'g'] };

/** The world before anything, after a launch, or with its blocs or its Council at a step. */
export function worldAt(
  start: 'fresh' | 'launched' | { bloc: BlocStop } | { council: (typeof councilStops)[number] },
): World {
  if (start === 'fresh') return { ...worldOf(memoryJournal()), clock: at('2023-01-02T08:00:00').getTime() };
  const journal = launchedSeason(members);
  if (start === 'launched') return worldOf(journal);
  const stop = 'bloc' in start ? start.bloc : 'nominated';
  playBloc(journal, 'k01', stop, { actual: (id) => String(60 + 5 * 'abcd'.indexOf(id)) });
  playBloc(journal, 'k02', stop);
  if (!('council' in start)) return worldOf(journal);
  const reached = councilStops.indexOf(start.council);
  const give = (from: number, name: string, payload: object, actor: Actor, day: string) => {
    if (reached >= from) must(journal.give(councilName, name, payload, actor, at(`${day}T08:00:00`)));
  };
  give(1, 'OpenCouncil', {}, system, '2023-12-20');
  for (const bloc of ['k01', 'k02']) give(2, 'ReceiveNomination', { bloc }, system, '2023-12-20');
  give(2, 'CloseNominations', {}, system, '2023-12-20');
  const state = () => journal.state(refOf(councilName) as never) as Council;
  for (const { unit, award } of Object.values(state().dossiers))
    give(3, 'AppraiseDossier', { unit, award, verdict: 'eligible' }, specialist, '2024-01-08');
  give(3, 'ConveneSession', { at: '2024-01-09T08:00:00+07:00', place: 'P' }, seat(1), '2024-01-09');
  const present = ['s1', 's2', 's3', 's4', 's5', 's6'];
  give(4, 'RecordAttendance', { present }, seat(2), '2024-01-09');
  const units = (award: AwardKind) => agendaOf(state(), award).map(({ unit }) => unit);
  const lines = units('provincial-flag').map((unit) => ({ unit, yes: 6, no: 0, invalid: 0 }));
  const box = { award: 'provincial-flag', team: ['s3', 's4', 's5'], issued: 6, returned: 6 };
  give(5, 'EnterPaperCount', { ...box, lines }, seat(2), '2024-01-09');
  const choices = units('certificate').map((unit) => ({ unit, choice: 'yes' }));
  present.forEach((_seat, i) => {
    give(5, 'CastVote', { award: 'certificate', choices }, seat(i + 1), '2024-01-09');
  });
  give(5, 'CountVotes', {}, seat(2), '2024-01-09');
  give(6, 'ConcludeSession', { conclusions: 'Thống nhất.' }, seat(1), '2024-01-09');
  const awards = state().concluded?.passed ?? [];
  const decision = { number: '1', date: '2024-01-30', office: 'Chủ tịch', awards };
  give(6, 'RecordDecision', { ...decision, publishAt: '2024-02-01T08:00:00+07:00' }, office, '2024-01-30');
  return worldOf(journal);
}

/** A command as somebody might send it. */
export type Attempt = {
  readonly stream: string;
  readonly name: string;
  readonly payload: unknown;
  readonly actor: Actor;
  readonly now: Date;
};

const units = [...members.k01, ...members.k02, 'h', 'z'];
const deputy = (unit: string): Actor => ({
  ...leader(unit),
  account: `dep-${unit}` as Actor['account'],
  role: 'unit-deputy',
  signsAs: 'KT.',
});
const everybody: readonly Actor[] = [
  ...units.flatMap((id) => [leader(id), officer(id), deputy(id)]),
  ...roll.map((_seat, i) => seat(i + 1)),
  seat(9),
  boardHead,
  specialist,
  office,
  auditor,
  system,
  publicActor,
];
/** Every role once, so that each is as likely as another. */
const roles = [...new Map(everybody.map((actor) => [actor.role, actor.role])).values()];
function anybody(dice: Dice): Actor {
  const role = dice.pick(roles);
  return dice.pick(everybody.filter((actor) => actor.role === role));
}

const minute = 60_000;
const day = 24 * 60 * minute;

/** An instant from the clock on that lies in the window if one is left, its first and last second preferred. */
function inside(world: World, dice: Dice, window: Window): number {
  const [opens, passes] = [Date.parse(window.opensAt), passesAt(window.closesAt)];
  if (dice.chance(0.08)) return passes - 1 - dice.int(1000);
  if (world.clock < opens) return dice.chance(0.2) ? opens : opens + dice.int(day);
  return Math.max(opens, soon(world, dice));
}

/** A little later, at times a little earlier. */
function soon(world: World, dice: Dice): number {
  return world.clock + dice.int(300) * minute - (dice.chance(0.15) ? dice.int(day) : 0);
}

/** The first millisecond after a deadline, or some time after it. */
function after(world: World, dice: Dice, window: Window): number {
  return Math.max(world.clock, passesAt(window.closesAt) + (dice.chance(0.5) ? 0 : dice.int(day)));
}

/** Any instant: near the clock, at the edge of a window, or anywhere in the years around. */
function anyInstant(world: World, dice: Dice): number {
  const edge = calendar[dice.pick(calendarOrder)];
  if (dice.chance(0.5)) return world.clock + dice.int(20 * day) - 3 * day;
  if (dice.chance(0.5)) return Date.parse(edge.opensAt) - 2 + dice.int(4);
  if (dice.chance(0.7)) return passesAt(edge.closesAt) - 2 + dice.int(4);
  return launchDay.getTime() + dice.int(500) * day - 30 * day;
}

type Recipe = { payload: unknown; actor: Actor; now: number };
type Recipes<State> = Readonly<Record<string, (state: State, world: World, dice: Dice) => Recipe>>;

const texts = ['Thi đua.', 'Hoàn thành, "đúng hạn" \\ \n 100 %', '𠀀 ký tự', 'x'.repeat(300)];
const decimals = ['0', '0.5', '45', '90', '90.0001', '999999999999', '100'];
const shares = ['1/2', '2/3', '3/4', '70/100', '80/100', '0/1', '1/1'];

function legalMark(line: MarkedLine, dice: Dice): number {
  if (line.bands) return dice.pick(line.bands);
  const steps = Math.floor(line.max / line.step);
  return line.step * (dice.chance(0.5) ? Math.ceil(steps / 2) : dice.int(steps + 1));
}
const marksOn = (lines: readonly MarkedLine[], dice: Dice) =>
  Object.fromEntries(lines.map((line) => [line.id, legalMark(line, dice)]));

const province: Recipes<Province> = {
  FoundProvince: (_p, w, d) => ({
    payload: {
      name: 'Mẫu',
      assignments: [boardHead, specialist].map((actor) => assignmentOf(`f-${actor.account}`, actor)),
    },
    actor: system,
    now: soon(w, d),
  }),
  RegisterUnits: (p, w, d) => {
    const all = d.chance(0.7) ? units.slice(0, 7) : d.some(units, 0.4);
    const known = Object.keys(p.units);
    return {
      payload: {
        units: (all.length > 0 ? all : ['h']).map((id) => ({
          id,
          name: `Sở ${id}`,
          shortName: id,
          kind: 'department',
          validFrom: '2018-04-06',
          ...(d.chance(0.03) ? { validTo: '2030-01-01', successors: known.slice(0, 1) } : {}),
        })),
      },
      actor: specialist,
      now: soon(w, d),
    };
  },
  SucceedUnit: (p, w, d) => {
    const known = Object.keys(p.units);
    const successors = [d.prefer(known, ['a'])];
    const payload = { unit: d.prefer(known, ['b']), successors, validTo: '2029-12-31', document: 'NQ 1' };
    return { payload, actor: boardHead, now: soon(w, d) };
  },
  AssignAccounts: (p, w, d) => {
    const actors = d.some(Object.keys(p.units), 0.5).map((id) => d.pick([leader, officer, deputy])(id));
    const assignments = [...actors, d.pick([office, auditor, seat(3)])].map((actor) =>
      assignmentOf(`x-${d.int(10_000)}`, actor),
    );
    return { payload: { assignments }, actor: specialist, now: soon(w, d) };
  },
  EndAssignment: (p, w, d) => {
    const now = soon(w, d);
    const to = new Date(now + d.int(3) * day).toISOString();
    return {
      payload: { assignment: d.prefer(Object.keys(p.assignments), ['?']), to },
      actor: specialist,
      now,
    };
  },
  OpenSeason: (p, w, d) => {
    const season = p.seasons['2023'] ? d.pick(['2024', '2025', '2026', '2027']) : '2023';
    return { payload: { season, title: `Thi đua năm ${season}` }, actor: boardHead, now: soon(w, d) };
  },
  ArchiveSeason: (p, w, d) => {
    const open = Object.keys(p.seasons).filter((id) => p.seasons[id]?.state === 'open');
    return { payload: { season: d.prefer(open, ['2023']) }, actor: boardHead, now: soon(w, d) };
  },
};

function assignmentOf(id: string, actor: Actor): object {
  const { account, role, unit, seat: ofSeat, signsAs } = actor;
  return {
    id,
    account,
    role,
    ...(unit ? { unit } : {}),
    ...(ofSeat ? { seat: ofSeat } : {}),
    ...(signsAs ? { signsAs } : {}),
    from: '2023-01-01T00:00:00+07:00',
  };
}

const directive = {
  number: '01/CT-UBND',
  date: '2023-01-18',
  title: 'Phát động phong trào thi đua',
  theme: 'Đoàn kết',
  endsOn: '2023-12-31',
  targets: ['T01', 'T02'].map((id, i) => ({
    id,
    bullet: 1,
    parent: i === 0 ? null : 'T01',
    text: 'Chỉ tiêu',
    metric: 'Chỉ tiêu',
    metricEn: 'A target',
    change: 'increase',
    operator: '=',
    value: '8',
    unit: '%',
    direction: 'higher',
    sector: 'economy',
  })),
};

const board = (name: string, payload: (dice: Dice, state: Season) => object, actor = specialist) => ({
  [name]: (state: Season, world: World, dice: Dice): Recipe => ({
    payload: payload(dice, state),
    actor,
    now: name === 'LaunchSeason' ? Math.max(soon(world, dice), launchDay.getTime() - day) : soon(world, dice),
  }),
});

/** Some rules of the province other than those of the builders; what they do not set stays. */
function someRules(dice: Dice): object {
  const rule = (value: string | number) => ({ value, source: 'thử', verified: true });
  const awards = AwardKind.options.map((award) => [
    [`council.threshold.${award}`, dice.pick(shares)],
    [`council.comparison.${award}`, dice.pick(['atLeast', 'moreThan'])],
    [`council.secrecy.${award}`, dice.pick(['open', 'paper'])],
  ]);
  const others = [
    ['council.quorum', dice.pick(shares)],
    ['bloc.quorum', dice.pick(shares)],
    ['bloc.flags', dice.int(3)],
    ['bloc.certificates', dice.int(4)],
    ['ballots.minimum', 1 + dice.int(3)],
  ];
  const chosen = [...awards.flat(), ...others] as [string, string | number][];
  return { ...provinceRules, ...Object.fromEntries(chosen.map(([key, value]) => [key, rule(value)])) };
}

const season: Recipes<Season> = {
  ...board('CreateSeason', () => ({})),
  ...board('IssueDirective', () => directive),
  ...board('AdoptRubric', () => rubric),
  ...board('DefineBlocs', (d) => ({
    blocs: Object.entries(members)
      .filter((_bloc, i) => i === 0 || d.chance(0.9))
      .map(([id, list]) => ({
        id,
        kind: 'khoi',
        name: `Khối ${id}`,
        members: d.chance(0.9) ? list : d.some(units.slice(0, 7), 0.5),
        head: list[0],
        deputy: d.chance(0.95) ? list[1] : d.pick(units),
        rubric: d.chance(0.95) ? 'small' : 'other',
      })),
  })),
  ...board('RemoveBloc', (d, s) => ({ bloc: d.prefer(Object.keys(s.blocs), ['k01']) })),
  ...board('SetCalendar', (d) =>
    d.chance(0.95) ? calendar : { ...calendar, review: calendar[d.pick(calendarOrder)] },
  ),
  ...board('AppointCouncil', (d) => ({
    name: 'Hội đồng',
    roll: d.chance(0.95) ? roll : d.some(roll, 0.5).concat(roll[0] ?? []),
  })),
  ...board('SetRules', (d, s) => ({
    packs: [lawPack],
    ...(s.launched && d.chance(0.8) ? {} : { province: d.chance(0.5) ? provinceRules : someRules(d) }),
  })),
  ...board('RestartCycle', (d) => ({ reason: d.pick(texts) })),
  ...board('LaunchSeason', () => ({}), boardHead),
};

const idsOf = (state: Bloc) => (state.terms?.members ?? []).map((member) => member.unit as string);
const calendarOf = (state: Bloc) => state.terms?.calendar ?? calendar;
const mayBind = (unit: string, dice: Dice) => (dice.chance(0.8) ? leader(unit) : deputy(unit));

/** A unit still lacking something, or any. */
function nextUnit(state: Bloc, dice: Dice, done: Readonly<Record<string, unknown>>): string {
  const ids = idsOf(state);
  const left = ids.filter((id) => done[id] === undefined);
  return dice.prefer(dice.chance(0.9) ? left : ids, ids.length > 0 ? ids : units);
}
const headOf = (state: Bloc, dice: Dice) => mayBind(state.terms?.head ?? 'a', dice);

const bloc: Recipes<Bloc> = {
  ScheduleBloc: (_b, w, d) => ({ payload: {}, actor: system, now: soon(w, d) }),
  RestartPhase: (b, w, d) => {
    const running = Object.keys(b.runs);
    const payload = { phase: running.at(-1) ?? 'pledge-signing', reason: d.pick(texts) };
    return { payload, actor: specialist, now: soon(w, d) };
  },
  RegisterTargets: (b, w, d) => {
    const unit = nextUnit(b, d, b.pledge.targets);
    const operators = ['=', '>', '≥', '<', '≤'];
    const targets = ['1', '2', '3'].slice(0, 1 + d.int(3)).map((id) => ({
      ...target,
      id,
      planned: d.pick(decimals),
      operator: d.pick(operators),
      direction: d.pick(['higher', 'lower']),
    }));
    const actor = d.pick([officer, leader, deputy])(unit);
    return {
      payload: { unit, targets },
      actor,
      now: Math.min(soon(w, d), Date.parse(calendar.pledge.closesAt)),
    };
  },
  DraftPledge: (b, w, d) => ({ payload: { text: d.pick(texts) }, actor: headOf(b, d), now: soon(w, d) }),
  FreezePledge: (b, w, d) => {
    const lacking = idsOf(b).filter((id) => !b.pledge.targets[id]);
    const payload = d.chance(0.5) ? { withoutTargets: lacking } : {};
    return { payload, actor: headOf(b, d), now: soon(w, d) };
  },
  SignPledge: (b, w, d) => {
    const unit = nextUnit(b, d, b.pledge.signatures);
    const hash = d.chance(0.95) ? (b.pledge.frozen?.hash ?? '0'.repeat(64)) : 'f'.repeat(64);
    return { payload: { unit, hash }, actor: mayBind(unit, d), now: inside(w, d, calendarOf(b).pledge) };
  },
  ClosePledge: (b, w, d) => ({ payload: {}, actor: system, now: after(w, d, calendarOf(b).pledge) }),
  ReportActuals: (b, w, d) => {
    const unit = nextUnit(b, d, b.review.reports);
    const actuals = actualsOf(b, unit, d);
    const payload = { unit, actuals, narrative: d.pick(texts) };
    return { payload, actor: mayBind(unit, d), now: inside(w, d, calendarOf(b).review) };
  },
  RecordFindings: (b, w, d) => ({
    payload: { text: d.pick(texts) },
    actor: headOf(b, d),
    now: inside(w, d, calendarOf(b).review),
  }),
  CloseReview: (b, w, d) => ({ payload: {}, actor: system, now: after(w, d, calendarOf(b).review) }),
  SubmitSelfScore: (b, w, d) => {
    const unit = nextUnit(b, d, b.scoring.selfScores);
    const lines = allCriteria(b.terms?.rubric ?? rubric)
      .filter(
        (line) => line.markedBy !== 'computed' && (!/^(bonus|penalty)$/.test(line.kind) || d.chance(0.3)),
      )
      .map((line) => ({
        criterion: line.id,
        points: legalMark(line, d),
        evidence: d.chance(0.1) ? [{ title: 'QĐ' }] : [],
      }));
    const payload = { unit, actuals: actualsOf(b, unit, d), lines };
    return { payload, actor: mayBind(unit, d), now: inside(w, d, calendarOf(b).selfScore) };
  },
  CloseSelfScoring: (b, w, d) => ({ payload: {}, actor: system, now: after(w, d, calendarOf(b).selfScore) }),
  OpenRound: (b, w, d) =>
    d.chance(0.5)
      ? { payload: {}, actor: system, now: inside(w, d, calendarOf(b).crossScore) }
      : { payload: {}, actor: headOf(b, d), now: soon(w, d) },
  SubmitScoreSheet: (b, w, d) => {
    const unit = nextUnit(b, d, b.scoring.sheets);
    const lines = criteriaMarkedBy(b.terms?.rubric ?? rubric, 'peers');
    const peers = idsOf(b).filter((id) => id !== unit);
    const marks = Object.fromEntries(d.shuffled(peers).map((peer) => [peer, marksOn(lines, d)]));
    return { payload: { unit, marks }, actor: mayBind(unit, d), now: inside(w, d, calendarOf(b).crossScore) };
  },
  MarkByHead: (b, w, d) => {
    const unit = nextUnit(b, d, b.scoring.headMarks);
    const marks = marksOn(criteriaMarkedBy(b.terms?.rubric ?? rubric, 'head'), d);
    const by = unit === b.terms?.head ? mayBind(b.terms.deputy, d) : headOf(b, d);
    return { payload: { unit, marks }, actor: d.chance(0.2) ? specialist : by, now: soon(w, d) };
  },
  CloseRound: (b, w, d) => {
    const complete = idsOf(b).every((id) => b.scoring.sheets[id]);
    return complete && d.chance(0.6)
      ? { payload: {}, actor: headOf(b, d), now: soon(w, d) }
      : { payload: {}, actor: system, now: after(w, d, calendarOf(b).crossScore) };
  },
  HoldMeeting: (b, w, d) => {
    const present = d.chance(0.7) ? idsOf(b) : d.some(idsOf(b), 0.6);
    const payload = { place: 'Hội trường', present: present.length > 0 ? present : ['a'] };
    return { payload, actor: headOf(b, d), now: inside(w, d, calendarOf(b).meeting) };
  },
  ConfirmRanking: (b, w, d) => ({
    payload: {},
    actor: headOf(b, d),
    now: inside(w, d, calendarOf(b).meeting),
  }),
  Nominate: (b, w, d) => {
    const { ranks = [], ineligible = [] } = b.meeting.ranking ?? {};
    const eligible = d
      .shuffled(ranks)
      .filter(({ unit, rank }) => d.chance(0.05) || (rank !== null && !ineligible.includes(unit)))
      .sort((x, y) => (d.chance(0.1) ? 1 : (x.rank ?? 99) - (y.rank ?? 99)))
      .map(({ unit }) => unit as string);
    const quota = b.terms ? quotaOf(b.terms) : { flags: 1, certificates: 2 };
    const flags = eligible.splice(0, Math.max(0, quota.flags - (d.chance(0.2) ? 1 : 0)));
    const certificates = eligible.slice(0, d.int(quota.certificates + 2));
    return {
      payload: { flags, certificates },
      actor: headOf(b, d),
      now: inside(w, d, calendarOf(b).meeting),
    };
  },
  CloseMeeting: (b, w, d) => ({ payload: {}, actor: system, now: after(w, d, calendarOf(b).meeting) }),
};

function actualsOf(state: Bloc, unit: string, dice: Dice): object[] {
  const own = state.pledge.targets[unit] ?? [];
  return dice.some(own, 0.9).map(({ id }) => ({ target: id, value: dice.pick([...decimals, '-3']) }));
}

const seats = (state: Council) => (state.session?.roll ?? []).map(({ seat: id }) => id as string);
const seated = (id: string | undefined) => seat(Number((id ?? 's1').slice(1)));

const council: Recipes<Council> = {
  OpenCouncil: (_c, w, d) => ({ payload: {}, actor: system, now: soon(w, d) }),
  ReceiveNomination: (c, w, d) => {
    const payload = { bloc: d.prefer(awaitedBlocs(c), ['k01', 'k02'] as never[]) };
    return { payload, actor: system, now: soon(w, d) };
  },
  CloseNominations: (c, w, d) => ({
    payload: {},
    actor: system,
    now: awaitedBlocs(c).length > 0 ? after(w, d, calendar.meeting) : soon(w, d),
  }),
  AppraiseDossier: (c, w, d) => {
    const { unit, award } = d.prefer(unappraisedOf(c), Object.values(c.dossiers)) ?? {
      unit: 'a',
      award: 'certificate',
    };
    const verdict = d.chance(0.85)
      ? { verdict: 'eligible' }
      : { verdict: 'ineligible', reason: 'Thiếu hồ sơ.' };
    return { payload: { unit, award, ...verdict }, actor: specialist, now: soon(w, d) };
  },
  ConveneSession: (_c, w, d) => {
    const now = inside(w, d, calendar.council);
    return { payload: { at: new Date(now + day).toISOString(), place: 'Phòng họp' }, actor: seat(1), now };
  },
  RecordAttendance: (c, w, d) => ({
    payload: { present: d.chance(0.6) ? seats(c).slice(0, 5 + d.int(3)) : d.some(seats(c), 0.6) },
    actor: seat(2),
    now: soon(w, d),
  }),
  CastVote: (c, w, d) => {
    const open = awardsOnAgenda(c).filter((award) => modeOf(c, award) === 'open');
    const award = d.prefer(open, AwardKind.options);
    const present = c.attendance?.present ?? [];
    const waiting = present.filter((id) => !c.votes[award]?.[id]);
    const choices = agendaOf(c, award).map(({ unit }) => ({
      unit,
      choice: d.pick(['yes', 'yes', 'no', 'abstain']),
    }));
    const payload = { award, choices: choices.length > 0 ? choices : [{ unit: 'a', choice: 'yes' }] };
    return {
      payload,
      actor: seated(d.prefer(d.chance(0.9) ? waiting : [], [...present, 's9'])),
      now: soon(w, d),
    };
  },
  EnterPaperCount: (c, w, d) => {
    const closed = awardsOnAgenda(c).filter((award) => modeOf(c, award) === 'paper');
    const award = d.prefer(
      closed.filter((one) => !c.paper[one]),
      AwardKind.options,
    );
    const present = c.attendance?.present ?? [];
    const issued = Math.max(0, present.length - (d.chance(0.1) ? 1 : 0));
    const returned = Math.max(0, issued - (d.chance(0.2) ? 1 : 0));
    const lines = agendaOf(c, award).map(({ unit }) => {
      const yes = d.chance(0.6) ? returned : d.int(returned + 1);
      const no = d.int(returned - yes + 1);
      return { unit, yes, no, invalid: returned - yes - no + (d.chance(0.03) ? 1 : 0) };
    });
    const team = present.length >= 3 ? d.shuffled(present).slice(0, 3) : ['s1', 's2', 's3'];
    const none = [{ unit: 'a', yes: returned, no: 0, invalid: 0 }];
    const payload = { award, team, issued, returned, lines: lines.length > 0 ? lines : none };
    return { payload, actor: seat(2), now: soon(w, d) };
  },
  CountVotes: (_c, w, d) => ({ payload: {}, actor: seat(2), now: soon(w, d) }),
  ConcludeSession: (_c, w, d) => ({
    payload: { conclusions: d.pick(texts) },
    actor: seat(1),
    now: soon(w, d),
  }),
  RecordDecision: (c, w, d) => {
    const now = soon(w, d);
    const awards = d.some(d.shuffled(c.concluded?.passed ?? []), 0.8);
    const publishAt = new Date(now + d.int(4) * day - (d.chance(0.05) ? 1 : 0)).toISOString();
    const payload = { number: '1/QĐ-UBND', date: '2024-01-30', office: 'Chủ tịch', awards, publishAt };
    return { payload, actor: office, now };
  },
  RestartCouncilPhase: (_c, w, d) => ({
    payload: { phase: d.pick(councilPhases), reason: d.pick(texts) },
    actor: specialist,
    now: soon(w, d),
  }),
  PublishAwards: (c, w, d) => {
    const from = Date.parse(c.decision?.publishAt ?? calendar.publication.opensAt);
    return { payload: {}, actor: system, now: d.chance(0.3) ? from : Math.max(from, soon(w, d)) };
  },
};

/** What might well be done next, likelier things more often. */
const sequel: { readonly [K in StreamKind]: (state: StateOf[K], dice: Dice) => readonly string[] } = {
  province: (p) => {
    if (p.name === undefined) return ['FoundProvince'];
    if (Object.keys(p.units).length < 7) return ['RegisterUnits'];
    if (!p.seasons['2023']) return ['OpenSeason', 'OpenSeason', 'AssignAccounts'];
    return ['RegisterUnits', 'AssignAccounts', 'EndAssignment', 'SucceedUnit', 'OpenSeason', 'ArchiveSeason'];
  },
  season: (s) => {
    if (s.id === undefined) return ['CreateSeason'];
    if (s.launched) return ['RestartCycle', 'SetRules'];
    const missing = [
      ...(s.directive ? [] : ['IssueDirective']),
      ...(Object.keys(s.rubrics).length > 0 ? [] : ['AdoptRubric']),
      ...(Object.keys(s.blocs).length > 0 ? [] : ['DefineBlocs']),
      ...(s.calendar ? [] : ['SetCalendar']),
      ...(s.council ? [] : ['AppointCouncil']),
      ...(s.rules.packs.length > 0 ? [] : ['SetRules']),
    ];
    if (missing.length > 0) return missing;
    const again = ['SetCalendar', 'DefineBlocs', 'AppointCouncil', 'SetRules', 'RemoveBloc', 'AdoptRubric'];
    return [...Array<string>(6).fill('LaunchSeason'), ...again];
  },
  bloc: (b, d) => {
    if (!b.terms) return ['ScheduleBloc'];
    if (d.chance(0.03)) return ['RestartPhase'];
    const { pledge, review, scoring, meeting } = b;
    if (!pledge.closed && !pledge.frozen)
      return ['RegisterTargets', 'RegisterTargets', 'DraftPledge', ...(pledge.text ? ['FreezePledge'] : [])];
    if (!pledge.closed) {
      const often = Array<string>(12).fill('SignPledge');
      return [...often, 'ClosePledge', d.pick(['RegisterTargets', 'DraftPledge'])];
    }
    if (!review.closed) return [...Array<string>(6).fill('ReportActuals'), 'RecordFindings', 'CloseReview'];
    if (!scoring.opened)
      return [...Array<string>(6).fill('SubmitSelfScore'), 'OpenRound', 'OpenRound', 'CloseSelfScoring'];
    if (!scoring.closed)
      return [...Array<string>(5).fill('SubmitScoreSheet'), 'MarkByHead', 'MarkByHead', 'CloseRound'];
    if (!scoring.tally) return ['MarkByHead'];
    if (!meeting.ranking) return meeting.valid ? ['ConfirmRanking', 'HoldMeeting'] : ['HoldMeeting'];
    return d.chance(0.1) ? ['CloseMeeting'] : ['Nominate'];
  },
  council: (c, d) => {
    if (!c.terms) return ['OpenCouncil'];
    if (d.chance(0.03)) return ['RestartCouncilPhase'];
    if (!c.nominationsClosed)
      return [
        'ReceiveNomination',
        'ReceiveNomination',
        'ReceiveNomination',
        'AppraiseDossier',
        'CloseNominations',
      ];
    if (!c.session)
      return unappraisedOf(c).length > 0 ? ['AppraiseDossier'] : ['ConveneSession', 'AppraiseDossier'];
    if (!c.attendance?.met) return ['RecordAttendance'];
    if (!c.counts) {
      const open = awardsOnAgenda(c).some((award) => modeOf(c, award) === 'open');
      const paper = awardsOnAgenda(c).some((award) => modeOf(c, award) === 'paper' && !c.paper[award]);
      return [
        ...(open ? Array<string>(6).fill('CastVote') : []),
        ...(paper ? ['EnterPaperCount'] : []),
        'CountVotes',
      ];
    }
    if (!c.concluded) return ['ConcludeSession'];
    return c.decision ? ['PublishAwards'] : ['RecordDecision'];
  },
};

const recipes: { readonly [K in StreamKind]: Recipes<StateOf[K]> } = { province, season, bloc, council };

/** Commands of the roster for which there is no recipe. */
export const withoutRecipe = (Object.keys(commands) as StreamKind[]).flatMap((kind) =>
  Object.keys(commands[kind]).filter((name) => !Object.hasOwn(recipes[kind], name)),
);

/** A command to a stream that may well be accepted there now, with its share of absurdity. */
export function attemptOn(world: World, stream: string, dice: Dice, absurd: number): Attempt {
  const { kind } = refOf(stream);
  const state = stateIn(world, kind, stream);
  const wild = dice.chance(absurd);
  const likely = (sequel[kind] as (state: unknown, dice: Dice) => readonly string[])(state, dice);
  const name = dice.pick(wild && dice.chance(0.5) ? Object.keys(commands[kind]) : likely);
  const cook = (recipes[kind] as Recipes<unknown>)[name];
  const form = commandNamed(kind, name)?.payload ?? z.never();
  const made = cook?.(state, world, dice) ?? {
    payload: anyOf(form, dice),
    actor: anybody(dice),
    now: world.clock,
  };
  if (!wild) return { stream, name, ...made, now: new Date(made.now) };
  const actor = dice.chance(0.4) ? anybody(dice) : made.actor;
  const now = new Date(dice.chance(0.4) ? anyInstant(world, dice) : made.now);
  const payload = dice.chance(0.5) ? anyOf(form, dice) : made.payload;
  return { stream, name, actor, now, payload: form.safeParse(payload).success ? payload : made.payload };
}

const words: readonly string[] = [
  ...units,
  ...['s1', 's2', 's3', 's4', 's5', 's9', 'k01', 'k02', 'k99', '2023', '2024', '2030', 'T01', 'T99'],
  ...allCriteria(rubric).map(({ id }) => id),
  ...['2022-12-31', '2023-06-01', '2024-02-29', '1/1', '2/3', '9999/1', '0/7', '0', '-1', '90', '0.0001'],
  ...['2023-12-15T17:00:00+07:00', '2024-02-01T01:00:00Z', '1999-01-01T00:00:00-11:30', 'f'.repeat(64)],
  ...[
    '',
    ' ',
    'small',
    'acc-a',
    '-',
    ...texts,
    'https://example.org/x',
    'bloc.flags',
    'score.aggregator',
    '1:2:3',
  ],
];
const numbers: readonly number[] = [
  -10_000_000, -100, -1, 0, 1, 2, 3, 6, 7, 50, 100, 1000, 4000, 4025, 10_000_000,
];
const fitting = new WeakMap<z.core.$ZodType, readonly unknown[]>();

/** A value of this form and nothing more thought out than that; refinements over several fields may still fail. */
export function anyOf(form: z.core.$ZodType, dice: Dice): unknown {
  const { def } = (form as z.core.$ZodTypes)._zod;
  const amount = dice.pick([0, 1, 1, 2, 3, 5]);
  switch (def.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(def.shape).flatMap(([key, inner]) => {
          const value = anyOf(inner, dice);
          return value === undefined ? [] : [[key, value]];
        }),
      );
    case 'array':
      return Array.from({ length: amount }, () => anyOf(def.element, dice));
    case 'record':
      return Object.fromEntries(
        Array.from({ length: amount }, () => [anyOf(def.keyType, dice), anyOf(def.valueType, dice)]),
      );
    case 'optional':
    case 'default':
      return dice.chance(0.5) ? undefined : anyOf(def.innerType, dice);
    case 'nullable':
      return dice.chance(0.3) ? null : anyOf(def.innerType, dice);
    case 'union':
      return anyOf(dice.pick(def.options), dice);
    case 'enum':
      return dice.pick(Object.values(def.entries));
    case 'literal':
      return dice.pick(def.values);
    case 'boolean':
      return dice.chance(0.5);
    default: {
      const known =
        fitting.get(form) ?? [...words, ...numbers].filter((value) => z.safeParse(form, value).success);
      fitting.set(form, known);
      return dice.pick(known);
    }
  }
}
