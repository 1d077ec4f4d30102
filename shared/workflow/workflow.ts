/**
 * The six workflows of the year: their definitions, what goes into them, how executions are named, and which tasks
 * their placeholders stand for. The definitions hold only order, waiting, retry and catch; all logic is in tasks.
 */
import * as z from 'zod';
import type { BlocPhase } from '../domain/bloc.ts';
import type { CouncilPhase } from '../domain/council.ts';
import { streamRefOf } from '../domain/ids.ts';
import annualCycle from './annual-cycle.asl.json' with { type: 'json' };
import awardPublication from './award-publication.asl.json' with { type: 'json' };
import councilDeliberation from './council-deliberation.asl.json' with { type: 'json' };
import crossScoring from './cross-scoring.asl.json' with { type: 'json' };
import midYearReview from './mid-year-review.asl.json' with { type: 'json' };
import pledgeSigning from './pledge-signing.asl.json' with { type: 'json' };

/** The definitions by workflow, placeholders not yet substituted, in the order of the year. */
export const definitions = {
  'annual-cycle': annualCycle,
  'pledge-signing': pledgeSigning,
  'mid-year-review': midYearReview,
  'cross-scoring': crossScoring,
  'council-deliberation': councilDeliberation,
  'award-publication': awardPublication,
} as const satisfies Record<'annual-cycle' | BlocPhase | CouncilPhase, object>;

export type Workflow = keyof typeof definitions;

export const workflows = Object.keys(definitions) as readonly Workflow[];

/** What every execution is given: the name of the stream it drives, and nothing else. */
export const WorkflowInput = z.object({
  stream: z.string().refine((name) => streamRefOf(name) !== undefined),
});

/** The input as it is sent, always the same bytes for the same stream: starting twice is then one execution. */
export function inputOf(stream: string): string {
  return JSON.stringify({ stream });
}

/** `bloc-2023-k05-cross-scoring-1`: the run's number comes from an event, so a name is never used for two runs. */
export function executionName(stream: string, workflow: Workflow, run: number): string {
  const name = `${stream}-${workflow}-${run}`;
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) throw new RangeError(`not a name for an execution: ${name}`);
  return name;
}

/** The next execution to start, as the definitions pass it on. */
export type Next = { readonly name: string; readonly input: { readonly stream: string } };

/** The execution of a workflow on a stream. */
export function nextOf(stream: string, workflow: Workflow, run: number): Next {
  return { name: executionName(stream, workflow, run), input: { stream } };
}

/** `close-pledge` is `ClosePledge` where it stands as a placeholder: CloudFormation allows letters and digits. */
export function placeholderOf(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

const placeholder = /\$\{([A-Za-z0-9]+)\}/g;

/** The placeholders of a definition, sorted, each once. */
export function placeholdersOf(definition: object): readonly string[] {
  return [
    ...new Set([...JSON.stringify(definition).matchAll(placeholder)].map((match) => match[1] ?? '')),
  ].sort();
}

/** The definition with every placeholder replaced; throws naming one that has no value. */
export function substitute(definition: object, values: Readonly<Record<string, string>>): object {
  const text = JSON.stringify(definition).replace(placeholder, (_all, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for the placeholder ${name}`);
    return JSON.stringify(value).slice(1, -1);
  });
  return JSON.parse(text) as object;
}
