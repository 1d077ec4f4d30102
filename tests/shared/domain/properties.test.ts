/**
 * Rules that hold for any commands whatever, lawful or absurd, by anybody, at any instant: no impossible state, no
 * throw, no write on a refusal, deciders and folds that are functions of what they are given, and a fair tally.
 */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allCommands, folds } from '../../../shared/domain/streams.ts';
import { type Commit, emptyStream, type Fold, foldOnto } from '../../../shared/journal.ts';
import { type Refusal, refusals } from '../../../shared/result.ts';
import {
  type Attempt,
  attemptOn,
  copyOf,
  type Dice,
  diceOf,
  refOf,
  send,
  starts,
  streamIn,
  streamsOf,
  type World,
  withoutRecipe,
} from './arbitrary.ts';
import { claim, countedSheets, ruleBreaks } from './impossible.ts';

const counters = new Map(allCommands().map(({ name }) => [name, { accepted: 0, refused: 0 }]));

function checkRefusal({ code, vi, en }: Refusal): 'refused' {
  claim(Object.hasOwn(refusals, code), `${code} is a code of the closed list`);
  claim(vi.trim() !== '' && en.trim() !== '', `${code} says something in both languages`);
  claim(!/undefined|NaN|Invalid|\[object/.test(vi + en), `the sentences are meant for people: ${vi} ${en}`);
  return 'refused';
}

/** Sends a command and holds everything against it that can be said of a single one. */
function give(world: World, attempt: Attempt): 'accepted' | 'refused' | 'nothing' {
  const { stream, name, actor, now } = attempt;
  const kept = streamIn(world, stream);
  const written = JSON.stringify(kept.state);
  const { before, after, decision, again } = send(world, attempt);
  claim(isDeepStrictEqual(decision, again()), `${name} decides the same twice`);
  claim(JSON.stringify(before.state) === written, `${name} changes no state by deciding`);
  claim(!decision.ok || !['public', 'auditor'].includes(actor.role), `${actor.role} changes nothing`);
  if (!decision.ok || decision.value.length === 0) {
    claim(isDeepStrictEqual(streamIn(world, stream), kept), `${name} writes nothing where nothing follows`);
    return decision.ok ? 'nothing' : checkRefusal(decision.refusal);
  }
  const fold = folds[refOf(stream).kind] as Fold<unknown>;
  const place = { seq: after.seq, sha256: after.head, at: now.toISOString(), actor };
  const direct = decision.value.reduce((state, event) => fold.evolve(state, event, place), before.state);
  claim(
    isDeepStrictEqual(direct, after.state),
    `what follows from ${name} survives a round trip through JSON`,
  );
  const moment = { before: before.state, after: after.state, events: decision.value, actor, now };
  const broken = ruleBreaks(refOf(stream).kind, moment);
  claim(broken.length === 0, broken.join('; '));
  return 'accepted';
}

/** Folds of a stream's journal, whole, again, in two parts, and from a copy of its bytes, are what was reached. */
function checkReplay(world: World, name: string, dice: Dice): void {
  const commits = world.commits.get(name) ?? [];
  const fold = folds[refOf(name).kind] as Fold<unknown>;
  const empty = emptyStream<unknown>(name, fold);
  const whole = foldOnto(empty, commits, fold);
  claim(
    isDeepStrictEqual(whole, streamIn(world, name)),
    `${name}: the fold from the first commit is what was reached`,
  );
  const again = foldOnto(empty, JSON.parse(JSON.stringify(commits)) as Commit[], fold);
  claim(isDeepStrictEqual(again, whole), `${name}: folding twice is folding once`);
  const cut = dice.int(commits.length + 1);
  const parts = foldOnto(foldOnto(empty, commits.slice(0, cut), fold), commits.slice(cut), fold);
  claim(isDeepStrictEqual(parts, whole), `${name}: a fold cut at ${cut} is the same fold`);
  claim(
    isDeepStrictEqual(empty, emptyStream<unknown>(name, fold)),
    `${name}: folding leaves its start as it was`,
  );
  if (name.startsWith('bloc')) countedSheets(whole.state, commits);
}

/** Runs what the dice bring; the message of a failure names the last steps. */
function play(start: World, seeds: readonly number[], streams: readonly string[], absurd: number): void {
  const world = copyOf(start);
  const touched = new Set<string>();
  const trace: string[] = [];
  try {
    for (const seed of seeds) {
      const dice = diceOf(seed);
      const attempt = attemptOn(world, dice.pick(streams), dice, absurd);
      const { stream, name, actor, now, payload } = attempt;
      trace.push(`${now.toISOString()} ${stream} ${name} by ${actor.account} ${JSON.stringify(payload)}`);
      const outcome = give(world, attempt);
      trace.push(`  ${outcome}`);
      const counter = counters.get(name);
      if (counter && outcome !== 'nothing') counter[outcome]++;
      if (outcome === 'accepted') touched.add(stream);
    }
    for (const name of touched) checkReplay(world, name, diceOf(seeds.length));
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.stack : error}\nafter\n${trace.slice(-16).join('\n')}`);
  }
}

function holds(
  from: readonly World[],
  streams: readonly string[],
  [minLength, maxLength]: readonly [number, number],
  numRuns: number,
): void {
  const seeds = fc.array(fc.nat(), { minLength, maxLength, size: 'max' });
  const shares = fc.constantFrom(0.03, 0.3, 0.9);
  fc.assert(
    fc.property(fc.nat({ max: from.length - 1 }), seeds, shares, (start, throws, absurd) =>
      play(from[start] as World, throws, streams, absurd),
    ),
    { numRuns },
  );
}

describe('whatever commands arrive, no rule is broken, nothing throws, and every journal folds to its state', () => {
  const all = [0, 1, 3, 5, 7, 9].map(starts);
  const fresh = all.map((start) => start.fresh);
  const launched = all.map((start) => start.launched);
  const blocs = all.flatMap((start) => start.blocs);
  const councils = all.flatMap((start) => start.councils);

  test('in a province', () => holds([...fresh, ...launched], streamsOf.province, [5, 40], 150));
  test('in a season, from nothing and after its launch', () =>
    holds(
      [...fresh, ...fresh, ...launched],
      ['province', ...streamsOf.season, ...streamsOf.season],
      [10, 60],
      200,
    ));
  test('in a bloc, from every step of its year', () =>
    holds(blocs, [...streamsOf.bloc, ...streamsOf.bloc, 'province'], [10, 60], 400));
  test('in a Council, from every step of its session', () =>
    holds(councils, [...streamsOf.council, ...streamsOf.council, ...streamsOf.bloc], [10, 60], 300));
  test('in all streams of a province together', () =>
    holds([...fresh, ...launched, ...blocs], Object.values(streamsOf).flat(), [20, 120], 100));

  test('and every command of the roster was both accepted and refused on the way', () => {
    expect(withoutRecipe).toEqual([]);
    const lacking = [...counters].filter(([, { accepted, refused }]) => accepted === 0 || refused === 0);
    console.log([...counters].map(([n, { accepted, refused }]) => `${n} ${accepted}/${refused}`).join(' '));
    expect(lacking).toEqual([]);
  });
});
