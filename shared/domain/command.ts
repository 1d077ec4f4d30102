/**
 * What a command is: the form of its payload, who may give it, and how it is decided. Every deciding function of
 * the product has this shape, so that one executor, one API and one document serve them all.
 */
import type * as z from 'zod';
import type { RecordedEvent, Source } from '../journal.ts';
import type { Result } from '../result.ts';
import type { Actor } from './actor.ts';
import type { StreamKind } from './ids.ts';

/** Facts of another stream as they stood at a commit; the event that copies them names it. */
export type Copied<State> = { readonly source: Source; readonly state: State };

/** Beside state and payload: who decides when, and the streams copied from. */
export type Context<Copies> = {
  readonly now: Date;
  readonly actor: Actor;
  /** The stream that the command is for. */
  readonly stream: string;
  readonly copies: Copies;
};

/** A command of one kind of stream. `Copies` maps source kinds to their state; `none` where it reads but its own. */
export type Command<
  State,
  Event extends RecordedEvent,
  Payload,
  Copies extends Partial<Record<StreamKind, unknown>>,
> = {
  /** Said to a person choosing what to do, and in the API's document. */
  readonly vi: string;
  readonly en: string;
  readonly payload: z.ZodType<Payload>;
  /** Keys of the payload below which texts are bound before it is parsed (see `BoundText`). */
  readonly texts?: readonly string[];
  /** The other streams whose facts it copies, loaded before it is decided. */
  readonly copies: readonly (keyof Copies & StreamKind)[];
  /** Whether this actor may give this command; deny by default. */
  can(actor: Actor, state: State, payload: Payload): boolean;
  /** The events that follow, or a lawful no; no event means that nothing is left to do. */
  decide(
    state: State,
    payload: Payload,
    context: Context<{ readonly [K in keyof Copies]: Copied<Copies[K]> }>,
  ): Result<readonly Event[]>;
};

/** Commands by name, their payloads forgotten: what the executor and the API see. */
export type Commands<State, Event extends RecordedEvent> = Readonly<Record<string, AnyCommand<State, Event>>>;

/** A command whose payload type is not known statically; the executor parses before it decides. */
export type AnyCommand<State, Event extends RecordedEvent> = {
  readonly vi: string;
  readonly en: string;
  readonly payload: z.ZodType;
  readonly texts?: readonly string[];
  readonly copies: readonly StreamKind[];
  can(actor: Actor, state: State, payload: never): boolean;
  decide(state: State, payload: never, context: Context<never>): Result<readonly Event[]>;
};
