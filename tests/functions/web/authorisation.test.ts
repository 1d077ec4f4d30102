/** Every route of the product × every role: who may, said here once more by hand, and nobody else. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandPaths, slugOf } from '../../../functions/web/api/api.ts';
import { reads } from '../../../functions/web/api/reads.ts';
import { createApp } from '../../../functions/web/app.tsx';
import type { Bloc } from '../../../shared/domain/bloc.ts';
import { allCommands } from '../../../shared/domain/streams.ts';
import { type Site, servedSite } from '../../site.ts';
import { cookieOf } from '../../world.ts';

let world: Site;
/** Persona of each role, seen from the first bloc's third member. */
let roles: Record<string, string | undefined>;
/** Where in the bloc's stream the unit's sheet stands. */
let handedIn: number;
let bloc: { id: string; head: string; unit: string; outside: string };

beforeAll(async () => {
  // Into the year, so that every stream is there: the Council's opens with the first nomination.
  const until = 'Thẩm định, họp Hội đồng';
  world = await servedSite({ blocs: 2, members: 4, until });
  const [first, second] = world.sample.blocs;
  if (!first || !second) throw new Error('two blocs are needed');
  bloc = { id: first.id, head: first.head, unit: first.members[2] ?? '', outside: second.members[2] ?? '' };
  const seat = (role: string) => `council.${world.sample.roll.find((one) => one.role === role)?.seat}`;
  roles = {
    public: undefined,
    officer: `officer.${bloc.unit}`,
    leader: `leader.${bloc.unit}`,
    'signing deputy': `deputy.${bloc.unit}`,
    'officer of another unit': `officer.${first.members[3]}`,
    'leader of another unit': `leader.${first.members[3]}`,
    'leader of another bloc': `leader.${bloc.outside}`,
    'bloc head': `leader.${first.head}`,
    'officer of the bloc head': `officer.${first.head}`,
    'bloc deputy': `leader.${first.deputy}`,
    'board specialist': 'board-specialist',
    'board head': 'board-head',
    'council member': seat('member'),
    secretary: seat('secretary'),
    chair: seat('chair'),
    office: 'chairman-office',
    auditor: 'auditor',
  };
  const { state } = await world.deps.journal.load({ kind: 'bloc', season: '2023', bloc: first.id } as never);
  handedIn = (state as Bloc).scoring.closed?.sheets.find(({ unit }) => unit === bloc.unit)?.seq ?? 0;
});
afterAll(() => world.close());

const board = ['board specialist', 'board head'];
const binds = ['leader', 'signing deputy'];
const ofUnit = ['officer', ...binds];
const council = ['council member', 'secretary', 'chair'];
const ofBloc = [
  ...ofUnit,
  'officer of another unit',
  'leader of another unit',
  'bloc head',
  'officer of the bloc head',
  'bloc deputy',
];
const nobody: string[] = [];

const paper = {
  place: 'Hội trường',
  date: '2023-03-10',
  document: '1/GU',
  scan: { sha256: '0'.repeat(64), name: 'scan.pdf', type: 'application/pdf', size: 1 },
};
const extension = { window: 'meeting', units: 'all', until: '2023-12-30T17:00:00+07:00', reason: 'thử' };

