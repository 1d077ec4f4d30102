/**
 * What follows from a commit: views, copies into the Council's record, executions to start, gates to answer.
 *
 * Called at least once per commit, in no order that is promised, and again by the sweep. So it never trusts the record
 * it is called with: it loads the stream and does whatever its present state asks for, each thing idempotent.
 */

import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  ExecutionAlreadyExists,
  InvalidToken,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { systemActor } from '../../shared/domain/actor.ts';
import { blocPhases, isPhaseOver } from '../../shared/domain/bloc.ts';
import {
  councilPhases,
  councilRunOf,
  councilStream,
  isCouncilPhaseOver,
} from '../../shared/domain/council.ts';
import { lastClosesAt } from '../../shared/domain/extension.ts';
import { type StreamRef, streamName, streamRefOf } from '../../shared/domain/ids.ts';
import { blocProgress } from '../../shared/domain/progress.ts';
import { executionName, inputOf, type Workflow } from '../../shared/workflow/workflow.ts';
import type { Deps } from '../deps.ts';
import { execute } from '../execute.ts';
import { noteEvidence } from '../journal/evidence.ts';
import { clearGate, gatesOf } from '../journal/gates.ts';
import { reactedKey } from '../journal/keys.ts';
import { putBlocView } from '../journal/views.ts';
import { readPlan } from '../plan.ts';

/** Does what the stream's present state asks for, then notes how far it saw. */
export async function react(deps: Deps, name: string): Promise<void> {
  const ref = streamRefOf(name);
  if (!ref) throw new Error(`not a stream: ${name}`);
  const { seq } = await deps.journal.load(ref);
  switch (ref.kind) {
    case 'province':
      break;
    case 'season':
      await reactToSeason(deps, ref);
      break;
    case 'bloc':
      await reactToBloc(deps, ref);
      break;
    case 'council':
      await reactToCouncil(deps, ref);
      break;
  }
  await answerGates(deps, name);
  await noteReacted(deps, name, seq);
}

async function reactToSeason(deps: Deps, ref: Extract<StreamRef, { kind: 'season' }>): Promise<void> {
  const { state } = await deps.journal.load(ref);
  if (state.launched) await start(deps, streamName(ref), 'annual-cycle', state.run);
}

async function reactToBloc(deps: Deps, ref: Extract<StreamRef, { kind: 'bloc' }>): Promise<void> {
  const name = streamName(ref);
  const { state, seq } = await deps.journal.load(ref);
  if (!state.terms) return;
  await putBlocView(deps, seq, blocProgress(state.terms, state));
  await noteEvidence(deps, state, await reactedSeq(deps, name));
  for (const phase of blocPhases) {
    const run = state.runs[phase] ?? 0;
    // The first run is started by the phase before; a restart has nobody else to start it.
    if (run > 1 && !isPhaseOver(state, phase)) await start(deps, name, phase, run);
  }
  const council = streamRefOf(councilStream(ref.season));
  const extended = state.extensions.some((one) => one.window === 'meeting' && one.state === 'granted');
  if (council && extended && !state.meeting.ended) {
    await giveOrLog(deps, council, 'OpenCouncil', 'open-council', {});
    const until = lastClosesAt(state, 'meeting');
    await giveOrLog(deps, council, 'AwaitNomination', `await-${ref.bloc}-${until}`, { bloc: ref.bloc });
  }
  if (state.meeting.ended) {
    if (!council) return;
    await giveOrLog(deps, council, 'OpenCouncil', 'open-council', {});
    await giveOrLog(deps, council, 'ReceiveNomination', `receive-nomination-${ref.bloc}`, { bloc: ref.bloc });
    // Papers may still come; the id names the commit they were read from.
    await giveOrLog(deps, council, 'ReceiveDocuments', `receive-documents-${ref.bloc}-${seq}`, {
      bloc: ref.bloc,
    });
  }
}

async function reactToCouncil(deps: Deps, ref: Extract<StreamRef, { kind: 'council' }>): Promise<void> {
  const { state } = await deps.journal.load(ref);
  for (const phase of councilPhases) {
    const run = councilRunOf(state, phase);
    if (run > 1 && !isCouncilPhaseOver(state, phase)) await start(deps, streamName(ref), phase, run);
  }
}

async function giveOrLog(
  deps: Deps,
  ref: StreamRef,
  name: string,
  id: string,
  payload: object,
): Promise<void> {
  const result = await execute(deps, {
    ref,
    name,
    payload,
    id,
    actors: [systemActor],
    arrivedAt: deps.now(),
  });
  if (!result.ok) deps.log('warn', 'a reaction was refused', { command: name, code: result.refusal.code });
}

/** Starts an execution by its name from the record; that it was started before is success. */
async function start(deps: Deps, stream: string, workflow: Workflow, run: number): Promise<void> {
  try {
    await deps.sfn.send(
      new StartExecutionCommand({
        stateMachineArn: deps.machineArn(workflow),
        name: executionName(stream, workflow, run),
        input: inputOf(stream),
      }),
    );
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}

/** Answers every gate of a stream whose milestone no longer waits, or waits for another deadline than it was set for. */
async function answerGates(deps: Deps, stream: string): Promise<void> {
  for (const gate of await gatesOf(deps, stream)) {
    const { plan } = await readPlan(deps, stream, gate.milestone);
    if (plan.outcome === 'wait' && plan.deadline === gate.deadline) continue;
    try {
      await deps.sfn.send(new SendTaskSuccessCommand({ taskToken: gate.token, output: '{}' }));
    } catch (error) {
      const over =
        error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken;
      if (!over) throw error;
    }
    await clearGate(deps, gate);
  }
}

async function noteReacted(deps: Deps, stream: string, seq: number): Promise<void> {
  const { pk, sk } = reactedKey(stream);
  await deps.db.send(
    new PutItemCommand({
      TableName: deps.table,
      Item: { pk: { S: pk }, sk: { S: sk }, seq: { N: String(seq) } },
    }),
  );
}

/** How far reactions to a stream have come; 0 where none has. */
export async function reactedSeq(deps: Deps, stream: string): Promise<number> {
  const { pk, sk } = reactedKey(stream);
  const { Item } = await deps.db.send(
    new GetItemCommand({
      TableName: deps.table,
      Key: { pk: { S: pk }, sk: { S: sk } },
      ConsistentRead: true,
    }),
  );
  return Number(Item?.seq?.N ?? 0);
}
