/**
 * The laptop's Step Functions, through the real SDK client and on the embedded store: instants that are met exactly,
 * answers that are never lost, an execution that survives a crash anywhere, and the limits and errors of the service.
 */
import { randomUUID } from 'node:crypto';
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openExecutions } from '../../../../infra/local/step-functions/executions.ts';
import { createRunner, limits, type Runner } from '../../../../infra/local/step-functions/runner.ts';
import { openStore, type Store, tables } from '../../../../infra/local/store.ts';
import { temporaryFolder } from '../../../world.ts';

const begin = Date.parse('2023-01-01T00:00:00Z');
const second = 1000;
const day = 24 * 60 * 60 * second;
const instant = (ms: number) => new Date(begin + ms);

type Payload = { readonly [field: string]: unknown };
type Functions = { readonly [name: string]: (payload: Payload) => unknown };
type Call = { readonly name: string; readonly payload: Payload; readonly at: number };

const machineArn = (machine: string) => `arn:aws:states:ap-southeast-1:000000000000:stateMachine:${machine}`;
const arnOf = (name: string, machine = 'm') =>
  `arn:aws:states:ap-southeast-1:000000000000:execution:${machine}:${name}`;

/** A task that calls the function of this name with what came into the state. */
const task = (name: string, more: object = { End: true }) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: name, 'Payload.$': '$' },
  ...more,
});
/** A task that gives a function a token and waits for the answer. */
const gate = (more: object = { End: true }) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: { FunctionName: 'gate', Payload: { 'token.$': '$$.Task.Token' } },
  ...more,
});
const caught = (error: string, more: object = {}) => ({
  Next: 'Done',
  Catch: [{ ErrorEquals: [error], Next: 'Caught', ...more }],
});
const ends = { Done: { Type: 'Succeed' }, Caught: { Type: 'Pass', End: true } };
const machine = (StartAt: string, States: object) => ({ StartAt, States });
const named = (name: string, message = '') => Object.assign(new Error(message), { name });

type BenchOptions = {
  readonly machines: { readonly [name: string]: object };
  readonly functions?: Functions;
  readonly store?: Store;
  readonly clock?: { now: number };
  /** Of a process that dies: then nothing of it happens any more. */
  readonly life?: Life;
};

const never = new Promise<never>(() => {});

/** What becomes of a put: it is done, or never answered, or the process dies before it and does nothing more. */
type Fate = 'done' | 'held' | 'death';

/** How long a process lives, told by its puts: each is asked for with its number and the execution it keeps. */
class Life {
  over = false;
  puts = 0;
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #fateOf: (put: number, execution: string) => Fate;
  #end = () => {};
  readonly #ended = new Promise<void>((end) => {
    this.#end = end;
  });

  constructor(fateOf: (put: number, execution: string) => Fate) {
    this.#fateOf = fateOf;
  }

  put({ input }: PutItemCommand, send: () => Promise<unknown>): Promise<unknown> {
    const key = `${input.Item?.pk?.S} ${input.Item?.sk?.S}`;
    const fate = this.over ? 'death' : this.#fateOf(++this.puts, /arn:\S+/.exec(key)?.[0] ?? '');
    if (fate === 'death') this.kill();
    if (fate !== 'done') return never;
    const sent = send().finally(() => this.#inFlight.delete(sent));
    this.#inFlight.add(sent);
    return sent;
  }

  kill(): void {
    this.over = true;
    this.#end();
  }

  /** Resolves when it is over, and what it had sent before has arrived. */
  async end(): Promise<void> {
    await this.#ended;
    await Promise.allSettled(this.#inFlight);
  }
}
const immortal = () => new Life(() => 'done');

function mortal(store: Store, life: Life): DynamoDBClient {
  const db = store.client();
  const send = db.send.bind(db) as (command: unknown) => Promise<unknown>;
  db.send = ((command: unknown) =>
    command instanceof PutItemCommand
      ? life.put(command, () => send(command))
      : send(command)) as typeof db.send;
  return db;
}

/** A runner with a clock in hand, functions that record their calls, and the SDK's client before it. */
async function bench(options: BenchOptions) {
  const store = options.store ?? (await memory());
  const clock = options.clock ?? { now: begin };
  const calls: Call[] = [];
  const errors: object[] = [];
  const runner: Runner = createRunner({
    definitions: options.machines,
    async invoke(name, payload) {
      if (options.life?.over) return never;
      calls.push({ name, payload: payload as Payload, at: clock.now });
      return options.functions?.[name]?.(payload as Payload);
    },
    db: options.life ? mortal(store, options.life) : store.client(),
    table: tables.stepFunctions,
    now: () => new Date(clock.now),
    random: () => 0.5,
    newId: randomUUID,
    log: (level, message, fields) => void (level === 'error' && errors.push({ message, ...fields })),
  });
  const sfn = new SFNClient({
    region: 'ap-southeast-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: runner.requestHandler,
    maxAttempts: 1,
  });
  await runner.start();
  onTestFinished(() => (options.life?.over ? undefined : runner.stop()));
  const tokens = () =>
    calls.filter(({ name }) => name === 'gate').map(({ payload }) => String(payload.token));
  return {
    runner,
    sfn,
    clock,
    calls,
    errors,
    tokens,
    /** Starts an execution and lets it do what it can do now. */
    async start(name: string, input: unknown = {}, of = 'm') {
      const started = await sfn.send(
        new StartExecutionCommand({
          stateMachineArn: machineArn(of),
          name,
          input: JSON.stringify(input),
        }),
      );
      await runner.idle();
      return started;
    },
    /** Moves the clock on, through every due instant between. */
    async moveTo(ms: number) {
      for (;;) {
        await runner.idle();
        const due = runner.nextDueAt();
        if (!due || due.getTime() > begin + ms) break;
        clock.now = Math.max(clock.now, due.getTime());
        runner.wake();
      }
      clock.now = begin + ms;
      runner.wake();
      await runner.idle();
    },
    async succeed(token: string | undefined, output: unknown) {
      await sfn.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(output) }));
      await runner.idle();
    },
    async fail(token: string | undefined, error: string, cause?: string) {
      await sfn.send(new SendTaskFailureCommand({ taskToken: token, error, cause }));
      await runner.idle();
    },
    /** What DescribeExecution says, with the output parsed. */
    async look(name: string, of = 'm') {
      const { status, output, error, cause } = await sfn.send(
        new DescribeExecutionCommand({ executionArn: arnOf(name, of) }),
      );
      return { status, output: output && (JSON.parse(output) as unknown), error, cause };
    },
    async history(name: string, of = 'm'): Promise<HistoryEvent[]> {
      const found: HistoryEvent[] = [];
      let nextToken: string | undefined;
      do {
        const page = await sfn.send(
          new GetExecutionHistoryCommand({ executionArn: arnOf(name, of), nextToken }),
        );
        found.push(...(page.events ?? []));
        nextToken = page.nextToken;
      } while (nextToken);
      return found;
    },
    secondsOf: (name: string) =>
      calls.filter((call) => call.name === name).map(({ at }) => (at - begin) / second),
  };
}
type Bench = Awaited<ReturnType<typeof bench>>;

async function memory(): Promise<Store> {
  const store = await openStore(undefined);
  onTestFinished(() => store.close());
  return store;
}

/** One state that waits for an answer, and goes to `Caught` with a named error. */
const gated = (more: object) => ({ m: machine('Gate', { Gate: gate(more), ...ends }) });

