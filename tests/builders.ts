/** Small lawful things for tests: a rubric, a calendar, rules, a season, and whole blocs played to a step. */
import type { Actor } from '../shared/domain/actor.ts';
import { Calendar } from '../shared/domain/calendar.ts';
import type { AccountId, SeatId, UnitId } from '../shared/domain/ids.ts';
import { type StreamKind, type StreamRef, streamName, streamRefOf } from '../shared/domain/ids.ts';
import { Rubric } from '../shared/domain/rubric.ts';
import { LawPack, RuleLayer } from '../shared/domain/rules.ts';
import type { StateOf } from '../shared/domain/streams.ts';
import { commandNamed, folds } from '../shared/domain/streams.ts';
import {
  type Commit,
  canonicalJson,
  commitOf,
  emptyStream,
  foldOnto,
  type RecordedEvent,
  type Stream,
  sha256Of,
} from '../shared/journal.ts';
import type { Result } from '../shared/result.ts';

/** Ten peer criteria fewer than a real one: two for the peers, one computed, one for the head, a bonus, a penalty. */
export const rubric = Rubric.parse({
  id: 'small',
  title: 'Bảng tiêu chí rút gọn (mẫu)',
  scale: 100,
  groups: [
    {
      id: 'I',
      title: 'Nhiệm vụ chính trị',
      kind: 'regular',
      max: 6000,
      core: true,
      criteria: [
        {
          id: 'I.1',
          title: 'Chỉ tiêu đã giao ước',
          max: 2000,
          markedBy: 'computed',
          kind: 'attainment',
          step: 50,
        },
        { id: 'I.2', title: 'Chất lượng công việc', max: 4000, markedBy: 'peers', kind: 'manual', step: 50 },
      ],
    },
    {
      id: 'II',
      title: 'Công tác thi đua',
      kind: 'regular',
      max: 4000,
      criteria: [
        { id: 'II.1', title: 'Phong trào', max: 3000, markedBy: 'peers', kind: 'manual', step: 50 },
        { id: 'II.2', title: 'Hoạt động khối', max: 1000, markedBy: 'head', kind: 'manual', step: 50 },
      ],
    },
    {
      id: 'T',
      title: 'Điểm thưởng',
      kind: 'bonus',
      max: 500,
      criteria: [{ id: 'T.1', title: 'Mô hình mới', max: 1000, markedBy: 'head', kind: 'bonus', step: 100 }],
    },
    {
      id: 'P',
      title: 'Điểm trừ',
      kind: 'penalty',
      max: 300,
      criteria: [
        { id: 'P.1', title: 'Báo cáo muộn', max: 600, markedBy: 'head', kind: 'penalty', step: 100 },
      ],
    },
  ],
});

export const calendar = Calendar.parse({
  pledge: { opensAt: '2023-03-01T08:00:00+07:00', closesAt: '2023-03-31T17:00:00+07:00' },
  review: { opensAt: '2023-07-03T08:00:00+07:00', closesAt: '2023-07-20T17:00:00+07:00' },
  selfScore: { opensAt: '2023-11-15T08:00:00+07:00', closesAt: '2023-11-30T17:00:00+07:00' },
  crossScore: { opensAt: '2023-12-04T08:00:00+07:00', closesAt: '2023-12-15T17:00:00+07:00' },
  meeting: { opensAt: '2023-12-18T08:00:00+07:00', closesAt: '2023-12-29T17:00:00+07:00' },
  council: { opensAt: '2024-01-08T08:00:00+07:00', closesAt: '2024-01-26T17:00:00+07:00' },
  publication: { opensAt: '2024-01-29T08:00:00+07:00', closesAt: '2024-03-01T17:00:00+07:00' },
});

const rule = (value: string | number | boolean) => ({ value, source: 'giá trị thử', verified: false });

export const provinceRules = RuleLayer.parse({
  'council.quorum': rule('2/3'),
  'council.threshold.government-flag': rule('80/100'),
  'council.threshold.provincial-flag': rule('80/100'),
  'council.threshold.certificate': rule('70/100'),
  'council.comparison.government-flag': rule('atLeast'),
  'council.comparison.provincial-flag': rule('atLeast'),
  'council.comparison.certificate': rule('atLeast'),
  'council.secrecy.government-flag': rule('paper'),
  'council.secrecy.provincial-flag': rule('paper'),
  'council.secrecy.certificate': rule('open'),
  'bloc.quorum': rule('2/3'),
  'bloc.flags': rule(1),
  'bloc.certificates': rule(2),
  'bloc.amendment-consent': rule('2/3'),
  'score.aggregator': rule('mean'),
  'score.rank-on': rule('exact'),
  'score.rater-names': rule(false),
  // Comments are tested by themselves; elsewhere marks go without.
  'score.comment.floor': rule(false),
  'score.comment.above-self': rule(false),
  'score.comment.distance': rule('1/1'),
  'objection.working-days': rule(0),
  'ballots.quorum': rule('2/3'),
  'ballots.minimum': rule(2),
  'government-flag.share': rule('20/100'),
  'comment.working-days': rule(0),
  'appraisal.working-days': rule(25),
  'result-notice.working-days': rule(10),
  'retention.years': rule(20),
});

