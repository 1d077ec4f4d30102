/**
 * The API under /api: one POST for every command of the roster, one GET for every read, drafts and files beside them.
 * The roster is the source: a command or read that is added there has its route, its document and its tests.
 */
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import * as z from 'zod';
import { type Actor, canReadJournal, canSignFor, isOfUnit } from '../../../shared/domain/actor.ts';
import { isMember } from '../../../shared/domain/bloc.ts';
import { FileRef, fileTypes, largestFile } from '../../../shared/domain/document.ts';
import {
  BlocId,
  SeasonId,
  SessionNumber,
  type StreamKind,
  type StreamRef,
  streamName,
  UnitId,
} from '../../../shared/domain/ids.ts';
import { allCommands } from '../../../shared/domain/streams.ts';
import { refuse } from '../../../shared/result.ts';
import type { WebDeps } from '../../deps.ts';
import { execute, Misfit, parse } from '../../execute.ts';
import { exportBundle } from '../../journal/bundle.ts';
import { draftForms, keepDraftUntil, markDraft, saveDraft } from '../../journal/drafts.ts';
import { type Caller, callerOf } from '../caller.ts';
import { plain } from '../plain.ts';
import { misfitProblem, refusalProblem, technicalProblem } from './problem.ts';
import { reads } from './reads.ts';

/** What a request carries beside its content. */
export type ApiEnv = {
  Variables: { requestId: string; arrivedAt: Date; now: () => Date; caller: Caller };
};

/** `SignPledge` is `sign-pledge` in an address. */
export function slugOf(command: string): string {
  return command.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}

/** Addresses of the commands of each kind of stream, below /api. */
export const commandPaths: Readonly<Record<StreamKind, string>> = {
  province: '/province/commands',
  season: '/seasons/:season/commands',
  bloc: '/seasons/:season/blocs/:bloc/commands',
  council: '/seasons/:season/councils/:session/commands',
};

/** The parameters in those addresses. */
export const streamParams: Readonly<Record<StreamKind, z.ZodObject>> = {
  province: z.object({}),
  season: z.object({ season: SeasonId }),
  bloc: z.object({ season: SeasonId, bloc: BlocId }),
  council: z.object({ season: SeasonId, session: SessionNumber }),
};

/** A command's id: 1 to 200 printable ASCII characters. */
export const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,200}$/);

/** Largest JSON body; a commit holds far less, but a refusal should be the decider's, with its reason. */
const largestBody = 2 * 1024 * 1024;

/** The shape of a draft's save. */
export const DraftChange = z.object({ value: z.string().max(20_000), version: z.number().int().min(0) });

/** A draft that is ready for the leader, or goes back with a reason. */
export const DraftStatusChange = z.discriminatedUnion('state', [
  z.object({ state: z.literal('prepared') }),
  z.object({ state: z.literal('returned'), reason: z.string().trim().min(1).max(500) }),
]);

const DraftAddress = z.object({
  season: SeasonId,
  bloc: BlocId,
  unit: UnitId,
  form: z.enum(draftForms),
});
const DraftFieldName = z.string().regex(/^[A-Za-z0-9._:-]{1,120}$/);

