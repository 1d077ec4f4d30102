/**
 * The one path of every command: parse, load, decide, append, reply.
 *
 * Whoever calls it (a page, the API, a task, a reaction) names the stream, the command, its id and who may be acting.
 * The same id again gets the first answer; a lost race is decided anew on what is there then.
 */
import type * as z from 'zod';
import type { Actor } from '../shared/domain/actor.ts';
import type { Copied } from '../shared/domain/command.ts';
import {
  type BlocId,
  type SeasonId,
  type StreamKind,
  type StreamRef,
  streamName,
} from '../shared/domain/ids.ts';
import { commandNamed } from '../shared/domain/streams.ts';
import { canonicalJson, commitOf, type RecordedEvent, type Stream, sha256Of } from '../shared/journal.ts';
import { ok, type Result, refuse } from '../shared/result.ts';
import type { Deps } from './deps.ts';
import { CommitTooLarge } from './journal/journal.ts';
import { bindTexts, storeTexts } from './journal/texts.ts';

/** A payload that does not have its command's form, field by field. */
export class Misfit extends Error {
  override readonly name = 'Misfit';
  readonly issues: readonly { readonly path: string; readonly message: string }[];
  constructor(what: string, issues: readonly { path: string; message: string }[]) {
    super(`${what}: ${issues.map(({ path, message }) => `${path} ${message}`).join('; ')}`);
    this.issues = issues;
  }
}

/** The value if it has the form; throws Misfit naming every field that has not. */
export function parse<T>(what: string, form: z.ZodType<T>, value: unknown): T {
  const parsed = form.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Misfit(
    what,
    parsed.error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message })),
  );
}

export type CommandRequest = {
  readonly ref: StreamRef;
  readonly name: string;
  readonly payload: unknown;
  /** The command's id: the same command sent again carries the same one. */
  readonly id: string;
  /** In which roles the caller may act, best first; the first that the command allows acts. */
  readonly actors: readonly Actor[];
  /** When the request arrived, by the legal clock: deadlines are judged by this, retries included. */
  readonly arrivedAt: Date;
  /** What else the host wants seen before a command is decided, once it is known that the caller may give it. */
  readonly beforeDeciding?: () => Promise<Result<never> | undefined>;
};

/** What was recorded, or was already: the same for the first and every repeated answer. */
export type Reply = {
  readonly stream: string;
  /** The commit that answers; of the head where nothing was left to do. */
  readonly seq: number;
  readonly sha256: string;
  readonly at: string | null;
  readonly events: readonly RecordedEvent[];
};

/** How long a command that keeps losing its race goes on trying, in wall milliseconds. */
const patienceMs = 5000;