export const lawPack = LawPack.parse({
  id: 'luat-thu',
  title: 'Văn bản thử',
  basis: ['Văn bản thử'],
  from: null,
  to: null,
  source: 'giá trị thử',
  verified: false,
  values: {},
});

/** A unit's name from its number: a, b, c … */
export const unit = (name: string) => name as UnitId;
export const leader = (name: string): Actor => ({
  account: `acc-${name}` as AccountId,
  role: 'unit-leader',
  unit: unit(name),
});
export const officer = (name: string): Actor => ({
  account: `off-${name}` as AccountId,
  role: 'unit-officer',
  unit: unit(name),
});
export const boardHead: Actor = { account: 'board-head' as AccountId, role: 'board-head' };
export const specialist: Actor = { account: 'specialist' as AccountId, role: 'board-specialist' };
export const office: Actor = { account: 'office' as AccountId, role: 'chairman-office' };
export const auditor: Actor = { account: 'auditor' as AccountId, role: 'auditor' };
export const system: Actor = { account: 'system' as AccountId, role: 'system' };
export const seat = (n: number): Actor => ({
  account: `seat-${n}` as AccountId,
  role: n === 1 ? 'council-chair' : n === 2 ? 'council-secretary' : 'council-member',
  seat: `s${n}` as SeatId,
});

export const councilSize = 7;

/** The Council's roll of seven seats. */
export const roll = Array.from({ length: councilSize }, (_none, i) => ({
  seat: `s${i + 1}`,
  post: `Thành viên thứ ${i + 1}`,
  role: i === 0 ? ('chair' as const) : i === 1 ? ('secretary' as const) : ('member' as const),
  unit: null,
}));

/** An instant in Viet Nam. */
export const at = (text: string) => new Date(`${text}+07:00`);

/** A journal in memory: the real deciders and folds, without a store. Every commit is kept, so it can be bundled. */
export function memoryJournal() {
  const streams = new Map<string, Stream<unknown>>();
  const commits: Commit[] = [];
  let count = 0;
  const load = <K extends StreamKind>(ref: Extract<StreamRef, { kind: K }>): Stream<StateOf[K]> => {
    const name = streamName(ref);
    return (streams.get(name) ?? emptyStream(name, folds[ref.kind as K])) as Stream<StateOf[K]>;
  };
  return {
    commits,
    load,
    state: <K extends StreamKind>(ref: Extract<StreamRef, { kind: K }>) => load(ref).state,
    /** Decides, and appends what follows; the refusal otherwise. */
    give(
      stream: string,
      name: string,
      payload: object,
      actor: Actor,
      now: Date,
    ): Result<readonly RecordedEvent[]> {
      const ref = streamRefOf(stream);
      const command = ref && commandNamed(ref.kind, name);
      if (!ref || !command) throw new Error(`no command ${name} of ${stream}`);
      const parsed = command.payload.parse(payload);
      const loaded = load(ref) as Stream<never>;
      if (!command.can(actor, loaded.state, parsed as never)) {
        return { ok: false, refusal: { code: 'not-allowed', vi: '', en: '' } };
      }
      const copies = Object.fromEntries(
        command.copies.map((kind) => {
          const season = 'season' in ref ? ref.season : undefined;
          const source =
            kind === 'province'
              ? load({ kind })
              : kind === 'season' && season
                ? load({ kind, season })
                : load({ kind: 'bloc', season: season as never, bloc: (parsed as { bloc: never }).bloc });
          return [
            kind,
            { source: { stream: source.name, seq: source.seq, sha256: source.head }, state: source.state },
          ];
        }),
      );
      const decision = command.decide(loaded.state, parsed as never, { now, actor, stream, copies } as never);
      if (!decision.ok || decision.value.length === 0) return decision;
      const commit = commitOf({
        stream,
        seq: loaded.seq + 1,
        prev: loaded.head,
        at: now.toISOString(),
        actor,
        command: {
          id: `t${count++}`,
          name,
          sha256: sha256Of(canonicalJson({ stream, name, payload: parsed })),
        },
        events: [...decision.value],
      });
      commits.push(commit);
      streams.set(stream, foldOnto(loaded as Stream<unknown>, [commit], folds[ref.kind] as never));
      return decision;
    },
  };
}

export type MemoryJournal = ReturnType<typeof memoryJournal>;

