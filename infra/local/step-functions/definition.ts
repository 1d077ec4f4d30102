/**
 * The subset of the Amazon States Language that the laptop runs: standard workflows, JSONPath, plain reference paths.
 * Whatever is not in it is refused when a definition is loaded, so that nothing is ever silently ignored.
 */
import * as z from 'zod';

const path = z
  .string()
  .regex(/^\$\$?(?:\.[A-Za-z_][A-Za-z0-9_]*|\[\d+\])*$/, 'is not a plain reference path');
const waits = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'];
const comparisons = ['StringEquals', 'NumericEquals', 'BooleanEquals', 'IsPresent'];
const deadlines = ['TimeoutSeconds', 'TimeoutSecondsPath', 'HeartbeatSeconds'];

const nullablePath = path.nullable();

/** A template: JSON whose keys ending in `.$` hold reference paths. */
const Template: z.ZodType<unknown> = z.lazy(() =>
  z.union([
    z.string().refine((text) => !text.includes('${'), 'holds a placeholder that was not substituted'),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(Template),
    z.record(z.string(), Template).superRefine((object, context) => {
      for (const [key, value] of Object.entries(object)) {
        if (key.endsWith('.$') && !path.safeParse(value).success) {
          context.addIssue({ code: 'custom', path: [key], message: 'is not a plain reference path' });
        }
      }
    }),
  ]),
);

const Retrier = z.strictObject({
  ErrorEquals: z.array(z.string()).min(1),
  IntervalSeconds: z.number().int().min(1).optional(),
  MaxAttempts: z.number().int().min(0).optional(),
  BackoffRate: z.number().min(1).optional(),
  MaxDelaySeconds: z.number().int().min(1).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).optional(),
});
export type Retrier = z.infer<typeof Retrier>;

const Catcher = z.strictObject({
  ErrorEquals: z.array(z.string()).min(1),
  Next: z.string(),
  ResultPath: nullablePath.optional(),
});

const inAndOut = {
  Comment: z.string().optional(),
  InputPath: nullablePath.optional(),
  OutputPath: nullablePath.optional(),
};
const goesOn = { Next: z.string().optional(), End: z.literal(true).optional() };
const results = {
  Parameters: Template.optional(),
  ResultSelector: Template.optional(),
  ResultPath: nullablePath.optional(),
};
const errors = { Retry: z.array(Retrier).optional(), Catch: z.array(Catcher).optional() };

export const resources = {
  invoke: 'arn:aws:states:::lambda:invoke',
  invokeWithToken: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  startExecution: 'arn:aws:states:::states:startExecution',
} as const;

const Task = z.strictObject({
  Type: z.literal('Task'),
  Resource: z.enum([resources.invoke, resources.invokeWithToken, resources.startExecution]),
  TimeoutSeconds: z.number().int().min(1).optional(),
  TimeoutSecondsPath: path.optional(),
  HeartbeatSeconds: z.number().int().min(1).optional(),
  ...inAndOut,
  ...goesOn,
  ...results,
  ...errors,
});

const Rule = z.strictObject({
  Variable: path,
  StringEquals: z.string().optional(),
  NumericEquals: z.number().optional(),
  BooleanEquals: z.boolean().optional(),
  IsPresent: z.boolean().optional(),
  Next: z.string(),
});
export type ChoiceRule = z.infer<typeof Rule>;

const Choice = z.strictObject({
  Type: z.literal('Choice'),
  Choices: z.array(Rule).min(1),
  Default: z.string().optional(),
  ...inAndOut,
});
const Wait = z.strictObject({
  Type: z.literal('Wait'),
  Seconds: z.number().int().min(0).optional(),
  SecondsPath: path.optional(),
  Timestamp: z.iso.datetime({ offset: true }).optional(),
  TimestampPath: path.optional(),
  ...inAndOut,
  ...goesOn,
});
const Pass = z.strictObject({
  Type: z.literal('Pass'),
  Result: z.unknown().optional(),
  Parameters: Template.optional(),
  ResultPath: nullablePath.optional(),
  ...inAndOut,
  ...goesOn,
});
const Succeed = z.strictObject({ Type: z.literal('Succeed'), ...inAndOut });
const Fail = z.strictObject({
  Type: z.literal('Fail'),
  Comment: z.string().optional(),
  Error: z.string().optional(),
  Cause: z.string().optional(),
});

export type MapState = {
  Type: 'Map';
  ItemsPath?: string | undefined;
  ItemSelector?: unknown;
  MaxConcurrency?: number | undefined;
  ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }; StartAt: string; States: States };
  InputPath?: string | null | undefined;
  OutputPath?: string | null | undefined;
  ResultSelector?: unknown;
  ResultPath?: string | null | undefined;
  Next?: string | undefined;
  End?: true | undefined;
  Retry?: Retrier[] | undefined;
  Catch?: z.infer<typeof Catcher>[] | undefined;
};

export type State =
  | z.infer<typeof Task>
  | z.infer<typeof Choice>
  | z.infer<typeof Wait>
  | z.infer<typeof Pass>
  | z.infer<typeof Succeed>
  | z.infer<typeof Fail>
  | MapState;