/** The API as an app to mount at /api. */
export function createApi(deps: WebDeps): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();

  api.use(async (c, next) => {
    const caller = await callerOf(deps, c.req.header('Authorization'));
    if (!caller) return technicalProblem(c, 'bad-token');
    c.set('caller', caller);
    await next();
    c.res.headers.set('Cache-Control', 'no-store');
  });

  api.use(
    bodyLimit({ maxSize: largestFile, onError: (c) => refusalProblem(c, refuse('too-large').refusal) }),
  );

  for (const { kind, name } of allCommands()) {
    api.post(`${commandPaths[kind]}/${slugOf(name)}`, async (c) => {
      const id = IdempotencyKey.safeParse(c.req.header('Idempotency-Key'));
      if (!id.success) return technicalProblem(c, 'idempotency-key-missing');
      const body = await jsonBody(c);
      if ('problem' in body) return body.problem;
      const params = parse('address', streamParams[kind], c.req.param());
      const result = await execute(deps, {
        ref: { kind, ...params } as StreamRef,
        name,
        payload: body.value,
        id: `client:${id.data}`,
        actors: c.get('caller').roles,
        arrivedAt: c.get('arrivedAt'),
        beforeDeciding: () => missingFile(deps, body.value),
      });
      return result.ok ? c.json(result.value) : refusalProblem(c, result.refusal);
    });
  }

  for (const { path, params, query, run } of reads) {
    api.get(path, async (c) => {
      const address = params.safeParse(c.req.param());
      if (!address.success) return refusalProblem(c, refuse('not-found').refusal);
      const asked = parse('query', query, c.req.query());
      const result = await run(deps, c.get('caller'), address.data as never, asked as never);
      return result.ok ? c.json(result.value as object) : refusalProblem(c, result.refusal);
    });
  }

  /** The draft that an address names, for whoever may touch it; with how long it is kept. */
  const draftAt = async (c: Context<ApiEnv>, can: (actor: Actor, unit: UnitId) => boolean) => {
    const params = parse('address', DraftAddress, c.req.param());
    const actor = actorWho(c, (one) => can(one, params.unit));
    if (!actor) return { problem: refusalProblem(c, deniedTo(c)) };
    const ref: StreamRef & { kind: 'bloc' } = { kind: 'bloc', season: params.season, bloc: params.bloc };
    const { terms } = (await deps.journal.load(ref)).state;
    if (!terms) return { problem: refusalProblem(c, refuse('not-found').refusal) };
    if (!isMember(terms, params.unit)) return { problem: refusalProblem(c, refuse('not-a-member').refusal) };
    const place = { stream: streamName(ref), unit: params.unit, form: params.form };
    return {
      place,
      keeping: { account: actor.account, keepUntil: keepDraftUntil(deps, terms, params.form) },
    };
  };

  api.put('/seasons/:season/blocs/:bloc/drafts/:unit/:form/:field', async (c) => {
    const field = parse('address', DraftFieldName, c.req.param('field'));
    const draft = await draftAt(c, isOfUnit);
    if ('problem' in draft) return draft.problem;
    const body = await jsonBody(c);
    if ('problem' in body) return body.problem;
    const { value, version } = parse('draft', DraftChange, body.value);
    const saved = await saveDraft(deps, draft.place, { field, value, version, ...draft.keeping });
    return saved.ok ? c.json(saved.value) : refusalProblem(c, saved.refusal);
  });

  api.post('/seasons/:season/blocs/:bloc/drafts/:unit/:form/status', async (c) => {
    const id = IdempotencyKey.safeParse(c.req.header('Idempotency-Key'));
    if (!id.success) return technicalProblem(c, 'idempotency-key-missing');
    const body = await jsonBody(c);
    if ('problem' in body) return body.problem;
    const status = parse('status', DraftStatusChange, body.value);
    // Any of the unit's people says that it is ready; only who hands it in can send it back.
    const draft = await draftAt(c, status.state === 'prepared' ? isOfUnit : canSignFor);
    if ('problem' in draft) return draft.problem;
    return c.json(await markDraft(deps, draft.place, status, draft.keeping));
  });

  api.post('/files', async (c) => {
    const id = IdempotencyKey.safeParse(c.req.header('Idempotency-Key'));
    if (!id.success) return technicalProblem(c, 'idempotency-key-missing');
    if (!actorWho(c, ({ role }) => role !== 'public' && role !== 'auditor'))
      return refusalProblem(c, deniedTo(c));
    const type = (c.req.header('Content-Type') ?? '').split(';')[0]?.trim() ?? '';
    if (!(fileTypes as readonly string[]).includes(type)) {
      return technicalProblem(c, 'unsupported-media-type', { type, taken: fileTypes });
    }
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    if (bytes.length === 0) throw new Misfit('file', [{ path: '', message: 'is empty' }]);
    const { sha256, size } = await deps.files.put(bytes, type);
    return c.json({ sha256, size, type });
  });

  api.get('/files/:sha256', async (c) => {
    if (!actorWho(c, ({ role }) => role !== 'public')) return refusalProblem(c, deniedTo(c));
    const sha256 = z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .safeParse(c.req.param('sha256'));
    const file = sha256.success ? await deps.files.get(sha256.data) : undefined;
    if (!file) return refusalProblem(c, refuse('not-found').refusal);
    // Never shown in place: what a unit uploads is not ours to run in a reader's browser.
    return c.body(file.bytes as Uint8Array<ArrayBuffer>, 200, {
      'Content-Type': file.contentType,
      'Content-Disposition': 'attachment',
      'X-Content-Type-Options': 'nosniff',
    });
  });

  api.get('/seasons/:season/bundle', async (c) => {
    if (!actorWho(c, canReadJournal)) return refusalProblem(c, deniedTo(c));
    const season = SeasonId.safeParse(c.req.param('season'));
    if (!season.success) return refusalProblem(c, refuse('not-found').refusal);
    const parts: string[] = [];
    const result = await exportBundle(deps, season.data, (text) => void parts.push(text));
    if (!result.ok) return refusalProblem(c, result.refusal);
    return c.body(parts.join(''), 200, {
      'Content-Type': 'application/x-ndjson; charset=utf-8',
      'Content-Disposition': `attachment; filename="thidua-${season.data}.ndjson"`,
    });
  });

  api.get('/openapi.json', async (c) =>
    c.body(await deps.openApi(), 200, { 'Content-Type': 'application/json; charset=utf-8' }),
  );

  api.all('*', (c) => {
    const here = c.req.path.replace(/^\/api/, '');
    const methods = api.routes.flatMap(({ method, path }) =>
      method !== 'ALL' && matches(path, here) ? [method] : [],
    );
    if (methods.length === 0) return technicalProblem(c, 'no-such-path');
    c.header(
      'Allow',
      [...new Set(methods.flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one])))].join(', '),
    );
    return technicalProblem(c, 'method-not-allowed');
  });

  api.onError((error, c) => {
    if (error instanceof Misfit) return misfitProblem(c, error);
    deps.log('error', 'a request failed', {
      requestId: c.get('requestId'),
      path: c.req.routePath,
      error: String(error),
    });
    return technicalProblem(c, 'fault');
  });

  return api;
}

