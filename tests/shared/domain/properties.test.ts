/**
 * Rules that hold for any commands whatever, lawful or absurd, by anybody, at any instant: no impossible state, no
 * throw, no write on a refusal, deciders and folds that are functions of what they are given, and a fair tally.
 */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bloc } from '../../../shared/domain/bloc.ts';
import type { Council } from '../../../shared/domain/council.ts';
import { type StreamKind, streamName } from '../../../shared/domain/ids.ts';
import type { Province } from '../../../shared/domain/province.ts';
import type { Season } from '../../../shared/domain/season.ts';
import { allCommands, commandNamed, folds } from '../../../shared/domain/streams.ts';
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
import { type Refusal, refusals, refuse } from '../../../shared/result.ts';
import { blocStops } from '../../builders.ts';
import {
  type Attempt,
  attemptOn,
  copyOf,
  councilStops,
  type Dice,
  diceOf,
  refOf,
  streamIn,
  streamsOf,
  type World,
  withoutRecipe,
  worldAt,
} from './arbitrary.ts';
import { ruleBreaks } from './impossible.ts';

const counters = new Map(allCommands().map(({ name }) => [name, { accepted: 0, refused: 0 }]));
const codes = new Set<string>();

function claim(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new Error(`broken: ${rule}`);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

const foldFor = (name: string) => folds[refOf(name).kind] as Fold<unknown>;

function copiesFor(world: World, stream: string, kinds: readonly StreamKind[], bloc: string | undefined) {
  const ref = refOf(stream);
  const of = { season: 'season' in ref ? ref.season : '', bloc: bloc ?? '' };
  return Object.fromEntries(
    kinds.map((kind) => {
      const loaded = streamIn(world, streamName({ kind, ...of } as never));
      const source = { stream: loaded.name, seq: loaded.seq, sha256: loaded.head };
      return [kind, { source, state: loaded.state }];
    }),
  );
}

function checkRefusal(refusal: Refusal): 'refused' {
  claim(Object.hasOwn(refusals, refusal.code), `${refusal.code} is a code of the closed list`);
  claim(
    refusal.vi.trim() !== '' && refusal.en.trim() !== '',
    `${refusal.code} says something in both languages`,
  );
  claim(
    !/undefined|NaN|Invalid|\[object/.test(refusal.vi + refusal.en),
    `a sentence: ${refusal.vi} ${refusal.en}`,
  );
  codes.add(refusal.code);
  return 'refused';
}

/** The product's path of a command, each part given frozen things and asked twice. */
function give(
  world: World,
  { stream, name, payload, actor, now }: Attempt,
): 'accepted' | 'refused' | 'nothing' {
  const { kind } = refOf(stream);
  const command = commandNamed(kind, name);
  claim(command !== undefined, `${name} is on the roster`);
  const parsed = deepFreeze(command.payload.parse(payload)) as never;
  const loaded = streamIn(world, stream) as Stream<never>;
  deepFreeze(loaded.state);
  const before = JSON.stringify(loaded.state);
  const copies = copiesFor(world, stream, command.copies, (parsed as { bloc?: string }).bloc);
  const context = deepFreeze({ actor: { ...actor }, stream, copies });
  const decide = () => {
    if (!command.can(context.actor, loaded.state, parsed)) return refuse('not-allowed');
    return command.decide(loaded.state, parsed, { ...context, now: new Date(now) } as never);
  };
  const decision = decide();
  claim(isDeepStrictEqual(decision, decide()), `${name} decides the same twice`);
  claim(JSON.stringify(loaded.state) === before, `${name} changes no state by deciding`);
  claim(
    actor.role !== 'public' && actor.role !== 'auditor' ? true : !decision.ok,
    `${actor.role} changes nothing`,
  );
  if (!decision.ok) return checkRefusal(decision.refusal);
  const events = deepFreeze(decision.value);
  if (events.length === 0) return 'nothing';
  const seq = loaded.seq + 1;
  const commit = commitOf({
    stream,
    seq,
    prev: loaded.head,
    at: now.toISOString(),
    actor,
    command: {
      id: `${stream}-${seq}`,
      name,
      sha256: sha256Of(canonicalJson({ stream, name, payload: parsed })),
    },
    events: [...events],
  });
  const fold = foldFor(stream);
  const next = foldOnto(loaded as Stream<unknown>, [commit], fold);
  const place = { seq, sha256: commit.sha256, at: now.toISOString(), actor };
  const direct = events.reduce((state, event) => fold.evolve(state, event, place), loaded.state as unknown);
  claim(
    isDeepStrictEqual(direct, next.state),
    `events of ${name} say the same after a round trip through JSON`,
  );
  deepFreeze(next.state);
  world.streams.set(stream, next);
  world.commits.set(stream, [...(world.commits.get(stream) ?? []), commit]);
  const broken = ruleBreaks(kind, { before: loaded.state, after: next.state, events, actor, now, stream });
  claim(broken.length === 0, broken.join('; '));
  return 'accepted';
}

/** Folds of a stream's journal, whole, again, in two parts, and from a copy of its bytes, are what was reached. */
function checkReplay(world: World, name: string, dice: Dice): void {
  const commits = world.commits.get(name) ?? [];
  const fold = foldFor(name);
  const empty = emptyStream<unknown>(name, fold);
  const reached = streamIn(world, name);
  const whole = foldOnto(empty, commits, fold);
  claim(isDeepStrictEqual(whole, reached), `${name}: the fold from the first commit is what was reached`);
  const again = foldOnto(empty, JSON.parse(JSON.stringify(commits)) as Commit[], fold);
  claim(isDeepStrictEqual(again, whole), `${name}: folding twice is folding once`);
  const cut = dice.int(commits.length + 1);
  const parts = foldOnto(foldOnto(empty, commits.slice(0, cut), fold), commits.slice(cut), fold);
  claim(isDeepStrictEqual(parts, whole), `${name}: a fold cut at ${cut} is the same fold`);
  claim(
    isDeepStrictEqual(empty, emptyStream<unknown>(name, fold)),
    `${name}: folding leaves the start as it was`,
  );
  if (refOf(name).kind === 'bloc') checkCountedSheets(whole.state as Bloc, commits);
}

/** The sheets that count are those last handed in before the round closed, read from the journal's bytes. */
function checkCountedSheets(state: Bloc, commits: readonly Commit[]): void {
  const last = new Map<string, number>();
  for (const { seq, body } of commits) {
    const { events } = JSON.parse(body) as { events: (RecordedEvent & { unit?: string })[] };
    for (const event of events) {
      if (event.type === 'ScoreSheetSubmitted') last.set(event.unit ?? '', seq);
      if (event.type !== 'RoundClosed') continue;
      const counted = new Map(state.scoring.closed?.sheets.map((sheet) => [sheet.unit as string, sheet.seq]));
      claim(counted.size === last.size, 'every sheet handed in before the close counts');
      for (const [unit, handed] of last) claim(counted.get(unit) === handed, 'the last sheet counts');
    }
  }
}

/** Runs what the dice bring, mostly on the streams of one kind; the message of a failure names the last steps. */
function play(start: World, seeds: readonly number[], streams: readonly string[], absurd: number): void {
  const world = copyOf(start);
  const touched = new Set<string>();
  const trace: string[] = [];
  try {
    for (const seed of seeds) {
      const dice = diceOf(seed);
      const attempt = attemptOn(world, dice.pick(streams), dice, absurd);
      const { stream, name, actor, now, payload } = attempt;
      trace.push(
        `${now.toISOString()} ${stream} ${name} by ${actor.account}/${actor.role} ${JSON.stringify(payload)}`,
      );
      const outcome = give(world, attempt);
      trace.push(outcome);
      if (outcome === 'nothing') continue;
      const counter = counters.get(name);
      if (counter) counter[outcome]++;
      if (outcome === 'refused') continue;
      touched.add(stream);
      world.clock = now.getTime();
    }
    for (const name of touched) checkReplay(world, name, diceOf(seeds.length));
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.stack : error}\nafter\n${trace.slice(-12).join('\n')}`);
  }
}

const seedsOf = (minLength: number, maxLength: number) =>
  fc.array(fc.nat(), { minLength, maxLength, size: 'max' });

function holds(
  starts: readonly World[],
  streams: readonly string[],
  steps: [number, number],
  numRuns: number,
) {
  fc.assert(
    fc.property(
      fc.constantFrom(...starts),
      seedsOf(...steps),
      fc.constantFrom(0.05, 0.3, 0.9),
      (start, seeds, absurd) => play(start, seeds, streams, absurd),
    ),
    { numRuns },
  );
}

describe('whatever commands arrive, no rule is broken, nothing is thrown, and every journal folds to its state', () => {
  const fresh = worldAt('fresh');
  const launched = worldAt('launched');
  const blocs = blocStops.map((stop) => worldAt({ bloc: stop }));
  const councils = councilStops.map((stop) => worldAt({ council: stop }));

  test('in a province', () => holds([fresh, launched], streamsOf.province, [5, 40], 150));
  test('in a season, from nothing and after its launch', () =>
    holds([fresh, fresh, launched], ['province', ...streamsOf.season, ...streamsOf.season], [10, 60], 200));
  test('in a bloc, from every step of its year', () => holds(blocs, streamsOf.bloc, [10, 60], 300));
  test('in a Council, from every step of its session', () =>
    holds(councils, streamsOf.council, [5, 40], 300));
  test('in all streams of a province together', () =>
    holds([fresh, launched, ...blocs], Object.values(streamsOf).flat(), [20, 150], 100));

  test('and every command of the roster was both accepted and refused on the way', () => {
    expect(withoutRecipe).toEqual([]);
    const lacking = [...counters].filter(([, { accepted, refused }]) => accepted === 0 || refused === 0);
    console.log(JSON.stringify([...counters]), [...codes].join());
    expect(lacking).toEqual([]);
  });
});
