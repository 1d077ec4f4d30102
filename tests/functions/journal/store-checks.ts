/**
 * What the product asks of its store, as checks that run against any DynamoDB: the embedded one in the tests, AWS's own
 * DynamoDB Local by `npm run test:dynamodb`. Each check gets a table of its own and throws when the store fails it.
 */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Deps } from '../../../functions/deps.ts';
import { type CommandRequest, execute } from '../../../functions/execute.ts';
import { accountOf, putAccount } from '../../../functions/journal/directory.ts';
import { type DraftPlace, draftFields, saveDraft } from '../../../functions/journal/drafts.ts';
import { clearGate, type Gate, gatesOf, setGate } from '../../../functions/journal/gates.ts';
import { CommitTooLarge, type Journal, openJournal } from '../../../functions/journal/journal.ts';
import { journalKey, mailKey, tableForm } from '../../../functions/journal/keys.ts';
import { blocViews, putBlocView } from '../../../functions/journal/views.ts';
import { type Actor, systemActor } from '../../../shared/domain/actor.ts';
import type { AccountId } from '../../../shared/domain/ids.ts';
import type { BlocProgress } from '../../../shared/domain/progress.ts';
import { folds } from '../../../shared/domain/streams.ts';
import {
  type Commit,
  type CommitBody,
  commitOf,
  emptyStream,
  foldOnto,
  genesis,
  maxCommitBytes,
  openCommit,
} from '../../../shared/journal.ts';

/** One thing that a store has to do. */
export type StoreCheck = {
  readonly name: string;
  run(db: DynamoDBClient, table: string): Promise<void>;
};

/** A new table of the product's form, ready for items; gives its name. */
export async function freshTable(db: DynamoDBClient): Promise<string> {
  const TableName = `thidua-check-${crypto.randomUUID()}`;
  await db.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: tableForm.partition, KeyType: 'HASH' },
        { AttributeName: tableForm.sort, KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: tableForm.partition, AttributeType: 'S' },
        { AttributeName: tableForm.sort, AttributeType: 'S' },
      ],
    }),
  );
  await waitUntilTableExists({ client: db, minDelay: 0.02, maxDelay: 0.5, maxWaitTime: 20 }, { TableName });
  return TableName;
}

const province = { kind: 'province' } as const;
const stream = 'province';
const board: Actor = { account: 'board' as AccountId, role: 'board-specialist' };
const instant = new Date('2023-02-14T09:00:00+07:00');

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_none, index) => make(index));
}

/** A journal as another process has it: nothing folded yet, nothing known of the others. */
function journalIn(db: DynamoDBClient, table: string): Journal {
  return openJournal({ db, table, tableId: crypto.randomUUID() });
}

/** The effects of one process among many on a table; no check reaches Step Functions. */
function processOn(db: DynamoDBClient, table: string): Deps {
  return {
    now: () => instant,
    wallNow: () => new Date(),
    newId: () => crypto.randomUUID(),
    random: Math.random,
    db,
    table,
    journal: journalIn(db, table),
    exclusive: (_stream, work) => work(),
    sfn: new SFNClient({ region: 'none', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } }),
    textKey: 'test',
    machineArn: (workflow) => workflow,
    log: () => undefined,
  };
}

function unit(id: string) {
  return { id, name: `Đơn vị ${id}`, shortName: id, kind: 'department', validFrom: '2018-04-06' };
}

type Event = CommitBody['events'][number];

function registering(id: string): Event {
  return { type: 'UnitsRegistered', v: 1, units: [unit(id)] };
}

/** The commit after a head that records an event under a command's id. */
function commitAfter({ seq, head }: { seq: number; head: string }, id: string, event: Event): Commit {
  return commitOf({
    stream,
    seq: seq + 1,
    prev: head,
    at: instant.toISOString(),
    actor: { account: 'board', role: 'board-specialist' },
    command: { id, name: 'RegisterUnits', sha256: genesis },
    events: [event],
  });
}

/** A chain of commits, each about so many bytes. */
function chainOf(count: number, bytes: number): readonly Commit[] {
  const chain: Commit[] = [];
  for (let i = 0; i < count; i++) {
    const last = chain.at(-1);
    const before = { seq: last?.seq ?? 0, head: last?.sha256 ?? genesis };
    chain.push(commitAfter(before, `c-${i}`, { ...registering(`u-${i}`), padding: 'x'.repeat(bytes) }));
  }
  return chain;
}

/** The first commit of a stream, of exactly so many bytes, nearly all of them letters of two bytes. */
function commitOfBytes(bytes: number): Commit {
  const first = (name: string) =>
    commitAfter({ seq: 0, head: genesis }, 'large', { type: 'ProvinceFounded', v: 1, name });
  const room = bytes - Buffer.byteLength(first('').body);
  return first(`${'x'.repeat(room % 2)}${'Đ'.repeat(Math.floor(room / 2))}`);
}

