/** The year through the real workflow: wherever a machine is killed and started again, it arrives where it was going. */
import { ListExecutionsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execute } from '../../functions/execute.ts';
import { openJournal } from '../../functions/journal/journal.ts';
import { type TaskName, tasks } from '../../functions/tasks/index.ts';
import { Problem } from '../../infra/local/client.ts';
import type { Actor } from '../../shared/domain/actor.ts';
import { type BlocId, SeasonId } from '../../shared/domain/ids.ts';
import { definitions, placeholderOf, type Workflow, workflows } from '../../shared/workflow/workflow.ts';
import { launchedWorld, playOn, type TestWorld, testWorld } from '../world.ts';

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

const size = { blocs: 2, members: 4 };

async function outcomeOf(world: TestWorld): Promise<{ awards: object[]; steps: string[] }> {
  const { awards } = await world.client.get<{ awards: object[] }>(undefined, '/api/seasons/2023/awards');
  const { blocs } = await world.client.get<{ blocs: { step: string }[] }>(
    undefined,
    '/api/seasons/2023/blocs',
  );
  return { awards, steps: blocs.map(({ step }) => step) };
}

let plain: Awaited<ReturnType<typeof outcomeOf>>;
beforeAll(async () => {
  const world = await testWorld({ ...size, closeWith: (close) => void closing.push(close) });
  await playOn(world);
  plain = await outcomeOf(world);
  // One cycle, three phases per bloc, one deliberation, one publication.
  expect(await world.runner.stats()).toMatchObject({
    started: 9,
    succeeded: 9,
    failed: 0,
    aborted: 0,
    timedOut: 0,
  });
  expect(world.errors).toEqual([]);
  expect(plain.steps).toEqual(['nominated', 'nominated']);
  expect(plain.awards.length).toBeGreaterThan(2);
});

async function running(world: TestWorld): Promise<{ workflow: Workflow; stream: string; arn: string }[]> {
  const found = await Promise.all(
    workflows.map(async (workflow) => {
      const { executions = [] } = await world.deps.sfn.send(
        new ListExecutionsCommand({
          stateMachineArn: world.deps.machineArn(workflow),
          statusFilter: 'RUNNING',
        }),
      );
      return executions.map(({ executionArn: arn = '', name = '' }) => ({
        workflow,
        stream: name.slice(0, name.indexOf(`-${workflow}`)),
        arn,
      }));
    }),
  );
  return found.flat();
}

/** Launched, and then left alone until every deadline has passed. */
async function idleYear(world: TestWorld): Promise<void> {
  for (const [i, step] of world.sample.setUp.entries())
    await world.client.command(step.as, step.path, step.body, `set-up-${i}`);
  await world.moveTo(new Date('2024-03-02T00:00:00+07:00'));
}

/** A year up to the result, and an objection to it that the head leaves lying. */
async function unansweredObjection(world: TestWorld): Promise<void> {
  await playOn(world, 'Họp bình xét, đề nghị khen thưởng');
  // The first bloc's head closed its round early; in the second the time for objections still runs.
  const [, bloc] = world.sample.blocs;
  const unit = bloc?.members[2] ?? '';
  const path = `/api/seasons/2023/blocs/${bloc?.id}`;
  const objection = { unit, criterion: 'II.1', ground: { text: 'Chưa tính kết quả quý IV.' } };
  await world.client.command(`leader.${unit}`, `${path}/commands/file-objection`, objection, 'objection-1');
  await world.moveTo(new Date('2023-12-22T08:00:00+07:00'));
  const { objections } = await world.client.get<{ objections: { state: string }[] }>(
    'board-head',
    `${path}/objections`,
  );
  expect(objections.map(({ state }) => state)).toEqual(['escalated']);
}

/** What the Board does where a machine has failed: it starts the phase again, or the next where this one is over. */
async function startAgain(world: TestWorld, workflow: Workflow, stream: string, id: string): Promise<void> {
  const reason = 'Máy quy trình dừng giữa chừng';
  const [kind, season, part] = stream.split('-');
  const give = (path: string, body: object) =>
    world.client.command('board-head', `/api/seasons/${season}/${path}`, body, id);
  if (kind === 'season') return void (await give('commands/restart-cycle', { reason }));
  const council = `councils/1/commands/restart-council-phase`;
  if (kind === 'council') return void (await give(council, { phase: workflow, reason }));
  try {
    await give(`blocs/${part}/commands/restart-phase`, { phase: workflow, reason });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'wrong-phase') throw error;
    const next = workflows[workflows.indexOf(workflow) + 1];
    if (next === 'council-deliberation') await give(council, { phase: next, reason });
    else await give(`blocs/${part}/commands/restart-phase`, { phase: next, reason });
  }
}

/** The machine in whose definition a task stands, with this milestone where it has one. */
function machineOf(input: { task: string; milestone?: string }): Workflow {
  const mark = input.milestone
    ? `"task":"${input.task}","milestone":"${input.milestone}"`
    : `"\${${placeholderOf(input.task)}}"`;
  const found = workflows.find((name) => JSON.stringify(definitions[name]).includes(mark));
  if (!found) throw new Error(`no machine invokes ${mark}`);
  return found;
}