export type States = Readonly<Record<string, State>>;

const { Parameters: _parameters, ...mapResults } = results;
const Map_: z.ZodType<MapState> = z.lazy(() =>
  z.strictObject({
    Type: z.literal('Map'),
    ItemsPath: path.optional(),
    ItemSelector: Template.optional(),
    MaxConcurrency: z.number().int().min(0).optional(),
    ItemProcessor: z.strictObject({
      ProcessorConfig: z.strictObject({ Mode: z.literal('INLINE') }),
      StartAt: z.string(),
      States: StatesForm,
    }),
    ...inAndOut,
    ...goesOn,
    ...mapResults,
    ...errors,
  }),
) as z.ZodType<MapState>;

const forms: Readonly<Record<string, z.ZodType>> = { Task, Choice, Wait, Pass, Succeed, Fail, Map: Map_ };

const StatesForm = z
  .record(z.string().min(1).max(80), z.looseObject({ Type: z.string() }))
  .superRefine((states, context) => {
    for (const [name, state] of Object.entries(states)) {
      const form = forms[state.Type];
      if (!form) {
        context.addIssue({
          code: 'custom',
          path: [name, 'Type'],
          message: `"${state.Type}" is not a type that is run here`,
        });
        continue;
      }
      const parsed = form.safeParse(state);
      for (const issue of parsed.error?.issues ?? []) {
        context.addIssue({ code: 'custom', path: [name, ...issue.path], message: issue.message });
      }
    }
  }) as unknown as z.ZodType<States>;

const Definition = z.strictObject({
  Comment: z.string().optional(),
  QueryLanguage: z.literal('JSONPath').optional(),
  StartAt: z.string(),
  States: StatesForm,
});
export type Definition = z.infer<typeof Definition>;

/** As much of states as their wiring needs: what is wrong elsewhere in them must not hide a fault of the wiring. */
const Wiring = z.object({
  StartAt: z.string(),
  States: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Next: z.string().optional(),
      Default: z.string().optional(),
      Catch: z.array(z.looseObject({ Next: z.string() })).optional(),
      Choices: z.array(z.looseObject({ Next: z.string() })).optional(),
    }),
  ),
});
type WiredState = z.infer<typeof Wiring>['States'][string];

/** The definition, or an error that lists every fault with the place where it stands. */
export function loadDefinition(name: string, json: unknown): Definition {
  const parsed = Definition.safeParse(json);
  const faults = (parsed.error?.issues ?? []).map(
    (issue) => `${['$', ...issue.path].join('.')}: ${issue.message}`,
  );
  faults.push(...wiringFaults(json, '$'));
  if (!parsed.success || faults.length > 0)
    throw new Error(`the definition ${name} cannot be run:\n  ${faults.join('\n  ')}`);
  return parsed.data;
}

function targetsOf({ Next, Default, Catch = [], Choices = [] }: WiredState): readonly string[] {
  return [Next, ...[...Catch, ...Choices].map((one) => one.Next), Default].filter((x) => x !== undefined);
}

/** Missing targets, unreachable states, states that neither end nor go on, fields that do not go together. */
function wiringFaults(json: unknown, at: string): string[] {
  const wired = Wiring.safeParse(json);
  if (!wired.success) return [];
  const { StartAt, States: states } = wired.data;
  const faults: string[] = [];
  const reached = new Set<string>();
  const visit = (name: string, from: string) => {
    const state = states[name];
    if (!state) {
      faults.push(`${from}: there is no state "${name}"`);
      return;
    }
    if (reached.has(name)) return;
    reached.add(name);
    for (const target of targetsOf(state)) visit(target, `${at}.States.${name}`);
  };
  const given = (fields: object, names: readonly string[]) =>
    names.filter((name) => (fields as Record<string, unknown>)[name] !== undefined).length;
  visit(StartAt, `${at}.StartAt`);
  for (const [name, state] of Object.entries(states)) {
    const here = `${at}.States.${name}`;
    if (!reached.has(name)) faults.push(`${here}: no other state leads here`);
    if (!['Choice', 'Succeed', 'Fail'].includes(state.Type) && given(state, ['Next', 'End']) !== 1)
      faults.push(`${here}: needs either Next or End`);
    if (state.Type === 'Wait' && given(state, waits) !== 1)
      faults.push(`${here}: needs exactly one of ${waits.join(', ')}`);
    for (const [r, rule] of (state.Type === 'Choice' ? (state.Choices ?? []) : []).entries())
      if (given(rule, comparisons) !== 1)
        faults.push(`${here}.Choices.${r}: needs exactly one of ${comparisons.join(', ')}`);
    if (state.Type === 'Task') {
      if (given(state, ['TimeoutSeconds', 'TimeoutSecondsPath']) > 1)
        faults.push(`${here}: needs either TimeoutSeconds or TimeoutSecondsPath`);
      if (state.Resource !== resources.invokeWithToken && given(state, deadlines) > 0)
        faults.push(`${here}: only a task that waits for its token may have ${deadlines.join(', ')}`);
    }
    if (state.Type === 'Map') faults.push(...wiringFaults(state.ItemProcessor, `${here}.ItemProcessor`));
  }
  return faults;
}