/** A command that registers a unit. */
function command(id: string): CommandRequest {
  return {
    ref: province,
    name: 'RegisterUnits',
    payload: { units: [unit(id)] },
    id: `register-${id}`,
    actors: [board],
    arrivedAt: instant,
  };
}

function founding(name: string): CommandRequest {
  const assignment = {
    id: `as-${name}`,
    account: 'board',
    role: 'board-head',
    from: '2023-01-01T00:00:00+07:00',
  };
  return {
    ref: province,
    name: 'FoundProvince',
    payload: { name, assignments: [assignment] },
    id: `found-${name}`,
    actors: [systemActor],
    arrivedAt: instant,
  };
}

/** A process into whose first append another one's work comes, between its load and its put. */
function overtaken(deps: Deps, rival: () => Promise<unknown>): { deps: Deps; lost: () => number } {
  let appends = 0;
  let lost = 0;
  const journal: Journal = {
    ...deps.journal,
    async append(commit) {
      if (appends++ === 0) await rival();
      const won = await deps.journal.append(commit);
      if (!won) lost++;
      return won;
    },
  };
  return { deps: { ...deps, journal }, lost: () => lost };
}

/**
 * Runs work while the answer to the next put is lost on its way: the store has done it, the SDK sees a dead connection
 * and, by its own rules, sends the same put again.
 */
async function withLostPut<T>(db: DynamoDBClient, work: () => Promise<T>): Promise<T> {
  let puts = 0;
  const name = 'loses an answer';
  db.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (context.commandName !== 'PutItemCommand' || puts++ > 0) return result;
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'TimeoutError' });
    },
    { step: 'deserialize', name },
  );
  try {
    const result = await work();
    equal(puts, 2, 'the SDK put once more after the lost answer');
    return result;
  } finally {
    db.middlewareStack.remove(name);
  }
}

/** Every commit folded from nothing: throws at the first that is missing or does not follow. */
function foldAll(commits: readonly Commit[]) {
  return foldOnto(emptyStream(stream, folds.province), commits, folds.province);
}

/** Loads and puts until a commit of its own is in the journal. */
async function writeUntilIn(journal: Journal, id: string): Promise<number> {
  for (;;) {
    const loaded = await journal.load(province);
    const commit = commitAfter(loaded, id, registering(id));
    if (await journal.append(commit)) return commit.seq;
  }
}

const appendAndLoad: StoreCheck = {
  name: 'a commit that was appended is loaded as it was written, and its place is taken for good',
  async run(db, table) {
    const journal = journalIn(db, table);
    equal((await journal.load(province)).seq, 0);
    equal(await journal.read(stream, 1), undefined);
    deepEqual(await journal.commits(stream), []);
    const first = commitAfter({ seq: 0, head: genesis }, 'first', registering('mot'));
    equal(await journal.append(first), true);
    const loaded = await journal.load(province);
    deepEqual([loaded.seq, loaded.head, Object.keys(loaded.state.units)], [1, first.sha256, ['mot']]);
    const second = commitAfter(loaded, 'second', registering('hai'));
    equal(await journal.append(second), true);
    const rival = commitAfter(loaded, 'rival', registering('ba'));
    equal(await journal.append(rival), false);
    deepEqual(await journal.commits(stream), [first, second]);
    deepEqual(await journal.commits(stream, 2), [second]);
    deepEqual(await journalIn(db, table).read(stream, 2), second);
  },
};

const race: StoreCheck = {
  name: 'thirty-two writers of one stream: every seq is given once, and the chain is unbroken',
  async run(db, table) {
    const ids = times(32, (i) => `writer-${i}`);
    const seqs = await Promise.all(ids.map((id) => writeUntilIn(journalIn(db, table), id)));
    deepEqual(
      seqs.toSorted((a, b) => a - b),
      times(32, (i) => i + 1),
    );
    const commits = await journalIn(db, table).commits(stream);
    const folded = foldAll(commits);
    deepEqual([...folded.answered.keys()].toSorted(), ids.toSorted());
    for (const [i, id] of ids.entries()) equal(folded.answered.get(id)?.seq, seqs[i]);
  },
};

const decidedAnew: StoreCheck = {
  name: 'a command that lost its race is decided anew on what is there then',
  async run(db, table) {
    const rival = processOn(db, table);
    const late = overtaken(processOn(db, table), () => execute(rival, command('doi-thu')));
    const answer = await execute(late.deps, command('cua-ta'));
    ok(answer.ok);
    deepEqual([late.lost(), answer.value.seq], [1, 2]);
    const [first, second] = await rival.journal.commits(stream);
    ok(first && second);
    equal(openCommit(second, first.sha256).command.id, 'register-cua-ta');
  },
};