/** Who may give which command, and a payload that parses. */
const commands: Record<string, [who: string[], payload: () => object]> = {
  FoundProvince: [nobody, () => ({ name: 'X', assignments: [anAssignment()] })],
  RegisterUnits: [
    board,
    () => ({
      units: [
        {
          id: 'don-vi-moi',
          name: 'Đơn vị mới',
          shortName: 'ĐV mới',
          kind: 'department',
          validFrom: '2023-01-01',
          successors: ['khong-co'],
        },
      ],
    }),
  ],
  SucceedUnit: [
    board,
    () => ({ unit: 'khong-co', successors: ['so-tai-chinh'], validTo: '2025-02-28', document: 'QĐ' }),
  ],
  AssignAccounts: [board, () => ({ assignments: [anAssignment()] })],
  EndAssignment: [board, () => ({ assignment: 'khong-co', to: '2024-12-31T00:00:00+07:00' })],
  OpenSeason: [['board head'], () => ({ season: '2023', title: 'Mùa' })],
  ArchiveSeason: [['board head'], () => ({ season: '2099' })],
  CreateSeason: [board, () => ({})],
  IssueDirective: [
    board,
    () => world.sample.setUp.find(({ path }) => path.endsWith('issue-directive'))?.body ?? {},
  ],
  AdoptRubric: [board, () => world.sample.rubrics[0] ?? {}],
  DefineBlocs: [board, () => ({ blocs: world.sample.blocs })],
  RemoveBloc: [board, () => ({ bloc: bloc.id })],
  SetCalendar: [board, () => world.sample.calendar],
  SetDaysOff: [board, () => ({ days: { off: [], workedWeekendDays: [] }, source: 'thử', verified: false })],
  RecordTargetFigure: [
    board,
    () => ({ target: 'T01', value: '8.1', asOf: '2023-12-31', source: 'Cục Thống kê tỉnh' }),
  ],
  AppointCouncil: [board, () => ({ name: 'Hội đồng', roll: world.sample.roll })],
  SetRules: [board, () => ({ province: {} })],
  RestartCycle: [board, () => ({ reason: 'thử' })],
  LaunchSeason: [['board head'], () => ({})],
  ScheduleBloc: [nobody, () => ({})],
  RestartPhase: [board, () => ({ phase: 'pledge-signing', reason: 'thử' })],
  RegisterTargets: [
    ofUnit,
    () => ({
      unit: bloc.unit,
      targets: [
        { id: '1', indicator: 'A', unitOfMeasure: '%', planned: '1', operator: '=', direction: 'higher' },
      ],
    }),
  ],
  DraftPledge: [['bloc head'], () => ({ text: 'Giao ước' })],
  FreezePledge: [['bloc head'], () => ({})],
  SignPledge: [binds, () => ({ unit: bloc.unit, hash: '0'.repeat(64) })],
  RecordPaperSignature: [board, () => ({ unit: bloc.unit, hash: '0'.repeat(64), paper })],
  RecordDigitalSignature: [
    binds,
    () => ({
      unit: bloc.unit,
      hash: '0'.repeat(64),
      digital: { document: '1/GU', certificate: '0123456789abcdef' },
    }),
  ],
  ExplainNonSigning: [[...binds, 'bloc head', ...board], () => ({ unit: bloc.unit, reason: 'Đi công tác' })],
  CopyTargets: [ofUnit, () => ({ unit: bloc.unit, from: { season: '2022', bloc: bloc.id } })],
  ClosePledge: [nobody, () => ({})],
  OpenAddendum: [board, () => ({ unit: 'khong-co' })],
  SignAddendum: [binds, () => ({ unit: bloc.unit, hash: '0'.repeat(64) })],
  WithdrawAddendum: [board, () => ({ reason: 'thử' })],
  RequestExtension: [['bloc head'], () => extension],
  AnswerExtension: [board, () => ({ number: 99, approved: true, reason: 'thử' })],
  GrantExtension: [board, () => extension],
  ProposeRubric: [['bloc head'], () => ({ rubric: world.sample.rubrics[0], reason: 'thử' })],
  ConsentToRubric: [binds, () => ({ unit: bloc.unit, number: 1, agrees: true })],
  ReportActuals: [binds, () => ({ unit: bloc.unit, actuals: [], narrative: 'Báo cáo' })],
  RecordFindings: [['bloc head'], () => ({ text: 'Kết luận' })],
  CloseReview: [nobody, () => ({})],
  SubmitSelfScore: [
    binds,
    () => ({ unit: bloc.unit, actuals: [], lines: [{ criterion: 'II.1', points: 0 }] }),
  ],
  CloseSelfScoring: [nobody, () => ({})],
  OpenRound: [['bloc head'], () => ({})],
  SubmitScoreSheet: [binds, () => ({ unit: bloc.unit, marks: {} })],
  MarkByHead: [['bloc head', ...board], () => ({ unit: bloc.unit, marks: {} })],
  CloseRound: [['bloc head'], () => ({})],
  ImportIndex: [
    board,
    () => ({ criterion: 'I.1', outOf: '100', values: [{ unit: bloc.unit, value: '80' }], source: 'thử' }),
  ],
  RecordKnockOut: [
    board,
    () => ({ unit: 'khong-co', kind: 'discipline', document: 'QĐ 1', date: '2023-12-01' }),
  ],
  LiftKnockOut: [board, () => ({ number: 99, document: 'QĐ 2', date: '2023-12-01' })],
  ExcuseMissingSheet: [
    ['bloc head', ...board],
    () => ({ unit: bloc.unit, document: 'CV 1', date: '2023-12-16' }),
  ],
  FileObjection: [binds, () => ({ unit: bloc.unit, criterion: 'II.1', ground: { text: 'Lý do' } })],
  AnswerObjection: [
    ['bloc head', 'bloc deputy', ...board],
    () => ({ number: 99, outcome: 'refused', reason: 'thử' }),
  ],
  EscalateObjections: [nobody, () => ({})],
  HoldMeeting: [['bloc head'], () => ({ place: 'Hội trường', present: [bloc.unit] })],
  ConfirmRanking: [['bloc head'], () => ({})],
  Nominate: [['bloc head'], () => ({ flags: [], certificates: [] })],
  OpenBallot: [['bloc head'], () => ({})],
  CastBallot: [binds, () => ({ unit: bloc.unit, choice: null })],
  CloseBallot: [['bloc head'], () => ({})],
  EnterBallotCount: [
    ['bloc head'],
    () => ({
      team: ['a', 'b', 'c'],
      issued: 1,
      returned: 1,
      blank: 1,
      invalid: 0,
      votes: [{ unit: bloc.unit, votes: 0 }],
    }),
  ],
  AddDocuments: [['bloc head'], () => ({ minutes: { title: 'Biên bản' } })],
  ChooseNextHead: [['bloc head'], () => ({ head: bloc.unit, deputy: bloc.unit, by: 'rotation' })],
  HandOver: [['bloc head'], () => ({ items: 'Hồ sơ', date: '2023-12-29' })],
  CloseMeeting: [nobody, () => ({})],
  OpenCouncil: [nobody, () => ({})],
  ReceiveNomination: [nobody, () => ({ bloc: bloc.id })],
  AwaitNomination: [nobody, () => ({ bloc: bloc.id })],
  ReceiveDocuments: [nobody, () => ({ bloc: bloc.id })],
  CloseNominations: [nobody, () => ({})],
  AppraiseDossier: [board, () => ({ unit: 'khong-co', award: 'certificate', verdict: 'eligible' })],
  ReturnDossier: [board, () => ({ unit: 'khong-co', award: 'certificate', reason: 'thử' })],
  AskOpinion: [
    board,
    () => ({
      matter: 'tax',
      agency: 'Cục Thuế tỉnh',
      document: '1/BTĐKT',
      date: '2023-12-21',
      nominees: [{ unit: 'khong-co', award: 'certificate' }],
    }),
  ],
  AnswerOpinion: [board, () => ({ number: 99, document: '2/CT', date: '2023-12-28' })],
  ProposeSession: [['board head'], () => ({ at: '2024-01-09T08:00:00+07:00', place: 'Phòng họp' })],
  ExtendCirculation: [['chair'], () => ({ answersBy: '2024-01-20T17:00:00+07:00', reason: 'thử' })],
  SubmitToChairman: [
    ['board head'],
    () => ({ number: '1/TTr', date: '2024-01-20', draft: { title: 'Dự thảo Quyết định' } }),
  ],
  ConveneSession: [['chair'], () => ({ at: '2024-01-09T08:00:00+07:00', place: 'Phòng họp' })],
  RecordAttendance: [['secretary'], () => ({ present: [] })],
  CastVote: [council, () => ({ award: 'certificate', choices: [{ unit: bloc.unit, choice: 'yes' }] })],
  EnterPaperCount: [
    ['secretary'],
    () => ({
      award: 'provincial-flag',
      team: ['a', 'b', 'c'],
      issued: 1,
      returned: 1,
      lines: [{ unit: bloc.unit, yes: 1, no: 0, invalid: 0 }],
    }),
  ],
  CountVotes: [['secretary'], () => ({})],
  RepeatBallot: [['chair'], () => ({ award: 'certificate', reason: 'thử' })],
  ConcludeSession: [['chair'], () => ({ conclusions: 'Kết luận' })],
  RecordDecision: [
    ['office'],
    () => ({
      number: '1/QĐ-UBND',
      date: '2024-01-30',
      office: 'Chủ tịch',
      awards: [],
      publishAt: '2024-02-01T08:00:00+07:00',
    }),
  ],
  HoldAward: [['office'], () => ({ unit: 'khong-co', award: 'certificate', reason: 'thử' })],
  ReleaseAward: [
    ['office'],
    () => ({
      unit: 'khong-co',
      award: 'certificate',
      reason: 'thử',
      publishAt: '2024-03-01T08:00:00+07:00',
    }),
  ],
  RevokeAward: [
    ['office'],
    () => ({
      unit: 'khong-co',
      award: 'certificate',
      number: '1',
      date: '2024-03-01',
      legalBasis: 'thử',
      reason: 'thử',
    }),
  ],
  RestartCouncilPhase: [board, () => ({ phase: 'council-deliberation', reason: 'thử' })],
  PublishAwards: [nobody, () => ({})],
};