describe('the clock', () => {
  test('a Wait of 300 days ends at its instant and not a second before', async () => {
    const { start, clock, runner, look, calls } = await bench({
      machines: {
        m: machine('Wait', { Wait: { Type: 'Wait', Seconds: 300 * 86_400, Next: 'T' }, T: task('f') }),
      },
    });
    await start('w');
    expect(runner.nextDueAt()).toEqual(instant(300 * day));
    clock.now = begin + 300 * day - second;
    runner.wake();
    await runner.idle();
    expect(calls).toEqual([]);
    expect(await look('w')).toMatchObject({ status: 'RUNNING' });
    clock.now = begin + 300 * day;
    runner.wake();
    await runner.idle();
    expect(calls).toMatchObject([{ name: 'f', at: begin + 300 * day }]);
    expect(await look('w')).toMatchObject({ status: 'SUCCEEDED' });
    expect(runner.nextDueAt()).toBeUndefined();
  });

  test('a gate of 300 days times out at its instant and not a second before', async () => {
    const { start, clock, runner, look } = await bench({
      machines: gated({ TimeoutSecondsPath: '$.seconds', ...caught('States.Timeout') }),
    });
    await start('g', { seconds: 300 * 86_400 });
    expect(runner.nextDueAt()).toEqual(instant(300 * day));
    clock.now = begin + 300 * day - second;
    runner.wake();
    await runner.idle();
    expect(await look('g')).toMatchObject({ status: 'RUNNING' });
    clock.now = begin + 300 * day;
    runner.wake();
    await runner.idle();
    expect(await look('g')).toMatchObject({
      status: 'SUCCEEDED',
      output: { Error: 'States.Timeout', Cause: '' },
    });
  });

  test('a Wait until an instant, given in the definition or by a path, ends then', async () => {
    const { start, moveTo, secondsOf } = await bench({
      machines: {
        m: machine('A', {
          A: { Type: 'Wait', Timestamp: '2023-01-01T07:00:10+07:00', Next: 'B' },
          B: task('b', { ResultPath: null, Next: 'C' }),
          C: { Type: 'Wait', TimestampPath: '$.at', Next: 'D' },
          D: task('d', { ResultPath: null, Next: 'E' }),
          E: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'F' },
          F: task('f'),
        }),
      },
    });
    await start('w', { at: '2023-01-01T00:01:00Z', seconds: 5 });
    await moveTo(day);
    expect([secondsOf('b'), secondsOf('d'), secondsOf('f')]).toEqual([[10], [60], [65]]);
  });

  test('a jump over several deadlines meets each in its order and at its own instant', async () => {
    const { start, moveTo, calls } = await bench({
      machines: {
        m: machine('Wait', {
          Wait: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'T' },
          T: task('f', { ResultPath: null, Next: 'Again' }),
          Again: { Type: 'Wait', Seconds: 100, Next: 'U' },
          U: task('f'),
        }),
      },
    });
    for (const seconds of [250, 50, 120]) await start(`after-${seconds}`, { seconds });
    await moveTo(day);
    expect(calls.map(({ payload, at }) => [payload.seconds, (at - begin) / second])).toEqual([
      [50, 50],
      [120, 120],
      [50, 150],
      [120, 220],
      [250, 250],
      [250, 350],
    ]);
  });

  test('one wake after a jump still begins with what was due first', async () => {
    const { start, clock, runner, calls } = await bench({
      machines: {
        m: machine('Wait', { Wait: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'T' }, T: task('f') }),
      },
    });
    for (const seconds of [30, 10, 20]) await start(`after-${seconds}`, { seconds });
    clock.now = begin + day;
    runner.wake();
    await runner.idle();
    expect(calls.map(({ payload }) => payload.seconds)).toEqual([10, 20, 30]);
  });
});

describe('a gate', () => {
  test('goes on with the answer, and its token is different for every gate', async () => {
    const { start, tokens, succeed, look } = await bench({
      machines: {
        m: machine('One', { One: gate({ ResultPath: '$.one', Next: 'Two' }), Two: gate() }),
      },
    });
    await start('g');
    await succeed(tokens()[0], 'yes');
    expect(new Set(tokens()).size).toBe(2);
    await succeed(tokens()[1], { seen: true });
    expect(await look('g')).toMatchObject({ status: 'SUCCEEDED', output: { seen: true } });
  });

  test('keeps an answer that comes while its function is still running', async () => {
    const functions: Functions = {
      gate: ({ token }) =>
        made.sfn.send(new SendTaskSuccessCommand({ taskToken: String(token), output: '"early"' })),
    };
    const made: Bench = await bench({ machines: { m: machine('Gate', { Gate: gate() }) }, functions });
    await made.start('g');
    expect(await made.look('g')).toMatchObject({ status: 'SUCCEEDED', output: 'early' });
    expect(made.calls).toHaveLength(1);
  });

  test('keeps an answer that came while its function was running, also when that function fails then', async () => {
    const functions: Functions = {
      async gate({ token }) {
        await made.sfn.send(new SendTaskSuccessCommand({ taskToken: String(token), output: '"early"' }));
        throw named('Busy');
      },
    };
    const made: Bench = await bench({
      machines: gated({ Retry: [{ ErrorEquals: ['States.ALL'] }], ...caught('States.ALL') }),
      functions,
    });
    await made.start('g');
    await made.moveTo(day);
    expect(await made.look('g')).toMatchObject({ status: 'SUCCEEDED', output: 'early' });
    expect(made.calls).toHaveLength(1);
  });

  test('whose function fails is entered again with a new token, and the old one is refused at once', async () => {
    let attempts = 0;
    const functions: Functions = {
      gate() {
        if (++attempts === 1) throw named('Busy');
      },
    };
    const { start, tokens, succeed, moveTo, look } = await bench({
      machines: gated({ Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 60 }], ...caught('States.ALL') }),
      functions,
    });
    await start('g');
    await expect(succeed(tokens()[0], 'void')).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await moveTo(60 * second);
    await succeed(tokens()[1], 'good');
    expect(await look('g')).toMatchObject({ status: 'SUCCEEDED', output: 'good' });
  });

  test('answered after its time-out refuses the answer, and the execution has gone on by its Catch', async () => {
    const { start, clock, tokens, succeed, moveTo, look } = await bench({
      machines: gated({ TimeoutSeconds: 60, ...caught('States.Timeout') }),
    });
    await start('g');
    // At the very instant, though nobody has looked at the clock yet.
    clock.now = begin + 60 * second;
    await expect(succeed(tokens()[0], 'late')).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await moveTo(60 * second);
    await expect(succeed(tokens()[0], 'late')).rejects.toMatchObject({ name: 'TaskTimedOut' });
    expect(await look('g')).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'States.Timeout' } });
  });

  test('answered a second before its time-out takes the answer, though that is kept after it', async () => {
    const clock = { now: begin };
    let answered = false;
    const life = new Life(() => {
      if (answered) clock.now = begin + 61 * second;
      return 'done';
    });
    const { start, tokens, succeed, look } = await bench({
      machines: gated({ TimeoutSeconds: 60, ...caught('States.Timeout') }),
      clock,
      life,
    });
    await start('g');
    clock.now = begin + 59 * second;
    answered = true;
    await succeed(tokens()[0], 'in time');
    expect(await look('g')).toMatchObject({ status: 'SUCCEEDED', output: 'in time' });
    expect(clock.now).toBe(begin + 61 * second);
  });

  test('answered twice refuses the second answer, one after the other or both at once', async () => {
    const { start, tokens, succeed, look } = await bench({
      machines: { m: machine('Gate', { Gate: gate() }) },
    });
    await start('one');
    await succeed(tokens()[0], 1);
    await expect(succeed(tokens()[0], 2)).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await start('both');
    const both = await Promise.allSettled([succeed(tokens()[1], 1), succeed(tokens()[1], 2)]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await look('one')).toMatchObject({ output: 1 });
    expect(await look('both')).toMatchObject({ output: 1 });
  });

  test('knows a token that nobody gave out from one that was used', async () => {
    const { start, succeed, fail, sfn } = await bench({ machines: gated(caught('States.ALL')) });
    await start('g');
    const otherArn = Buffer.from(JSON.stringify({ arn: arnOf('nobody'), id: '1' })).toString('base64url');
    for (const token of ['made-up', '', 'bnVsbA', otherArn]) {
      const invalid = { name: 'InvalidToken' };
      await expect(succeed(token, 1)).rejects.toMatchObject(invalid);
      await expect(fail(token, 'Error')).rejects.toMatchObject(invalid);
      await expect(sfn.send(new SendTaskHeartbeatCommand({ taskToken: token }))).rejects.toMatchObject(
        invalid,
      );
    }
  });

  test('refuses an output that is not JSON, or above 256 KiB, and still waits', async () => {
    const { start, tokens, succeed, look, sfn, errors } = await bench({
      machines: gated(caught('States.ALL')),
    });
    await start('g');
    const broken = new SendTaskSuccessCommand({ taskToken: tokens()[0], output: '{' });
    await expect(sfn.send(broken)).rejects.toMatchObject({ name: 'InvalidOutput' });
    await expect(succeed(tokens()[0], 'x'.repeat(256 * 1024))).rejects.toMatchObject({
      name: 'InvalidOutput',
    });
    expect(await look('g')).toMatchObject({ status: 'RUNNING' });
    await succeed(tokens()[0], 'small');
    expect(await look('g')).toMatchObject({ output: 'small' });
    expect(errors).toEqual([]);
  });

  test('that is failed goes where that error is caught, with error and cause', async () => {
    const { start, tokens, fail, look } = await bench({
      machines: gated(caught('Annulled', { ResultPath: '$.why' })),
    });
    await start('g', { kept: true });
    await fail(tokens()[0], 'Annulled', 'by the board');
    expect(await look('g')).toMatchObject({
      status: 'SUCCEEDED',
      output: { kept: true, why: { Error: 'Annulled', Cause: 'by the board' } },
    });
  });

  test('that is failed with a name nobody catches ends the execution with it', async () => {
    const { start, tokens, fail, look } = await bench({ machines: gated(caught('Annulled')) });
    await start('g');
    await fail(tokens()[0], 'Other', 'of no concern');
    expect(await look('g')).toMatchObject({ status: 'FAILED', error: 'Other', cause: 'of no concern' });
  });

  test('with a heartbeat times out without one, and every heartbeat moves that on', async () => {
    const { start, tokens, moveTo, look, runner, sfn, succeed } = await bench({
      machines: gated({ HeartbeatSeconds: 10, TimeoutSeconds: 25, ...caught('States.Timeout') }),
    });
    const beat = (token: string | undefined) => sfn.send(new SendTaskHeartbeatCommand({ taskToken: token }));
    await start('silent');
    await moveTo(9 * second);
    expect(await look('silent')).toMatchObject({ status: 'RUNNING' });
    await moveTo(10 * second);
    expect(await look('silent')).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'States.Timeout' } });
    await expect(beat(tokens()[0])).rejects.toMatchObject({ name: 'TaskTimedOut' });

    await start('beating');
    await moveTo(19 * second);
    await beat(tokens()[1]);
    expect(runner.nextDueAt()).toEqual(instant(29 * second));
    await moveTo(28 * second);
    await beat(tokens()[1]);
    // No heartbeat moves the time-out itself.
    expect(runner.nextDueAt()).toEqual(instant(35 * second));
    await moveTo(34 * second);
    await succeed(tokens()[1], 'alive');
    expect(await look('beating')).toMatchObject({ output: 'alive' });
  });

  test('inside a Map beats as well', async () => {
    const { start, tokens, moveTo, look, succeed, sfn } = await bench({
      machines: {
        m: machine('Each', {
          Each: {
            Type: 'Map',
            ItemProcessor: {
              ProcessorConfig: { Mode: 'INLINE' },
              StartAt: 'Gate',
              States: { Gate: gate({ HeartbeatSeconds: 10, End: true }) },
            },
            End: true,
          },
        }),
      },
    });
    await start('g', [1, 2]);
    await moveTo(9 * second);
    for (const token of tokens()) await sfn.send(new SendTaskHeartbeatCommand({ taskToken: token }));
    await moveTo(18 * second);
    for (const token of tokens()) await succeed(token, token === tokens()[0] ? 'a' : 'b');
    expect(await look('g')).toMatchObject({ status: 'SUCCEEDED', output: ['a', 'b'] });
  });

  test('of a Map that has failed elsewhere is over: its token is refused', async () => {
    const { start, tokens, fail, succeed, look } = await bench({
      machines: {
        m: machine('Each', {
          Each: {
            Type: 'Map',
            ItemProcessor: {
              ProcessorConfig: { Mode: 'INLINE' },
              StartAt: 'Gate',
              States: { Gate: gate() },
            },
            ...caught('Annulled'),
          },
          ...ends,
        }),
      },
    });
    await start('g', [1, 2]);
    await fail(tokens()[0], 'Annulled');
    expect(await look('g')).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'Annulled' } });
    await expect(succeed(tokens()[1], 1)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });
});

