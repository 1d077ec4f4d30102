/**
 * Walks an execution from state to state: one small step at a time, each kept before the next is taken, so that a
 * process that dies anywhere leaves an execution that goes on where it was.
 */

import {
  checkSize,
  fill,
  isNamed,
  lookUp,
  mustLookUp,
  place,
  type StateError,
  StateFailure,
  select,
} from './data.ts';
import type { ChoiceRule, Definition, MapState, Retrier, State, States } from './definition.ts';
import { resources } from './definition.ts';
import type { Branch, Execution } from './executions.ts';

/** What the interpreter needs of the world. */
export type Surroundings = {
  now(): number;
  random(): number;
  newToken(execution: Execution): string;
  /** Calls a function; what it throws becomes the state's error under its name. */
  invoke(functionName: string, payload: unknown): Promise<unknown>;
  startExecution(
    machineArn: string,
    name: string,
    input: string,
    by: string,
  ): Promise<{ executionArn: string; startDate: Date }>;
  record(execution: Execution, type: string, details: Record<string, unknown>): void;
  /** Whether its history has come to its end. */
  isFull(execution: Execution): boolean;
  /** Keeps the execution as it is now; resolves when it is kept. */
  keep(execution: Execution): Promise<void>;
};

/** The branch at the beginning of some states. */
export function branchAt(startAt: string, data: unknown): Branch {
  return { state: startAt, data, enteredAt: '', retries: [], step: 'enter' };
}

/** Every branch of an execution that is under way, the innermost ones too. */
export function* branchesOf(branch: Branch): Generator<Branch> {
  if (branch.step === 'over') return;
  yield branch;
  for (const inner of branch.items?.branches ?? []) if (inner) yield* branchesOf(inner);
}

/** The instants at which a branch has something to do without being told. */
export function dueOf(branch: Branch): number {
  if (branch.step === 'wait' || branch.step === 'retry') return branch.dueAt ?? Number.POSITIVE_INFINITY;
  if (branch.step === 'answer')
    return Math.min(
      branch.timeoutAt ?? Number.POSITIVE_INFINITY,
      branch.heartbeatAt ?? Number.POSITIVE_INFINITY,
    );
  return Number.POSITIVE_INFINITY;
}

