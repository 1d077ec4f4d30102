/** The one path of every command, against the embedded store: races, repetitions, lost answers, sizes. */
import { DeleteItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import type { WebDeps } from '../../functions/deps.ts';
import { type CommandRequest, execute, Misfit } from '../../functions/execute.ts';
import { openJournal } from '../../functions/journal/journal.ts';
import { journalKey } from '../../functions/journal/keys.ts';
import type { Actor } from '../../shared/domain/actor.ts';
import { systemActor } from '../../shared/domain/actor.ts';
import { type BlocId, SeasonId, UnitId } from '../../shared/domain/ids.ts';
import { launchedWorld, playedWorld, type TestWorld, testWorld } from '../world.ts';

const season = SeasonId.parse('2023');

function blocRef(world: TestWorld) {
  const bloc = world.sample.blocs[0]?.id as BlocId;
  return { kind: 'bloc', season, bloc } as const;
}

function actorOf(world: TestWorld, persona: string): Actor {
  const found = world.sample.personas.find(({ id }) => id === persona);
  if (!found) throw new Error(`no persona ${persona}`);
  const { account, role, unit } = found;
  return { account, role, ...(unit ? { unit: UnitId.parse(unit) } : {}) } as Actor;
}

/** The same product in another process: a journal of its own without the queue that one process has. */
function elsewhere(world: TestWorld, db = world.deps.db): WebDeps {
  const { table } = world.deps;
  return {
    ...world.deps,
    db,
    journal: openJournal({ db, table, tableId: crypto.randomUUID() }),
    exclusive: (_stream, work) => work(),
  };
}

type Db = WebDeps['db'];

/** The store with `send` in its place. */
function overDb(db: Db, send: (command: unknown) => Promise<unknown>): Db {
  return Object.create(db, { send: { value: send } }) as Db;
}

/** The store whose eventually consistent reads lag: they go on answering what they answered first. */
function lagging(db: Db): Db {
  let first: Promise<unknown> | undefined;
  return overDb(db, (command) => {
    if (!(command instanceof QueryCommand) || command.input.ConsistentRead) return db.send(command as never);
    first ??= db.send(command);
    return first;
  });
}

/**
 * A line at which two processes wait with their first commit until both have decided on the same head; from there the
 * leader's goes to the store before the other's.
 */
function startLine(db: Db, leader: 'close' | 'sheet') {
  let waiting = 0;
  let cross = () => {};
  let overtake = () => {};
  const both = new Promise<void>((resolve) => {
    cross = resolve;
  });
  const leaderIsIn = new Promise<void>((resolve) => {
    overtake = resolve;
  });
  return (who: 'close' | 'sheet'): Db => {
    let atLine = true;
    return overDb(db, async (command) => {
      const commits = command instanceof PutItemCommand && command.input.Item?.pk?.S?.startsWith('journal#');
      if (!atLine || !commits) return db.send(command as never);
      atLine = false;
      if (++waiting === 2) cross();
      await both;
      if (who !== leader) await leaderIsIn;
      return db.send(command).finally(overtake);
    });
  };
}

function drafting(world: TestWorld, text: string, id: string): CommandRequest {
  const head = world.sample.blocs[0]?.head ?? '';
  return {
    ref: blocRef(world),
    name: 'DraftPledge',
    payload: { text },
    id,
    actors: [actorOf(world, `leader.${head}`)],
    arrivedAt: world.deps.now(),
  };
}

describe('a command id', () => {
  test('posted a thousand times at once from four processes makes one commit, and every post the same answer', async () => {
    const world = await launchedWorld();
    const processes = [world.deps, elsewhere(world), elsewhere(world), elsewhere(world)];
    const before = (await world.deps.journal.load(blocRef(world))).seq;
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_none, i) =>
        execute(processes[i % 4] as WebDeps, drafting(world, 'Giao ước', 'same')),
      ),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.ok).toBe(true);
    expect((await world.deps.journal.load(blocRef(world))).seq).toBe(before + 1);
  });

  test('with another payload, or from another account, is refused and writes nothing', async () => {
    const world = await launchedWorld();
    await execute(world.deps, drafting(world, 'Một', 'id-1'));
    const { seq } = await world.deps.journal.load(blocRef(world));
    const other = await execute(world.deps, drafting(world, 'Hai', 'id-1'));
    const deputy = actorOf(world, `deputy.${world.sample.blocs[0]?.head}`);
    const somebody = await execute(world.deps, { ...drafting(world, 'Một', 'id-1'), actors: [deputy] });
    for (const answer of [other, somebody])
      expect(answer).toMatchObject({ ok: false, refusal: { code: 'idempotency-mismatch' } });
    expect((await world.deps.journal.load(blocRef(world))).seq).toBe(seq);
  });

  test('that was refused is not remembered: sent again when it is lawful, it is taken', async () => {
    const world = await launchedWorld();
    const sign = { ...drafting(world, '', 'sign-1'), name: 'FreezePledge', payload: {} };
    expect((await execute(world.deps, sign)).ok).toBe(false);
    const bloc = world.sample.blocs[0];
    await execute(world.deps, drafting(world, 'Giao ước', 'draft-1'));
    const lacking = bloc?.members ?? [];
    const again = await execute(world.deps, { ...sign, payload: { withoutTargets: lacking } });
    expect(again.ok).toBe(true);
  });

  test('whose answer was lost on the way is recognised as its own when the SDK puts again', async () => {
    let lose = 0;
    const world = await launchedWorld({
      tamper(deps) {
        const send = deps.db.send.bind(deps.db) as (command: unknown) => Promise<unknown>;
        deps.db.send = (async (command: unknown) => {
          const answer = await send(command);
          // What the SDK does after a lost answer: the same put once more.
          if (command instanceof PutItemCommand && lose-- > 0) return send(command);
          return answer;
        }) as typeof deps.db.send;
        return deps;
      },
    });
    const before = (await world.deps.journal.load(blocRef(world))).seq;
    lose = 1;
    const answer = await execute(world.deps, drafting(world, 'Giao ước', 'lost-1'));
    expect(lose).toBe(0);
    expect(answer).toMatchObject({ ok: true, value: { seq: before + 1 } });
    expect((await world.deps.journal.load(blocRef(world))).seq).toBe(before + 1);
  });
});