/** Throws where a step of a build-up was refused. */
export function must<T>(result: Result<T>): T {
  if (!result.ok)
    throw new Error(
      `${result.refusal.code}: ${result.refusal.en} ${JSON.stringify(result.refusal.details ?? {})}`,
    );
  return result.value;
}

export const launchDay = at('2023-01-18T08:00:00');

/** Values of rules that a test sets otherwise. */
export type Overrides = Readonly<Record<string, string | number | boolean>>;

/** A launched season with blocs of these members; the first member is head, the second deputy. */
export function launchedSeason(
  blocs: Record<string, readonly string[]> = { k01: ['a', 'b', 'c'] },
  overrides: Overrides = {},
  adopted: Rubric = rubric,
  kinds: Readonly<Record<string, string>> = {},
  seats: typeof roll = roll,
): MemoryJournal {
  const journal = memoryJournal();
  const members = Object.values(blocs).flat();
  const assign = (id: string, actor: Actor) => {
    const { signsAs: _none, ...rest } = { ...actor, signsAs: undefined };
    return { id, ...rest, from: '2023-01-01T00:00:00+07:00' };
  };
  const give = (stream: string, name: string, payload: object, actor: Actor) =>
    must(journal.give(stream, name, payload, actor, launchDay));
  give(
    'province',
    'FoundProvince',
    { name: 'Mẫu', assignments: [assign('bh', boardHead), assign('bs', specialist)] },
    system,
  );
  give(
    'province',
    'RegisterUnits',
    {
      units: [...members, 'x', 'y'].map((id) => ({
        id,
        name: `Sở ${id}`,
        shortName: id,
        kind: kinds[id] ?? 'department',
        validFrom: '2018-04-06',
      })),
    },
    specialist,
  );
  give(
    'province',
    'AssignAccounts',
    {
      assignments: [
        ...[...members, 'x', 'y'].flatMap((id) => [
          assign(`l-${id}`, leader(id)),
          assign(`o-${id}`, officer(id)),
        ]),
        ...roll.map((_seat, i) => assign(`c-${i + 1}`, seat(i + 1))),
        assign('office', office),
        assign('auditor', auditor),
      ],
    },
    specialist,
  );
  give('province', 'OpenSeason', { season: '2023', title: 'Thi đua năm 2023' }, boardHead);
  const season = 'season-2023';
  give(season, 'CreateSeason', {}, specialist);
  give(
    season,
    'IssueDirective',
    {
      number: '01/CT-UBND',
      date: '2023-01-18',
      title: 'Phát động phong trào thi đua năm 2023',
      theme: 'Đoàn kết',
      endsOn: '2023-12-31',
      targets: [
        {
          id: 'T01',
          bullet: 1,
          parent: null,
          text: 'Chỉ tiêu thử',
          metric: 'Chỉ tiêu thử',
          metricEn: 'A target',
          change: 'increase',
          operator: '=',
          value: '8',
          unit: '%',
          direction: 'higher',
          sector: 'economy',
        },
      ],
    },
    specialist,
  );
  give(season, 'AdoptRubric', adopted, specialist);
  give(
    season,
    'DefineBlocs',
    {
      blocs: Object.entries(blocs).map(([id, list]) => ({
        id,
        kind: 'khoi',
        name: `Khối thi đua ${id}`,
        members: list,
        head: list[0],
        deputy: list[1],
        rubric: 'small',
      })),
    },
    specialist,
  );
  give(season, 'SetCalendar', calendar, specialist);
  give(season, 'AppointCouncil', { name: 'Hội đồng Thi đua - Khen thưởng tỉnh', roll: seats }, specialist);
  const province = {
    ...provinceRules,
    ...Object.fromEntries(Object.entries(overrides).map(([key, value]) => [key, rule(value)])),
  };
  give(season, 'SetRules', { packs: [lawPack], province }, specialist);
  give(season, 'LaunchSeason', {}, boardHead);
  for (const id of Object.keys(blocs)) give(`bloc-2023-${id}`, 'ScheduleBloc', {}, system);
  return journal;
}

/** The steps that a bloc can be played to. */
export const blocStops = [
  'scheduled',
  'frozen',
  'signed',
  'reviewed',
  'self-scored',
  'opened',
  'scored',
  'tallied',
  'ranked',
  'nominated',
] as const;
export type BlocStop = (typeof blocStops)[number];

/** What a rater gives a peer, by criterion; a test overrides it to build ties and thresholds. */
export type Marker = (rater: string, peer: string) => Record<string, number>;
export const evenMarks: Marker = () => ({ 'I.2': 3000, 'II.1': 2000 });
export const evenHead = { 'II.2': 1000, 'T.1': 0, 'P.1': 0 };