/** Executes a command. throws Misfit for what does not parse or is not on the roster. */
export async function execute(deps: Deps, request: CommandRequest): Promise<Result<Reply>> {
  const command = commandNamed(request.ref.kind, request.name);
  if (!command) throw new Misfit(request.name, [{ path: '', message: 'is not a command of this stream' }]);
  const stream = streamName(request.ref);
  // Whoever is nobody may give no command; what is sent is not even looked at.
  if (request.actors.every(({ role }) => role === 'public')) return refuse('not-signed-in');
  const { payload: bound, texts } = command.texts
    ? bindTexts(deps.textKey, request.payload, command.texts, { stream, id: request.id })
    : { payload: request.payload, texts: [] };
  const payload = parse(request.name, command.payload, bound) as never;
  const commandSha256 = sha256Of(canonicalJson({ stream, name: request.name, payload }));

  const attempt = async (): Promise<Result<Reply> | 'lost'> => {
    const loaded = (await deps.journal.load(request.ref)) as Stream<never>;
    const answered = loaded.answered.get(request.id);
    if (answered) {
      const same =
        answered.commandSha256 === commandSha256 &&
        request.actors.some(({ account }) => account === answered.account);
      return same ? ok(await replyOf(deps, stream, answered.seq)) : refuse('idempotency-mismatch');
    }
    const actor = request.actors.find((candidate) => command.can(candidate, loaded.state, payload));
    if (!actor) return refuse('not-allowed');
    const no = await request.beforeDeciding?.();
    if (no) return no;
    const copies = await copiesFor(deps, request.ref, command.copies, payload);
    const context = { now: request.arrivedAt, actor, stream, copies } as never;
    const decision = command.decide(loaded.state, payload, context);
    if (!decision.ok) return decision;
    const events = decision.value;
    if (events.length === 0) {
      return ok({ stream, seq: loaded.seq, sha256: loaded.head, at: loaded.at ?? null, events: [] });
    }
    await storeTexts(deps, stream, texts);
    const commit = commitOf({
      stream,
      seq: loaded.seq + 1,
      prev: loaded.head,
      at: request.arrivedAt.toISOString(),
      actor,
      command: { id: request.id, name: request.name, sha256: commandSha256 },
      events: [...events],
    });
    try {
      if (!(await deps.journal.append(commit))) return 'lost';
    } catch (error) {
      if (!(error instanceof CommitTooLarge)) throw error;
      return refuse('too-large', {
        vi: `Nội dung gửi lớn ${Math.ceil(error.bytes / 1024)} KB, quá giới hạn một lần ghi. Rút gọn rồi gửi lại; chưa có gì được ghi.`,
        en: `The command comes to ${error.bytes} bytes, above what one commit can hold; nothing was written.`,
        details: { bytes: error.bytes },
      });
    }
    return ok({
      stream,
      seq: commit.seq,
      sha256: commit.sha256,
      at: request.arrivedAt.toISOString(),
      events,
    });
  };

  return deps.exclusive(stream, async () => {
    const giveUpAt = deps.wallNow().getTime() + patienceMs;
    for (let tries = 0; ; tries++) {
      const outcome = await attempt();
      if (outcome !== 'lost') return outcome;
      if (deps.wallNow().getTime() >= giveUpAt) return refuse('busy', { details: { id: request.id } });
      // Full jitter: whoever lost together does not come back together.
      await new Promise((wake) => setTimeout(wake, deps.random() * Math.min(500, 10 * 2 ** tries)));
    }
  });
}

async function replyOf(deps: Deps, stream: string, seq: number): Promise<Reply> {
  const commit = await deps.journal.read(stream, seq);
  if (!commit) throw new Error(`journal ${stream} lost its commit ${seq}`);
  const body = JSON.parse(commit.body) as { at: string; events: RecordedEvent[] };
  return { stream, seq, sha256: commit.sha256, at: body.at, events: body.events };
}

/** Loads what a command copies: the province, its season, or the bloc that its payload names. */
async function copiesFor(
  deps: Deps,
  ref: StreamRef,
  kinds: readonly StreamKind[],
  payload: Naming,
): Promise<Record<string, Copied<unknown>>> {
  const copies: Record<string, Copied<unknown>> = {};
  for (const kind of kinds) {
    const loaded = await deps.journal.load(sourceOf(ref, kind, payload));
    copies[kind] = {
      source: { stream: loaded.name, seq: loaded.seq, sha256: loaded.head },
      state: loaded.state,
    };
  }
  return copies;
}

/** How a payload names the bloc that its command copies: of the Council's own season, or of an earlier one. */
type Naming = {
  readonly bloc?: BlocId;
  readonly from?: { readonly season: SeasonId; readonly bloc: BlocId };
};

function sourceOf(ref: StreamRef, kind: StreamKind, { bloc, from }: Naming): StreamRef {
  if (kind === 'province') return { kind };
  if (kind === 'season' && ref.kind !== 'province') return { kind, season: ref.season };
  if (kind === 'bloc' && ref.kind === 'council' && bloc !== undefined)
    return { kind, season: ref.season, bloc };
  if (kind === 'bloc' && ref.kind === 'bloc' && from) return { kind, ...from };
  throw new Error(`a ${ref.kind} does not copy from a ${kind}`);
}