/** Takes every step that an execution can take now; it is over when its root is. */
export async function advance(
  execution: Execution,
  definition: Definition,
  world: Surroundings,
  signal: { stopped: boolean },
): Promise<void> {
  await walk(execution, execution.root, definition.States);

  async function walk(exec: Execution, branch: Branch, states: States): Promise<void> {
    while (branch.step !== 'over' && !isHalted(exec) && !world.isFull(exec)) {
      const state = states[branch.state];
      if (!state) throw new Error(`there is no state ${branch.state}`);
      let moved: boolean;
      try {
        moved = await step(exec, branch, state);
      } catch (error) {
        if (isHalted(exec)) return;
        if (!(error instanceof StateFailure)) throw error;
        fail(exec, branch, state, error.failure);
        moved = true;
      }
      if (!moved || isHalted(exec)) return;
      await world.keep(exec);
    }
  }

  /** Whether the process ends, or somebody has stopped the execution while a step was being taken. */
  function isHalted(exec: Execution): boolean {
    return signal.stopped || exec.status !== 'RUNNING';
  }

  /** One step of a branch; false when it has to wait. */
  async function step(exec: Execution, branch: Branch, state: State): Promise<boolean> {
    switch (branch.step) {
      case 'enter':
        return enter(exec, branch, state);
      case 'invoke':
        return invoke(exec, branch, state as State & { Type: 'Task' });
      case 'answer':
        return answer(exec, branch, state as State & { Type: 'Task' });
      case 'wait':
        if (world.now() < (branch.dueAt ?? 0)) return false;
        leave(
          exec,
          branch,
          state,
          select((state as { InputPath?: string | null }).InputPath, branch.data, contextOf(exec, branch)),
        );
        return true;
      case 'retry':
        if (world.now() < (branch.dueAt ?? 0)) return false;
        // A Map begins anew by being entered, which counts itself.
        if (state.Type !== 'Map') exec.transitions++;
        again(branch, state);
        return true;
      case 'items':
        return items(exec, branch, state as MapState);
      case 'over':
        return false;
    }
  }

  function contextOf(exec: Execution, branch: Branch): object {
    return {
      Execution: { Id: exec.arn, Name: exec.name, Input: JSON.parse(exec.input), StartTime: exec.startedAt },
      State: { Name: branch.state, EnteredTime: branch.enteredAt },
      StateMachine: {
        Id: exec.arn.replace(':execution:', ':stateMachine:').replace(/:[^:]+$/, ''),
        Name: exec.machine,
      },
      Task: branch.token === undefined ? {} : { Token: branch.token },
      ...(branch.item === undefined ? {} : { Map: { Item: branch.item } }),
    };
  }

  function enter(exec: Execution, branch: Branch, state: State): boolean {
    branch.visit = ++exec.transitions;
    branch.enteredAt = new Date(world.now()).toISOString();
    world.record(exec, `${state.Type}StateEntered`, {
      name: branch.state,
      input: JSON.stringify(branch.data),
    });
    const context = contextOf(exec, branch);
    switch (state.Type) {
      case 'Task':
        again(branch, state);
        return true;
      case 'Choice': {
        const input = select(state.InputPath, branch.data, context);
        const next = state.Choices.find((rule) => holds(rule, input, context))?.Next ?? state.Default;
        if (!next) throw new StateFailure('States.NoChoiceMatched', `no choice of ${branch.state} holds`);
        go(exec, branch, state, select(state.OutputPath, input, context), next);
        return true;
      }
      case 'Wait': {
        const input = select(state.InputPath, branch.data, context);
        const seconds =
          state.Seconds ?? (state.SecondsPath && Number(mustLookUp(state.SecondsPath, input, context)));
        const until =
          state.Timestamp ?? (state.TimestampPath && String(mustLookUp(state.TimestampPath, input, context)));
        branch.dueAt = until ? Date.parse(until) : world.now() + Number(seconds) * 1000;
        if (!Number.isFinite(branch.dueAt))
          throw new StateFailure('States.Runtime', `${branch.state} waits for no instant`);
        branch.step = 'wait';
        return true;
      }
      case 'Pass': {
        const input = select(state.InputPath, branch.data, context);
        const result =
          state.Result ?? (state.Parameters === undefined ? input : fill(state.Parameters, input, context));
        leave(exec, branch, state, place(state.ResultPath, branch.data, result));
        return true;
      }
      case 'Succeed':
        finish(
          exec,
          branch,
          state.Type,
          select(state.OutputPath, select(state.InputPath, branch.data, context), context),
        );
        return true;
      case 'Fail':
        branch.step = 'over';
        branch.outcome = { error: { Error: state.Error ?? '', Cause: state.Cause ?? '' } };
        return true;
      case 'Map': {
        const input = select(state.InputPath, branch.data, context);
        const values = mustLookUp(state.ItemsPath ?? '$', input, context);
        if (!Array.isArray(values))
          throw new StateFailure('States.Runtime', `${branch.state} has no array to map over`);
        branch.items = { values, branches: values.map(() => null) };
        branch.step = 'items';
        world.record(exec, 'MapStateStarted', { length: values.length });
        return true;
      }
    }
  }

  /** Forgets an attempt: nobody can answer it any more. */
  function forget(branch: Branch): void {
    delete branch.token;
    delete branch.answer;
    delete branch.dueAt;
    delete branch.timeoutAt;
    delete branch.heartbeatAt;
    delete branch.heartbeatSeconds;
  }

  /** Puts a task state back before its call: at entry, and for each retry with a token of its own. */
  function again(branch: Branch, state: State): void {
    forget(branch);
    if (state.Type === 'Map') {
      delete branch.items;
      branch.step = 'enter';
    } else {
      branch.step = 'invoke';
    }
  }

  async function invoke(exec: Execution, branch: Branch, state: State & { Type: 'Task' }): Promise<boolean> {
    const withToken = state.Resource === resources.invokeWithToken;
    if (withToken && branch.token === undefined) {
      branch.token = world.newToken(exec);
      const context = contextOf(exec, branch);
      const input = select(state.InputPath, branch.data, context);
      const seconds = state.TimeoutSecondsPath
        ? Number(mustLookUp(state.TimeoutSecondsPath, input, context))
        : state.TimeoutSeconds;
      if (seconds !== undefined) branch.timeoutAt = world.now() + seconds * 1000;
      if (state.HeartbeatSeconds !== undefined) {
        branch.heartbeatSeconds = state.HeartbeatSeconds;
        branch.heartbeatAt = world.now() + state.HeartbeatSeconds * 1000;
      }
      return true;
    }
    const context = contextOf(exec, branch);
    const input = select(state.InputPath, branch.data, context);
    const parameters = (
      state.Parameters === undefined ? input : fill(state.Parameters, input, context)
    ) as Record<string, unknown>;
    checkSize(parameters);
    world.record(exec, 'TaskScheduled', { resource: state.Resource, parameters: JSON.stringify(parameters) });
    let result: unknown;
    try {
      result = await call(exec, branch, state, parameters);
      checkSize(result);
    } catch (error) {
      // Who was answered before the function failed is answered all the same.
      if (!branch.answer) throw error;
    }
    if (isHalted(exec)) return false;
    if (withToken) {
      branch.step = 'answer';
      world.record(exec, 'TaskSubmitted', { resource: state.Resource });
      return true;
    }
    succeed(exec, branch, state, result);
    return true;
  }

  async function call(
    exec: Execution,
    branch: Branch,
    state: State & { Type: 'Task' },
    parameters: Record<string, unknown>,
  ): Promise<unknown> {
    try {
      if (state.Resource === resources.startExecution) {
        const { StateMachineArn, Name, Input } = parameters;
        const started = await world.startExecution(
          String(StateMachineArn),
          String(Name),
          typeof Input === 'string' ? Input : JSON.stringify(Input ?? {}),
          `${exec.arn}#${branch.visit}`,
        );
        return { ExecutionArn: started.executionArn, StartDate: started.startDate.getTime() };
      }
      const payload = await world.invoke(String(parameters.FunctionName), parameters.Payload ?? {});
      return {
        ExecutedVersion: '$LATEST',
        Payload: payload === undefined ? null : JSON.parse(JSON.stringify(payload)),
        StatusCode: 200,
      };
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
      if (state.Resource === resources.startExecution) {
        throw new StateFailure(
          `StepFunctions.${name.endsWith('Exception') ? name : `${name}Exception`}`,
          message,
        );
      }
      throw new StateFailure(name, JSON.stringify({ errorType: name, errorMessage: message }));
    }
  }

  async function answer(exec: Execution, branch: Branch, state: State & { Type: 'Task' }): Promise<boolean> {
    if (branch.answer) {
      if ('error' in branch.answer)
        throw new StateFailure(branch.answer.error.Error, branch.answer.error.Cause);
      succeed(exec, branch, state, branch.answer.output);
      return true;
    }
    if (world.now() >= dueOf(branch)) {
      world.record(exec, 'TaskTimedOut', { resource: state.Resource, error: 'States.Timeout' });
      throw new StateFailure('States.Timeout', '');
    }
    return false;
  }

  function succeed(exec: Execution, branch: Branch, state: State & { Type: 'Task' }, result: unknown): void {
    world.record(exec, 'TaskSucceeded', { resource: state.Resource, output: JSON.stringify(result) });
    put(exec, branch, state, result);
  }

  /** Puts a result through ResultSelector and ResultPath, and leaves. */
  function put(
    exec: Execution,
    branch: Branch,
    state: (State & { Type: 'Task' }) | MapState,
    result: unknown,
  ): void {
    const selected =
      state.ResultSelector === undefined
        ? result
        : fill(state.ResultSelector, result, contextOf(exec, branch));
    leave(exec, branch, state, place(state.ResultPath, branch.data, selected));
  }

  async function items(exec: Execution, branch: Branch, state: MapState): Promise<boolean> {
    const { values, branches } = branch.items ?? { values: [], branches: [] };
    const most = state.MaxConcurrency || values.length;
    const context = contextOf(exec, branch);
    const input = select(state.InputPath, branch.data, context);
    const walking = () => branches.filter((inner) => inner && inner.step !== 'over').length;
    let started = false;
    for (const [Index, Value] of values.entries()) {
      if (branches[Index] || walking() >= most) continue;
      const item = { Index, Value };
      const data =
        state.ItemSelector === undefined
          ? Value
          : fill(state.ItemSelector, input, { ...context, Map: { Item: item } });
      branches[Index] = { ...branchAt(state.ItemProcessor.StartAt, data), item };
      world.record(exec, 'MapIterationStarted', { index: Index });
      started = true;
    }
    if (started) return true;
    const before = JSON.stringify(branches);
    await Promise.all(branches.map((inner) => inner && walk(exec, inner, state.ItemProcessor.States)));
    if (isHalted(exec)) return false;
    const failed = branches.find((inner) => inner?.outcome && 'error' in inner.outcome);
    if (failed?.outcome && 'error' in failed.outcome)
      throw new StateFailure(failed.outcome.error.Error, failed.outcome.error.Cause);
    if (branches.every((inner) => inner?.step === 'over')) {
      const outputs = branches.map((inner) =>
        inner?.outcome && 'output' in inner.outcome ? inner.outcome.output : null,
      );
      delete branch.items;
      put(exec, branch, state, outputs);
      return true;
    }
    return JSON.stringify(branches) !== before;
  }

  function leave(exec: Execution, branch: Branch, state: State, data: unknown): void {
    const { OutputPath, Next } = state as { OutputPath?: string | null; Next?: string };
    const output = select(OutputPath, data, contextOf(exec, branch));
    if (Next === undefined) finish(exec, branch, state.Type, output);
    else go(exec, branch, state, output, Next);
  }

  function go(exec: Execution, branch: Branch, state: State, output: unknown, next: string): void {
    checkSize(output);
    world.record(exec, `${state.Type}StateExited`, { name: branch.state, output: JSON.stringify(output) });
    const { item } = branch;
    for (const key of Object.keys(branch)) delete (branch as Record<string, unknown>)[key];
    Object.assign(branch, branchAt(next, output), item === undefined ? {} : { item });
  }

  function finish(exec: Execution, branch: Branch, type: string, output: unknown): void {
    checkSize(output);
    world.record(exec, `${type}StateExited`, { name: branch.state, output: JSON.stringify(output) });
    branch.step = 'over';
    branch.outcome = { output };
    delete branch.token;
  }

  /** What Retry and Catch make of an error; without either the branch is over. */
  function fail(exec: Execution, branch: Branch, state: State, error: StateError): void {
    const { Retry = [], Catch = [] } = state as {
      Retry?: Retrier[];
      Catch?: { ErrorEquals: string[]; Next: string; ResultPath?: string | null }[];
    };
    world.record(exec, 'TaskFailed', { name: branch.state, error: error.Error, cause: error.Cause });
    const r = Retry.findIndex((retrier) => isNamed(error.Error, retrier.ErrorEquals));
    const retrier = Retry[r];
    const used = branch.retries[r] ?? 0;
    if (retrier && used < (retrier.MaxAttempts ?? 3)) {
      const delay = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** used;
      const capped = Math.min(delay, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
      const seconds = retrier.JitterStrategy === 'FULL' ? capped * world.random() : capped;
      for (let i = 0; i <= r; i++) branch.retries[i] ??= 0;
      branch.retries[r] = used + 1;
      forget(branch);
      branch.step = 'retry';
      branch.dueAt = world.now() + Math.round(seconds * 1000);
      return;
    }
    const catcher = Catch.find((one) => isNamed(error.Error, one.ErrorEquals));
    let outcome = error;
    try {
      if (catcher) {
        go(exec, branch, state, place(catcher.ResultPath, branch.data, error), catcher.Next);
        return;
      }
    } catch (thrown) {
      // The error itself does not fit into the data.
      if (!(thrown instanceof StateFailure)) throw thrown;
      outcome = thrown.failure;
    }
    branch.step = 'over';
    branch.outcome = { error: outcome };
    delete branch.token;
  }

  function holds(rule: ChoiceRule, input: unknown, context: unknown): boolean {
    if (rule.IsPresent !== undefined)
      return (lookUp(rule.Variable, input, context) !== undefined) === rule.IsPresent;
    const value = lookUp(rule.Variable, input, context);
    if (value === undefined)
      throw new StateFailure(
        'States.Runtime',
        `Invalid path '${rule.Variable}': the choice state's condition path references an invalid value.`,
      );
    return value === (rule.StringEquals ?? rule.NumericEquals ?? rule.BooleanEquals);
  }
}
