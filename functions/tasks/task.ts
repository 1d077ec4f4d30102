/**
 * What a task is: a function of the world and the input that a state hands it. A lawful no is an outcome; only
 * misfits and faults are thrown, under these two names, which the Retry of every state tells apart.
 */
import * as z from 'zod';
import { systemActor } from '../../shared/domain/actor.ts';
import { type StreamKind, type StreamRef, streamRefOf } from '../../shared/domain/ids.ts';
import type { Deps } from '../deps.ts';
import { execute, parse } from '../execute.ts';

/** How far a task's hands reach: which Lambda it is deployed in, with which rights. */
export type AccessProfile =
  /** Reads the journal. */
  | 'reader'
  /** Reads the journal and appends to it. */
  | 'writer'
  /** Reads the journal and sets gates. */
  | 'gatekeeper';

export type Task = {
  readonly profile: AccessProfile;
  readonly run: (deps: Deps, input: unknown) => Promise<unknown>;
};

/** What broke; retried with back-off. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** The input of every task that is about one stream. */
export const StreamInput = z.looseObject({ stream: z.string() });

/** The stream an input names, of the kind that the task is for; throws Misfit otherwise. */
export function refOf<K extends StreamKind>(input: unknown, kind: K): Extract<StreamRef, { kind: K }> {
  const form = StreamInput.refine(({ stream }) => streamRefOf(stream)?.kind === kind, {
    error: `is not the name of a ${kind}`,
    path: ['stream'],
  });
  const { stream } = parse('task', form, input);
  return streamRefOf(stream) as Extract<StreamRef, { kind: K }>;
}

/**
 * Gives a command of the workflow's own. Its id follows from the stream and the milestone, never from the execution,
 * so a machine that is started again repeats nothing.
 */
export async function give(
  deps: Deps,
  ref: StreamRef,
  name: string,
  id: string,
  payload: object = {},
): Promise<{ readonly outcome: 'recorded' | 'unchanged' | 'refused'; readonly code?: string }> {
  const result = await execute(deps, {
    ref,
    name,
    payload,
    id,
    actors: [systemActor],
    arrivedAt: deps.now(),
  });
  if (result.ok) return { outcome: result.value.events.length > 0 ? 'recorded' : 'unchanged' };
  if (result.refusal.code === 'busy') throw new Fault(result.refusal.en);
  deps.log('warn', 'the workflow was refused', { command: name, code: result.refusal.code });
  return { outcome: 'refused', code: result.refusal.code };
}

/** A task that gives one command to the stream of its input. */
export function commandTask(kind: StreamKind, name: string, id: string): Task {
  return { profile: 'writer', run: (deps, input) => give(deps, refOf(input, kind), name, id) };
}
