/**
 * Forms as browsers send them: what was typed, field by field, and the command that follows from it.
 *
 * The command's id is the form's own id with the hash of what it says: the same form sent twice is one command, and
 * one that was changed after going back is another.
 */
import type { Context } from 'hono';
import type { Actor } from '../../shared/domain/actor.ts';
import type { StreamRef } from '../../shared/domain/ids.ts';
import { canonicalJson, sha256Of } from '../../shared/journal.ts';
import { type Result, refuse } from '../../shared/result.ts';
import type { WebDeps } from '../deps.ts';
import { execute, Misfit, type Reply } from '../execute.ts';
import { plain } from './plain.ts';
import type { PageEnv } from './visit.ts';

/** Largest form without files; a sheet of 30 lines × 29 peers with comments has a tenth of it. */
const largestForm = 2 * 1024 * 1024;

/** The hidden field that carries a form's id. */
export const formIdField = '_id';

export type Form = {
  /** The form's id, made when it was shown. */
  readonly id: string;
  /** Every text field in the order of the form. */
  readonly entries: readonly (readonly [name: string, value: string])[];
  readonly files: readonly (readonly [name: string, file: File])[];
  /** A field's value, trimmed; empty where it is not there. */
  get(name: string): string;
  all(name: string): readonly string[];
};

/** Fresh id for a form that is shown. */
export function newFormId(deps: WebDeps): string {
  return deps.newId();
}

/** Reads a posted form; sets the instant of arrival to when all of it was there. Throws Misfit for what is no form. */
export async function formOf(c: Context<PageEnv>): Promise<Form> {
  const misfit = (message: string) => new Misfit('form', [{ path: '', message }]);
  const length = Number(c.req.header('Content-Length') ?? 0);
  const isUpload = (c.req.header('Content-Type') ?? '').startsWith('multipart/form-data');
  if (!isUpload && length > largestForm) throw misfit('is too large');
  const data = await c.req.formData().catch(() => {
    throw misfit('is not a form');
  });
  c.set('arrivedAt', c.get('now')());
  const entries: [string, string][] = [];
  const files: [string, File][] = [];
  for (const [name, value] of data) {
    if (typeof value !== 'string') {
      if (value.size > 0) files.push([name, value]);
      continue;
    }
    try {
      entries.push([name, plain(value).replaceAll('\r\n', '\n')]);
    } catch {
      throw misfit(`${name} holds signs that cannot be shown`);
    }
  }
  const all = (name: string) => entries.flatMap(([other, value]) => (other === name ? [value.trim()] : []));
  return {
    id: /^[\w-]{1,80}$/.exec(all(formIdField)[0] ?? '')?.[0] ?? '',
    entries,
    files,
    all,
    get: (name) => all(name).at(-1) ?? '',
  };
}

/** Gives the command that a form asks for, as the role that acts. */
export async function giveCommand(
  c: Context<PageEnv>,
  deps: WebDeps,
  form: Form,
  command: { ref: StreamRef; name: string; payload: object },
): Promise<Result<Reply>> {
  const { acting } = c.get('visit');
  if (!acting) return refuse('not-signed-in');
  if (form.id === '') throw new Misfit('form', [{ path: formIdField, message: 'is missing' }]);
  const { ref, name, payload } = command;
  const says = sha256Of(canonicalJson(payload)).slice(0, 24);
  return execute(deps, {
    ref,
    name,
    payload,
    id: `page:${form.id}:${says}`,
    actors: [acting] satisfies readonly Actor[],
    arrivedAt: c.get('arrivedAt'),
  });
}
