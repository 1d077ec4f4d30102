/**
 * Commands for property tests, lawful and not: dice that fast-check throws, worlds to start from, a recipe for every
 * command of the roster that fits the moment where anything does, and payloads made from a command's form alone.
 */
import * as z from 'zod';
import { type Actor, publicActor } from '../../../shared/domain/actor.ts';
import { AwardKind } from '../../../shared/domain/award.ts';
import type { Bloc } from '../../../shared/domain/bloc.ts';
import { calendarOrder, passesAt, vietnamTime, type Window } from '../../../shared/domain/calendar.ts';
import {
  agendaOf,
  awaitedBlocs,
  awardsOnAgenda,
  type Council,
  councilPhases,
  isCountComplete,
  modeOf,
  unappraisedOf,
  uncountedAwards,
} from '../../../shared/domain/council.ts';
import { type Extendable, lastClosesAt } from '../../../shared/domain/extension.ts';
import { type StreamKind, type StreamRef, streamName, streamRefOf } from '../../../shared/domain/ids.ts';
import { quotaOf, rotationOf } from '../../../shared/domain/meeting.ts';
import type { Province } from '../../../shared/domain/province.ts';
import { allCriteria, criteriaMarkedBy, type MarkedLine } from '../../../shared/domain/rubric.ts';
import { opinionMatters } from '../../../shared/domain/rules.ts';
import type { Season } from '../../../shared/domain/season.ts';
import { commandNamed, commands, folds, type StateOf } from '../../../shared/domain/streams.ts';
import {
  type Commit,
  canonicalJson,
  commitOf,
  emptyStream,
  type Fold,
  foldOnto,
  type RecordedEvent,
  type Stream,
  sha256Of,
} from '../../../shared/journal.ts';
import { type Result, refuse } from '../../../shared/result.ts';
import {
  at,
  auditor,
  boardHead,
  calendar,
  launchDay,
  launchedSeason,
  lawPack,
  leader,
  type MemoryJournal,
  memoryJournal,
  office,
  officer,
  papersFor,
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
  return {
    streams: new Map([...commits.keys()].map((name) => [name, load(name)])),
    commits,
    clock: commits.size > 0 ? launchDay.getTime() : at('2023-01-02T08:00:00').getTime(),
  };
}

const members = { k01: ['a', 'b', 'c', 'd'], k02: ['e', 'f', 'g'] };

/** What a bloc's or a Council's record says once it has reached a step. */
const blocSteps: readonly ((state: Bloc) => unknown)[] = [
  ({ terms }) => terms,
  ({ pledge }) => pledge.frozen,
  ({ pledge }) => pledge.closed,
  ({ review }) => review.closed,
  ({ scoring }) => scoring.opened,
  ({ scoring }) => scoring.closed,
  ({ scoring }) => scoring.tally,
  ({ meeting }) => meeting.ranking,
  ({ terms, meeting }) => terms?.rules['meeting.vote'].value === 'none' || meeting.ballots.length > 0,
  ({ meeting }) => meeting.ended,
];
const councilSteps: readonly ((state: Council) => unknown)[] = [
  ({ terms }) => terms,
  ({ nominationsClosed }) => nominationsClosed,
  ({ session }) => session,
  ({ attendance, session }) => attendance?.met || session?.mode === 'circulation',
  ({ counts }) => counts,
  ({ concluded }) => concluded,
  ({ decision }) => decision,
];

/** Gives commands that fit until a stream is where it should be; which and how follows from the dice. */
function drive<K extends StreamKind>(
  world: World,
  streams: readonly string[],
  dice: Dice,
  isThere: (state: StateOf[K]) => unknown,
): World {
  const goal = streams.at(-1) ?? '';
  for (let left = 800; left > 0 && !isThere(streamIn(world, goal).state as StateOf[K]); left--)
    send(world, attemptOn(world, dice.pick(streams), dice, 0));
  return world;
}

/** Worlds to start from: nothing, a season launched under some rules, and every step of bloc and Council. */
export function starts(seed: number): { fresh: World; launched: World; blocs: World[]; councils: World[] } {
  const dice = diceOf(seed);
  const fresh = worldOf(memoryJournal());
  const setUp = ['province', seasonName, seasonName, seasonName];
  const launched =
    seed % 2 === 0
      ? worldOf(launchedSeason(members, {}, rubric, { b: 'firm', f: 'cooperative' }))
      : drive<'season'>(copyOf(fresh), setUp, dice, (state) => state.launched);
  const blocs: World[] = [];
  let world = launched;
  for (const step of blocSteps) {
    world = copyOf(world);
    for (const name of blocNames) drive<'bloc'>(world, [name], dice, step);
    blocs.push(world);
  }
  const councils = councilSteps.map((step) => {
    world = drive<'council'>(copyOf(world), [councilName], dice, step);
    return world;
  });
  return { fresh, launched, blocs, councils: [...blocs.slice(-1), ...councils] };
}

/** Copies of the streams that a command reads, found as the product finds them. */
function copiesFor(world: World, stream: string, kinds: readonly StreamKind[], payload: unknown) {
  const { bloc, from } = payload as { bloc?: string; from?: object };
  const ref = { ...refOf(stream), bloc, ...from };
  return Object.fromEntries(
    kinds.map((kind) => {
      const { name, seq, head: sha256, state } = streamIn(world, streamName({ ...ref, kind } as never));
      return [kind, { source: { stream: name, seq, sha256 }, state }];
    }),
  );
}

export type Sent = {
  readonly before: Stream<unknown>;
  readonly after: Stream<unknown>;
  /** Everything that the decision followed from, frozen, and the decision taken once more. */
  readonly again: () => Result<readonly RecordedEvent[]>;
  readonly decision: Result<readonly RecordedEvent[]>;
};

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