const refusedAnew: StoreCheck = {
  name: 'a command that its rival has made unlawful is refused, and nothing of it is written',
  async run(db, table) {
    const rival = processOn(db, table);
    const late = overtaken(processOn(db, table), () => execute(rival, founding('Cao')));
    const answer = await execute(late.deps, founding('Bang'));
    ok(!answer.ok);
    deepEqual([late.lost(), answer.refusal.code], [1, 'already-done']);
    equal((await rival.journal.commits(stream)).length, 1);
  },
};

const executedAtOnce: StoreCheck = {
  name: 'sixteen processes execute a command each and one of them all: one commit for each command',
  async run(db, table) {
    const processes = times(16, () => processOn(db, table));
    const answers = await Promise.all(
      processes.flatMap((deps, i) => [
        execute(deps, command(`don-vi-${i}`)),
        execute(deps, command('chung')),
      ]),
    );
    ok(answers.every((answer) => answer.ok));
    const common = answers.filter((_answer, i) => i % 2 === 1).map((answer) => JSON.stringify(answer));
    equal(new Set(common).size, 1);
    const { seq, state } = foldAll(await journalIn(db, table).commits(stream));
    deepEqual([seq, Object.keys(state.units).length], [17, 17]);
  },
};

const consistentTail: StoreCheck = {
  name: 'a load sees every commit that was appended before it, by whomever',
  async run(db, table) {
    const [writer, reader] = [journalIn(db, table), journalIn(db, table)];
    for (const commit of chainOf(50, 10)) {
      ok(await writer.append(commit));
      equal((await reader.load(province)).head, commit.sha256);
      equal((await journalIn(db, table).load(province)).head, commit.sha256);
    }
  },
};

const largest: StoreCheck = {
  name: 'a commit of 350 KB is stored whole; one byte more is refused and nothing is written',
  async run(db, table) {
    const journal = journalIn(db, table);
    await rejects(journal.append(commitOfBytes(maxCommitBytes + 1)), CommitTooLarge);
    equal(await journal.read(stream, 1), undefined);
    const commit = commitOfBytes(maxCommitBytes);
    equal(Buffer.byteLength(commit.body), maxCommitBytes);
    equal(await journal.append(commit), true);
    deepEqual(await journal.read(stream, 1), commit);
    equal((await journalIn(db, table).load(province)).head, commit.sha256);
  },
};

const lostAnswer: StoreCheck = {
  name: 'a put whose answer was lost is recognised as its own when the SDK sends it again',
  async run(db, table) {
    const deps = processOn(db, table);
    // Asked of the journal itself: a command would be saved by its id, whatever the journal answered.
    const first = commitAfter({ seq: 0, head: genesis }, 'first', registering('mot'));
    equal(await withLostPut(db, () => deps.journal.append(first)), true);
    const answer = await withLostPut(db, () => execute(deps, command('hai')));
    ok(answer.ok);
    equal(answer.value.seq, 2);
    deepEqual(await execute(processOn(db, table), command('hai')), answer);
    equal((await deps.journal.commits(stream)).length, 2);
    const place: DraftPlace = { stream, unit: 'mot', form: 'targets' };
    const change = { field: 'muc', value: 'chữ', version: 0, account: 'a', keepUntil: inAnHour() };
    const saved = await withLostPut(db, () => saveDraft(deps, place, change));
    ok(saved.ok);
    equal(saved.value.version, 1);
  },
};

const paging: StoreCheck = {
  name: 'a stream longer than a page of a megabyte is read whole and in order',
  async run(db, table) {
    const chain = chainOf(24, 100_000);
    const writer = journalIn(db, table);
    for (const commit of chain) ok(await writer.append(commit));
    const page = await db.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: journalKey(stream, 0).pk } },
      }),
    );
    // Without this the check would pass on a store that does not page.
    ok(page.LastEvaluatedKey, 'the store gives this stream in more than one page');
    const reader = journalIn(db, table);
    deepEqual(await reader.commits(stream), chain);
    deepEqual(await reader.commits(stream, 10), chain.slice(9));
    const { seq, head } = await reader.load(province);
    deepEqual([seq, head], [24, chain.at(-1)?.sha256]);
  },
};