test('twenty units hand in at once from four processes and all are recorded', async () => {
  const world = await launchedWorld({ members: 20 });
  const processes = [world.deps, elsewhere(world), elsewhere(world), elsewhere(world)];
  const members = world.sample.blocs[0]?.members ?? [];
  const answers = await Promise.all(
    members.map((unit, i) =>
      execute(processes[i % 4] as WebDeps, {
        ref: blocRef(world),
        name: 'RegisterTargets',
        payload: {
          unit,
          targets: [
            {
              id: '1',
              indicator: 'Chỉ tiêu',
              unitOfMeasure: '%',
              planned: '9',
              operator: '=',
              direction: 'higher',
            },
          ],
        },
        id: `register-${unit}`,
        actors: [actorOf(world, `officer.${unit}`)],
        arrivedAt: world.deps.now(),
      }),
    ),
  );
  expect(answers.every(({ ok }) => ok)).toBe(true);
  const { state } = await world.deps.journal.load(blocRef(world));
  expect(Object.keys(state.pledge.targets).sort()).toEqual([...members].sort());
});

type ClosingEvent = { type: string; sheets?: { unit: string; seq: number }[] };

test('a thousand races of a close with a sheet let nothing in after the close', {
  timeout: 120_000,
}, async () => {
  const world = await playedWorld({ members: 3, until: 'Tổng hợp điểm' });
  const { db, table } = world.deps;
  const members = world.sample.blocs[0]?.members ?? [];
  const ref = blocRef(world);
  const { state } = await world.deps.journal.load(ref);
  // The rehearsal's first bloc has closed its round: each race begins on the record as it was just before.
  const commits = await world.deps.journal.commits('bloc-2023-k01');
  const closing = commits.findIndex(({ body }) => body.includes('"type":"RoundClosed"'));
  const cutBack = async (added: readonly { seq: number }[]) => {
    for (const { seq } of added) {
      const { pk, sk } = journalKey('bloc-2023-k01', seq);
      await db.send(new DeleteItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } } }));
    }
  };
  await cutBack(commits.slice(closing));
  const replica = lagging(db);
  const outcomes = { counted: 0, refused: 0 };
  for (let race = 0; race < 1000; race++) {
    const unit = members[race % members.length] as UnitId;
    const close: CommandRequest = {
      ref,
      name: 'CloseRound',
      payload: {},
      id: `close-${race}`,
      actors: [systemActor],
      arrivedAt: new Date('2023-12-15T17:00:01+07:00'),
    };
    // The record keeps where a comment is stored; whoever sends one sends its words.
    const comments = Object.fromEntries(
      Object.entries(state.scoring.sheets[unit]?.comments ?? {}).map(([peer, lines]) => [
        peer,
        Object.fromEntries(Object.keys(lines).map((line) => [line, { text: 'Theo minh chứng đã nộp.' }])),
      ]),
    );
    const submit: CommandRequest = {
      ref,
      name: 'SubmitScoreSheet',
      payload: {
        unit,
        marks: state.scoring.sheets[unit]?.marks,
        comments,
      },
      id: `sheet-${race}`,
      actors: [actorOf(world, `leader.${unit}`)],
      // In time by the clock: only the order of the two commits decides.
      arrivedAt: new Date('2023-12-15T16:59:59+07:00'),
    };
    // Of three races the first is the sheet's and the second the close's, by the store's order of two commits that
    // were decided on the same head; the third is left to chance.
    const leader = (['sheet', 'close', undefined] as const)[race % 3];
    const line = leader && startLine(replica, leader);
    const run = async (who: 'close' | 'sheet', request: CommandRequest) => {
      if (!line) await new Promise((wake) => setTimeout(wake, Math.random() * 6));
      return execute(elsewhere(world, line?.(who) ?? replica), request);
    };
    const [closed, submitted] = await Promise.all([run('close', close), run('sheet', submit)]);
    expect(closed.ok).toBe(true);
    if (leader) expect(submitted.ok).toBe(leader === 'sheet');
    const added = await world.deps.journal.commits('bloc-2023-k01', closing + 1);
    const events = added.flatMap(({ seq, body }) =>
      (JSON.parse(body) as { events: ClosingEvent[] }).events.map((event) => ({ ...event, seq })),
    );
    const end = events.findIndex(({ type }) => type === 'RoundClosed');
    const counted = events[end]?.sheets?.find((sheet) => sheet.unit === unit)?.seq;
    // Whatever came to the record, nothing came after the close.
    expect(events.slice(end).map(({ type }) => type)).not.toContain('ScoreSheetSubmitted');
    if (submitted.ok) {
      outcomes.counted++;
      expect(counted).toBe(submitted.value.seq);
    } else {
      outcomes.refused++;
      expect(submitted.refusal.code).toBe('after-deadline');
      expect(counted).toBe(state.scoring.sheets[unit]?.seq);
    }
    await cutBack(added);
  }
  // Both ends were seen, each in a third of the races at the least.
  expect(outcomes.counted + outcomes.refused).toBe(1000);
  expect(outcomes.counted).toBeGreaterThanOrEqual(334);
  expect(outcomes.refused).toBeGreaterThanOrEqual(333);
});

test('a commit above 350 KB is refused before anything is written', async () => {
  const world = await testWorld();
  const units = Array.from({ length: 500 }, (_none, i) => ({
    id: `don-vi-${i}`,
    name: 'Đ'.repeat(200),
    shortName: 'Đ'.repeat(60),
    kind: 'department',
    validFrom: '2018-04-06',
    successors: Array.from({ length: 20 }, (_other, j) => `don-vi-${(i + j + 1) % 500}`),
  }));
  const before = (await world.deps.journal.load({ kind: 'province' })).seq;
  const result = await execute(world.deps, {
    ref: { kind: 'province' },
    name: 'RegisterUnits',
    payload: { units },
    id: 'large',
    actors: [actorOf(world, 'board-head')],
    arrivedAt: world.deps.now(),
  });
  expect(result).toMatchObject({ ok: false, refusal: { code: 'too-large' } });
  expect((await world.deps.journal.load({ kind: 'province' })).seq).toBe(before);
});

test('what does not parse is a misfit that names every field, and is never written', async () => {
  const world = await launchedWorld();
  const request = { ...drafting(world, '', 'misfit'), payload: { text: 7 } };
  await expect(execute(world.deps, request)).rejects.toThrow(Misfit);
});