describe('a retrier', () => {
  const failing = (names: readonly string[], retry: object[], more: object = caught('States.ALL')) => {
    let attempts = 0;
    return {
      machines: { m: machine('T', { T: task('f', { Retry: retry, ...more }), ...ends }) },
      functions: {
        f() {
          const name = names[Math.min(attempts++, names.length - 1)];
          if (name) throw named(name, 'why');
          return 'good';
        },
      },
    };
  };

  test('with MaxAttempts 0 never tries again', async () => {
    const { start, moveTo, secondsOf, look } = await bench(
      failing(
        ['Busy'],
        [
          { ErrorEquals: ['Busy'], MaxAttempts: 0 },
          { ErrorEquals: ['States.ALL'], MaxAttempts: 5 },
        ],
      ),
    );
    await start('r');
    await moveTo(day);
    expect(secondsOf('f')).toEqual([0]);
    expect(await look('r')).toMatchObject({
      output: { Error: 'Busy', Cause: JSON.stringify({ errorType: 'Busy', errorMessage: 'why' }) },
    });
  });

  test('without numbers tries three times, after 1, 2 and 4 seconds', async () => {
    const { start, moveTo, secondsOf } = await bench(failing(['Busy'], [{ ErrorEquals: ['Busy'] }]));
    await start('r');
    await moveTo(day);
    expect(secondsOf('f')).toEqual([0, 1, 3, 7]);
  });

  test('waits longer each time by its rate, and never longer than MaxDelaySeconds', async () => {
    const { start, moveTo, secondsOf, clock, runner } = await bench(
      failing(
        ['Busy'],
        [{ ErrorEquals: ['Busy'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 5, MaxDelaySeconds: 20 }],
      ),
    );
    await start('r');
    clock.now = begin + 2 * second - 1;
    runner.wake();
    await runner.idle();
    expect(secondsOf('f')).toEqual([0]);
    await moveTo(day);
    expect(secondsOf('f')).toEqual([0, 2, 8, 26, 46, 66]);
  });

  test('with full jitter waits a drawn part of its delay', async () => {
    const { start, moveTo, secondsOf } = await bench(
      failing(['Busy', ''], [{ ErrorEquals: ['Busy'], IntervalSeconds: 10, JitterStrategy: 'FULL' }]),
    );
    await start('r');
    await moveTo(day);
    expect(secondsOf('f')).toEqual([0, 5]);
  });

  test('counts its own attempts, and begins anew when the state is entered anew', async () => {
    const retry = [
      { ErrorEquals: ['Busy'], MaxAttempts: 1, IntervalSeconds: 1 },
      { ErrorEquals: ['Broken', 'Gone'], MaxAttempts: 2, IntervalSeconds: 10, BackoffRate: 1 },
    ];
    const again = {
      Next: 'Done',
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught', ResultPath: null }],
    };
    const { machines, functions } = failing(
      ['Busy', 'Broken', 'Gone', 'Broken', 'Busy', 'Broken', ''],
      retry,
      again,
    );
    const { start, moveTo, secondsOf, look } = await bench({
      machines: {
        m: { ...machines.m, States: { ...machines.m.States, Caught: { Type: 'Pass', Next: 'T' } } },
      },
      functions,
    });
    await start('r');
    await moveTo(day);
    // Busy +1, Broken +10, Gone +10, Broken: caught and entered anew, Busy +1, Broken +10, good.
    expect(secondsOf('f')).toEqual([0, 1, 11, 21, 21, 22, 32]);
    expect(await look('r')).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('is found by the name of what was thrown, whatever its class', async () => {
    class PeriodClosed extends Error {
      override readonly name = 'PeriodClosed';
    }
    const thrown = [new PeriodClosed(), new TypeError('no'), 'a text'];
    const functions: Functions = {
      f: ({ n }) => {
        throw thrown[Number(n)];
      },
    };
    const { start, look } = await bench({
      machines: { m: machine('T', { T: task('f') }) },
      functions,
    });
    for (const [n, error] of ['PeriodClosed', 'TypeError', 'Error'].entries()) {
      await start(`n-${n}`, { n });
      expect(await look(`n-${n}`)).toMatchObject({ status: 'FAILED', error });
    }
  });

  test('of States.TaskFailed is for every error but a time-out, which States.Timeout and States.ALL name', async () => {
    const outcomes: unknown[] = [];
    for (const error of ['States.TaskFailed', 'States.Timeout', 'States.ALL']) {
      const { start, tokens, fail, moveTo, look } = await bench({
        machines: gated({ TimeoutSeconds: 60, ...caught(error) }),
      });
      await start('failed');
      await start('late');
      await fail(tokens()[0], 'Annulled');
      await moveTo(60 * second);
      outcomes.push([error, (await look('failed')).status, (await look('late')).status]);
    }
    expect(outcomes).toEqual([
      ['States.TaskFailed', 'SUCCEEDED', 'FAILED'],
      ['States.Timeout', 'FAILED', 'SUCCEEDED'],
      ['States.ALL', 'SUCCEEDED', 'SUCCEEDED'],
    ]);
  });

  test('that gave up hands over to Catch, which with ResultPath null leaves the input as it was', async () => {
    const { start, look, calls } = await bench(
      failing(['Busy'], [{ ErrorEquals: ['Other'] }], caught('Busy', { ResultPath: null })),
    );
    await start('r', { kept: [1, 2] });
    expect(await look('r')).toMatchObject({ status: 'SUCCEEDED', output: { kept: [1, 2] } });
    expect(calls).toHaveLength(1);
  });

  test('of a Map runs all its items anew', async () => {
    let attempts = 0;
    const { start, moveTo, look, calls, runner } = await bench({
      machines: {
        m: machine('Each', {
          Each: {
            Type: 'Map',
            ItemProcessor: {
              ProcessorConfig: { Mode: 'INLINE' },
              StartAt: 'T',
              States: { T: task('f', { ResultSelector: { 'v.$': '$.Payload' }, End: true }) },
            },
            Retry: [{ ErrorEquals: ['Busy'] }],
            End: true,
          },
        }),
      },
      functions: {
        f(item) {
          if (++attempts === 2) throw named('Busy');
          return item;
        },
      },
    });
    await start('r', ['a', 'b']);
    await moveTo(day);
    expect(await look('r')).toMatchObject({ status: 'SUCCEEDED', output: [{ v: 'a' }, { v: 'b' }] });
    expect(calls).toHaveLength(4);
    // The Map entered, its retry, and four times the state within.
    expect((await runner.stats()).transitions).toBe(6);
  });
});

describe('the data', () => {
  test('go through a state as documented: a result is put into the raw input', async () => {
    const { start, look, calls } = await bench({
      machines: {
        m: machine('Hello', {
          Hello: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            InputPath: '$.lambda',
            Parameters: { FunctionName: 'f', 'Payload.$': '$' },
            ResultSelector: { 'text.$': '$.Payload' },
            ResultPath: '$.data.result',
            OutputPath: '$.data',
            End: true,
          },
        }),
      },
      functions: { f: ({ who }) => `Hello, ${who}!` },
    });
    await start('d', { extra: 'foo', data: { val1: 23 }, lambda: { who: 'board' } });
    expect(calls).toMatchObject([{ payload: { who: 'board' } }]);
    expect(await look('d')).toMatchObject({ output: { val1: 23, result: { text: 'Hello, board!' } } });
  });

  test('decide a Choice by text, number, truth and presence; none that holds is States.NoChoiceMatched', async () => {
    const to = (Next: string, rule: object) => ({ Variable: '$.v', ...rule, Next });
    const pass = (Result: string) => ({ Type: 'Pass', Result, End: true });
    const { start, look } = await bench({
      machines: {
        m: machine('C', {
          C: {
            Type: 'Choice',
            Choices: [
              to('None', { IsPresent: false }),
              to('Text', { StringEquals: 'x' }),
              to('Number', { NumericEquals: 7 }),
              to('True', { BooleanEquals: true }),
            ],
          },
          ...Object.fromEntries(['None', 'Text', 'Number', 'True'].map((name) => [name, pass(name)])),
        }),
      },
    });
    const outcomes: unknown[] = [];
    for (const [n, input] of [{}, { v: 'x' }, { v: 7 }, { v: true }, { v: false }].entries()) {
      await start(`c-${n}`, input);
      const { output, error } = await look(`c-${n}`);
      outcomes.push(output ?? error);
    }
    expect(outcomes).toEqual(['None', 'Text', 'Number', 'True', 'States.NoChoiceMatched']);
  });

  test('of a Map keep their order, with no more items under way than MaxConcurrency', async () => {
    let [running, most] = [0, 0];
    const { start, look } = await bench({
      machines: {
        m: machine('Each', {
          Each: {
            Type: 'Map',
            ItemsPath: '$.items',
            ItemSelector: { 'n.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value', 'all.$': '$.all' },
            MaxConcurrency: 2,
            ItemProcessor: {
              ProcessorConfig: { Mode: 'INLINE' },
              StartAt: 'T',
              States: { T: task('f', { OutputPath: '$.Payload', End: true }) },
            },
            ResultPath: '$.done',
            End: true,
          },
        }),
      },
      functions: {
        async f({ n, v, all }) {
          most = Math.max(most, ++running);
          for (let turn = 0; turn < 5 - Number(n); turn++) await new Promise(setImmediate);
          running--;
          return `${n}${v}${all}`;
        },
      },
    });
    await start('d', { items: ['a', 'b', 'c', 'd', 'e'], all: '!' });
    expect(await look('d')).toMatchObject({ output: { done: ['0a!', '1b!', '2c!', '3d!', '4e!'] } });
    expect(most).toBe(2);
    await start('none', { items: [], all: '!' });
    expect(await look('none')).toMatchObject({ output: { done: [] } });
  });
});

describe('a definition', () => {
  const refusal = async (definition: object) => {
    const refused = await bench({ machines: { broken: definition } }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Error);
    return (refused as Error).message.split('\n').map((line) => line.trim());
  };

  test('outside of what is run here is refused with every fault in it at once', async () => {
    const faults = await refusal({
      QueryLanguage: 'JSONata',
      TimeoutSeconds: 60,
      StartAt: 'Both',
      States: {
        Both: { Type: 'Parallel', Branches: [], Next: 'Call' },
        Call: task('f', {
          Arguments: {},
          Parameters: { Payload: [{ 'text.$': "States.Format('{}', $.x)" }] },
          ResultPath: '$.list[*]',
          Next: 'Missing',
        }),
        Other: { ...task('f'), Resource: 'arn:aws:states:::sqs:sendMessage' },
        Each: {
          Type: 'Map',
          ItemReader: { Resource: 'arn:aws:states:::s3:getObject' },
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED' },
            StartAt: 'Nowhere',
            States: { T: task('f', {}) },
          },
          End: true,
        },
      },
    });
    expect(faults).toEqual([
      'the definition broken cannot be run:',
      '$.QueryLanguage: Invalid input: expected "JSONPath"',
      '$.States.Both.Type: "Parallel" is not a type that is run here',
      '$.States.Call.Parameters.Payload.0.text.$: is not a plain reference path',
      '$.States.Call.ResultPath: is not a plain reference path',
      '$.States.Call: Unrecognized key: "Arguments"',
      expect.stringMatching(/^\$\.States\.Other\.Resource: Invalid option: expected one of /),
      '$.States.Each.ItemProcessor.ProcessorConfig.Mode: Invalid input: expected "INLINE"',
      '$.States.Each: Unrecognized key: "ItemReader"',
      '$: Unrecognized key: "TimeoutSeconds"',
      '$.States.Call: there is no state "Missing"',
      '$.States.Other: no other state leads here',
      '$.States.Each: no other state leads here',
      '$.States.Each.ItemProcessor.StartAt: there is no state "Nowhere"',
      '$.States.Each.ItemProcessor.States.T: no other state leads here',
      '$.States.Each.ItemProcessor.States.T: needs either Next or End',
    ]);
  });

  test('whose fields contradict each other, or would mean nothing here, is refused', async () => {
    const faults = await refusal({
      StartAt: 'Wait',
      States: {
        Wait: { Type: 'Wait', Seconds: 1, Timestamp: '2023-01-01T00:00:00Z', Next: 'Choose' },
        Choose: {
          Type: 'Choice',
          Choices: [
            { Variable: '$.v', Next: 'Call' },
            { Variable: '$.v', NumericEquals: 1, StringEquals: '1', Next: 'Gate' },
          ],
        },
        Call: task('f', { TimeoutSeconds: 60, End: true, Next: 'Gate' }),
        Gate: gate({ TimeoutSeconds: 60, TimeoutSecondsPath: '$.seconds', End: true }),
      },
    });
    expect(faults).toEqual([
      'the definition broken cannot be run:',
      '$.States.Wait: needs exactly one of Seconds, SecondsPath, Timestamp, TimestampPath',
      '$.States.Choose.Choices.0: needs exactly one of StringEquals, NumericEquals, BooleanEquals, IsPresent',
      '$.States.Choose.Choices.1: needs exactly one of StringEquals, NumericEquals, BooleanEquals, IsPresent',
      '$.States.Call: needs either Next or End',
      '$.States.Call: only a task that waits for its token may have TimeoutSeconds, TimeoutSecondsPath, HeartbeatSeconds',
      '$.States.Gate: needs either TimeoutSeconds or TimeoutSecondsPath',
    ]);
  });

  test('with a placeholder that was not filled is refused', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder as it stands in a definition.
    const faults = await refusal(machine('T', { T: task('${Task}') }));
    expect(faults[1]).toBe(
      '$.States.T.Parameters.FunctionName: holds a placeholder that was not substituted',
    );
  });
});