const journalReaders = [...board, 'auditor'];
const insiders = [...ofBloc, ...journalReaders];
const atCouncil = [...council, ...board, 'office', 'auditor'];
const anybody = () => Object.keys(roles);

/** Who may read what, after the round and before the session. */
const readers: Record<string, () => string[]> = {
  '/me': anybody,
  '/units': anybody,
  '/seasons': anybody,
  '/seasons/:season': anybody,
  '/seasons/:season/preflight': () => board,
  '/seasons/:season/rules': anybody,
  '/seasons/:season/blocs': anybody,
  '/seasons/:season/blocs/:bloc': anybody,
  '/seasons/:season/blocs/:bloc/pledge': () => [...insiders, ...council],
  '/seasons/:season/blocs/:bloc/review': () => [...insiders, ...council],
  '/seasons/:season/blocs/:bloc/self-scores': () => [...insiders, ...council],
  '/seasons/:season/blocs/:bloc/sheets': () => ['bloc head', ...journalReaders],
  '/seasons/:season/blocs/:bloc/sheets/:unit': () => [...ofUnit, ...journalReaders],
  '/seasons/:season/targets': anybody,
  '/seasons/:season/blocs/:bloc/extensions': anybody,
  '/seasons/:season/blocs/:bloc/amendments': () => [...insiders, ...council],
  '/seasons/:season/blocs/:bloc/addenda': () => [...insiders, ...council],
  '/seasons/:season/blocs/:bloc/eligibility': () => [...insiders, ...council],
  '/seasons/:season/blocs/:bloc/objections': () => [...insiders, ...council],
  '/seasons/:season/blocs/:bloc/outcomes/:unit': () => [...ofUnit, 'bloc head', ...atCouncil],
  '/seasons/:season/blocs/:bloc/received/:unit': () => [...ofUnit, ...journalReaders],
  '/seasons/:season/blocs/:bloc/self-scores/:unit/versions': () => [...ofUnit, ...journalReaders],
  '/seasons/:season/blocs/:bloc/evidence-flags': () => ['bloc head', ...journalReaders],
  '/seasons/:season/blocs/:bloc/result': () => [...insiders, ...council],
  '/seasons/:season/blocs/:bloc/meeting': () => [...insiders, ...council],
  '/seasons/:season/blocs/:bloc/drafts/:unit/:form': () => ofUnit,
  '/seasons/:season/councils/:session': () => atCouncil,
  '/seasons/:season/councils/:session/dossiers/:award/:unit': () => atCouncil,
  '/seasons/:season/councils/:session/opinions': () => atCouncil,
  '/seasons/:season/councils/:session/minutes': () => atCouncil,
  '/seasons/:season/councils/:session/submission': () => atCouncil,
  '/seasons/:season/awards': anybody,
  '/awards/:code': anybody,
  '/seasons/:season/head': anybody,
  '/journal/:stream': () => journalReaders,
};