describe('a machine that is killed and started again from its first state', () => {
  test('arrives at the same end, for every machine before and after each of its tasks', async () => {
    const killed = new Set<string>();
    let world: TestWorld | undefined;
    const kill = async (when: string, input: { task: string; milestone?: string; stream: string }) => {
      if (!world) return;
      const workflow = machineOf(input);
      const place = `${when} ${workflow} ${input.task} ${input.milestone ?? ''}`;
      if (killed.has(place)) return;
      killed.add(place);
      const victims = (await running(world)).filter(
        (one) => one.workflow === workflow && (one.stream === input.stream || workflow === 'annual-cycle'),
      );
      for (const { arn, stream } of victims) {
        await world.deps.sfn.send(new StopExecutionCommand({ executionArn: arn }));
        await startAgain(world, workflow, stream, `again-${killed.size}-${stream}`);
      }
    };
    const killing = () =>
      testWorld({
        ...size,
        async aroundTask(input, run) {
          const named = input as { task: string; milestone?: string; stream: string };
          await kill('before', named);
          const output = await run();
          await kill('after', named);
          return output;
        },
      });
    world = await killing();
    await playOn(world);
    expect(await outcomeOf(world)).toEqual(plain);
    expect(await world.runner.stats()).toMatchObject({ failed: 0, timedOut: 0 });
    expect((await world.runner.stats()).aborted).toBeGreaterThan(30);
    // What only deadlines do is met in a year in which nobody does anything.
    world = await killing();
    await idleYear(world);
    expect((await outcomeOf(world)).steps).toEqual(['closed', 'closed']);
    expect(await world.runner.stats()).toMatchObject({ failed: 0, timedOut: 0 });
    // And an objection that nobody answers.
    world = await killing();
    await unansweredObjection(world);
    expect(await world.runner.stats()).toMatchObject({ failed: 0, timedOut: 0 });
    const interrupted = new Set([...killed].map((place) => place.split(' ')[2] as TaskName));
    expect([...interrupted].sort()).toEqual(Object.keys(tasks).sort());
  });

  test('arrives at the same end, for every machine at every gate', async () => {
    const world = await testWorld(size);
    const gates = new Set<string>();
    let times = 0;
    await playOn(world, undefined, async () => {
      await world.settle();
      times++;
      for (const { workflow, stream, arn } of await running(world)) {
        await world.deps.sfn.send(new StopExecutionCommand({ executionArn: arn }));
        gates.add(workflow);
        await startAgain(world, workflow, stream, `gate-${times}-${stream}-${workflow}`);
      }
      await world.settle();
    });
    expect(await outcomeOf(world)).toEqual(plain);
    expect(await world.runner.stats()).toMatchObject({ failed: 0, timedOut: 0 });
    // The cycle itself waits for nobody.
    expect([...gates].sort()).toEqual(workflows.filter((name) => name !== 'annual-cycle').sort());
  });
});

describe('reactions', () => {
  test('that were lost are made up for by the sweep', async () => {
    const world = await launchedWorld({ members: 3 });
    const bloc = world.sample.blocs[0];
    const ref = { kind: 'bloc', season: SeasonId.parse('2023'), bloc: bloc?.id as BlocId } as const;
    // Commits by a process whose reactions never ran: it has a journal of its own, and nobody follows it.
    const { db, table } = world.deps;
    const deaf = { ...world.deps, journal: openJournal({ db, table, tableId: 'deaf' }) };
    let sent = 0;
    const give = async (persona: string, name: string, payload: object) => {
      const { account, role, unit } = world.sample.personas.find(({ id }) => id === persona) ?? {};
      const result = await execute(deaf, {
        ref,
        name,
        payload,
        id: `deaf-${sent++}`,
        actors: [{ account, role, unit } as Actor],
        arrivedAt: world.deps.now(),
      });
      expect(result).toMatchObject({ ok: true });
    };
    await world.moveTo(new Date('2023-03-07T08:00:00+07:00'));
    await give(`leader.${bloc?.head}`, 'DraftPledge', { text: 'Giao ước' });
    await give(`leader.${bloc?.head}`, 'FreezePledge', { withoutTargets: bloc?.members });
    const { state } = await deaf.journal.load(ref);
    for (const unit of bloc?.members ?? [])
      await give(`leader.${unit}`, 'SignPledge', { unit, hash: state.pledge.frozen?.hash });
    await world.settle();
    const phases = async () => (await running(world)).map(({ workflow }) => workflow);
    expect(await phases()).toEqual(['pledge-signing']);
    await world.catchUp();
    await world.settle();
    expect(await phases()).toEqual(['mid-year-review']);
  });
});

test('a year in which nobody does anything is closed by its deadlines', async () => {
  const world = await testWorld(size);
  await idleYear(world);
  expect((await outcomeOf(world)).steps).toEqual(['closed', 'closed']);
  const council = await world.client.get<{ dossiers: object[]; nominationsClosed: object }>(
    'board-head',
    '/api/seasons/2023/councils/1',
  );
  expect(council).toMatchObject({ dossiers: [], nominationsClosed: { late: ['k01', 'k02'] } });
  expect(world.errors).toEqual([]);
});
