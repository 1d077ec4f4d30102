/** The recount finds whatever was changed in a bundle, also where the forger made every hash anew. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportBundle } from '../../../functions/journal/bundle.ts';
import { SeasonId } from '../../../shared/domain/ids.ts';
import { allCommands } from '../../../shared/domain/streams.ts';
import { type BundleBody, type BundleLine, bundleOf, commitsOf, rehashed, sha256 } from '../../bundle.ts';
import { playedWorld, temporaryFolder } from '../../world.ts';

type Verdict = {
  ok: boolean;
  commits: number | null;
  head: string | null;
  firstBad: { stream: string | null; seq: number | null; why: string } | null;
  awards: { flag: number; certificate: number } | null;
};

const program = join(process.cwd(), 'infra', 'local', 'recount.mjs');

let bundle = '';
let head = '';
let awards = { flag: 0, certificate: 0 };
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const world = await playedWorld({ blocs: 2, members: 4, closeWith: (close) => void closing.push(close) });
  const parts: string[] = [];
  const exported = await exportBundle(world.deps, SeasonId.parse('2023'), (text) => void parts.push(text));
  if (!exported.ok) throw new Error(exported.refusal.en);
  bundle = parts.join('');
  head = exported.value.head;
  const published = await world.client.get<{ awards: { award: string }[] }>(
    undefined,
    '/api/seasons/2023/awards',
  );
  const flag = published.awards.filter(({ award }) => award === 'provincial-flag').length;
  awards = { flag, certificate: published.awards.length - flag };
});
afterAll(async () => {
  for (const close of closing) await close();
});

/** Runs the recount in an empty folder, where nothing of the product is at hand. */
function recount(text: string | Buffer, ...args: string[]): { code: number | null; verdict: Verdict } {
  const folder = join(temporaryFolder(), 'empty');
  mkdirSync(folder);
  copyFileSync(program, join(folder, 'recount.mjs'));
  writeFileSync(join(folder, 'bundle.ndjson'), text);
  const { status, stdout } = spawnSync(process.execPath, ['recount.mjs', 'bundle.ndjson', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: status, verdict: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Verdict };
}

/** A forgery of the first event that `change` takes, with every hash made anew. */
function forged(change: (event: Record<string, unknown>, body: BundleBody) => boolean): string {
  let changed = 0;
  const commits = rehashed(commitsOf(bundle), (body) => {
    for (const event of body.events) if (changed === 0 && change(event, body)) changed++;
  });
  expect(changed, 'the forgery must have found what it changes').toBe(1);
  return bundleOf(commits);
}

describe('a bundle as it was exported', () => {
  test('is found in order, alone in an empty folder', () => {
    const { code, verdict } = recount(bundle, '--head', head);
    expect(code).toBe(0);
    expect(verdict).toEqual({
      ok: true,
      commits: commitsOf(bundle).length,
      head,
      firstBad: null,
      awards,
    });
  });

  test('stays in order when it is written again from its commits', () => {
    expect(bundleOf(commitsOf(bundle))).toBe(bundle);
  });
});

describe('bytes and chain', () => {
  test('any changed byte is found', () => {
    const bytes = Buffer.from(bundle);
    // Spread over the whole file, its first and last bytes among them.
    const places = new Set([0, 1, 20, bytes.length - 2, bytes.length - 1]);
    for (let i = 0; i < 45; i++) places.add(Math.floor((bytes.length * (i + 0.5)) / 45));
    for (const place of places) {
      const copy = Buffer.from(bytes);
      copy[place] = (copy[place] ?? 0) ^ 1;
      const { code, verdict } = recount(copy);
      expect([code, verdict.ok], `byte ${place}`).toEqual([1, false]);
    }
  });

  test('a byte added at the end, or a space anywhere, is found', () => {
    for (const text of [
      `${bundle}\n`,
      `${bundle} `,
      bundle.trimEnd(),
      bundle.replace('{"stream"', '{ "stream"'),
    ]) {
      expect(recount(text).code).toBe(1);
    }
  });

  test.each([
    ['dropped', (all: BundleLine[]) => all.filter((_one, i) => i !== 40)],
    ['inserted twice', (all: BundleLine[]) => [...all.slice(0, 41), all[40] as BundleLine, ...all.slice(41)]],
    [
      'swapped',
      (all: BundleLine[]) => [
        ...all.slice(0, 40),
        all[41] as BundleLine,
        all[40] as BundleLine,
        ...all.slice(42),
      ],
    ],
    [
      'relabelled',
      (all: BundleLine[]) => all.map((one, i) => (i === 40 ? { ...one, stream: 'bloc-2023-k99' } : one)),
    ],
    [
      'renumbered',
      (all: BundleLine[]) => all.map((one, i) => (i === 40 ? { ...one, seq: one.seq + 1 } : one)),
    ],
  ])('a commit that was %s is found, though the last line fits', (_what, change) => {
    const { code, verdict } = recount(bundleOf(change(commitsOf(bundle))));
    expect(code).toBe(1);
    expect(verdict.firstBad?.stream).not.toBeNull();
  });

  test('a commit that was changed and hashed again is found by the one that follows it', () => {
    const all = commitsOf(bundle).map((commit, i) => {
      if (i !== 40) return commit;
      const body = commit.body.replace(/"at":"(\d{4})/, '"at":"2022');
      return { ...commit, body, sha256: sha256(body) };
    });
    expect(recount(bundleOf(all)).code).toBe(1);
  });

  test('a tail that was cut off is found when the head is given', () => {
    const all = commitsOf(bundle);
    const cut = bundleOf(all.filter(({ stream, seq }) => stream !== 'province' || seq < 4));
    expect(recount(cut, '--head', head).code).toBe(1);
    const last = all.filter(({ stream }) => stream === 'council-2023-1').length;
    const shorter = bundleOf(all.filter(({ stream, seq }) => stream !== 'council-2023-1' || seq < last));
    expect(recount(shorter).code).toBe(0);
    expect(recount(shorter, '--head', head)).toMatchObject({ code: 1, verdict: { ok: false } });
  });
});

/** Changes what a path (`lines.0.total.num`; `*` is the first key) leads to in the first event of a type. */
function at(type: string, path: string, change: (old: never) => unknown) {
  return (event: Record<string, unknown>) => {
    if (event.type !== type) return false;
    let place = event as Record<string, unknown>;
    const steps = path.split('.').map((step) => step.replaceAll('/', '.'));
    const last = steps.pop() ?? '';
    for (const step of steps) {
      place = place[step === '*' ? (Object.keys(place)[0] ?? '') : step] as Record<string, unknown>;
    }
    place[last] = change(place[last] as never);
    return true;
  };
}

const plus = (points: number) => (old: number) => old + points;
const to = (value: unknown) => () => value;
const other = (one: unknown, two: unknown) => (old: unknown) => (old === one ? two : one);
const withoutLast = (list: unknown[]) => list.slice(0, -1);

/** A line of a paper count that still adds up, with one invalid ballot fewer than none. */
const fewer = (line: { yes: number; invalid: number }) => ({
  ...line,
  yes: line.yes + line.invalid + 1,
  invalid: -1,
});

const rule = { value: '1/2', source: 'không có', verified: true };

describe('official numbers, forged with every hash made anew', () => {
  test.each([
    ['a total', 'Tallied', 'lines.0.total.num', (old: string) => `${old}0`],
    ['the points as shown', 'Tallied', 'lines.0.shown', to('99,99')],
    ['the points received', 'Tallied', 'lines.0.received', plus(25)],
    ['a bonus', 'Tallied', 'lines.0.bonus', plus(100)],
    ['a penalty', 'Tallied', 'lines.0.penalty', plus(50)],
    ['a rank', 'Tallied', 'lines.0.rank', (old: number) => 1 + (old % 4)],
    ['the step that decided', 'Tallied', 'lines.0.decidedBy', to('majority-judgment')],
    ['the points of the core tasks', 'Tallied', 'lines.0.core.num', to('1')],
    ['a mark on a sheet', 'ScoreSheetSubmitted', 'marks.*.II/1', other(400, 350)],
    ['a mark off its ladder', 'ScoreSheetSubmitted', 'marks.*.II/1', to(401)],
    ['a mark of the head', 'HeadMarked', 'marks.P/1', other(0, 50)],
    ['an actual', 'SelfScoreSubmitted', 'actuals.0.value', to('1.5')],
    ['computed points', 'SelfScoreSubmitted', 'computed.*.points', plus(-1)],
    ['an attainment at mid-year', 'ActualsReported', 'attainments.0.share.num', (old: string) => `${old}1`],
    ['a target after it was signed', 'TargetsRegistered', 'targets.0.planned', to('1')],
    ['the hash that was signed', 'PledgeSigned', 'hash', to('0'.repeat(64))],
    ['the list of signers', 'PledgeClosed', 'signed', withoutLast],
    ['the quorum of the meeting', 'MeetingHeld', 'quorum.present', plus(-1)],
    ['a confirmed rank', 'RankingConfirmed', 'ranks.0.rank', to(9)],
    ['a nominee', 'NominationsMade', 'nominees.0.unit', to('thanh-tra-tinh')],
    ['the quota', 'NominationsMade', 'quota.flags', to(2)],
    ['a dossier that the Council received', 'NominationReceived', 'dossiers.0.total', to('100,00')],
    ['the law of a dossier', 'NominationReceived', 'pack', to('nd-98-2023')],
    ['a threshold', 'NominationReceived', 'rules.council/threshold/certificate.value', to('1/2')],
    ['a vote', 'VoteCast', 'choices.0.choice', other('no', 'yes')],
    [
      'a paper count',
      'PaperCounted',
      'lines.0',
      (line: { yes: number; no: number }) => ({ ...line, yes: line.yes - 1, no: line.no + 1 }),
    ],
    ['ballots that do not add up', 'PaperCounted', 'lines.0.yes', plus(-1)],
    ['a count', 'VotesCounted', 'counts.0.yes', plus(1)],
    ['who passed', 'CouncilConcluded', 'passed', withoutLast],
    ['an award too few', 'AwardsPublished', 'awards', withoutLast],
    ['an award too many', 'AwardsPublished', 'awards', (list: unknown[]) => [...list, list[0]]],
    ['the code of an award', 'AwardsPublished', 'awards.0.code', to('2222-2222-2222')],
    ['the roll', 'SessionConvened', 'roll', withoutLast],
    ['the way a session is held', 'SessionConvened', 'mode', to('circulation')],
    ['an agenda proposed', 'SessionProposed', 'agenda', withoutLast],
    ['what the Board submits', 'SubmissionMade', 'awards', withoutLast],
    ['the date of the submission', 'SubmissionMade', 'date', to('2024-01-01')],
    ['a rule at the launch', 'SeasonLaunched', 'rules.bloc/flags.value', to(2)],
    ['the rubric of a bloc', 'BlocScheduled', 'rubric.groups.0.max', plus(100)],
    ['the calendar of a bloc', 'BlocScheduled', 'calendar.pledge.closesAt', to('2023-04-30T17:00:00+07:00')],
    ['an office that is none', 'HeadMarked', 'as', to('valueOf')],
    ['invalid ballots below none', 'PaperCounted', 'lines.0', fewer],
    ['a sheet that marks nobody', 'ScoreSheetSubmitted', 'marks', to({})],
    ['how a bloc ended', 'NominationReceived', 'outcome', to(undefined)],
    ['a next head whose turn it is not', 'NextHeadChosen', 'deputy', to('so-noi-vu')],
    ['a next head by no vote', 'NextHeadChosen', 'by', to('vote')],
    ['nominations that nobody received', 'NominationReceived', 'dossiers', to([])],
    ['a part that a dossier is said to lack', 'DossierReceived', 'missing', to(['minutes'])],
    ['the clock of a dossier', 'DossierReceived', 'dueBy', to('2024-02-05T17:00:00+07:00')],
    ['the papers of a dossier', 'DossierReceived', 'papers', to('0'.repeat(64))],
    ['a reason to return a dossier', 'DossierReturned', 'reason', to(' ')],
    ['a vote that is none', 'VoteCast', 'choices.0.choice', to('spoiled')],
    ['an appraisal that is none', 'DossierAppraised', 'verdict', to('set aside')],
    ['a manner of signing', 'PledgeSigned', 'manner', to('phone')],
    ['the layers of the blocs', 'RulesSet', 'blocs', to({ k01: {} })],
    ['a rule of no name', 'RulesSet', 'province', (old: object) => ({ ...old, 'bloc.luck': rule })],
    ['a key that nobody knows', 'PledgeSigned', 'more', to('more')],
    ['a text that is missing', 'FindingsRecorded', 'text', to(undefined)],
    ['a sign that is none', 'DirectiveIssued', 'directive.targets.0.operator', to('about')],
    ['who opened a round', 'RoundOpened', 'by', to('chance')],
    ['evidence without a title', 'SelfScoreSubmitted', 'lines.0.evidence', to([{ number: 'no title' }])],
    ['a day that is none', 'HandedOver', 'date', to('2023-12-32')],
    ['a unit that did not exist', 'UnitsRegistered', 'units.0.validFrom', to('2023-01-19')],
    ['a second chair', 'CouncilAppointed', 'roll.2.role', to('chair')],
  ] as [string, string, string, (old: never) => unknown][])('%s is found', (_what, type, path, change) => {
    const { code, verdict } = recount(forged(at(type, path, change)));
    expect([code, verdict.ok]).toEqual([1, false]);
    expect(verdict.firstBad?.stream).toEqual(expect.any(String));
  });
});

describe('records left out or put in, forged with every hash made anew', () => {
  /** The bundle without what `out` names, its streams' ends cut off where a gap would be. */
  const without = (out: (commit: BundleLine) => boolean) => {
    const cut = new Set<string>();
    return bundleOf(
      rehashed(
        commitsOf(bundle).filter((commit) => {
          if (out(commit)) cut.add(commit.stream);
          return !cut.has(commit.stream);
        }),
        () => {},
      ),
    );
  };

  test('a whole bloc is missed once the Council has closed its nominations', () => {
    expect(recount(without(({ stream }) => stream === 'bloc-2023-k02'))).toMatchObject({ code: 1 });
  });

  test('a second session with the votes of the first is none', () => {
    const all = commitsOf(bundle);
    const session = all.filter(({ stream }) => stream === 'council-2023-1');
    const again = [...all, ...session.map((commit) => ({ ...commit, stream: 'council-2023-2' }))];
    expect(recount(bundleOf(again)).verdict.firstBad?.stream).toBe('council-2023-2');
  });

  test.each(['PledgeClosed', 'DossierReceived', 'Tallied', 'PhaseStarted'])('%s is missed', (type) => {
    let left = 0;
    const commits = rehashed(commitsOf(bundle), (body) => {
      const kept = body.events.filter((event) => event.type !== type);
      if (kept.length > 0 && kept.length < body.events.length) {
        left++;
        body.events = kept;
      }
    });
    expect(left).toBeGreaterThan(0);
    expect(recount(bundleOf(commits))).toMatchObject({ code: 1, verdict: { ok: false } });
  });

  test('a share that nothing can reach is found, also where every copy of the rule says so', () => {
    let changed = 0;
    const commits = rehashed(commitsOf(bundle), (body) => {
      const text = JSON.stringify(body);
      const next = text.replaceAll(/("bloc\.quorum":\{"value":)"[^"]+"/g, '$1"2/0"');
      if (next === text) return;
      changed++;
      Object.assign(body, JSON.parse(next));
    });
    expect(changed).toBeGreaterThan(0);
    expect(recount(bundleOf(commits))).toMatchObject({ code: 1, verdict: { ok: false } });
  });

  test('an account assigned in later years did not hold its role in this one', () => {
    const commits = rehashed(commitsOf(bundle), (body, { stream }) => {
      if (stream === 'province') body.at = body.at.replace(/^\d{4}/, '2026');
    });
    expect(recount(bundleOf(commits))).toMatchObject({ code: 1, verdict: { ok: false } });
  });
});

describe('a commit that no command makes, forged with every hash made anew', () => {
  const withBody = (change: (body: BundleBody) => void) => {
    let changed = false;
    return forged((event, body) => {
      if (changed || event.type !== 'MeetingHeld') return false;
      changed = true;
      change(body);
      return true;
    });
  };

  test.each([
    ['by another command', (body) => Object.assign(body.command, { name: 'SignPledge' })],
    ['by a command that is none', (body) => Object.assign(body.command, { name: 'toString' })],
    ['by a command without its hash', (body) => Object.assign(body.command, { sha256: '' })],
    ['with an event twice', (body) => body.events.push({ ...body.events[0] })],
    ['with a key that nobody knows', (body) => Object.assign(body, { note: 'more' })],
    ['by an actor with more than a role', (body) => Object.assign(body.actor, { name: 'more' })],
    ['without an event', (body) => body.events.splice(0)],
  ] as [string, (body: BundleBody) => void][])('%s is found', (_what, change) => {
    const { code, verdict } = recount(withBody(change));
    expect([code, verdict.firstBad?.stream]).toEqual([1, 'bloc-2023-k01']);
  });

  test('as the workflow, signed by somebody, is found', () => {
    const change = (_event: Record<string, unknown>, body: BundleBody) => {
      if (!('role' in body.actor) || body.actor.role !== 'system') return false;
      return Boolean(Object.assign(body.actor, { signsAs: 'KT.' }));
    };
    expect(recount(forged(change))).toMatchObject({ code: 1, verdict: { ok: false } });
  });
});

test('the recount knows every command of the roster, and no other', () => {
  const known = readFileSync(program, 'utf8').match(/(?<=const sequences = \{)[^}]*/)?.[0] ?? '';
  const names = [...known.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name);
  expect(names.sort()).toEqual(
    allCommands()
      .map(({ name }) => name)
      .sort(),
  );
});

describe('who acted when, forged with every hash made anew', () => {
  test.each([
    ['a signature by another unit', 'PledgeSigned', { actor: { unit: 'so-tai-chinh' } }],
    ['a signature by an officer', 'PledgeSigned', { actor: { role: 'unit-officer' } }],
    ['a signature after the deadline', 'PledgeSigned', { at: '2023-04-01T00:00:00.000Z' }],
    ['a sheet after the round', 'ScoreSheetSubmitted', { at: '2023-12-15T10:00:01.000Z' }],
    ['a publication before its instant', 'AwardsPublished', { at: '2024-01-31T00:00:00.000Z' }],
    ['a decision by the Board', 'DecisionRecorded', { actor: { role: 'board-head' } }],
    ['a launch by an account nobody assigned', 'SeasonLaunched', { actor: { account: 'a-000000000000' } }],
  ])('%s is found', (_what, type, { actor, ...rest }: { actor?: object; at?: string }) => {
    const change = (event: Record<string, unknown>, body: BundleBody) => {
      if (event.type !== type) return false;
      Object.assign(body, rest, { actor: { ...body.actor, ...actor } });
      return true;
    };
    expect(recount(forged(change))).toMatchObject({ code: 1, verdict: { ok: false } });
  });
});

test('a commit under the name of another command is found', () => {
  const change = (event: Record<string, unknown>, body: BundleBody) => {
    if (event.type !== 'PledgeSigned') return false;
    Object.assign(body, {
      command: { ...(body as unknown as { command: object }).command, name: 'DraftPledge' },
    });
    return true;
  };
  expect(recount(forged(change))).toMatchObject({ code: 1, verdict: { ok: false } });
});

test('called wrongly it says how and ends with 2, not with a verdict', () => {
  for (const args of [[], ['--head'], ['a', 'b'], ['a', '--head', 'short'], ['not-there.ndjson']]) {
    const { status, stderr, stdout } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).not.toBe('');
  }
  expect(readFileSync(program, 'utf8')).not.toMatch(/from '(?!node:)/);
});
