/**
 * Step Functions on the laptop: runs the product's definitions durably on the embedded store, by the legal clock, and
 * answers the real SDK client in this process.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Log } from '../../../functions/deps.ts';
import { type ApiCalls, ApiError, type ApiHandler, handlerOf } from './api.ts';
import { maxDataBytes } from './data.ts';
import { loadDefinition } from './definition.ts';
import { type Branch, type Execution, type HistoryEvent, openExecutions } from './executions.ts';
import { advance, branchAt, branchesOf, dueOf, type Surroundings } from './interpreter.ts';

/** What AWS allows a standard execution (quotas of Step Functions). */
export const limits = { days: 365, events: 25_000 } as const;

const day = 24 * 60 * 60 * 1000;
/** Timers of Node end at 2³¹ ms and know nothing of a clock that is moved: nobody sleeps longer than this. */
const longestSleep = 60_000;
/** So many functions are called at a time. */
const concurrency = 16;

export type RunnerStats = {
  readonly started: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly aborted: number;
  readonly timedOut: number;
  readonly transitions: number;
};

export type Runner = {
  /** For the SDK's client: `new SFNClient({ requestHandler })`. */
  readonly requestHandler: ApiHandler;
  /** Loads what is unfinished and goes on with it. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The clock was moved: look again at what is due. */
  wake(): void;
  /** Resolves when nothing can happen before the clock moves or somebody calls. */
  idle(): Promise<void>;
  isIdle(): boolean;
  /** The earliest instant at which something happens by itself. */
  nextDueAt(): Date | undefined;
  /** Over all executions in the store. */
  stats(): Promise<RunnerStats>;
};

export type RunnerOptions = {
  readonly definitions: Readonly<Record<string, unknown>>;
  invoke(functionName: string, payload: unknown): Promise<unknown>;
  readonly db: DynamoDBClient;
  readonly table: string;
  now(): Date;
  random(): number;
  newId(): string;
  readonly log: Log;
};

const region = 'ap-southeast-1';
const account = '000000000000';
const machineArn = (machine: string) => `arn:aws:states:${region}:${account}:stateMachine:${machine}`;
const executionArn = (machine: string, name: string) =>
  `arn:aws:states:${region}:${account}:execution:${machine}:${name}`;