/** The product's path of a command: parse, load, may it, decide, append; all that is handed on is frozen. */
export function send(world: World, { stream, name, payload, actor, now }: Attempt): Sent {
  const { kind } = refOf(stream);
  const command = commandNamed(kind, name);
  if (!command) throw new Error(`${name} is not on the roster`);
  const parsed = deepFreeze(command.payload.parse(payload)) as never;
  const before = streamIn(world, stream);
  const state = deepFreeze(before.state) as never;
  const context = deepFreeze({
    actor: { ...actor },
    stream,
    copies: copiesFor(world, stream, command.copies, parsed),
  });
  const again = () =>
    command.can(context.actor, state, parsed)
      ? command.decide(state, parsed, { ...context, now: new Date(now) } as never)
      : refuse('not-allowed');
  const decision = again();
  if (!decision.ok || decision.value.length === 0) return { before, after: before, again, decision };
  const commit = commitOf({
    stream,
    seq: before.seq + 1,
    prev: before.head,
    at: now.toISOString(),
    actor,
    command: {
      id: `c${before.seq}`,
      name,
      sha256: sha256Of(canonicalJson({ stream, name, payload: parsed })),
    },
    events: [...deepFreeze(decision.value)],
  });
  const after = foldOnto(before, [commit], folds[kind] as Fold<unknown>);
  deepFreeze(after.state);
  world.streams.set(stream, after);
  world.commits.set(stream, [...(world.commits.get(stream) ?? []), commit]);
  world.clock = now.getTime();
  return { before, after, again, decision };
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
  return world.clock + dice.int(60) * minute - (dice.chance(0.15) ? dice.int(day) : 0);
}