/** Whether a route's path takes this address. */
function matches(pattern: string, address: string): boolean {
  const [ours, theirs] = [pattern.split('/'), address.split('/')];
  return (
    !pattern.includes('*') &&
    ours.length === theirs.length &&
    ours.every((part, i) => part.startsWith(':') || part === theirs[i])
  );
}

/** The refusal for a payload that names an attachment nobody has sent, or of another size than it has. */
async function missingFile(deps: WebDeps, payload: unknown): Promise<ReturnType<typeof refuse> | undefined> {
  const named: FileRef[] = [];
  const look = (value: unknown, depth: number): void => {
    if (value === null || typeof value !== 'object' || depth > 12) return;
    const file = FileRef.safeParse(value);
    if (file.success) named.push(file.data);
    else for (const inner of Object.values(value)) look(inner, depth + 1);
  };
  look(payload, 0);
  for (const { sha256, name, size } of named) {
    if ((await deps.files.sizeOf(sha256)) === size) continue;
    return refuse('does-not-follow', {
      vi: `Tệp "${name}" chưa được gửi lên hoặc không đúng dung lượng. Gửi lại tệp rồi gửi lại nội dung.`,
      en: `The file "${name}" has not been stored, or has another size.`,
      details: { sha256 },
    });
  }
  return undefined;
}

function actorWho(c: Context<ApiEnv>, can: (actor: Actor) => boolean): Actor | undefined {
  return c.get('caller').roles.find(can);
}

function deniedTo(c: Context<ApiEnv>) {
  return refuse(c.get('caller').signedIn ? 'not-allowed' : 'not-signed-in').refusal;
}

/** The body as JSON, or the problem that it is none. An absent body is an empty object. */
async function jsonBody(c: Context<ApiEnv>): Promise<{ value: unknown } | { problem: Response }> {
  const bytes = await c.req.arrayBuffer();
  // A request has arrived when all of it has: who holds its body back does not hold a deadline open.
  c.set('arrivedAt', c.get('now')());
  if (bytes.byteLength > largestBody) return { problem: refusalProblem(c, refuse('too-large').refusal) };
  let text: string;
  try {
    // Bytes that are no UTF-8 would be replaced, and something be recorded that nobody has written.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { problem: technicalProblem(c, 'malformed') };
  }
  if (text.trim() === '') return { value: {} };
  const type = (c.req.header('Content-Type') ?? '').split(';')[0]?.trim();
  if (type !== 'application/json')
    return { problem: technicalProblem(c, 'unsupported-media-type', { taken: ['application/json'] }) };
  try {
    return {
      value: JSON.parse(text, (_key, inner: unknown) => (typeof inner === 'string' ? plain(inner) : inner)),
    };
  } catch {
    return { problem: technicalProblem(c, 'malformed') };
  }
}
