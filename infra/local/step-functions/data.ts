/** How data moves through a state: reference paths, templates, results put back; and errors as the language names them. */

/** An error as Retry and Catch see it. */
export type StateError = { readonly Error: string; readonly Cause: string };

/** Thrown inside the interpreter where a state fails. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  readonly failure: StateError;
  constructor(error: string, cause: string) {
    super(`${error}: ${cause}`);
    this.failure = { Error: error, Cause: cause };
  }
}

/** No more than this many bytes go from state to state (256 KiB). */
export const maxDataBytes = 256 * 1024;

/** Fails as AWS does where data is too large to be passed on. */
export function checkSize(data: unknown): void {
  if (Buffer.byteLength(JSON.stringify(data) ?? '') > maxDataBytes) {
    throw new StateFailure(
      'States.DataLimitExceeded',
      'The state/task returned a result with a size exceeding the maximum number of bytes.',
    );
  }
}

function partsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]/g)].map(
    (part) => part[1] ?? Number(part[2]),
  );
}

/** What a reference path points at, in the state's data or (`$$`) in the context object; undefined when nothing. */
export function lookUp(path: string, data: unknown, context: unknown): unknown {
  let found = path.startsWith('$$') ? context : data;
  for (const part of partsOf(path.startsWith('$$') ? path.slice(1) : path)) {
    found = (found as Record<string | number, unknown> | null | undefined)?.[part];
  }
  return found;
}

/** Like `lookUp`, but failing where there is nothing. */
export function mustLookUp(path: string, data: unknown, context: unknown): unknown {
  const found = lookUp(path, data, context);
  if (found === undefined) {
    throw new StateFailure(
      'States.ParameterPathFailure',
      `The JSONPath '${path}' could not be found in the input.`,
    );
  }
  return found;
}

/** Fills a template from data and context. */
export function fill(template: unknown, data: unknown, context: unknown): unknown {
  if (Array.isArray(template)) return template.map((inner) => fill(inner, data, context));
  if (template === null || typeof template !== 'object') return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$')
        ? [key.slice(0, -2), mustLookUp(value as string, data, context)]
        : [key, fill(value, data, context)],
    ),
  );
}

/** Applies InputPath or OutputPath; null stands for an empty object. */
export function select(path: string | null | undefined, data: unknown, context: unknown): unknown {
  if (path === null) return {};
  return path === undefined || path === '$' ? data : mustLookUp(path, data, context);
}

/** Puts a result into the state's input at ResultPath; null drops it, none replaces the input. */
export function place(path: string | null | undefined, input: unknown, result: unknown): unknown {
  if (path === null) return input;
  const parts = partsOf(path ?? '$');
  if (parts.length === 0) return result;
  const put = (at: unknown, [part, ...rest]: (string | number)[]): unknown => {
    if (part === undefined) return result;
    if (typeof part === 'number')
      throw new StateFailure('States.ResultPathMatchFailure', `${path} points into an array`);
    const base =
      at !== null && typeof at === 'object' && !Array.isArray(at) ? (at as Record<string, unknown>) : {};
    return { ...base, [part]: put(base[part], rest) };
  };
  return put(input, parts);
}

/** Whether an error is among those that a retrier or catcher names. */
export function isNamed(error: string, names: readonly string[]): boolean {
  // These two end an execution whatever is caught, unless they are named themselves.
  const uncatchable = error === 'States.DataLimitExceeded' || error === 'States.Runtime';
  return names.some(
    (name) =>
      name === error ||
      (name === 'States.ALL' && !uncatchable) ||
      (name === 'States.TaskFailed' && !uncatchable && error !== 'States.Timeout'),
  );
}