/** The first millisecond after a deadline, or some time after it. */
function after(world: World, dice: Dice, closesAt: string): number {
  return Math.max(world.clock, passesAt(closesAt) + (dice.chance(0.5) ? 0 : dice.int(day)));
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

/** A text that is bound by its salted hash. */
const text = { ref: 'a'.repeat(64) };

function someMark(line: MarkedLine, dice: Dice): number {
  if (dice.chance(0.005)) return dice.pick([line.max + line.step, 1, -line.step]);
  if (line.bands) return dice.pick(line.bands);
  const steps = Math.floor(line.max / line.step);
  return line.step * (dice.chance(0.5) ? Math.ceil(steps / 2) : dice.int(steps + 1));
}
const marksOn = (lines: readonly MarkedLine[], dice: Dice) =>
  Object.fromEntries(lines.map((line) => [line.id, someMark(line, dice)]));

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
    const all = d.chance(0.7) ? units.slice(0, 8) : d.some(units.slice(0, 8), 0.4);
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
      payload: { assignment: d.prefer(Object.keys(p.assignments), ['as-khong-co']), to },
      actor: specialist,
      now,
    };
  },
  OpenSeason: (p, w, d) => {
    const season = p.seasons['2023'] ? d.pick(['2024', '2025', '2026', '2027']) : '2023';
    return { payload: { season, title: `Thi đua năm ${season}` }, actor: boardHead, now: soon(w, d) };
  },
  ArchiveSeason: (p, w, d) => {
    // The season that is played on is left open nearly always.
    const open = Object.keys(p.seasons).filter((id) => id !== '2023' && p.seasons[id]?.state === 'open');
    return {
      payload: { season: d.chance(0.05) ? '2023' : d.prefer(open, ['2031']) },
      actor: boardHead,
      now: soon(w, d),
    };
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

/** The rubric of the builders with part of its computed line given to an imported index, for the whole or for a half. */
const withIndex = indexed(500);
function indexed(max: number) {
  const [first, ...groups] = rubric.groups;
  const [attainment, ...criteria] = first?.criteria ?? [];
  const index = { id: 'I.3', title: 'Chỉ số', max, markedBy: 'computed', kind: 'index', step: 50 };
  const computed = [{ ...attainment, max: 2000 - max }, index, ...criteria];
  return { ...rubric, groups: [{ ...first, criteria: computed }, ...groups] };
}

const board = (name: string, payload: (dice: Dice, state: Season) => object, actor = specialist) => ({
  [name]: (state: Season, world: World, dice: Dice): Recipe => ({
    payload: payload(dice, state),
    actor,
    now: name === 'LaunchSeason' ? Math.max(soon(world, dice), launchDay.getTime() - day) : soon(world, dice),
  }),
});

/** Some rules of the province other than those of the builders; what they do not set stays. */
function someRules(dice: Dice): object {
  const rule = (value: string | number | boolean) => ({ value, source: 'thử', verified: true });
  const awards = AwardKind.options.map((award) => [
    [`council.threshold.${award}`, dice.pick(shares)],
    [`council.comparison.${award}`, dice.pick(['atLeast', 'moreThan'])],
    [`council.secrecy.${award}`, dice.pick(['open', 'paper'])],
  ]);
  const others = [
    ['council.quorum', dice.pick(shares)],
    ['council.circulation', dice.chance(0.7)],
    ['opinion.matters', dice.pick(['', 'tax', 'insurance,tax', 'insurance,tax,environment,labour'])],
    ['opinion.working-days', 1 + dice.int(3)],
    ['opinion.silence', dice.pick(['agrees', 'waits'])],
    ['bloc.quorum', dice.pick(shares)],
    ['bloc.flags', dice.int(3)],
    ['bloc.certificates', dice.int(4)],
    ['ballots.minimum', 1 + dice.int(3)],
    ['bloc.first-ineligible', dice.pick(['next', 'next', 'vacant'])],
    ['bloc.amendment-consent', dice.pick(shares.slice(0, 5))],
    ['meeting.vote', dice.pick(['none', 'open', 'paper', 'open', 'paper'])],
    ['meeting.denominator', dice.pick(['total', 'present', 'entitled'])],
    ['meeting.recused', dice.pick(['in', 'out'])],
    ['meeting.threshold', dice.pick(shares.slice(0, 3))],
    ['objection.working-days', dice.int(3)],
    ['score.missing-sheet', dice.pick(['dropped', 'dropped-ineligible', 'excuse'])],
    ['score.aggregator', dice.pick(['mean', 'balanced', 'olympic', 'trimmed', 'weighted'])],
    ['score.claim-evidence', dice.chance(0.8)],
    ['score.weights', '20:60:20'],
    ['score.rank-on', dice.pick(['exact', 'rounded:1'])],
    ['next-head.choice', dice.pick(['either', 'either', 'rotation', 'vote'])],
    ['next-head.threshold', dice.pick(shares.slice(0, 3))],
    ['next-head.comparison', dice.pick(['atLeast', 'moreThan'])],
  ];
  const chosen = [...awards.flat(), ...others] as [string, string | number | boolean][];
  return { ...provinceRules, ...Object.fromEntries(chosen.map(([key, value]) => [key, rule(value)])) };
}

const season: Recipes<Season> = {
  ...board('CreateSeason', () => ({})),
  ...board('IssueDirective', () => directive),
  ...board('AdoptRubric', (d) => (d.chance(0.6) ? rubric : withIndex)),
  ...board('DefineBlocs', (d) => ({
    blocs: Object.entries(members)
      .filter((_bloc, i) => i === 0 || d.chance(0.9))
      .map(([id, list]) => ({
        id,
        kind: 'khoi',
        name: `Khối ${id}`,
        members: d.chance(0.95) ? list : d.some(units.slice(0, 7), 0.5),
        head: list[0],
        deputy: d.chance(0.98) ? list[1] : d.pick(units),
        rubric: d.chance(0.98) ? 'small' : 'other',
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
    ...(s.launched && d.chance(0.8) ? {} : { province: d.chance(0.2) ? provinceRules : someRules(d) }),
  })),
  ...board('SetDaysOff', () => ({
    days: { off: ['2023-12-18'], workedWeekendDays: ['2023-12-16'] },
    source: 'Thông báo',
    verified: false,
  })),
  ...board('RecordTargetFigure', (d) => ({
    target: 'T01',
    value: d.pick(decimals),
    asOf: '2023-06-30',
    source: 'Thống kê',
  })),
  ...board('RestartCycle', (d) => ({ reason: d.pick(texts) })),
  ...board('LaunchSeason', () => ({}), boardHead),
};

const idsOf = (state: Bloc) => (state.terms?.members ?? []).map((member) => member.unit as string);
const calendarOf = (state: Bloc) => state.terms?.calendar ?? calendar;
const closing = (state: Bloc, window: Extendable) =>
  state.terms ? lastClosesAt(state, window) : calendar[window].closesAt;
const mayBind = (unit: string, dice: Dice) => (dice.chance(0.8) ? leader(unit) : deputy(unit));

/** A unit still lacking something, or any. */
function nextUnit(state: Bloc, dice: Dice, done: Readonly<Record<string, unknown>>): string {
  const ids = idsOf(state);
  const left = ids.filter((id) => done[id] === undefined);
  return dice.prefer(dice.chance(0.9) ? left : ids, ids.length > 0 ? ids : units);
}
const headOf = (state: Bloc, dice: Dice) => mayBind(state.terms?.head ?? 'a', dice);

/** A command about a unit by somebody who may give it. */
const about = (unit: string, actor: Actor, payload: object, now: number): Recipe => ({
  payload: { unit, ...payload },
  actor,
  now,
});
const paper = { document: 'CV 1', date: '2023-03-10' };
const file = { sha256: 'b'.repeat(64), name: 'ban-ky.pdf', type: 'application/pdf', size: 1 };

/** What stands beside the main road: addenda, amendments, extensions, knock-outs, objections, votes, papers. */
const later: Recipes<Bloc> = {
  CopyTargets: (b, w, d) => {
    const unit = d.prefer(idsOf(b), units);
    const from = { season: '2023', bloc: 'abcd'.includes(unit) ? 'k01' : 'k02' };
    return about(unit, officer(unit), { from }, soon(w, d));
  },
  ExplainNonSigning: (b, w, d) => {
    const unit = nextUnit(b, d, b.pledge.signatures);
    return about(unit, d.pick([mayBind(unit, d), specialist]), { reason: 'Chờ kiện toàn.' }, soon(w, d));
  },
  RecordPaperSignature: (b, w, d) => {
    const unit = nextUnit(b, d, b.pledge.signatures);
    const payload = {
      hash: b.pledge.frozen?.hash ?? '0'.repeat(64),
      paper: { ...paper, place: 'Hội nghị', scan: file },
    };
    return about(unit, specialist, payload, inside(w, d, calendarOf(b).pledge));
  },
  RecordDigitalSignature: (b, w, d) => {
    const unit = nextUnit(b, d, b.pledge.signatures);
    const digital = { document: 'GU 1', certificate: '0a:1b:2c:3d' };
    const payload = { hash: b.pledge.frozen?.hash ?? '0'.repeat(64), digital };
    return about(unit, mayBind(unit, d), payload, inside(w, d, calendarOf(b).pledge));
  },
  OpenAddendum: (_b, w, d) => {
    const known = stateIn(w, 'province', 'province').units;
    const merged = Object.values(known).filter((unit) => unit.successors?.length);
    const gone = d.chance(0.5) ? merged[d.int(merged.length)] : undefined;
    const unit = gone?.successors?.[0] ?? 'h';
    const payload = { ...(gone ? { predecessor: gone.id } : {}), targets: [target] };
    return about(unit, specialist, payload, soon(w, d));
  },
  SignAddendum: (b, w, d) => {
    const open = b.addenda.find(({ state }) => state === 'open');
    const unit = d.prefer(open?.signers.filter((one) => !open.signed.includes(one)) ?? [], units as never[]);
    return about(unit, mayBind(unit, d), { hash: open?.hash ?? '0'.repeat(64) }, soon(w, d));
  },
  WithdrawAddendum: (_b, w, d) => ({ payload: { reason: 'Sai sót.' }, actor: specialist, now: soon(w, d) }),
  ProposeRubric: (b, w, d) => {
    const payload = { rubric: d.pick([rubric, withIndex, indexed(1000)]), reason: 'Cho phù hợp.' };
    return { payload, actor: headOf(b, d), now: soon(w, d) };
  },
  ConsentToRubric: (b, w, d) => {
    const open = b.amendments.proposals.find(({ state }) => state === 'open');
    const unit = nextUnit(b, d, open?.consents ?? {});
    return about(unit, mayBind(unit, d), { number: open?.number ?? 1, agrees: d.chance(0.75) }, soon(w, d));
  },
  RequestExtension: (b, w, d) => ({ payload: extensionOf(b, d), actor: headOf(b, d), now: soon(w, d) }),
  GrantExtension: (b, w, d) => ({ payload: extensionOf(b, d), actor: specialist, now: soon(w, d) }),
  AnswerExtension: (b, w, d) => {
    const asked = b.extensions.filter(({ state }) => state === 'requested');
    const payload = {
      number: d.prefer(asked, b.extensions)?.number ?? 1,
      approved: d.chance(0.7),
      reason: 'Có lý do.',
    };
    return { payload, actor: boardHead, now: soon(w, d) };
  },
  ImportIndex: (b, w, d) => {
    const values = d
      .shuffled(idsOf(b))
      .map((unit) => ({ unit, value: d.pick(['0', '45.5', '99.9999', '100']) }));
    const none = [{ unit: 'a', value: '1' }];
    const payload = {
      criterion: 'I.3',
      outOf: '100',
      values: values.length > 0 ? values : none,
      source: 'PAR INDEX',
    };
    return { payload, actor: specialist, now: soon(w, d) };
  },
  RecordKnockOut: (b, w, d) =>
    about(d.prefer(idsOf(b), units), specialist, { ...paper, kind: 'discipline' }, soon(w, d)),
  LiftKnockOut: (b, w, d) => {
    const standing = b.eligibility.recorded.filter(({ lifted }) => lifted === null);
    return { payload: { ...paper, number: standing[0]?.number ?? 1 }, actor: specialist, now: soon(w, d) };
  },
  ExcuseMissingSheet: (b, w, d) =>
    about(d.prefer<string>(b.scoring.closed?.missing ?? [], units), specialist, paper, soon(w, d)),
  FileObjection: (b, w, d) => {
    const unit = d.prefer(idsOf(b), units);
    const { id: criterion } = d.pick(allCriteria(b.terms?.rubric ?? rubric));
    return about(unit, mayBind(unit, d), { criterion, ground: text }, soon(w, d));
  },
  AnswerObjection: (b, w, d) => {
    const open = b.objections.filed.filter(({ state }) => state === 'open' || state === 'escalated');
    const asked = d.prefer(open, b.objections.filed);
    const line = allCriteria(b.terms?.rubric ?? rubric).find(({ id }) => id === asked?.criterion);
    const upheld =
      d.chance(0.6) && line ? { outcome: 'upheld', to: someMark(line, d) } : { outcome: 'refused' };
    const ofHead = asked?.unit === b.terms?.head || asked?.state === 'escalated';
    return {
      payload: { number: asked?.number ?? 1, reason: 'Đã xem xét.', ...upheld },
      actor: ofHead ? specialist : headOf(b, d),
      now: soon(w, d),
    };
  },
  EscalateObjections: (_b, w, d) => ({ payload: {}, actor: system, now: soon(w, d) + 5 * day }),
  OpenBallot: (b, w, d) => {
    const recused = d.chance(0.2) ? d.some(b.meeting.valid?.present ?? [], 0.3) : [];
    return { payload: { recused }, actor: headOf(b, d), now: inside(w, d, calendarOf(b).meeting) };
  },
  CastBallot: (b, w, d) => {
    const ballot = b.meeting.ballots.at(-1);
    const unit = d.prefer<string>(
      ballot?.voters.filter((one) => ballot.cast[one] === undefined) ?? [],
      units,
    );
    const choice = d.chance(0.1)
      ? null
      : ((d.chance(0.7) ? ballot?.candidates[0] : ballot?.candidates.at(-1)) ?? 'a');
    return about(unit, mayBind(unit, d), { choice }, inside(w, d, calendarOf(b).meeting));
  },
  CloseBallot: (b, w, d) => ({
    payload: {},
    actor: headOf(b, d),
    now: inside(w, d, calendarOf(b).meeting),
  }),
  EnterBallotCount: (b, w, d) => {
    const ballot = b.meeting.ballots.at(-1);
    const voters = ballot?.voters.length ?? 0;
    const candidates = ballot?.candidates ?? ['a'];
    const first = d.chance(0.6) ? voters : d.int(voters + 1);
    const votes = candidates.map((unit, i) => ({ unit, votes: i === 0 ? first : 0 }));
    const team = d.shuffled<string>(b.meeting.valid?.present ?? []).slice(0, 3);
    const sums = { issued: voters, returned: voters, blank: voters - first, invalid: d.chance(0.1) ? 1 : 0 };
    const payload = { team: team.length === 3 ? team : ['a', 'b', 'c'], ...sums, votes };
    return { payload, actor: headOf(b, d), now: inside(w, d, calendarOf(b).meeting) };
  },
  AddDocuments: (b, w, d) => {
    const document = { title: 'Tờ trình', number: d.pick(['1', '1', '2']) };
    const reports = Object.fromEntries(d.some(b.meeting.nominees, 0.8).map(({ unit }) => [unit, document]));
    const payload = { ...(d.chance(0.5) ? { submission: document, minutes: document } : {}), reports };
    return { payload, actor: headOf(b, d), now: soon(w, d) };
  },
  ChooseNextHead: (b, w, d) => {
    const [head = 'a', second = 'b'] = d.shuffled(idsOf(b));
    const turn = b.terms && d.chance(0.7) ? rotationOf(b.terms) : { head, deputy: second };
    const chosen = d.chance(0.5)
      ? { ...turn, by: 'rotation' }
      : { head, deputy: second, by: 'vote', yes: d.int(5) };
    return { payload: chosen, actor: headOf(b, d), now: soon(w, d) };
  },
  HandOver: (b, w, d) => ({
    payload: { items: 'Hồ sơ.', date: d.pick(['2023-12-15', '2023-12-20', '2023-12-31']) },
    actor: headOf(b, d),
    now: soon(w, d),
  }),
};

/** A later deadline for some or all, at times one second too late. */
function extensionOf(state: Bloc, dice: Dice): object {
  const order = ['pledge', 'review', 'selfScore', 'crossScore', 'meeting', 'council'] as const;
  const done = [
    state.pledge.closed,
    state.review.closed,
    state.scoring.selfScoringClosed,
    state.scoring.closed,
  ];
  const step = dice.chance(0.8) ? done.filter(Boolean).length : dice.int(5);
  const [window = 'meeting', next = 'council'] = order.slice(step, step + 2);
  const [from, to] = [window, next].map((name) => Date.parse(calendarOf(state)[name].closesAt)) as [
    number,
    number,
  ];
  const until = dice.pick([from + day, from + 2 * day, to, to + 1000]);
  const someone = dice.some(idsOf(state), 0.4);
  const asked = someone.length === 0 || dice.chance(0.3) ? 'all' : someone;
  return { window, units: asked, until: new Date(until).toISOString(), reason: 'Bão lũ.' };
}

const bloc: Recipes<Bloc> = {
  ScheduleBloc: (_b, w, d) => ({ payload: {}, actor: system, now: soon(w, d) }),
  RestartPhase: (b, w, d) => {
    const running = Object.keys(b.runs);
    const payload = { phase: running.at(-1) ?? 'pledge-signing', reason: d.pick(texts) };
    return { payload, actor: specialist, now: soon(w, d) };
  },
  RegisterTargets: (b, w, d) => {
    const unit = nextUnit(b, d, b.pledge.targets);
    // Now and then the sign asks for what is worse, and is refused.
    const signs = { higher: ['=', '>', '≥'], lower: ['=', '<', '≤'] };
    const targets = ['1', '2', '3'].slice(0, 1 + d.int(3)).map((id) => {
      const direction = d.pick(['higher', 'lower'] as const);
      const operator = d.pick(d.chance(0.97) ? signs[direction] : ['<', '>']);
      return { ...target, id, planned: d.pick(decimals), operator, direction };
    });
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
  ClosePledge: (b, w, d) => ({ payload: {}, actor: system, now: after(w, d, closing(b, 'pledge')) }),
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
  CloseReview: (b, w, d) => ({ payload: {}, actor: system, now: after(w, d, closing(b, 'review')) }),
  SubmitSelfScore: (b, w, d) => {
    const unit = nextUnit(b, d, b.scoring.selfScores);
    const lines = allCriteria(b.terms?.rubric ?? rubric)
      .filter(
        (line) => line.markedBy !== 'computed' && (!/^(bonus|penalty)$/.test(line.kind) || d.chance(0.3)),
      )
      .map((line) => {
        const proven = d.chance(/^(bonus|penalty)$/.test(line.kind) ? 0.98 : 0.1);
        const evidence = proven ? [{ title: 'QĐ' }] : [];
        return { criterion: line.id, points: someMark(line, d), evidence };
      });
    const payload = { unit, actuals: actualsOf(b, unit, d), lines };
    return { payload, actor: mayBind(unit, d), now: inside(w, d, calendarOf(b).selfScore) };
  },
  CloseSelfScoring: (b, w, d) => ({ payload: {}, actor: system, now: after(w, d, closing(b, 'selfScore')) }),
  OpenRound: (b, w, d) =>
    d.chance(0.5)
      ? { payload: {}, actor: system, now: inside(w, d, calendarOf(b).crossScore) }
      : { payload: {}, actor: headOf(b, d), now: soon(w, d) },
  SubmitScoreSheet: (b, w, d) => {
    const unit = nextUnit(b, d, b.scoring.sheets);
    const lines = criteriaMarkedBy(b.terms?.rubric ?? rubric, 'peers');
    const peers = idsOf(b).filter((id) => id !== unit || d.chance(0.04));
    const marks = Object.fromEntries(d.shuffled(peers).map((peer) => [peer, marksOn(lines, d)]));
    const recused = d.chance(0.05) ? { [d.pick(peers)]: text } : {};
    for (const peer of Object.keys(recused)) delete marks[peer];
    const comments = Object.fromEntries(
      Object.entries(marks).map(([peer, given]) => [
        peer,
        Object.fromEntries(Object.keys(given).map((id) => [id, text])),
      ]),
    );
    const payload = { unit, marks, recused, ...(d.chance(0.95) ? { comments } : {}) };
    return { payload, actor: mayBind(unit, d), now: inside(w, d, calendarOf(b).crossScore) };
  },
  MarkByHead: (b, w, d) => {
    const unit = nextUnit(b, d, b.scoring.headMarks);
    const marks = marksOn(criteriaMarkedBy(b.terms?.rubric ?? rubric, 'head'), d);
    const by = unit === b.terms?.head ? mayBind(b.terms.deputy, d) : headOf(b, d);
    const reasons = Object.fromEntries(Object.keys(marks).map((id) => [id, 'Có lý do.']));
    const payload = { unit, marks, ...(d.chance(0.95) ? { reasons } : {}) };
    return { payload, actor: d.chance(0.2) ? specialist : by, now: soon(w, d) };
  },
  CloseRound: (b, w, d) => {
    const complete = idsOf(b).every((id) => b.scoring.sheets[id]);
    return complete && d.chance(0.6)
      ? { payload: {}, actor: headOf(b, d), now: soon(w, d) }
      : { payload: {}, actor: system, now: after(w, d, closing(b, 'crossScore')) };
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
    const elected = b.meeting.ballots.at(-1)?.counted?.elected;
    const first = eligible.splice(0, Math.max(0, quota.flags - (d.chance(0.2) ? 1 : 0)));
    const flags =
      b.terms?.rules['meeting.vote'].value === 'none' || d.chance(0.1) ? first : elected ? [elected] : [];
    const certificates = eligible
      .filter((unit) => !flags.includes(unit))
      .slice(0, d.int(quota.certificates + 2));
    return {
      payload: {
        flags,
        certificates,
        ...(d.chance(0.85)
          ? { documents: papersFor([...flags, ...certificates].map((unit) => ({ unit }))) }
          : {}),
      },
      actor: headOf(b, d),
      now: inside(w, d, calendarOf(b).meeting),
    };
  },
  ...later,
  CloseMeeting: (b, w, d) => ({ payload: {}, actor: system, now: after(w, d, closing(b, 'meeting')) }),
};

function actualsOf(state: Bloc, unit: string, dice: Dice): object[] {
  const own = state.pledge.targets[unit] ?? [];
  return dice.some(own, 0.9).map(({ id }) => ({ target: id, value: dice.pick([...decimals, '-3']) }));
}

const seats = (state: Council) => (state.session?.roll ?? []).map(({ seat: id }) => id as string);
const seated = (id: string | undefined) => seat(Number((id ?? 's1').slice(1)));

/** A sitting within the window, at times by circulation. */
function sittingOf(w: World, d: Dice): { payload: object; now: number } {
  const now = inside(w, d, calendar.council);
  const sits = now + d.int(2) * day;
  const circulates = { mode: 'circulation', answersBy: new Date(sits + day).toISOString() };
  const payload = { at: new Date(sits).toISOString(), place: 'Phòng họp' };
  return { payload: d.chance(0.25) ? { ...payload, ...circulates } : payload, now };
}

/** From when a sitting's votes are taken, or past the time for answers. */
function voting({ session }: Council, w: World, d: Dice, isEnd = false): number {
  const from = Math.max(soon(w, d), Date.parse(session?.at ?? '') || 0);
  const end = session?.answersBy ? passesAt(session.answersBy) : 0;
  return isEnd && d.chance(0.8) ? Math.max(from, end) : from;
}

const council: Recipes<Council> = {
  OpenCouncil: (_c, w, d) => ({ payload: {}, actor: system, now: soon(w, d) }),
  ReceiveNomination: (c, w, d) => {
    const payload = { bloc: d.prefer(awaitedBlocs(c), ['k01', 'k02'] as never[]) };
    return { payload, actor: system, now: soon(w, d) };
  },
  ReceiveDocuments: (_c, w, d) => ({
    payload: { bloc: d.pick(['k01', 'k02']) },
    actor: system,
    now: soon(w, d),
  }),
  AwaitNomination: (_c, w, d) => ({
    payload: { bloc: d.pick(['k01', 'k02']) },
    actor: system,
    now: soon(w, d),
  }),
  CloseNominations: (c, w, d) => ({
    payload: {},
    actor: system,
    now: awaitedBlocs(c).length > 0 ? after(w, d, calendar.meeting.closesAt) : soon(w, d),
  }),
  AppraiseDossier: (c, w, d) => {
    const { unit, award } = d.prefer(unappraisedOf(c), Object.values(c.dossiers)) ?? {
      unit: 'a',
      award: 'certificate',
    };
    const verdict = d.chance(0.85)
      ? { verdict: 'eligible' }
      : { verdict: 'ineligible', reason: 'Chưa đủ tiêu chuẩn.' };
    return { payload: { unit, award, ...verdict }, actor: specialist, now: soon(w, d) };
  },
  ReturnDossier: (c, w, d) => {
    const { unit, award } = d.prefer(unappraisedOf(c), Object.values(c.dossiers)) ?? {
      unit: 'a',
      award: 'certificate',
    };
    return { payload: { unit, award, reason: 'Thiếu báo cáo.' }, actor: specialist, now: soon(w, d) };
  },
  AskOpinion: (c, w, d) => {
    const now = soon(w, d);
    const nominees = d.some(Object.values(c.dossiers), 0.7).map(({ unit, award }) => ({ unit, award }));
    const payload = {
      matter: d.pick(opinionMatters),
      agency: 'Cơ quan được hỏi',
      document: '1/BTĐKT',
      date: vietnamTime(new Date(now)).date,
      nominees: nominees.length > 0 ? nominees : [{ unit: 'z', award: 'certificate' }],
    };
    return { payload, actor: specialist, now };
  },
  AnswerOpinion: (c, w, d) => {
    const asked = d.prefer(c.opinions, []);
    const now = soon(w, d);
    const payload = {
      number: asked?.number ?? 1,
      document: '2/TL',
      date: d.chance(0.9) ? vietnamTime(new Date(now)).date : '2023-01-01',
      breaches: d.some(asked?.nominees ?? [], 0.2).map((one) => ({ ...one, finding: 'Còn nợ.' })),
    };
    return { payload, actor: specialist, now };
  },
  ProposeSession: (_c, w, d) => ({ ...sittingOf(w, d), actor: boardHead }),
  ConveneSession: (_c, w, d) => ({ ...sittingOf(w, d), actor: seat(1) }),
  ExtendCirculation: (c, w, d) => {
    const by = Date.parse(c.session?.answersBy ?? calendar.council.opensAt);
    const answersBy = new Date(by + d.pick([-1, 0, 1, 2]) * day).toISOString();
    return { payload: { answersBy, reason: 'Chưa đủ ý kiến.' }, actor: seat(1), now: soon(w, d) };
  },
  SubmitToChairman: (_c, w, d) => {
    const now = soon(w, d);
    const date = d.chance(0.1) ? '2024-01-30' : vietnamTime(new Date(now)).date;
    return { payload: { number: '9/TTr', date, draft: { title: 'Dự thảo' } }, actor: boardHead, now };
  },
  RecordAttendance: (c, w, d) => ({
    payload: { present: d.chance(0.6) ? seats(c).slice(0, 5 + d.int(3)) : d.some(seats(c), 0.6) },
    actor: seat(2),
    now: Math.max(soon(w, d), d.chance(0.9) ? Date.parse(c.session?.at ?? '') || 0 : 0),
  }),
  CastVote: (c, w, d) => {
    const open = uncountedAwards(c).filter((award) => modeOf(c, award) === 'open');
    const award = d.prefer(open, AwardKind.options);
    const circulates = c.session?.mode === 'circulation';
    const present = circulates ? seats(c) : (c.attendance?.present ?? []);
    const waiting = present.filter((id) => !c.votes[award]?.[id]);
    const choices = agendaOf(c, award).map(({ unit }) => ({
      unit,
      choice: d.pick(['yes', 'yes', 'no', 'abstain']),
    }));
    const payload = { award, choices: choices.length > 0 ? choices : [{ unit: 'a', choice: 'yes' }] };
    return {
      payload,
      // At times somebody who is absent, in writing.
      actor: seated(d.prefer(d.chance(0.85) ? waiting : [], [...roll.map((one) => one.seat), 's9'])),
      now: voting(c, w, d),
    };
  },
  EnterPaperCount: (c, w, d) => {
    const closed = uncountedAwards(c).filter((award) => modeOf(c, award) === 'paper');
    const award = d.prefer(
      closed.filter((one) => !c.paper[one]),
      AwardKind.options,
    );
    const circulates = c.session?.mode === 'circulation';
    const present = c.attendance?.present ?? [];
    const some = circulates ? 4 + d.int(4) : d.int(Math.max(1, roll.length - present.length + 2));
    const written = circulates || d.chance(0.3) ? some : 0;
    const issued = Math.max(0, present.length + written - (d.chance(0.1) ? 1 : 0));
    const returned = Math.max(0, issued - (d.chance(0.2) ? 1 : 0));
    const lines = agendaOf(c, award).map(({ unit }) => {
      const yes = d.chance(0.6) ? returned : d.int(returned + 1);
      const no = d.int(returned - yes + 1);
      return { unit, yes, no, invalid: returned - yes - no + (d.chance(0.03) ? 1 : 0) };
    });
    const team = present.length >= 3 ? d.shuffled(present).slice(0, 3) : ['s1', 's2', 's3'];
    const none = [{ unit: 'a', yes: returned, no: 0, invalid: 0 }];
    const payload = { award, team, issued, returned, written, lines: lines.length > 0 ? lines : none };
    return { payload, actor: seat(2), now: voting(c, w, d, true) };
  },
  CountVotes: (c, w, d) => ({ payload: {}, actor: seat(2), now: voting(c, w, d, true) }),
  ConcludeSession: (_c, w, d) => ({
    payload: { conclusions: d.pick(texts) },
    actor: seat(1),
    now: soon(w, d),
  }),
  RepeatBallot: (c, w, d) => ({
    payload: {
      award: d.pick([...(c.counts ?? []).map(({ award }) => award), 'certificate']),
      reason: 'Có sai sót.',
    },
    actor: seat(1),
    now: soon(w, d),
  }),
  RecordDecision: (c, w, d) => {
    const now = soon(w, d);
    const awards = d.some(d.shuffled(c.concluded?.passed ?? []), 0.8);
    const from = Math.max(now, Date.parse(calendar.publication.opensAt));
    const publishAt = new Date(from + d.int(4) * day - (d.chance(0.05) ? 1 : 0)).toISOString();
    const date = d.chance(0.1) ? '2024-01-30' : vietnamTime(new Date(now)).date;
    const left = (c.concluded?.passed ?? []).filter((one) => !awards.includes(one));
    const omitted = d.chance(0.1) ? [] : left.map((one) => ({ ...one, reason: 'Chưa rõ thành tích.' }));
    const payload = { number: '1/QĐ-UBND', date, office: 'Chủ tịch', awards, omitted, publishAt };
    return { payload, actor: office, now };
  },
  RestartCouncilPhase: (_c, w, d) => ({
    payload: { phase: d.pick(councilPhases), reason: d.pick(texts) },
    actor: specialist,
    now: soon(w, d),
  }),
  HoldAward: (c, w, d) => {
    const nominee = d.pick([...(c.concluded?.passed ?? []), { unit: 'z', award: 'certificate' }]);
    return { payload: { ...nominee, reason: 'Đang xác minh đơn thư.' }, actor: office, now: soon(w, d) };
  },
  ReleaseAward: (c, w, d) => {
    const held = Object.keys(c.holds).filter((key) => !c.holds[key]?.released);
    const [award, unit] = d.pick([...held, 'certificate:z']).split(':');
    const now = soon(w, d);
    const publishAt = new Date(now + d.int(3) * day - (d.chance(0.05) ? 1 : 0)).toISOString();
    return { payload: { unit, award, reason: 'Đã xác minh.', publishAt }, actor: office, now };
  },
  RevokeAward: (c, w, d) => {
    const { unit, award } = d.pick([
      ...(c.published?.awards ?? []),
      { unit: 'z' as never, award: 'certificate' as const },
    ]);
    const now = soon(w, d);
    const date = vietnamTime(new Date(now)).date;
    const basis = { number: '9/QĐ-UBND', date, legalBasis: 'Điều 93 Luật Thi đua, khen thưởng 2022' };
    return { payload: { unit, award, ...basis, reason: 'Khai man thành tích.' }, actor: office, now };
  },
  PublishAwards: (c, w, d) => {
    const from = Date.parse(c.decision?.publishAt ?? calendar.publication.opensAt);
    return { payload: {}, actor: system, now: d.chance(0.3) ? from : Math.max(from, soon(w, d)) };
  },
};

const signing = ['RecordPaperSignature', 'RecordDigitalSignature', 'ExplainNonSigning'];

/** What stands beside the main road and may be done now. */
function asideOf({
  pledge,
  addenda,
  amendments,
  extensions,
  scoring,
  objections,
  eligibility,
  meeting,
}: Bloc) {
  const addendum = addenda.some(({ state }) => state === 'open');
  const proposal = amendments.proposals.some(({ state }) => state === 'open');
  const filed = objections.filed.some(({ state }) => state === 'open' || state === 'escalated');
  return [
    ...(pledge.closed ? [] : ['CopyTargets', 'CopyTargets']),
    ...(addendum ? [...Array<string>(8).fill('SignAddendum'), 'WithdrawAddendum'] : []),
    ...(pledge.closed && !scoring.opened && !addendum ? ['OpenAddendum', 'OpenAddendum'] : []),
    ...(proposal ? Array<string>(6).fill('ConsentToRubric') : scoring.opened ? [] : ['ProposeRubric']),
    ...(extensions.some(({ state }) => state === 'requested') ? ['AnswerExtension', 'AnswerExtension'] : []),
    ...(meeting.ended ? [] : ['RequestExtension', 'GrantExtension', 'ImportIndex']),
    ...(meeting.ended || eligibility.recorded.length > 1 ? [] : ['RecordKnockOut']),
    ...(eligibility.recorded.some(({ lifted }) => lifted === null) ? ['LiftKnockOut', 'LiftKnockOut'] : []),
    ...(scoring.closed && scoring.closed.missing.length > 0
      ? Array<string>(5).fill('ExcuseMissingSheet')
      : []),
    ...(scoring.tally && !meeting.ranking ? Array<string>(6).fill('FileObjection') : []),
    ...(filed ? ['AnswerObjection', 'AnswerObjection', ...Array<string>(4).fill('EscalateObjections')] : []),
    ...(meeting.ranking ? ['ChooseNextHead', 'HandOver'] : []),
  ];
}

/** What might well be done next, likelier things more often. */
const sequel: { readonly [K in StreamKind]: (state: StateOf[K], dice: Dice) => readonly string[] } = {
  province: (p) => {
    if (p.name === undefined) return ['FoundProvince'];
    if (Object.keys(p.units).length < 7) return ['RegisterUnits'];
    if (!p.seasons['2023']) return ['OpenSeason', 'OpenSeason', 'AssignAccounts'];
    // The season that is played on stays open nearly always.
    return ['RegisterUnits', 'AssignAccounts', 'EndAssignment', 'SucceedUnit', 'OpenSeason', 'ArchiveSeason'];
  },
  season: (s) => {
    if (s.id === undefined) return ['CreateSeason'];
    if (s.launched) return ['RestartCycle', 'SetRules', 'SetDaysOff', 'RecordTargetFigure'];
    const missing = [
      ...(s.directive ? [] : ['IssueDirective']),
      ...(Object.keys(s.rubrics).length > 0 ? [] : ['AdoptRubric']),
      ...(Object.keys(s.blocs).length > 0 ? [] : ['DefineBlocs']),
      ...(s.calendar ? [] : ['SetCalendar']),
      ...(s.council ? [] : ['AppointCouncil']),
      ...(s.rules.packs.length > 0 ? [] : ['SetRules']),
    ];
    if (missing.length > 0) return missing;
    const again = [
      'SetCalendar',
      'DefineBlocs',
      'AppointCouncil',
      'SetRules',
      'RemoveBloc',
      'RemoveBloc',
      'AdoptRubric',
    ];
    return [...Array<string>(12).fill('LaunchSeason'), ...again];
  },
  bloc: (b, d) => {
    if (!b.terms) return ['ScheduleBloc'];
    if (d.chance(0.03)) return ['RestartPhase'];
    const { pledge, review, scoring, meeting } = b;
    const aside = asideOf(b);
    if (aside.length > 0 && d.chance(0.2)) return aside;
    if (!pledge.closed && !pledge.frozen)
      return ['RegisterTargets', 'RegisterTargets', 'DraftPledge', ...(pledge.text ? ['FreezePledge'] : [])];
    const rarely = (name: string) => (d.chance(0.2) ? [name] : []);
    if (!pledge.closed) {
      const often = [...Array<string>(8).fill('SignPledge'), ...signing];
      return [...often, ...rarely('ClosePledge'), ...rarely(d.pick(['RegisterTargets', 'DraftPledge']))];
    }
    if (!review.closed)
      return [...Array<string>(5).fill('ReportActuals'), 'RecordFindings', ...rarely('CloseReview')];
    if (!scoring.opened)
      return [...Array<string>(5).fill('SubmitSelfScore'), 'OpenRound', ...rarely('CloseSelfScoring')];
    if (!scoring.closed) {
      const complete = idsOf(b).every((id) => scoring.sheets[id]);
      const end = complete ? ['CloseRound', 'CloseRound'] : rarely('CloseRound');
      return [...Array<string>(4).fill('SubmitScoreSheet'), 'MarkByHead', 'MarkByHead', ...end];
    }
    if (!scoring.tally) return ['MarkByHead', 'MarkByHead', 'ImportIndex'];
    if (!meeting.ranking) return meeting.valid ? ['ConfirmRanking', 'HoldMeeting'] : ['HoldMeeting'];
    if (meeting.ended) return ['AddDocuments', 'ChooseNextHead', 'HandOver'];
    const ballot = meeting.ballots.at(-1);
    if (ballot && !ballot.counted)
      return ballot.mode === 'open' ? ['CastBallot', 'CastBallot', 'CloseBallot'] : ['EnterBallotCount'];
    const electing = b.terms.rules['meeting.vote'].value !== 'none' && !ballot?.counted?.elected;
    if (electing && !ballot) return [...Array<string>(12).fill('OpenBallot'), 'Nominate'];
    return [
      d.chance(0.7) && electing ? 'OpenBallot' : 'Nominate',
      d.chance(0.08) ? 'CloseMeeting' : 'Nominate',
    ];
  },
  council: (c, d) => {
    if (!c.terms) return ['OpenCouncil'];
    if (d.chance(0.12))
      return ['RestartCouncilPhase', 'ReceiveDocuments', 'ReceiveDocuments', 'AwaitNomination'];
    if (!c.session && d.chance(0.15))
      return ['AskOpinion', 'AnswerOpinion', 'AnswerOpinion', 'ReturnDossier'];
    if (!c.nominationsClosed) {
      const awaited = awaitedBlocs(c).length > 0 && d.chance(0.95);
      return [awaited ? 'ReceiveNomination' : 'CloseNominations', 'ReceiveNomination', 'AppraiseDossier'];
    }
    if (!c.session)
      return unappraisedOf(c).length > 0
        ? ['AppraiseDossier']
        : [
            c.proposal ? 'ConveneSession' : 'ProposeSession',
            d.chance(0.2) ? 'AppraiseDossier' : 'ProposeSession',
          ];
    const circulates = c.session.mode === 'circulation';
    if (!c.attendance?.met && !circulates) return ['RecordAttendance'];
    if (!isCountComplete(c)) {
      const open = awardsOnAgenda(c).some((award) => modeOf(c, award) === 'open');
      const paper = awardsOnAgenda(c).some((award) => modeOf(c, award) === 'paper' && !c.paper[award]);
      return [
        ...(open ? Array<string>(6).fill('CastVote') : []),
        ...(paper ? ['EnterPaperCount'] : []),
        'CountVotes',
        ...(circulates && d.chance(0.3) ? ['ExtendCirculation'] : []),
      ];
    }
    if (!c.concluded) return ['ConcludeSession', ...(d.chance(0.2) ? ['RepeatBallot'] : [])];
    const held = Object.values(c.holds).some(({ released }) => !released);
    return [
      c.decision ? 'PublishAwards' : c.submitted ? 'RecordDecision' : 'SubmitToChairman',
      ...(d.chance(0.4) ? ['HoldAward'] : []),
      ...(held ? Array<string>(3).fill('ReleaseAward') : []),
      ...(c.published && d.chance(0.3) ? ['RevokeAward'] : []),
    ];
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
  const roster = Object.keys(commands[kind]);
  const name = dice.prefer(
    wild && dice.chance(0.5) ? [] : likely.filter((one) => roster.includes(one)),
    roster,
  );
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