/** Plays a bloc of a launched season up to a step, on the normal path. */
export function playBloc(
  journal: MemoryJournal,
  bloc: string,
  until: BlocStop,
  how: {
    marks?: Marker;
    head?: (unit: string) => Record<string, number>;
    actual?: (unit: string) => string;
    /** The members' targets are registered already. */
    registered?: boolean;
  } = {},
): MemoryJournal {
  const stream = `bloc-2023-${bloc}`;
  const ref = { kind: 'bloc' as const, season: '2023' as never, bloc: bloc as never };
  const terms = journal.state(ref).terms;
  if (!terms) throw new Error('the bloc is not scheduled');
  const members = terms.members.map((member) => member.unit as string);
  const [head = '', deputy = ''] = members;
  const give = (name: string, payload: object, actor: Actor, now: string) =>
    must(journal.give(stream, name, payload, actor, at(now)));
  const steps: Record<BlocStop, () => void> = {
    scheduled: () => undefined,
    frozen: () => {
      for (const id of how.registered ? [] : members)
        give('RegisterTargets', { unit: id, targets: [target] }, officer(id), '2023-02-10T09:00:00');
      give('DraftPledge', { text: 'Thi đua hoàn thành nhiệm vụ.' }, leader(head), '2023-02-11T09:00:00');
      give('FreezePledge', {}, leader(head), '2023-02-12T09:00:00');
    },
    signed: () => {
      const hash = journal.state(ref).pledge.frozen?.hash ?? '';
      for (const id of members) give('SignPledge', { unit: id, hash }, leader(id), '2023-03-10T09:00:00');
    },
    reviewed: () => {
      for (const id of members) {
        give(
          'ReportActuals',
          { unit: id, actuals: [{ target: '1', value: '45' }], narrative: 'Báo cáo.' },
          leader(id),
          '2023-07-05T09:00:00',
        );
      }
      give('RecordFindings', { text: 'Kết luận.' }, leader(head), '2023-07-06T09:00:00');
    },
    'self-scored': () => {
      for (const id of members) {
        const actuals = [{ target: '1', value: how.actual?.(id) ?? '90' }];
        const lines = Object.entries({ 'I.2': 4000, 'II.1': 3000, 'II.2': 1000 }).map(
          ([criterion, points]) => ({ criterion, points }),
        );
        give('SubmitSelfScore', { unit: id, actuals, lines }, leader(id), '2023-11-16T09:00:00');
      }
    },
    opened: () => void give('OpenRound', {}, leader(head), '2023-12-01T09:00:00'),
    scored: () => {
      for (const id of members) {
        const marks = Object.fromEntries(
          members.filter((peer) => peer !== id).map((peer) => [peer, (how.marks ?? evenMarks)(id, peer)]),
        );
        give('SubmitScoreSheet', { unit: id, marks }, leader(id), '2023-12-05T09:00:00');
      }
      for (const id of members) {
        const by = id === head ? deputy : head;
        give(
          'MarkByHead',
          { unit: id, marks: how.head?.(id) ?? evenHead },
          leader(by),
          '2023-12-06T09:00:00',
        );
      }
    },
    tallied: () => void give('CloseRound', {}, system, '2023-12-15T17:00:01'),
    ranked: () => {
      give('HoldMeeting', { place: 'Hội trường', present: members }, leader(head), '2023-12-19T09:00:00');
      give('ConfirmRanking', {}, leader(head), '2023-12-19T10:00:00');
    },
    nominated: () => {
      const ranks = [...(journal.state(ref).meeting.ranking?.ranks ?? [])].sort(
        (a, b) => (a.rank ?? 99) - (b.rank ?? 99),
      );
      const [flag, ...rest] = ranks.filter(({ rank }) => rank !== null).map((line) => line.unit);
      give(
        'Nominate',
        {
          flags: flag ? [flag] : [],
          certificates: rest.slice(0, 2),
          documents: papersFor([flag, ...rest.slice(0, 2)].flatMap((id) => (id ? [{ unit: id }] : []))),
        },
        leader(head),
        '2023-12-19T11:00:00',
      );
    },
  };
  for (const stop of blocStops) {
    steps[stop]();
    if (stop === until) break;
  }
  return journal;
}

/** The whole papers of a nomination: submission, minutes, and a report for each of these units. */
export function papersFor(units: readonly { unit: string }[]) {
  const paper = (title: string) => ({ title, number: '1', date: '2023-12-19' });
  const reports = Object.fromEntries(units.map(({ unit: id }) => [id, paper('Báo cáo thành tích')]));
  return { submission: paper('Tờ trình'), minutes: paper('Biên bản'), reports };
}

/** A target planned at 90 per cent, higher is better. */
export const target = {
  id: '1',
  indicator: 'Nhiệm vụ đúng hạn',
  unitOfMeasure: '%',
  planned: '90',
  operator: '≥',
  direction: 'higher',
  shareOf: 'T01',
};
