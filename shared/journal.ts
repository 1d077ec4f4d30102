/**
 * The journal: the append-only, hash-chained record that everything official is folded from.
 *
 * A commit is one JSON string and its SHA-256. The string binds its own place (stream, seq, hash of the commit
 * before it), who did what under which command, and the events that followed. The hash is over exactly the stored
 * bytes, so there is nothing to canonicalise and nothing to argue about.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';

/** The hash before the first commit of a stream. */
export const genesis = '0'.repeat(64);

/** Version of the commit's own form; events carry theirs. */
export const commitVersion = 1;

/** No commit may be longer than this many UTF-8 bytes: DynamoDB ends an item at 400 KB, and a key must fit too. */
export const maxCommitBytes = 350 * 1024;

/** Lower-case hex SHA-256 of a text's UTF-8 bytes. */
export function sha256Of(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** JSON with the keys of every object in code-unit order, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((inner) => canonicalJson(inner ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  // Written out by hand: an object made anew would put keys that look like numbers first.
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
}

/** Something that happened; `v` is the version of this type's form, which upcasters raise. */
export type RecordedEvent = { readonly type: string; readonly v: number };

/** Names a commit from which facts were copied into another stream. */
export const Source = z.object({
  stream: z.string(),
  seq: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Source = z.infer<typeof Source>;

/** Who acted: an opaque account in a role, for a unit or on a seat of the Council; never a name. */
export const RecordedActor = z.object({
  account: z.string(),
  role: z.string(),
  unit: z.string().optional(),
  seat: z.string().optional(),
  /** Thể thức ký thay: KT. (for the head) or TUQ. (by authorisation). */
  signsAs: z.enum(['KT.', 'TUQ.']).optional(),
});

/** What a commit's string says once parsed. */
export const CommitBody = z.object({
  v: z.literal(commitVersion),
  stream: z.string(),
  seq: z.number().int().positive(),
  prev: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
  actor: RecordedActor,
  command: z.object({ id: z.string(), name: z.string(), sha256: z.string() }),
  events: z.array(z.looseObject({ type: z.string(), v: z.number().int().positive() })).min(1),
});
export type CommitBody = z.infer<typeof CommitBody>;

/** A commit as it is stored and exported. */
export type Commit = {
  readonly stream: string;
  readonly seq: number;
  readonly sha256: string;
  readonly body: string;
};

/** Makes the commit that follows `prev` (the genesis for the first). */
export function commitOf(body: Omit<CommitBody, 'v'>): Commit {
  // The order of keys is part of the stored form, hence spelled out.
  const { stream, seq, prev, at, actor, command, events } = body;
  const text = JSON.stringify({ v: commitVersion, stream, seq, prev, at, actor, command, events });
  return { stream, seq, sha256: sha256Of(text), body: text };
}

/** A commit that is not what it claims to be; `seq` is the first bad one. */
export class BrokenChain extends Error {
  override readonly name = 'BrokenChain';
  readonly stream: string;
  readonly seq: number;
  constructor(stream: string, seq: number, why: string) {
    super(`journal ${stream} is damaged at commit ${seq}: ${why}`);
    this.stream = stream;
    this.seq = seq;
  }
}

/** Parses a commit after checking its hash and that it stands where it says, after `prev`. */
export function openCommit(commit: Commit, prev: string): CommitBody {
  const { stream, seq } = commit;
  if (sha256Of(commit.body) !== commit.sha256) throw new BrokenChain(stream, seq, 'the hash does not fit');
  const parsed = CommitBody.safeParse(JSON.parse(commit.body));
  if (!parsed.success) throw new BrokenChain(stream, seq, z.prettifyError(parsed.error));
  const body = parsed.data;
  if (body.stream !== stream || body.seq !== seq) throw new BrokenChain(stream, seq, 'it belongs elsewhere');
  if (body.prev !== prev) throw new BrokenChain(stream, seq, 'it does not follow the commit before it');
  return body;
}

/** Where an event stands; given to `evolve` beside the event. */
export type Place = {
  readonly seq: number;
  readonly sha256: string;
  readonly at: string;
  readonly actor: CommitBody['actor'];
};

/** What was answered to a command id, so that the same command is answered the same. */
export type Answered = {
  readonly seq: number;
  readonly commandSha256: string;
  readonly account: string;
};

/** A stream folded up to its head. */
export type Stream<State> = {
  readonly name: string;
  readonly seq: number;
  readonly head: string;
  readonly state: State;
  readonly answered: ReadonlyMap<string, Answered>;
  /** The instant of the last commit, as written in it. */
  readonly at: string | undefined;
};

/** How a kind of stream is folded. */
export type Fold<State> = {
  readonly initial: State;
  evolve(state: State, event: RecordedEvent, place: Place): State;
  /** Raises an event of an older version; identity for the present one. */
  upcast(event: RecordedEvent): RecordedEvent;
};

/** A stream with nothing in it yet. */
export function emptyStream<State>(name: string, fold: Fold<State>): Stream<State> {
  return { name, seq: 0, head: genesis, state: fold.initial, answered: new Map(), at: undefined };
}

/** Folds further commits onto a stream, checking each; throws BrokenChain at the first that does not fit. */
export function foldOnto<State>(
  stream: Stream<State>,
  commits: readonly Commit[],
  fold: Fold<State>,
): Stream<State> {
  if (commits.length === 0) return stream;
  let { seq, head, state, at } = stream;
  const answered = new Map(stream.answered);
  for (const commit of commits) {
    if (commit.seq !== seq + 1) throw new BrokenChain(stream.name, seq + 1, 'it is missing');
    const body = openCommit(commit, head);
    const place = { seq: commit.seq, sha256: commit.sha256, at: body.at, actor: body.actor };
    for (const event of body.events) state = fold.evolve(state, fold.upcast(event), place);
    answered.set(body.command.id, {
      seq: commit.seq,
      commandSha256: body.command.sha256,
      account: body.actor.account,
    });
    seq = commit.seq;
    head = commit.sha256;
    at = body.at;
  }
  return { name: stream.name, seq, head, state, answered, at };
}

/** The head of a whole season: SHA-256 over `stream SP seq SP sha256 LF` of every stream's last commit, by bytes. */
export function headOf(lasts: readonly Pick<Commit, 'stream' | 'seq' | 'sha256'>[]): string {
  const lines = lasts.map(({ stream, seq, sha256 }) => `${stream} ${seq} ${sha256}\n`).sort();
  return sha256Of(lines.join(''));
}