const draft = '/api/seasons/:season/blocs/:bloc/drafts/:unit/:form';
const signedIn = () => Object.keys(roles).filter((role) => role !== 'public');

/** What is not on a roster, written out: its route, and what is sent to it. */
const others: { method: string; route: string; who: () => string[]; body?: string; type?: string }[] = [
  { method: 'PUT', route: `${draft}/:field`, who: () => ofUnit, body: '{"value":"1","version":0}' },
  { method: 'POST', route: `${draft}/status`, who: () => ofUnit, body: '{"state":"prepared"}' },
  {
    method: 'POST',
    route: `${draft}/status`,
    who: () => binds,
    body: '{"state":"returned","reason":"Xem lại tiêu chí II.3"}',
  },
  {
    method: 'POST',
    route: '/api/files',
    who: () => signedIn().filter((role) => role !== 'auditor'),
    body: '%PDF-1.7',
    type: 'application/pdf',
  },
  { method: 'GET', route: '/api/files/:sha256', who: signedIn },
  { method: 'GET', route: '/api/seasons/:season/bundle', who: () => journalReaders },
  { method: 'GET', route: '/api/openapi.json', who: anybody },
  { method: 'GET', route: '/healthz', who: anybody },
  { method: 'GET', route: '/assets/:file', who: anybody },
];