const gates: StoreCheck = {
  name: 'gates are listed by their stream until they are cleared; a new token takes the place of the old',
  async run(db, table) {
    const deps = processOn(db, table);
    const gate = (execution: string, token: string, of = 'bloc-2023-k01'): Gate => ({
      stream: of,
      execution,
      milestone: 'pledge',
      token,
      deadline: 1,
    });
    const [one, two] = [gate('e-1', 'a'), gate('e-2', 'b')];
    for (const each of [one, two, gate('e-1', 'other', 'bloc-2023-k02')]) await setGate(deps, each);
    deepEqual(await gatesOf(deps, one.stream), [one, two]);
    const anew = gate('e-1', 'c');
    await setGate(deps, anew);
    deepEqual(await gatesOf(deps, one.stream), [anew, two]);
    await clearGate(deps, anew);
    deepEqual(await gatesOf(deps, one.stream), [two]);
    deepEqual((await gatesOf(deps, 'bloc-2023-k02')).length, 1);
  },
};

function inAnHour(): Date {
  return new Date(Date.now() + 3_600_000);
}

const drafts: StoreCheck = {
  name: 'a draft is saved on the version it was seen at; of many who saw the same version one saves',
  async run(db, table) {
    const deps = processOn(db, table);
    const place: DraftPlace = { stream: 'bloc-2023-k01', unit: 'mot', form: 'review' };
    const save = (value: string, version: number, field = 'a#b', keepUntil = inAnHour()) =>
      saveDraft(deps, place, { field, value, version, account: 'officer', keepUntil });
    const answers = await Promise.all(times(16, (i) => save(`chữ ${i}`, 0)));
    const saved = answers.flatMap((answer) => (answer.ok ? [answer.value] : []));
    const codes = answers.flatMap((answer) => (answer.ok ? [] : [answer.refusal.code]));
    equal(saved.length, 1);
    deepEqual(new Set(codes), new Set(['changed-meanwhile']));
    ok((await save('hai', 1)).ok);
    const stale = await save('ba', 1);
    ok(!stale.ok);
    deepEqual(await save('hai', 1), { ok: true, value: (await draftFields(deps, place))[0] });
    ok((await save('cũ', 0, 'over', new Date(Date.now() - 60_000))).ok);
    const other: DraftPlace = { ...place, form: 'targets' };
    await saveDraft(deps, other, {
      field: 'x',
      value: '',
      version: 0,
      account: 'officer',
      keepUntil: inAnHour(),
    });
    const fields = await draftFields(deps, place);
    deepEqual(
      fields.map(({ field, value, version }) => [field, value, version]),
      [['a#b', 'hai', 2]],
    );
    equal((await draftFields(deps, other)).length, 1);
  },
};

const views: StoreCheck = {
  name: 'a view is only ever replaced by a newer one, in whatever order they come',
  async run(db, table) {
    const deps = processOn(db, table);
    const progress = (bloc: string, signed: number): BlocProgress => ({
      season: '2023',
      bloc,
      kind: 'khoi',
      name: 'Khối',
      head: 'mot',
      members: 20,
      step: 'pledge',
      closesAt: null,
      signed,
      reported: 0,
    });
    for (const seq of [3, 9, 10, 4, 10]) await putBlocView(deps, seq, progress('k01', seq));
    // The same commit seen again changes nothing either.
    await putBlocView(deps, 10, progress('k01', 99));
    await Promise.all(times(20, (i) => putBlocView(deps, i * 7 + 1, progress('k02', i * 7 + 1))));
    const found = await blocViews(deps, '2023');
    deepEqual(
      found.map(({ bloc, signed }) => [bloc, signed]),
      [
        ['k01', 10],
        ['k02', 134],
      ],
    );
    deepEqual(await blocViews(deps, '2024'), []);
  },
};

const mailClaim: StoreCheck = {
  name: 'of many who claim a letter at once one gets it, and nobody after',
  async run(db, table) {
    const { pk, sk } = mailKey('launch-2023-mot');
    const claim = () =>
      db
        .send(
          new PutItemCommand({
            TableName: table,
            Item: { pk: { S: pk }, sk: { S: sk }, claimant: { S: crypto.randomUUID() } },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        )
        .then(
          () => true,
          (error: unknown) => {
            if (error instanceof ConditionalCheckFailedException) return false;
            throw error;
          },
        );
    equal((await Promise.all(times(32, claim))).filter(Boolean).length, 1);
    equal(await claim(), false);
  },
};

const directory: StoreCheck = {
  name: 'the directory knows the account of a subject, and no stranger',
  async run(db, table) {
    const deps = processOn(db, table);
    await putAccount(deps, 's-1', 'a-1' as AccountId);
    equal(await accountOf(deps, 's-1'), 'a-1');
    equal(await accountOf(deps, 's-2'), undefined);
  },
};

/** All checks, in the order in which a failure says most. */
export const storeChecks: readonly StoreCheck[] = [
  appendAndLoad,
  race,
  decidedAnew,
  refusedAnew,
  executedAtOnce,
  consistentTail,
  largest,
  lostAnswer,
  paging,
  gates,
  drafts,
  views,
  mailClaim,
  directory,
];
