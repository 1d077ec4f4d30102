/**
 * Events of older versions, raised to the present form when they are read; what is stored never changes.
 * A type that changes gets an entry here in the same commit: `'PledgeSigned@1': (event) => ({ ...event, v: 2, … })`.
 */
import type { RecordedEvent } from '../journal.ts';

export type Upcaster = (event: RecordedEvent) => RecordedEvent;

const upcasters: Readonly<Record<string, Upcaster>> = {};

/** Applies the upcasters of a table, one version at a time, until none is left for the event. */
export function upcastWith(table: Readonly<Record<string, Upcaster>>, event: RecordedEvent): RecordedEvent {
  let raised = event;
  for (let next = table[`${raised.type}@${raised.v}`]; next; next = table[`${raised.type}@${raised.v}`]) {
    const before = raised.v;
    raised = next(raised);
    if (raised.v <= before) throw new Error(`the upcaster of ${event.type}@${before} does not raise it`);
  }
  return raised;
}

/** Raises an event to the form that this code evolves. */
export function upcast(event: RecordedEvent): RecordedEvent {
  return upcastWith(upcasters, event);
}