const place = '/nam/:season/:bloc';
/** Whoever binds a member of the bloc; a page acts for the visitor's own unit, whichever it is. */
const bindsInBloc = [...binds, 'leader of another unit', 'bloc head', 'bloc deputy'];

/** Every page and what is posted to it: its route, whom it serves, and a form that parses. */
const pages: { method: string; route: string; who: () => string[]; form?: Record<string, string> }[] = [
  { method: 'GET', route: '/', who: anybody },
  { method: 'GET', route: '/tai-khoan', who: anybody },
  { method: 'POST', route: '/tai-khoan/vai', who: signedIn, form: { vai: 'khong-co ' } },
  { method: 'GET', route: '/auth/dang-nhap', who: anybody },
  { method: 'GET', route: '/auth/callback', who: anybody },
  { method: 'POST', route: '/auth/dang-xuat', who: anybody, form: {} },
  { method: 'POST', route: '/auth/dang-xuat-moi-noi', who: anybody, form: {} },
  { method: 'GET', route: '/da-dang-nhap', who: signedIn },
  { method: 'GET', route: '/tiep-tuc/:id', who: signedIn },
  { method: 'GET', route: '/ban-lam-viec', who: signedIn },
  { method: 'GET', route: '/tep/:sha256{[0-9a-f]{64}}', who: signedIn },
  { method: 'GET', route: '/phieu-xac-nhan/:stream/:seq{[0-9]+}', who: () => [...ofUnit, ...journalReaders] },
  ...['chi-tieu', 'giao-uoc', 'giao-uoc/ban-in', 'giao-uoc/tien-do', 'giao-uoc/ky', 'phu-luc', 'gia-han'].map(
    (path) => ({ method: 'GET', route: `${place}/${path}`, who: () => ofBloc }),
  ),
  ...['bang-tieu-chi', 'so-ket', 'tu-cham', 'tu-cham/minh-chung/:line', 'ket-qua'].map((path) => ({
    method: 'GET',
    route: `${place}/${path}`,
    who: () => ofBloc,
  })),
  ...['cham-cheo', 'cham-cheo/khong-cham', 'cham-cheo/xem-lai'].map((path) => ({
    method: 'GET',
    route: `${place}/${path}`,
    who: () => ofBloc,
  })),
  ...['chi-tieu', 'so-ket', 'tu-cham', 'tu-cham/minh-chung/:line', 'cham-cheo', 'cham-cheo/chuyen'].map(
    (path) => ({ method: 'POST', route: `${place}/${path}`, who: () => ofBloc, form: {} }),
  ),
  {
    method: 'POST',
    route: `${place}/chi-tieu/chep`,
    who: () => ofBloc,
    form: { tu: '2022' },
  },
  { method: 'POST', route: `${place}/nhap/:form`, who: () => ofBloc, form: {} },
  { method: 'POST', route: `${place}/giao-uoc/ky`, who: () => bindsInBloc, form: { ma: '0'.repeat(64) } },
  { method: 'POST', route: `${place}/phu-luc`, who: () => bindsInBloc, form: { ma: '0'.repeat(64) } },
  {
    method: 'POST',
    route: `${place}/bang-tieu-chi`,
    who: () => bindsInBloc,
    form: { so: '99', 'y-kien': 'dong-y' },
  },
  { method: 'POST', route: `${place}/cham-cheo/gui`, who: () => bindsInBloc, form: {} },
  {
    method: 'POST',
    route: `${place}/cham-cheo/tra-lai`,
    who: () => bindsInBloc,
    form: { 'ly-do': 'Xem lại' },
  },
  {
    method: 'POST',
    route: `${place}/ket-qua`,
    who: () => bindsInBloc,
    form: { 'tieu-chi': 'II.1', 'ly-do': 'Lý do' },
  },
];