describe('an execution', () => {
  const most = 256 * 1024;
  /** A text that is so many bytes as JSON. */
  const textOf = (bytes: number) => 'x'.repeat(bytes - 2);

  test('that is 365 days old is timed out at that instant, whatever it waits for', async () => {
    const { start, moveTo, look, tokens, succeed, errors } = await bench({
      machines: {
        m: machine('Gate', { Gate: gate(caught('States.ALL')), ...ends }),
        w: machine('Wait', { Wait: { Type: 'Wait', Seconds: 366 * 86_400, End: true } }),
      },
    });
    await start('g');
    await start('w', {}, 'w');
    await moveTo(365 * day - second);
    expect(await look('g')).toMatchObject({ status: 'RUNNING' });
    await moveTo(365 * day);
    expect(await look('g')).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect(await look('w', 'w')).toMatchObject({ status: 'TIMED_OUT' });
    expect(errors).toHaveLength(2);
    await expect(succeed(tokens()[0], 1)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  test('of 25,000 events of history fails with States.Runtime, though it never rests', async () => {
    const store = await memory();
    const machines = {
      m: machine('Begin', {
        Begin: { Type: 'Wait', Seconds: 60, Next: 'A' },
        A: { Type: 'Pass', Next: 'B' },
        B: { Type: 'Choice', Choices: [{ Variable: '$.on', BooleanEquals: true, Next: 'A' }] },
      }),
    };
    const first = await bench({ machines, store });
    await first.start('loop', { on: true });
    await first.runner.stop();
    // To have it soon: as if it had gone round 12,000 times before.
    const executions = openExecutions(store.client(), tables.stepFunctions);
    const [loop] = await executions.all();
    if (!loop) throw new Error('the execution was not kept');
    const past = loop.events;
    await executions.keep({ ...loop, events: 24_000 }, []);

    const { moveTo, look, history, errors } = await bench({ machines, store });
    await moveTo(60 * second);
    expect(await look('loop')).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    const events = (await history('loop')).slice(past);
    expect(events.map(({ id }) => id)).toEqual(Array.from({ length: 1000 }, (_none, i) => 24_001 + i));
    expect(events.at(-1)).toMatchObject({ id: limits.events, type: 'ExecutionFailed' });
    expect(errors).toMatchObject([{ message: 'an execution failed', Error: 'States.Runtime' }]);
  });

  test('carries 256 KiB from state to state to its end, and through a restart', async () => {
    const store = await memory();
    const machines = {
      m: machine('Gate', {
        Gate: gate({ ResultPath: '$', Next: 'Pass' }),
        Pass: { Type: 'Pass', Next: 'Wait' },
        Wait: { Type: 'Wait', Seconds: 60, End: true },
      }),
    };
    // Quotes grow when JSON is put into JSON, and letters beyond Latin are several bytes each.
    const large = { quotes: '"'.repeat(50_000), letters: 'ữ'.repeat(30_000), rest: '' };
    const input = { ...large, rest: textOf(most - Buffer.byteLength(JSON.stringify(large)) + 2) };
    expect(Buffer.byteLength(JSON.stringify(input))).toBe(most);
    const first = await bench({ machines, store });
    await first.start('large', input);
    await first.succeed(first.tokens()[0], input);
    await first.runner.stop();
    const next = await bench({ machines, store });
    await next.moveTo(60 * second);
    expect((await next.look('large')).output).toEqual(input);
    const events = await next.history('large');
    expect(events.map(({ id }) => id)).toEqual(events.map((_event, i) => i + 1));
    expect(JSON.parse(events.at(-2)?.stateExitedEventDetails?.output ?? '')).toEqual(input);
    expect([...first.errors, ...next.errors]).toEqual([]);
  });

  test('whose data grow above 256 KiB fails, and States.ALL does not catch it', async () => {
    const half = textOf(most / 2);
    const catching = (error: string) => caught(error, { ResultPath: null });
    const doubled = { 'a.$': '$.half', 'b.$': '$.half' };
    const { start, look, calls, errors } = await bench({
      machines: {
        result: machine('T', { T: task('large', catching('States.ALL')), ...ends }),
        input: machine('T', {
          T: task('f', {
            Parameters: { FunctionName: 'f', Payload: doubled },
            ...catching('States.ALL'),
          }),
          ...ends,
        }),
        pass: machine('P', { P: { Type: 'Pass', Parameters: doubled, End: true } }),
        map: machine('Each', {
          Each: {
            Type: 'Map',
            ItemsPath: '$.items',
            ItemSelector: { 'half.$': '$.half' },
            ItemProcessor: {
              ProcessorConfig: { Mode: 'INLINE' },
              StartAt: 'P',
              States: { P: { Type: 'Pass', End: true } },
            },
            ...catching('States.ALL'),
          },
          ...ends,
        }),
        named: machine('T', { T: task('large', catching('States.DataLimitExceeded')), ...ends }),
      },
      functions: { large: () => textOf(most) },
    });
    const outcomes: unknown[] = [];
    for (const name of ['result', 'input', 'pass', 'map', 'named']) {
      await start(name, { half, items: [1, 2] }, name);
      const { status, error } = await look(name, name);
      outcomes.push([name, status, error]);
    }
    expect(outcomes).toEqual([
      ['result', 'FAILED', 'States.DataLimitExceeded'],
      ['input', 'FAILED', 'States.DataLimitExceeded'],
      ['pass', 'FAILED', 'States.DataLimitExceeded'],
      ['map', 'FAILED', 'States.DataLimitExceeded'],
      ['named', 'SUCCEEDED', undefined],
    ]);
    expect(calls.map(({ name }) => name)).toEqual(['large', 'large']);
    expect(errors.map((error) => ('Error' in error ? error.Error : error))).toEqual(
      Array(4).fill('States.DataLimitExceeded'),
    );
  });

  test('whose caught error does not fit beside its data fails instead of standing still', async () => {
    const { start, tokens, fail, look } = await bench({
      machines: gated(caught('States.ALL', { ResultPath: '$.error' })),
    });
    await start('large', { text: textOf(most - 100) });
    await fail(tokens()[0], 'Annulled', 'x'.repeat(1000));
    expect(await look('large')).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  test('is not started with an input above 256 KiB or that is no JSON, a bad name or an unknown machine', async () => {
    const { start, sfn, runner } = await bench({ machines: { m: machine('Done', { Done: ends.Done }) } });
    const send = (input: string, name = 'n') =>
      sfn.send(new StartExecutionCommand({ stateMachineArn: machineArn('m'), name, input }));
    await expect(send(JSON.stringify(textOf(most + 1)))).rejects.toMatchObject({
      name: 'InvalidExecutionInput',
    });
    await expect(send('{')).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
    for (const name of ['a b', 'a/b', 'a:b', 'a#b', 'a*', 'tên', 'x'.repeat(81), ''])
      await expect(send('{}', name)).rejects.toMatchObject({ name: 'InvalidName' });
    await expect(start('n', {}, 'unknown')).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    expect((await runner.stats()).started).toBe(0);
    await send(JSON.stringify(textOf(most)));
    await send('{}', 'x'.repeat(80));
    expect((await runner.stats()).started).toBe(2);
  });

  test('started again under its name is the same while it runs with the same input, and refused otherwise', async () => {
    const { start, clock, tokens, succeed, runner } = await bench({
      machines: { m: machine('Gate', { Gate: gate() }) },
    });
    const refusal = { name: 'ExecutionAlreadyExists' };
    const first = await start('n', { a: 1 });
    clock.now += 60 * second;
    const again = await start('n', { a: 1 });
    expect(again).toMatchObject({ executionArn: first.executionArn, startDate: instant(0) });
    await expect(start('n', { a: 2 })).rejects.toMatchObject(refusal);
    expect(tokens()).toHaveLength(1);
    await succeed(tokens()[0], 1);
    await expect(start('n', { a: 1 })).rejects.toMatchObject(refusal);
    expect(await runner.stats()).toMatchObject({ started: 1, succeeded: 1 });
  });

  test('that starts another one knows it by its ARN, and catches that the name is taken', async () => {
    const child = {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution',
      Parameters: { StateMachineArn: machineArn('child'), 'Name.$': '$.name', 'Input.$': '$' },
      ResultSelector: { 'arn.$': '$.ExecutionArn' },
    };
    const { start, look } = await bench({
      machines: {
        m: machine('Start', {
          Start: { ...child, ...caught('StepFunctions.ExecutionAlreadyExistsException') },
          ...ends,
        }),
        child: machine('Done', { Done: ends.Done }),
      },
    });
    await start('one', { name: 'c' });
    expect((await look('one')).output).toEqual({ arn: arnOf('c', 'child') });
    expect(await look('c', 'child')).toMatchObject({ status: 'SUCCEEDED', output: { name: 'c' } });
    await start('two', { name: 'c' });
    expect((await look('two')).output).toMatchObject({
      Error: 'StepFunctions.ExecutionAlreadyExistsException',
    });
    await start('three', { name: 'not lawful' });
    expect(await look('three')).toMatchObject({
      status: 'FAILED',
      error: 'StepFunctions.InvalidNameException',
    });
  });
});

describe('a crash', () => {
  const inline = (StartAt: string, States: object) => ({
    ProcessorConfig: { Mode: 'INLINE' },
    StartAt,
    States,
  });
  const machines = {
    m: machine('Prepare', {
      Prepare: task('prepare', {
        ResultSelector: { 'n.$': '$.Payload.n' },
        ResultPath: '$.prepared',
        Next: 'Choose',
      }),
      Choose: {
        Type: 'Choice',
        Choices: [{ Variable: '$.prepared.n', NumericEquals: 3, Next: 'Gate' }],
        Default: 'Wrong',
      },
      Wrong: { Type: 'Fail', Error: 'Wrong' },
      Gate: gate({ TimeoutSeconds: 300 * 86_400, ResultPath: '$.answer', Next: 'Each' }),
      Each: {
        Type: 'Map',
        ItemsPath: '$.items',
        MaxConcurrency: 2,
        ItemProcessor: inline('Work', {
          Work: task('work', {
            ResultSelector: { 'worked.$': '$.Payload' },
            Retry: [{ ErrorEquals: ['Busy'] }],
            End: true,
          }),
        }),
        ResultPath: '$.each',
        Next: 'Start',
      },
      Start: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution',
        Parameters: { StateMachineArn: machineArn('child'), Name: 'c', Input: { 'n.$': '$.prepared.n' } },
        ResultSelector: { 'arn.$': '$.ExecutionArn' },
        ResultPath: '$.child',
        Next: 'Wait',
      },
      Wait: { Type: 'Wait', Seconds: 30 * 86_400, Next: 'Late' },
      Late: task('late', { ResultPath: null, Next: 'Done' }),
      Done: ends.Done,
    }),
    child: machine('Act', { Act: task('act', { OutputPath: '$.Payload', End: true }) }),
  };
  const functions: Functions = {
    prepare: () => ({ n: 3 }),
    work: (item) => `${item}!`,
    act: ({ n }) => ({ acted: n }),
  };
  const input = { items: ['a', 'b', 'c'] };

  /** What the world around does: starts, answers each gate once, moves the clock, until all is over. */
  async function play({ start, runner, sfn, clock, tokens, look, history }: Bench) {
    await start('x', input).catch((error: Error) => expect(error.name).toBe('ExecutionAlreadyExists'));
    const answered = new Set<string>();
    for (;;) {
      await runner.idle();
      for (const token of tokens().filter((one) => !answered.has(one))) {
        answered.add(token);
        const answer = new SendTaskSuccessCommand({ taskToken: token, output: '"yes"' });
        await sfn.send(answer).catch((error: Error) => expect(error.name).toBe('TaskTimedOut'));
      }
      if (!runner.isIdle()) continue;
      const due = runner.nextDueAt();
      if (!due) break;
      clock.now = Math.max(clock.now, due.getTime());
      runner.wake();
    }
    const ids = async (name: string, of: string) => (await history(name, of)).map(({ id }) => id);
    return {
      ends: [await look('x'), await look('c', 'child')],
      events: [await ids('x', 'm'), await ids('c', 'child')],
      transitions: (await runner.stats()).transitions,
    };
  }

  /** Every task that was called, each once. */
  const called = (calls: readonly Call[]) =>
    [...new Set(calls.map(({ name, payload }) => (name === 'work' ? `${name} ${payload}` : name)))].sort();

  /** The same story with a process that dies, and another that goes on over its store. */
  async function interrupted(deadly: number) {
    const store = await openStore(undefined);
    const life = new Life((put) => (put === deadly ? 'death' : 'done'));
    const clock = { now: begin };
    // The gate's function has told somebody the token before the process died: that one answers in any case.
    const dying = await bench({ machines, functions, store, clock, life });
    const died = await Promise.race([play(dying).then(() => false), life.end().then(() => true)]);
    const before = [...dying.calls];
    const next = await bench({ machines, functions, store, clock });
    next.calls.push(...before);
    const end = await play(next);
    await next.runner.stop();
    await store.close();
    return { died, end, called: called(next.calls), errors: [...dying.errors, ...next.errors], before };
  }

  test('at any put leaves an execution that arrives where an uninterrupted one does', async () => {
    const life = immortal();
    const whole = await bench({ machines, functions, life });
    const end = await play(whole);
    expect(end.ends).toMatchObject([
      {
        status: 'SUCCEEDED',
        output: {
          ...input,
          prepared: { n: 3 },
          answer: 'yes',
          each: [{ worked: 'a!' }, { worked: 'b!' }, { worked: 'c!' }],
          child: { arn: arnOf('c', 'child') },
        },
      },
      { status: 'SUCCEEDED', output: { acted: 3 } },
    ]);
    const tasks = ['act', 'gate', 'late', 'prepare', 'work a', 'work b', 'work c'];
    expect(called(whole.calls)).toEqual(tasks);
    expect(whole.calls).toHaveLength(tasks.length);
    expect(life.puts).toBeGreaterThan(40);
    for (let k = 1; k <= life.puts; k++) {
      const other = await interrupted(k);
      expect({ k, ...other }).toMatchObject({ k, died: true, called: tasks, errors: [] });
      expect({ k, ends: other.end.ends }).toEqual({ k, ends: end.ends });
      // Nothing is counted or told twice.
      expect({ k, transitions: other.end.transitions }).toEqual({ k, transitions: end.transitions });
      for (const ids of other.end.events) expect(ids).toEqual(ids.map((_id, i) => i + 1));
    }
  });

  test('after every few puts, again and again, is survived as well', async () => {
    const store = await memory();
    const clock = { now: begin };
    const calls: Call[] = [];
    for (let lives = 1; ; lives++) {
      const life = new Life((put) => (put > 6 ? 'death' : 'done'));
      const one = await bench({ machines, functions, store, clock, life });
      one.calls.push(...calls);
      const end = await Promise.race([play(one), life.end()]);
      calls.splice(0, calls.length, ...one.calls);
      if (end) {
        expect(end.ends).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
        expect(lives).toBeGreaterThan(5);
        break;
      }
    }
  });

  test('that loses a start while what was started runs to its end does not start it twice', async () => {
    const [parent, child] = [arnOf('x'), arnOf('c', 'child')];
    const kept: string[] = [];
    const whole = await bench({
      machines,
      functions,
      life: new Life((_put, execution) => {
        kept.push(execution);
        return 'done';
      }),
    });
    const end = await play(whole);
    const childs = kept.filter((execution) => execution === child).length;

    const store = await memory();
    let count = 0;
    const life: Life = new Life((_put, execution) => {
      if (execution === child && ++count === childs) queueMicrotask(() => life.kill());
      return execution === parent && count > 0 ? 'held' : 'done';
    });
    const dying = await bench({ machines, functions, store, life });
    await Promise.race([play(dying), life.end()]);
    const next = await bench({ machines, functions, store });
    expect(await next.look('c', 'child')).toMatchObject({ status: 'SUCCEEDED' });
    expect((await play(next)).ends).toEqual(end.ends);
    expect([...dying.calls, ...next.calls].filter(({ name }) => name === 'act')).toHaveLength(1);
  });

  test('right after an answer was accepted keeps the answer, and the gate is not opened again', async () => {
    const store = await memory();
    const gatedBy = gated({ TimeoutSeconds: 60, ...caught('States.Timeout') });
    let answering = false;
    let puts = 0;
    // The answer itself is one put; the second would be of the transition.
    const life = new Life(() => (answering && ++puts > 1 ? 'death' : 'done'));
    const dying = await bench({ machines: gatedBy, store, life });
    await dying.start('g');
    const token = dying.tokens()[0];
    answering = true;
    await dying.sfn.send(new SendTaskSuccessCommand({ taskToken: token, output: '"yes"' }));
    await life.end();
    // The next process comes up when the gate would long have timed out.
    const next = await bench({ machines: gatedBy, store, clock: { now: begin + day } });
    await next.runner.idle();
    expect(await next.look('g')).toMatchObject({ status: 'SUCCEEDED', output: 'yes' });
    expect(next.calls).toEqual([]);
    await expect(next.succeed(token, 'again')).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  test('right after an answer was accepted while the function still ran keeps the answer', async () => {
    const store = await memory();
    const machines = { m: machine('Gate', { Gate: gate() }) };
    let accepted = false;
    const life = new Life(() => (accepted ? 'death' : 'done'));
    const functions: Functions = {
      async gate({ token }) {
        await dying.sfn.send(new SendTaskSuccessCommand({ taskToken: String(token), output: '"early"' }));
        accepted = true;
      },
    };
    const dying: Bench = await bench({ machines, functions, store, life });
    void dying.start('g');
    await life.end();
    const next = await bench({ machines, store });
    await next.runner.idle();
    expect(await next.look('g')).toMatchObject({ status: 'SUCCEEDED', output: 'early' });
  });

  test('between the pieces of what is too large for one item leaves what was whole before', async () => {
    const machines = {
      m: machine('Gate', {
        Gate: gate({ ResultPath: '$.answer', Next: 'Pass' }),
        Pass: { Type: 'Pass', End: true },
      }),
    };
    const large = { text: 'x'.repeat(180_000) };
    const through = async (one: Bench) => {
      await one.start('g', large).catch((error: Error) => expect(error.name).toBe('ExecutionAlreadyExists'));
      const answer = { taskToken: one.tokens().at(-1), output: '"yes"' };
      if (answer.taskToken) await one.sfn.send(new SendTaskSuccessCommand(answer)).catch(() => undefined);
      await one.runner.idle();
      return one.look('g');
    };
    const life = immortal();
    const end = await through(await bench({ machines, life }));
    expect(end.output).toEqual({ ...large, answer: 'yes' });
    for (let k = 1; k <= life.puts; k++) {
      const store = await openStore(undefined);
      const calls: Call[] = [];
      for (const last of [k - 1, 2]) {
        const short = new Life((put) => (put > last ? 'death' : 'done'));
        const dying = await bench({ machines, store, life: short });
        dying.calls.push(...calls);
        await Promise.race([through(dying), short.end()]);
        calls.splice(0, calls.length, ...dying.calls);
        if (!short.over) await dying.runner.stop();
      }
      const next = await bench({ machines, store });
      next.calls.push(...calls);
      expect({ k, end: await through(next) }).toEqual({ k, end });
      const ids = (await next.history('g')).map(({ id }) => id);
      expect({ k, ids }).toEqual({ k, ids: ids.map((_id, i) => i + 1) });
      await next.runner.stop();
      await store.close();
    }
  });

  test('while a function has just been told its token leaves the token good', async () => {
    const store = await memory();
    const machines = { m: machine('Gate', { Gate: gate() }) };
    const life = immortal();
    const dying = await bench({ machines, functions: { gate: () => life.kill() }, store, life });
    void dying.start('g');
    await life.end();
    const next = await bench({ machines, store });
    await next.succeed(dying.tokens()[0], 'yes');
    expect(next.tokens()).toEqual(dying.tokens());
    expect(await next.look('g')).toMatchObject({ status: 'SUCCEEDED', output: 'yes' });
  });

  test('before an execution was kept leaves nobody who was told that it was started', async () => {
    const life = new Life((put) => (put === 2 ? 'death' : 'done'));
    const { sfn } = await bench({ machines, functions, life });
    let told = 0;
    const start = { stateMachineArn: machineArn('m'), name: 'x', input: JSON.stringify(input) };
    for (let twice = 0; twice < 2; twice++)
      void sfn.send(new StartExecutionCommand(start)).then(() => told++);
    await life.end();
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(told).toBe(0);
  });

  test('of a store that fails leaves what the next process goes on with', async () => {
    const store = await memory();
    const db = store.client();
    const send = db.send.bind(db) as (command: unknown) => Promise<unknown>;
    let broken = false;
    db.send = (async (command: unknown) => {
      if (broken && command instanceof PutItemCommand) throw named('InternalServerError');
      return send(command);
    }) as typeof db.send;
    const waiting = { m: machine('Gate', { Gate: gate({ Next: 'T' }), T: task('f') }) };
    const failing = await bench({ machines: waiting, store: { ...store, client: () => db } });
    await failing.start('g');
    broken = true;
    const token = failing.tokens()[0];
    await expect(failing.succeed(token, 1)).rejects.toMatchObject({ name: 'InternalServerError' });
    await failing.runner.idle();
    await failing.runner.stop();
    const next = await bench({ machines: waiting, store });
    await next.succeed(token, 2);
    expect(next.calls).toMatchObject([{ name: 'f', payload: 2 }]);
  });

  test('or an ordered end is survived in a folder, by gates and Waits alike', async () => {
    const folder = temporaryFolder();
    const inFolder = {
      m: machine('Gate', {
        Gate: gate({ Next: 'Wait' }),
        Wait: { Type: 'Wait', Seconds: 60, Next: 'T' },
        T: task('f'),
      }),
    };
    const clock = { now: begin };
    let token: string | undefined;
    for (const act of [
      async ({ start, tokens }: Bench) => {
        await start('g');
        token = tokens()[0];
      },
      async ({ succeed }: Bench) => succeed(token, 'yes'),
      async ({ moveTo, calls, look }: Bench) => {
        await moveTo(59 * second);
        expect(calls).toEqual([]);
        await moveTo(60 * second);
        expect(calls).toMatchObject([{ name: 'f', payload: 'yes' }]);
        expect(await look('g')).toMatchObject({ status: 'SUCCEEDED' });
      },
      async ({ look, runner }: Bench) => {
        expect(await look('g')).toMatchObject({ status: 'SUCCEEDED' });
        expect(await runner.stats()).toMatchObject({ started: 1, succeeded: 1, transitions: 3 });
      },
    ]) {
      const store = await openStore(folder);
      const one = await bench({ machines: inFolder, store, clock });
      await act(one);
      await one.runner.stop();
      await store.close();
    }
  });
});

describe('the API', () => {
  const waiting = { m: machine('Gate', { Gate: gate() }) };

  test('counts transitions as they are billed: one for every state entered, one for every retry', async () => {
    let attempts = 0;
    const { start, moveTo, runner } = await bench({
      machines: {
        m: machine('Prepare', {
          Prepare: { Type: 'Pass', Next: 'Call' },
          Call: task('f', { ResultPath: null, Retry: [{ ErrorEquals: ['Busy'] }], Next: 'Choose' }),
          Choose: {
            Type: 'Choice',
            Choices: [{ Variable: '$.v', NumericEquals: 1, Next: 'Wait' }],
            Default: 'Done',
          },
          Wait: { Type: 'Wait', Seconds: 60, Next: 'Done' },
          Done: ends.Done,
        }),
      },
      functions: {
        f() {
          if (++attempts <= 2) throw named('Busy');
        },
      },
    });
    await start('t', { v: 1 });
    await moveTo(day);
    expect((await runner.stats()).transitions).toBe(5 + 2);
    await start('u', { v: 2 });
    expect((await runner.stats()).transitions).toBe(7 + 4);
  });

  test('tells a history in pages, forwards and backwards, with what came into and out of every state', async () => {
    const { start, history, sfn } = await bench({
      machines: {
        m: machine('A', {
          A: { Type: 'Pass', Result: { a: 1 }, Next: 'T' },
          T: task('f', { OutputPath: '$.Payload', Next: 'Done' }),
          Done: ends.Done,
        }),
      },
      functions: { f: () => ({ b: 2 }) },
    });
    await start('h', { v: 1 });
    const all = await history('h');
    expect(all.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, 'ExecutionStarted'],
      [2, 1, 'PassStateEntered'],
      [3, 2, 'PassStateExited'],
      [4, 3, 'TaskStateEntered'],
      [5, 4, 'TaskScheduled'],
      [6, 5, 'TaskSucceeded'],
      [7, 6, 'TaskStateExited'],
      [8, 7, 'SucceedStateEntered'],
      [9, 8, 'SucceedStateExited'],
      [10, 9, 'ExecutionSucceeded'],
    ]);
    expect(all[1]?.timestamp).toEqual(instant(0));
    expect(all[1]?.stateEnteredEventDetails).toEqual({ name: 'A', input: '{"v":1}' });
    expect(all[2]?.stateExitedEventDetails).toEqual({ name: 'A', output: '{"a":1}' });
    const paged = async (reverseOrder: boolean) => {
      const pages: (number | undefined)[][] = [];
      let nextToken: string | undefined;
      do {
        const page = await sfn.send(
          new GetExecutionHistoryCommand({
            executionArn: arnOf('h'),
            maxResults: 4,
            reverseOrder,
            nextToken,
          }),
        );
        pages.push((page.events ?? []).map(({ id }) => id));
        nextToken = page.nextToken;
      } while (nextToken);
      return pages;
    };
    expect(await paged(false)).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10],
    ]);
    expect(await paged(true)).toEqual([
      [10, 9, 8, 7],
      [6, 5, 4, 3],
      [2, 1],
    ]);
  });

  test('lists the executions of one machine by status, the latest first, in pages', async () => {
    const { start, clock, tokens, succeed, fail, sfn } = await bench({
      machines: { ...waiting, other: machine('Done', { Done: ends.Done }) },
    });
    for (const name of ['a', 'b', 'c', 'd']) {
      await start(name);
      clock.now += second;
    }
    await start('elsewhere', {}, 'other');
    await succeed(tokens()[0], 1);
    await fail(tokens()[1], 'Annulled');
    await sfn.send(new StopExecutionCommand({ executionArn: arnOf('c') }));
    const list = async (more: object = {}) => {
      const page = await sfn.send(new ListExecutionsCommand({ stateMachineArn: machineArn('m'), ...more }));
      return { names: page.executions?.map(({ name }) => name), nextToken: page.nextToken };
    };
    expect((await list()).names).toEqual(['d', 'c', 'b', 'a']);
    expect((await list({ statusFilter: 'SUCCEEDED' })).names).toEqual(['a']);
    expect((await list({ statusFilter: 'FAILED' })).names).toEqual(['b']);
    expect((await list({ statusFilter: 'ABORTED' })).names).toEqual(['c']);
    expect((await list({ statusFilter: 'RUNNING' })).names).toEqual(['d']);
    expect((await list({ statusFilter: 'TIMED_OUT' })).names).toEqual([]);
    const first = await list({ maxResults: 3 });
    expect(first.names).toEqual(['d', 'c', 'b']);
    expect((await list({ maxResults: 3, nextToken: first.nextToken })).names).toEqual(['a']);
  });

  test('stops an execution for good, and its token is refused', async () => {
    const { start, clock, tokens, succeed, look, sfn, runner } = await bench({ machines: waiting });
    await start('s');
    clock.now += 60 * second;
    const stop = new StopExecutionCommand({ executionArn: arnOf('s'), error: 'Annulled', cause: 'why' });
    expect((await sfn.send(stop)).stopDate).toEqual(instant(60 * second));
    clock.now += 60 * second;
    expect((await sfn.send(stop)).stopDate).toEqual(instant(60 * second));
    expect(await look('s')).toMatchObject({ status: 'ABORTED', error: 'Annulled', cause: 'why' });
    await expect(succeed(tokens()[0], 1)).rejects.toMatchObject({ name: 'TaskTimedOut' });
    expect(runner.nextDueAt()).toBeUndefined();
    expect(await runner.stats()).toMatchObject({ started: 1, aborted: 1 });
  });

  test('stops an execution while a function of it runs: what that returns goes nowhere', async () => {
    const functions: Functions = {
      first: () => made.sfn.send(new StopExecutionCommand({ executionArn: arnOf('s') })),
    };
    const made: Bench = await bench({
      machines: {
        m: machine('First', { First: task('first', { Next: 'Second' }), Second: task('second') }),
      },
      functions,
    });
    await made.start('s');
    await made.moveTo(day);
    expect(made.calls.map(({ name }) => name)).toEqual(['first']);
    expect(await made.look('s')).toMatchObject({ status: 'ABORTED' });
    expect((await made.history('s')).at(-1)?.type).toBe('ExecutionAborted');
  });

  test('describes an execution after its end as it was, also to the next process', async () => {
    const store = await memory();
    const first = await bench({ machines: waiting, store });
    await first.start('d', { v: 1 });
    first.clock.now += 60 * second;
    await first.succeed(first.tokens()[0], { done: true });
    const describing = new DescribeExecutionCommand({ executionArn: arnOf('d') });
    const { $metadata: _ours, ...told } = await first.sfn.send(describing);
    expect(told).toEqual({
      executionArn: arnOf('d'),
      stateMachineArn: machineArn('m'),
      name: 'd',
      status: 'SUCCEEDED',
      startDate: instant(0),
      stopDate: instant(60 * second),
      input: '{"v":1}',
      output: '{"done":true}',
    });
    await first.runner.stop();
    const next = await bench({ machines: waiting, store });
    const { $metadata: _theirs, ...again } = await next.sfn.send(describing);
    expect(again).toEqual(told);
    await expect(next.start('d', { v: 1 })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    expect(next.calls).toEqual([]);
  });

  test('knows no execution that was never started, and no call that is not answered here', async () => {
    const { sfn } = await bench({ machines: waiting });
    const unknown = { executionArn: arnOf('nobody') };
    for (const command of [
      new DescribeExecutionCommand(unknown),
      new GetExecutionHistoryCommand(unknown),
      new StopExecutionCommand(unknown),
    ])
      await expect(sfn.send(command as DescribeExecutionCommand)).rejects.toMatchObject({
        name: 'ExecutionDoesNotExist',
      });
    await expect(sfn.send(new ListStateMachinesCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
  });
});