/** Makes a runner of these definitions; throws naming every fault in them. */
export function createRunner(options: RunnerOptions): Runner {
  const definitions = new Map(
    Object.entries(options.definitions).map(([name, json]) => [name, loadDefinition(name, json)]),
  );
  const store = openExecutions(options.db, options.table);
  const executions = new Map<string, Execution>();
  const unkept = new Map<string, HistoryEvent[]>();
  const keeping = new Map<string, Promise<void>>();
  const moving = new Map<string, { again: boolean; done: Promise<void> }>();
  const signal = { stopped: true };
  let calls = 0;
  let calling = 0;
  const queue: (() => void)[] = [];
  let sleeper: NodeJS.Timeout | undefined;
  let idlers: (() => void)[] = [];

  const nowMs = () => options.now().getTime();

  const world: Surroundings = {
    now: nowMs,
    random: options.random,
    // The token says which execution it is for, so that a used one can be told from a made-up one.
    newToken: (execution) =>
      Buffer.from(JSON.stringify({ arn: execution.arn, id: options.newId() })).toString('base64url'),
    async invoke(functionName, payload) {
      if (calling >= concurrency) await new Promise<void>((go) => queue.push(go));
      calling++;
      try {
        return await options.invoke(functionName, payload);
      } finally {
        calling--;
        queue.shift()?.();
      }
    },
    startExecution: async (arn, name, input, by) => startExecution(arn, name, input, by),
    record(execution, type, details) {
      const id = execution.events + 1;
      execution.events = id;
      const list = unkept.get(execution.arn) ?? [];
      list.push({ id, previousEventId: id - 1, timestamp: options.now().toISOString(), type, details });
      unkept.set(execution.arn, list);
    },
    // One more is needed to say that it ended.
    isFull: ({ events }) => events >= limits.events - 1,
    keep,
  };

  /** Keeps an execution after what is being kept of it already, never two at a time. */
  function keep(execution: Execution): Promise<void> {
    const events = unkept.get(execution.arn) ?? [];
    unkept.delete(execution.arn);
    const copy = JSON.parse(JSON.stringify(execution)) as Execution;
    const before = keeping.get(execution.arn) ?? Promise.resolve();
    const mine = before.then(() => store.keep(copy, events));
    keeping.set(execution.arn, mine);
    return mine;
  }

  function dueAt(execution: Execution): number {
    let due = Date.parse(execution.startedAt) + limits.days * day;
    for (const branch of branchesOf(execution.root)) due = Math.min(due, dueOf(branch));
    return due;
  }

  /** Takes every step that can be taken now; one walker per execution. */
  function pump(execution: Execution): void {
    if (signal.stopped || execution.status !== 'RUNNING') return;
    const under = moving.get(execution.arn);
    if (under) {
      under.again = true;
      return;
    }
    const entry = { again: false, done: Promise.resolve() };
    moving.set(execution.arn, entry);
    entry.done = (async () => {
      try {
        do {
          entry.again = false;
          await walk(execution);
        } while (entry.again && !signal.stopped && execution.status === 'RUNNING');
      } catch (error) {
        if (!signal.stopped)
          options.log('error', 'an execution cannot be run', {
            execution: execution.arn,
            error: String(error),
          });
      }
      // In the same turn as the last look at `again`: between the two, a call to go on would be lost.
      moving.delete(execution.arn);
      rest();
    })();
  }

  async function walk(execution: Execution): Promise<void> {
    const definition = definitions.get(execution.machine);
    if (!definition) throw new Error(`there is no machine ${execution.machine}`);
    if (nowMs() >= Date.parse(execution.startedAt) + limits.days * day) {
      await end(execution, 'TIMED_OUT', { error: { Error: 'States.Timeout', Cause: '' } });
      return;
    }
    await advance(execution, definition, world, signal);
    if (signal.stopped || execution.status !== 'RUNNING') return;
    const { outcome } = execution.root;
    if (world.isFull(execution) && (!outcome || execution.events >= limits.events)) {
      const Cause = `The execution reached the maximum number of history events (${limits.events}).`;
      await end(execution, 'FAILED', { error: { Error: 'States.Runtime', Cause } });
      return;
    }
    if (outcome) await end(execution, 'output' in outcome ? 'SUCCEEDED' : 'FAILED', outcome);
  }

  async function end(
    execution: Execution,
    status: Execution['status'],
    outcome: NonNullable<Branch['outcome']>,
  ): Promise<void> {
    execution.status = status;
    execution.stoppedAt = options.now().toISOString();
    if ('output' in outcome) execution.output = JSON.stringify(outcome.output);
    else execution.error = outcome.error;
    const types = {
      SUCCEEDED: 'ExecutionSucceeded',
      FAILED: 'ExecutionFailed',
      TIMED_OUT: 'ExecutionTimedOut',
      ABORTED: 'ExecutionAborted',
      RUNNING: '',
    };
    world.record(
      execution,
      types[status],
      'output' in outcome ? { output: execution.output } : { ...outcome.error },
    );
    if (status === 'FAILED' || status === 'TIMED_OUT') {
      options.log('error', 'an execution failed', {
        execution: execution.arn,
        ...('error' in outcome ? outcome.error : {}),
      });
    }
    await keep(execution);
  }

  /** Sleeps until something is due, and says that nothing moves when nothing does. */
  function rest(): void {
    clearTimeout(sleeper);
    if (signal.stopped) return;
    const due = nextDue();
    if (due !== undefined) {
      sleeper = setTimeout(wake, Math.max(5, Math.min(longestSleep, due - nowMs())));
      sleeper.unref();
    }
    if (isIdle()) {
      for (const go of idlers) go();
      idlers = [];
    }
  }

  function nextDue(): number | undefined {
    let due = Number.POSITIVE_INFINITY;
    for (const execution of executions.values())
      if (execution.status === 'RUNNING') due = Math.min(due, dueAt(execution));
    return Number.isFinite(due) ? due : undefined;
  }

  function wake(): void {
    if (signal.stopped) return;
    const now = nowMs();
    const due = [...executions.values()].filter(
      (execution) => execution.status === 'RUNNING' && dueAt(execution) <= now,
    );
    due.sort((a, b) => dueAt(a) - dueAt(b));
    for (const execution of due) pump(execution);
    rest();
  }

  function isIdle(): boolean {
    if (moving.size > 0 || calls > 0) return false;
    const due = nextDue();
    return due === undefined || due > nowMs();
  }

  async function startExecution(
    arn: string,
    name: string,
    input: string,
    by?: string,
  ): Promise<{ executionArn: string; startDate: Date }> {
    const machine = [...definitions.keys()].find((known) => machineArn(known) === arn);
    const definition = machine === undefined ? undefined : definitions.get(machine);
    if (machine === undefined || !definition)
      throw new ApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) throw new ApiError('InvalidName', `Invalid Name: '${name}'`);
    if (Buffer.byteLength(input) > maxDataBytes)
      throw new ApiError('InvalidExecutionInput', 'the input is above 256 KiB');
    let data: unknown;
    try {
      data = JSON.parse(input);
    } catch {
      throw new ApiError('InvalidExecutionInput', 'the input is not JSON');
    }
    const own = executionArn(machine, name);
    const there = executions.get(own);
    if (there) {
      // A state that is repeated after a crash finds what it started itself, even if that is over by now.
      const isItsOwn = by !== undefined && there.startedBy === by;
      if ((there.status === 'RUNNING' || isItsOwn) && there.input === input) {
        await keeping.get(there.arn);
        return { executionArn: there.arn, startDate: new Date(there.startedAt) };
      }
      throw new ApiError('ExecutionAlreadyExists', `Execution Already Exists: '${own}'`);
    }
    const execution: Execution = {
      arn: own,
      machine,
      name,
      input,
      startedAt: options.now().toISOString(),
      ...(by === undefined ? {} : { startedBy: by }),
      status: 'RUNNING',
      transitions: 0,
      events: 0,
      root: branchAt(definition.StartAt, data),
    };
    executions.set(own, execution);
    world.record(execution, 'ExecutionStarted', { input });
    await keep(execution);
    pump(execution);
    return { executionArn: own, startDate: new Date(execution.startedAt) };
  }

  /** The branch that waits under a token, or the error that says why none does. */
  function waiting(token: string): { execution: Execution; branch: Branch } {
    let arn: string | undefined;
    try {
      arn = (JSON.parse(Buffer.from(token, 'base64url').toString()) as { arn?: string }).arn;
    } catch {
      arn = undefined;
    }
    const execution = arn === undefined ? undefined : executions.get(arn);
    if (!execution) throw new ApiError('InvalidToken', `Invalid Token: '${token.slice(0, 20)}'`);
    const branch = [...branchesOf(execution.root)].find((one) => one.token === token);
    const over =
      execution.status !== 'RUNNING' ||
      !branch ||
      branch.answer !== undefined ||
      nowMs() >= dueOf({ ...branch, step: 'answer' });
    if (over || !branch)
      throw new ApiError(
        'TaskTimedOut',
        'Task Timed Out: the task is over, or the token was answered before',
      );
    return { execution, branch };
  }

  async function settleToken(token: string, answer: NonNullable<Branch['answer']>): Promise<void> {
    const { execution, branch } = waiting(token);
    branch.answer = answer;
    await keep(execution);
    pump(execution);
  }

  function existing(arn: string): Execution {
    const execution = executions.get(arn);
    if (!execution) throw new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  }

  const api: ApiCalls = {
    async StartExecution({ stateMachineArn, name, input }) {
      const started = await startExecution(stateMachineArn ?? '', name ?? options.newId(), input ?? '{}');
      return { executionArn: started.executionArn, startDate: started.startDate.getTime() / 1000 };
    },
    async SendTaskSuccess({ taskToken, output }) {
      let value: unknown;
      try {
        value = JSON.parse(output ?? '');
      } catch {
        throw new ApiError('InvalidOutput', 'the output is not JSON');
      }
      if (Buffer.byteLength(output ?? '') > maxDataBytes)
        throw new ApiError('InvalidOutput', 'the output is above 256 KiB');
      await settleToken(taskToken ?? '', { output: value });
      return {};
    },
    async SendTaskFailure({ taskToken, error, cause }) {
      await settleToken(taskToken ?? '', { error: { Error: error ?? '', Cause: cause ?? '' } });
      return {};
    },
    async SendTaskHeartbeat({ taskToken }) {
      const { execution, branch } = waiting(taskToken ?? '');
      if (branch.heartbeatSeconds !== undefined)
        branch.heartbeatAt = nowMs() + branch.heartbeatSeconds * 1000;
      await keep(execution);
      return {};
    },
    async DescribeExecution({ executionArn: arn }) {
      const execution = existing(arn ?? '');
      return {
        executionArn: execution.arn,
        stateMachineArn: machineArn(execution.machine),
        name: execution.name,
        status: execution.status,
        startDate: Date.parse(execution.startedAt) / 1000,
        ...(execution.stoppedAt ? { stopDate: Date.parse(execution.stoppedAt) / 1000 } : {}),
        input: execution.input,
        ...(execution.output === undefined ? {} : { output: execution.output }),
        ...(execution.error ? { error: execution.error.Error, cause: execution.error.Cause } : {}),
      };
    },
    async GetExecutionHistory({ executionArn: arn, reverseOrder, maxResults, nextToken }) {
      const all = await store.history(existing(arn ?? '').arn);
      const ordered = reverseOrder ? all.toReversed() : all;
      const from = Number(nextToken ?? 0);
      const most = maxResults || 1000;
      const events = ordered.slice(from, from + most).map(({ timestamp, details, ...event }) => ({
        ...event,
        timestamp: Date.parse(timestamp) / 1000,
        ...(event.type.endsWith('Entered') ? { stateEnteredEventDetails: details } : {}),
        ...(event.type.endsWith('Exited') ? { stateExitedEventDetails: details } : {}),
      }));
      return { events, ...(from + most < ordered.length ? { nextToken: String(from + most) } : {}) };
    },
    async ListExecutions({ stateMachineArn, statusFilter, maxResults, nextToken }) {
      const found = [...executions.values()]
        .filter(
          (one) =>
            machineArn(one.machine) === stateMachineArn &&
            (statusFilter === undefined || one.status === statusFilter),
        )
        .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
      const from = Number(nextToken ?? 0);
      const most = maxResults || 100;
      return {
        executions: found.slice(from, from + most).map((one) => ({
          executionArn: one.arn,
          stateMachineArn: machineArn(one.machine),
          name: one.name,
          status: one.status,
          startDate: Date.parse(one.startedAt) / 1000,
          ...(one.stoppedAt ? { stopDate: Date.parse(one.stoppedAt) / 1000 } : {}),
        })),
        ...(from + most < found.length ? { nextToken: String(from + most) } : {}),
      };
    },
    async StopExecution({ executionArn: arn, error, cause }) {
      const execution = existing(arn ?? '');
      if (execution.status === 'RUNNING')
        await end(execution, 'ABORTED', { error: { Error: error ?? '', Cause: cause ?? '' } });
      return { stopDate: Date.parse(execution.stoppedAt ?? execution.startedAt) / 1000 };
    },
  };

  return {
    requestHandler: handlerOf(api, {
      began: () => void calls++,
      ended: () => {
        calls--;
        rest();
      },
    }),
    async start() {
      for (const execution of await store.all()) executions.set(execution.arn, execution);
      signal.stopped = false;
      for (const execution of executions.values()) pump(execution);
      rest();
    },
    async stop() {
      signal.stopped = true;
      clearTimeout(sleeper);
      await Promise.allSettled([...moving.values()].map(({ done }) => done));
      await Promise.allSettled(keeping.values());
    },
    wake,
    isIdle,
    idle: () => (isIdle() ? Promise.resolve() : new Promise((go) => idlers.push(go))),
    nextDueAt() {
      const due = nextDue();
      return due === undefined ? undefined : new Date(due);
    },
    async stats() {
      const all = [...executions.values()];
      const of = (status: Execution['status']) =>
        all.filter((execution) => execution.status === status).length;
      return {
        started: all.length,
        succeeded: of('SUCCEEDED'),
        failed: of('FAILED'),
        aborted: of('ABORTED'),
        timedOut: of('TIMED_OUT'),
        transitions: all.reduce((sum, { transitions }) => sum + transitions, 0),
      };
    },
  };
}