function anAssignment() {
  return { id: 'as-moi', account: 'a-moi', role: 'auditor', from: '2023-01-01T00:00:00+07:00' };
}

function filled(path: string): string {
  const values: Record<string, string> = {
    season: '2023',
    bloc: bloc.id,
    unit: bloc.unit,
    form: 'score-sheet',
    session: '1',
    award: 'certificate',
    code: '2222-2222-2222',
    stream: `bloc-2023-${bloc.id}`,
    field: 'x',
    sha256: '0'.repeat(64),
    file: 'khong-co.css',
    id: 'khong-co',
    line: 'II.1',
    seq: String(handedIn),
  };
  return path.replace(/:(\w+)(\{.*?\}(?=\/|$))?/g, (_all, name: string) => values[name] ?? '');
}

let sent = 0;

async function statusFor(
  role: string,
  method: string,
  path: string,
  body?: string,
  type = 'application/json',
) {
  const headers = { 'Idempotency-Key': `walk-${sent++}`, ...(await world.signedAs(roles[role])) } as Record<
    string,
    string
  >;
  if (body !== undefined) headers['Content-Type'] = type;
  const init = { method, headers, ...(body === undefined ? {} : { body }) };
  const response = await world.app.request(filled(path), init);
  const text = await response.text();
  const isProblem = response.headers.get('Content-Type')?.includes('json') && !response.ok;
  const code = isProblem ? ((JSON.parse(text) as { code: string }).code ?? '') : '';
  return { status: response.status, code };
}

/** Nobody signed in is asked to sign in, who may not is told so; whoever may gets any other answer than those. */
async function walk(method: string, path: string, may: readonly string[], body?: string, type?: string) {
  for (const role of Object.keys(roles)) {
    const { status, code } = await statusFor(role, method, path, body, type);
    const said = `${role} ${method} ${path}: ${status} ${code}`;
    if (may.includes(role)) expect([401, 403, 422, 500].includes(status), said).toBe(false);
    else if (role === 'public') expect([status, code], said).toEqual([401, 'not-signed-in']);
    else expect([status, code], said).toEqual([403, 'not-allowed']);
  }
}

test('the tables of this walk name every command and every read, and nothing else', () => {
  expect(Object.keys(commands).sort()).toEqual(
    allCommands()
      .map(({ name }) => name)
      .sort(),
  );
  expect(Object.keys(readers).sort()).toEqual(reads.map(({ path }) => path).sort());
});

test('no route is mounted that is not walked', () => {
  const known = new Set([
    ...allCommands().map(({ kind, name }) => `POST /api${commandPaths[kind]}/${slugOf(name)}`),
    ...reads.map(({ path }) => `GET /api${path}`),
    ...[...others, ...pages].map(({ method, route }) => `${method} ${route}`),
  ]);
  const mounted = createApp(world.deps)
    .routes.filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path}`);
  expect([...new Set(mounted)].sort()).toEqual([...known].sort());
});

describe('commands', () => {
  test.each(allCommands().map(({ kind, name }) => [name, `/api${commandPaths[kind]}/${slugOf(name)}`]))(
    '%s',
    async (name, path) => {
      const [who, payload] = commands[name] ?? [nobody, () => ({})];
      await walk('POST', path, who, JSON.stringify(payload()));
    },
  );
});

describe('reads', () => {
  test.each(reads.map(({ path }) => [path]))('%s', async (path) => {
    await walk('GET', `/api${path}`, readers[path]?.() ?? []);
  });
});

describe('pages', () => {
  const cookies = new Map<string, string>();

  async function visit(role: string, method: string, route: string, form?: Record<string, string>) {
    const persona = roles[role];
    const cookie = cookies.get(role) ?? (persona === undefined ? '' : await cookieOf(world, persona));
    cookies.set(role, cookie);
    return world.app.request(`${filled(route)}`, {
      method,
      headers: { Cookie: cookie, Origin: world.deps.origin },
      ...(form === undefined ? {} : { body: new URLSearchParams({ _id: `walk-${sent++}`, ...form }) }),
    });
  }

  test.each(pages.map((one) => [`${one.method} ${one.route}`, one] as const))(
    '%s',
    async (_what, { method, route, who, form }) => {
      for (const role of Object.keys(roles)) {
        const { status, headers } = await visit(role, method, route, form);
        const said = `${role} ${method} ${route}: ${status}`;
        const toSignIn = status === 303 && (headers.get('Location') ?? '').startsWith('/auth/dang-nhap?ve=');
        if (who().includes(role)) expect([401, 403, 500].includes(status) || toSignIn, said).toBe(false);
        else if (role === 'public')
          expect(toSignIn || (method === 'POST' && status === 401), said).toBe(true);
        else expect(status, said).toBe(403);
        // Signing out ends the session that the next pages need.
        if (route.startsWith('/auth/')) cookies.delete(role);
      }
    },
  );

  test('signing out ends the session; signing out everywhere ends all of that sign-in and of nobody else', async () => {
    const leader = roles.leader ?? '';
    const [one, two, three] = [
      await cookieOf(world, leader),
      await cookieOf(world, leader),
      await cookieOf(world, leader),
    ];
    const other = await cookieOf(world, roles['bloc head'] ?? '');
    const isOpen = async (cookie: string) =>
      (await world.app.request('/ban-lam-viec', { headers: { Cookie: cookie } })).status === 200;
    const signOut = (cookie: string, path: string) =>
      world.app.request(path, { method: 'POST', headers: { Cookie: cookie, Origin: world.deps.origin } });
    const left = await signOut(one, '/auth/dang-xuat');
    expect(left.status).toBe(303);
    expect(left.headers.get('Set-Cookie')).toMatch(/Max-Age=0/);
    expect([await isOpen(one), await isOpen(two)]).toEqual([false, true]);
    await signOut(two, '/auth/dang-xuat-moi-noi');
    expect([await isOpen(two), await isOpen(three), await isOpen(other)]).toEqual([false, false, true]);
    cookies.clear();
  });

  test('a form that another site sends is refused, whatever cookie comes with it', async () => {
    const cookie = await cookieOf(world, roles.leader ?? '');
    for (const origin of ['https://example.com', 'null', undefined]) {
      const response = await world.app.request(filled(`${place}/giao-uoc/ky`), {
        method: 'POST',
        headers: { Cookie: cookie, ...(origin === undefined ? {} : { Origin: origin }) },
        body: new URLSearchParams({ _id: 'foreign', ma: '0'.repeat(64) }),
      });
      expect(response.status, String(origin)).toBe(403);
    }
  });
});

describe('drafts, files, the bundle, the document', () => {
  test.each(others.map((one) => [`${one.method} ${one.route}`, one] as const))(
    '%s',
    async (_what, { method, route, who, body, type }) => {
      await walk(method, route, who(), body, type);
    },
  );
});

test('a token that is not valid is refused everywhere, also where nobody need sign in', async () => {
  for (const path of ['/api/me', '/api/units', '/api/seasons']) {
    const response = await world.app.request(path, { headers: { Authorization: 'Bearer x.y.z' } });
    expect(response.status).toBe(401);
    expect(((await response.json()) as { code: string }).code).toBe('bad-token');
  }
});

test('an assignment that has ended, or not begun, gives nothing', async () => {
  await world.client.command(
    'board-head',
    '/api/province/commands/end-assignment',
    { assignment: 'as-auditor', to: world.deps.now().toISOString() },
    'end-auditor',
  );
  expect((await statusFor('auditor', 'GET', '/api/journal/:stream')).status).toBe(403);
});
