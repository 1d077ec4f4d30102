#!/usr/bin/env node
/**
 * Recounts a season from its bundle alone: `node recount.mjs FILE [--head HASH]`.
 *
 * One file without dependencies, to be read and run by somebody who trusts nothing else of the product. It checks the
 * bytes, the chain of every stream, who was allowed to act and when, and computes every official number again with
 * code of its own. The last line of its output is JSON: {"ok","commits","head","firstBad","awards"}; it ends with 0
 * when all is well, with 1 when something is not, with 2 when it was called wrongly.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const sha256 = (data) => createHash('sha256').update(data).digest('hex');
const genesis = '0'.repeat(64);

/** Something that is not as it should be, with the place where it stands. */
class Bad extends Error {
  constructor(why, stream = null, seq = null) {
    super(why);
    this.place = { stream, seq, why };
  }
}

// ── Exact numbers ────────────────────────────────────────────────────────────────────────────────────────────────

/** A fraction in lowest terms; the denominator is positive. */
function fraction(num, den = 1n) {
  let [a, b] = [num < 0n ? -num : num, den];
  while (b > 0n) [a, b] = [b, a % b];
  return a === 0n ? { num: 0n, den: 1n } : { num: num / a, den: den / a };
}
const add = (x, y) => fraction(x.num * y.den + y.num * x.den, x.den * y.den);
const less = (x, y) => x.num * y.den < y.num * x.den;
const equal = (x, y) => x.num === y.num && x.den === y.den;
const fractionFrom = ({ num, den }) => fraction(BigInt(num), BigInt(den));

/** `2.838,50` for 283850 hundredths, halves away from zero. */
function printed({ num, den }) {
  const size = num < 0n ? -num : num;
  const hundredths = String((2n * size + den) / (2n * den)).padStart(3, '0');
  let whole = hundredths.slice(0, -2);
  let grouped = '';
  while (whole.length > 3) {
    grouped = `.${whole.slice(-3)}${grouped}`;
    whole = whole.slice(0, -3);
  }
  return `${num < 0n ? '−' : ''}${whole}${grouped},${hundredths.slice(-2)}`;
}

/** A decimal text as a fraction. */
function decimal(text) {
  const [whole, part = ''] = text.split('.');
  return fraction(BigInt(whole + part), 10n ** BigInt(part.length));
}

/** Whether `part` of `total` reaches a share `n/d`, or is more than it. */
function reaches(part, total, share, comparison = 'atLeast') {
  const [n, d] = share.split('/').map(BigInt);
  const [left, right] = [BigInt(part) * d, n * BigInt(total)];
  return comparison === 'moreThan' ? left > right : left >= right;
}

/** The fewest of `total` that reach it. */
function fewest(total, share, comparison) {
  if (!/^\d{1,4}\/[1-9]\d{0,3}$/.test(share)) throw new Bad(`${share} is no share`);
  let needed = 0;
  while (!reaches(needed, total, share, comparison)) needed++;
  return needed;
}

// ── Comparing ────────────────────────────────────────────────────────────────────────────────────────────────────

/** A text that is the same for equal values, whatever the order of keys. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}
const same = (a, b) => canonical(a) === canonical(b);
const sameSet = (a, b) => same([...a].sort(), [...b].sort());

// ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const instant = (text) => Date.parse(text);
const dateInVietnam = (text) => new Date(instant(text) + 7 * 3_600_000).toISOString().slice(0, 10);
/** A deadline holds to the end of its second. */
const isOver = (deadline, at) => instant(at) >= Math.floor(instant(deadline) / 1000) * 1000 + 1000;
const hasBegun = (opening, at) => instant(at) >= instant(opening);
const within = (window, at) => hasBegun(window.opensAt, at) && !isOver(window.closesAt, at);

/** End of office hours on the n-th working day after an instant. */
function workingDaysAfter(at, days, { off, workedWeekendDays } = { off: [], workedWeekendDays: [] }) {
  if (!(Number.isInteger(days) && days >= 0 && days <= 120)) throw new Bad(`${days} is no number of days`);
  let day = Date.parse(`${dateInVietnam(at)}T00:00:00Z`);
  const text = () => new Date(day).toISOString().slice(0, 10);
  for (let left = days; left > 0; ) {
    day += 24 * 3_600_000;
    const free = off.includes(text()) || [0, 6].includes(new Date(day).getUTCDay());
    if (!free || workedWeekendDays.includes(text())) left--;
  }
  return `${text()}T17:00:00+07:00`;
}

// ── The form of commits and events ───────────────────────────────────────────────────────────────────────────────

/** A form is a test of a value, or an object of forms: those keys and no other, a `maybe` alone may be missing. */
function fits(form, value) {
  if (typeof form === 'function') return form(value);
  return (
    isPlain(value) &&
    Object.keys(value).every((key) => Object.hasOwn(form, key)) &&
    Object.entries(form).every(([key, inner]) =>
      Object.hasOwn(value, key) ? fits(inner.maybe ?? inner, value[key]) : inner.maybe !== undefined,
    )
  );
}
const isPlain = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const maybe = (form) => ({ maybe: form });
const like = (pattern) => (value) => typeof value === 'string' && pattern.test(value);
const oneOf = (list) => (value) => list.split(' ').includes(value);
const orNull = (form) => (value) => value === null || fits(form, value);
const listOf = (form) => (value) => Array.isArray(value) && value.every((inner) => fits(form, inner));
const mapOf = (form) => (value) => isPlain(value) && Object.values(value).every((inner) => fits(form, inner));
/** What is compared whole with what it was made from, or computed anew, needs no form here. */
const whole = (value) => value !== undefined;
const text = (value) => typeof value === 'string';
const said = (value) => text(value) && value !== '';
const yesOrNo = (value) => typeof value === 'boolean';
const number = (value) => Number.isSafeInteger(value) && value >= 0;
const id = like(/^[A-Za-z0-9._-]{1,64}$/);
const ids = (value) => listOf(id)(value) && new Set(value).size === value.length;
const day = (value) => {
  if (!like(/^\d{4}-\d\d-\d\d$/)(value)) return false;
  const read = new Date(value);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(value);
};
const moment = (value) =>
  like(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/)(value) &&
  !Number.isNaN(Date.parse(value));
const digest = like(/^[0-9a-f]{64}$/);
const figure = like(/^-?\d{1,12}(\.\d{1,4})?$/);
const exact = { num: like(/^-?\d+$/), den: like(/^[1-9]\d*$/) };
const source = { stream: said, seq: number, sha256: digest };
const bound = { ref: digest };
const file = { sha256: digest, name: said, type: said, size: number };
const paper = { title: said, number: maybe(text), date: maybe(day), file: maybe(file), link: maybe(said) };
const sign = oneOf('= > ≥ < ≤');
const better = oneOf('higher lower');
const target = {
  id,
  indicator: said,
  unitOfMeasure: said,
  planned: figure,
  operator: sign,
  direction: better,
  added: maybe(yesOrNo),
  shareOf: maybe(id),
};
const attainment = { target: id, planned: figure, actual: orNull(figure), reached: yesOrNo, share: exact };
const actual = { target: id, value: figure };
const award = oneOf('government-flag provincial-flag certificate');
const nominee = { unit: id, award };
const line = {
  id,
  title: said,
  max: number,
  kind: oneOf('attainment manual threshold banded count index bonus penalty'),
  step: number,
  bands: maybe(listOf(number)),
  guide: maybe(text),
};
const rubric = {
  id,
  title: said,
  scale: (value) => value === 100 || value === 1000,
  groups: listOf({
    id,
    title: said,
    kind: oneOf('regular bonus penalty'),
    max: number,
    core: maybe(yesOrNo),
    criteria: listOf({ ...line, markedBy: oneOf('peers computed head'), parts: maybe(listOf(line)) }),
  }),
};
const share = like(/^\d{1,4}\/[1-9]\d{0,3}$/);
const comparison = oneOf('atLeast moreThan');
/** What each rule may say. */
const values = {
  'council.quorum': share,
  'opinion.matters': text,
  'opinion.working-days': number,
  'opinion.silence': oneOf('agrees waits'),
  'council.written-votes': yesOrNo,
  'council.circulation': yesOrNo,
  'council.conflict': oneOf('mark abstain'),
  'council.threshold.government-flag': share,
  'council.threshold.provincial-flag': share,
  'council.threshold.certificate': share,
  'council.comparison.government-flag': comparison,
  'council.comparison.provincial-flag': comparison,
  'council.comparison.certificate': comparison,
  'council.secrecy.government-flag': oneOf('open paper'),
  'council.secrecy.provincial-flag': oneOf('open paper'),
  'council.secrecy.certificate': oneOf('open paper'),
  'bloc.quorum': share,
  'bloc.flags': number,
  'bloc.certificates': number,
  'bloc.amendment-consent': share,
  'bloc.first-ineligible': oneOf('next vacant'),
  'score.aggregator': oneOf('mean balanced olympic trimmed median weighted'),
  'score.weights': like(/^\d{1,3}:\d{1,3}:\d{1,3}$/),
  'score.rank-on': like(/^(exact|rounded:[0-2])$/),
  'score.rater-names': yesOrNo,
  'score.claim-evidence': yesOrNo,
  'score.comment.floor': yesOrNo,
  'score.comment.ceiling': yesOrNo,
  'score.comment.above-self': yesOrNo,
  'score.comment.distance': share,
  'score.missing-sheet': oneOf('dropped dropped-ineligible excuse'),
  'ballots.quorum': share,
  'ballots.minimum': number,
  'objection.working-days': number,
  'objection.answer-working-days': number,
  'meeting.vote': oneOf('none open paper'),
  'meeting.candidates': number,
  'meeting.denominator': oneOf('total present entitled'),
  'meeting.recused': oneOf('in out'),
  'meeting.threshold': share,
  'meeting.comparison': comparison,
  'next-head.choice': oneOf('either rotation vote'),
  'next-head.threshold': share,
  'next-head.comparison': comparison,
  'government-flag.share': share,
  'comment.working-days': number,
  'appraisal.working-days': number,
  'result-notice.working-days': number,
  'retention.years': number,
};
const rule = {
  value: (value) => ['string', 'number', 'boolean'].includes(typeof value),
  source: said,
  verified: yesOrNo,
};
/** Rules by their keys, each known and saying what it may. */
const rulesLike = (form) => (layer) =>
  mapOf(form)(layer) &&
  Object.entries(layer).every(([key, { value }]) => Object.hasOwn(values, key) && values[key](value));
const inForce = rulesLike({ ...rule, layer: oneOf('default law province bloc'), pack: id });
const span = (value) =>
  fits({ opensAt: moment, closesAt: moment }, value) &&
  Date.parse(value.opensAt) < Date.parse(value.closesAt);
const member = { unit: id, name: said, shortName: said, kind: said };
const phase = oneOf('pledge-signing mid-year-review cross-scoring');
const extension = {
  number,
  window: oneOf('pledge review selfScore crossScore meeting'),
  units: (value) => value === 'all' || listOf(id)(value),
  until: moment,
  reason: said,
};
const consents = { number, yes: number, needed: number, members: number };
const documents = {
  submission: maybe(paper),
  minutes: maybe(paper),
  reports: maybe(mapOf(paper)),
};
const sitting = {
  at: moment,
  place: said,
  mode: oneOf('in-session circulation'),
  answersBy: orNull(moment),
};
const seat = {
  seat: id,
  post: said,
  role: oneOf('chair deputy standing-deputy member secretary'),
  unit: orNull(id),
};
const as = oneOf('head deputy board');

/** How a signature was given. */
const manner = {
  manner: oneOf('platform paper digital'),
  paper: maybe({ place: said, date: day, document: said, scan: file }),
  digital: maybe({ document: said, certificate: like(/^[0-9A-Fa-f](?::?[0-9A-Fa-f]){7,39}$/) }),
};

/** What every event says beside its type and version. */
const forms = {
  ProvinceFounded: { name: said },
  UnitsRegistered: {
    units: listOf({
      id,
      name: said,
      shortName: said,
      kind: said,
      validFrom: day,
      validTo: maybe(day),
      successors: maybe(listOf(id)),
      sample: maybe(yesOrNo),
    }),
  },
  UnitSucceeded: { unit: id, successors: listOf(id), validTo: day, document: said },
  AccountsAssigned: {
    assignments: listOf({
      id,
      account: id,
      role: oneOf(
        'unit-officer unit-leader unit-deputy board-specialist board-head council-member council-secretary council-chair chairman-office auditor',
      ),
      unit: maybe(id),
      seat: maybe(id),
      signsAs: maybe(oneOf('KT. TUQ.')),
      from: moment,
      to: maybe(moment),
    }),
  },
  AssignmentEnded: { assignment: id, to: moment },
  SeasonOpened: { season: like(/^20\d\d$/), title: said },
  SeasonArchived: { season: like(/^20\d\d$/) },

  SeasonCreated: { source, season: like(/^20\d\d$/), title: said, province: said },
  DirectiveIssued: {
    directive: {
      number: said,
      date: day,
      title: said,
      theme: said,
      endsOn: day,
      targets: listOf({
        id,
        bullet: number,
        parent: orNull(id),
        text: said,
        metric: said,
        metricEn: said,
        change: oneOf('none increase decrease maintain qualitative'),
        operator: orNull(sign),
        value: orNull(figure),
        unit: orNull(text),
        direction: orNull(better),
        sector: said,
        owner: maybe(text),
        rollUp: maybe(oneOf('sum owner')),
      }),
    },
  },
  RubricAdopted: { rubric },
  BlocsDefined: {
    source,
    blocs: listOf({
      id,
      kind: oneOf('khoi cum'),
      name: said,
      members: listOf(member),
      head: id,
      deputy: id,
      rubric: id,
    }),
  },
  BlocRemoved: { bloc: id },
  CalendarSet: {
    calendar: {
      pledge: span,
      review: span,
      selfScore: span,
      crossScore: span,
      meeting: span,
      council: span,
      publication: span,
    },
  },
  DaysOffSet: { days: { off: listOf(day), workedWeekendDays: listOf(day) }, source: said, verified: yesOrNo },
  TargetFigureRecorded: { target: id, value: figure, asOf: day, source: said },
  CouncilAppointed: { name: said, roll: listOf(seat) },
  RulesSet: {
    packs: maybe(
      listOf({
        id,
        title: said,
        basis: listOf(said),
        from: orNull(day),
        to: orNull(day),
        source: said,
        verified: yesOrNo,
        values: rulesLike(rule),
      }),
    ),
    province: maybe(rulesLike(rule)),
    blocs: maybe(mapOf(rulesLike(rule))),
  },
  SeasonLaunched: {
    source,
    on: day,
    rules: inForce,
    blocRules: mapOf(inForce),
    warnings: listOf({ at: text, severity: oneOf('warning'), vi: said, en: said }),
  },
  CycleRestarted: { run: number, reason: said },

  BlocScheduled: {
    source,
    season: whole,
    bloc: whole,
    kind: whole,
    name: whole,
    members: whole,
    head: whole,
    deputy: whole,
    rubric: whole,
    calendar: whole,
    rules: whole,
    provinceTargets: whole,
    daysOff: maybe(whole),
  },
  PhaseStarted: { phase, run: number },
  PhaseRestarted: { phase, run: number, reason: said },
  TargetsRegistered: {
    unit: id,
    targets: listOf(target),
    titles: listOf(oneOf('provincial-flag certificate excellent-collective')),
    source: maybe(source),
  },
  PledgeDrafted: { text: said },
  SignaturesVoided: { version: number, units: ids },
  PledgeFrozen: { version: number, document: said, hash: digest, withoutTargets: ids, changes: maybe(whole) },
  PledgeSigned: { unit: id, hash: digest, ...manner },
  NonSigningExplained: { unit: id, reason: said },
  PledgeClosed: { hash: orNull(digest), signed: ids, absent: ids, reasons: maybe(mapOf(said)) },
  AddendumOpened: {
    source,
    season: source,
    number,
    kind: oneOf('join succeed'),
    member,
    predecessor: orNull(id),
    targets: listOf(target),
    titles: listOf(oneOf('provincial-flag certificate excellent-collective')),
    signers: ids,
    document: said,
    hash: digest,
  },
  AddendumSigned: { number, unit: id, hash: digest, ...manner },
  AddendumConcluded: { number, members: listOf(member), head: id, deputy: id },
  AddendumWithdrawn: { number, reason: said },
  ExtensionRequested: extension,
  ExtensionAnswered: { number, approved: yesOrNo, reason: said },
  ExtensionGranted: extension,
  RubricProposed: { number, rubric, reason: said, changes: whole },
  RubricConsentGiven: { number, unit: id, agrees: yesOrNo },
  RubricAmended: { ...consents, version: number },
  RubricRejected: consents,
  ActualsReported: {
    unit: id,
    actuals: listOf(actual),
    attainments: listOf(attainment),
    narrative: said,
    late: maybe(yesOrNo),
  },
  FindingsRecorded: { text: said },
  ReviewClosed: { reported: ids, missing: ids, findings: yesOrNo },
  SelfScoreSubmitted: {
    unit: id,
    actuals: listOf(actual),
    lines: listOf({ criterion: id, points: number, evidence: listOf(paper) }),
    computed: mapOf({ points: number, mean: exact, attainments: listOf(attainment) }),
    rubric: maybe(number),
  },
  SelfScoringClosed: { submitted: ids, missing: ids },
  RoundOpened: { by: oneOf('head calendar') },
  ScoreSheetSubmitted: {
    unit: id,
    marks: mapOf(mapOf(number)),
    recused: maybe(mapOf(bound)),
    comments: maybe(mapOf(mapOf(bound))),
    rubric: maybe(number),
  },
  HeadMarked: { unit: id, marks: mapOf(number), as, reasons: maybe(mapOf(said)) },
  IndexImported: {
    criterion: id,
    outOf: figure,
    values: listOf({ unit: id, value: figure, points: number }),
    source: said,
  },
  RoundClosed: { sheets: listOf({ unit: id, seq: number }), missing: ids },
  Tallied: {
    lines: listOf({
      unit: id,
      ballots: number,
      received: number,
      computed: number,
      confirmed: number,
      bonus: number,
      penalty: number,
      by: said,
      total: orNull(exact),
      shown: orNull(said),
      core: orNull(exact),
      quorum: yesOrNo,
      rank: orNull(number),
      decidedBy: orNull(said),
    }),
    revision: maybe(number),
  },
  KnockOutRecorded: {
    number,
    unit: id,
    kind: oneOf(
      'discipline investigation inspection complaint corruption serious-accident party-not-clean insurance-debt tax-debt environment-breach labour-breach food-safety-breach other',
    ),
    document: said,
    date: day,
  },
  KnockOutLifted: { number, document: said, date: day },
  MissingSheetExcused: { unit: id, document: said, date: day },
  ObjectionFiled: { number, unit: id, criterion: id, ground: bound, answerBy: moment },
  ObjectionEscalated: { number },
  ObjectionAnswered: { number, outcome: oneOf('upheld refused'), reason: said, as },
  ResultCorrected: { number, unit: id, criterion: id, to: number, before: whole },
  MeetingHeld: { number, place: said, present: ids, quorum: whole },
  RankingConfirmed: {
    meeting: number,
    ranks: listOf({ unit: id, rank: orNull(number) }),
    ineligible: ids,
    knockOuts: maybe(whole),
  },
  BallotOpened: {
    number,
    mode: oneOf('open paper'),
    candidates: ids,
    recused: ids,
    voters: ids,
    denominator: number,
    needed: number,
  },
  BallotCast: { number, unit: id, choice: orNull(id) },
  BallotCounted: {
    number,
    votes: listOf({ unit: id, votes: number }),
    blank: number,
    invalid: number,
    paper: maybe({ team: ids, issued: number, returned: number }),
    elected: orNull(id),
  },
  NominationsMade: {
    meeting: number,
    nominees: listOf({ ...nominee, rank: number }),
    quota: { flags: number, certificates: number },
    documents: maybe(documents),
  },
  DocumentsAdded: { documents },
  NextHeadChosen: { head: id, deputy: id, by: oneOf('rotation vote'), yes: maybe(number) },
  HandedOver: { to: id, items: said, date: day },
  BlocClosed: { reason: oneOf('no-nomination-in-time') },

  CouncilOpened: {
    source,
    season: whole,
    session: whole,
    name: whole,
    roll: whole,
    blocs: whole,
    calendar: whole,
    daysOff: whole,
    rules: whole,
  },
  NominationReceived: {
    source,
    bloc: id,
    outcome: oneOf('nominated closed'),
    dossiers: whole,
    on: day,
    pack: id,
    rules: inForce,
  },
  DossierReceived: {
    source,
    unit: id,
    award,
    on: day,
    missing: ids,
    papers: digest,
    dueBy: orNull(moment),
  },
  NominationAwaited: { source, bloc: id, until: moment },
  NominationsClosed: { late: ids },
  DossierAppraised: { ...nominee, verdict: oneOf('eligible ineligible'), reason: text },
  DossierReturned: { ...nominee, reason: said },
  OpinionAsked: {
    number,
    matter: oneOf('insurance tax environment labour food-safety'),
    agency: said,
    document: said,
    date: day,
    nominees: listOf(nominee),
    answerBy: moment,
  },
  OpinionAnswered: {
    number,
    document: said,
    date: day,
    breaches: listOf({ ...nominee, finding: said }),
  },
  SessionProposed: { ...sitting, agenda: listOf(nominee), late: ids },
  SessionConvened: { ...sitting, roll: whole },
  CirculationExtended: { answersBy: moment, reason: said },
  AttendanceRecorded: { present: ids, substitutes: listOf({ seat: id, post: said }), quorum: whole },
  VoteCast: {
    seat: id,
    choices: listOf({ unit: id, choice: oneOf('yes no abstain') }),
    award,
    written: maybe((value) => value === true),
  },
  PaperCounted: {
    award,
    team: ids,
    issued: number,
    returned: number,
    written: number,
    lines: listOf({ unit: id, yes: number, no: number, invalid: number }),
  },
  VotesCounted: { counts: whole, answers: maybe(whole) },
  BallotVoided: { award, number, reason: said, counts: whole },
  CouncilConcluded: { conclusions: said, passed: listOf(nominee), failed: listOf(nominee) },
  SubmissionMade: { number: said, date: day, draft: paper, awards: listOf(nominee) },
  DecisionRecorded: {
    number: said,
    date: day,
    office: said,
    awards: listOf(nominee),
    omitted: listOf({ ...nominee, reason: said }),
    publishAt: moment,
  },
  AwardHeld: { ...nominee, reason: said },
  AwardReleased: { ...nominee, reason: said, publishAt: moment, run: number },
  AwardsPublished: { awards: whole },
  RefusalsNotified: { refusals: whole },
  AwardRevoked: { ...nominee, number: said, date: day, legalBasis: said, reason: said },
  CouncilPhaseRestarted: {
    phase: oneOf('council-deliberation award-publication'),
    run: number,
    reason: said,
  },
};

/** The events that each command makes, in their order: `?` may be missing, `*` may come several times. */
const sequences = {
  FoundProvince: 'ProvinceFounded AccountsAssigned',
  RegisterUnits: 'UnitsRegistered',
  SucceedUnit: 'UnitSucceeded',
  AssignAccounts: 'AccountsAssigned',
  EndAssignment: 'AssignmentEnded',
  OpenSeason: 'SeasonOpened',
  ArchiveSeason: 'SeasonArchived',

  CreateSeason: 'SeasonCreated',
  IssueDirective: 'DirectiveIssued',
  AdoptRubric: 'RubricAdopted',
  DefineBlocs: 'BlocsDefined',
  RemoveBloc: 'BlocRemoved',
  SetCalendar: 'CalendarSet',
  SetDaysOff: 'DaysOffSet',
  RecordTargetFigure: 'TargetFigureRecorded',
  AppointCouncil: 'CouncilAppointed',
  SetRules: 'RulesSet',
  LaunchSeason: 'SeasonLaunched',
  RestartCycle: 'CycleRestarted',

  ScheduleBloc: 'BlocScheduled PhaseStarted',
  RestartPhase: 'PhaseRestarted',
  RegisterTargets: 'TargetsRegistered SignaturesVoided?',
  CopyTargets: 'TargetsRegistered SignaturesVoided?',
  DraftPledge: 'PledgeDrafted SignaturesVoided?',
  FreezePledge: 'PledgeFrozen',
  SignPledge: 'PledgeSigned (PledgeClosed PhaseStarted)?',
  RecordPaperSignature: 'PledgeSigned (PledgeClosed PhaseStarted)?',
  RecordDigitalSignature: 'PledgeSigned (PledgeClosed PhaseStarted)?',
  ExplainNonSigning: 'NonSigningExplained',
  ClosePledge: 'PledgeClosed PhaseStarted',
  OpenAddendum: 'AddendumOpened',
  SignAddendum: 'AddendumSigned (AddendumConcluded (RubricAmended | RubricRejected)?)?',
  WithdrawAddendum: 'AddendumWithdrawn',
  ProposeRubric: 'RubricProposed',
  ConsentToRubric: 'RubricConsentGiven (RubricAmended | RubricRejected)?',
  RequestExtension: 'ExtensionRequested',
  AnswerExtension: 'ExtensionAnswered',
  GrantExtension: 'ExtensionGranted',
  ReportActuals: 'ActualsReported (ReviewClosed PhaseStarted)?',
  RecordFindings: 'FindingsRecorded (ReviewClosed PhaseStarted)?',
  CloseReview: 'ReviewClosed PhaseStarted',
  SubmitSelfScore: 'SelfScoreSubmitted',
  CloseSelfScoring: 'SelfScoringClosed',
  OpenRound: 'SelfScoringClosed? RoundOpened',
  SubmitScoreSheet: 'ScoreSheetSubmitted',
  MarkByHead: 'HeadMarked Tallied?',
  ImportIndex: 'IndexImported Tallied?',
  CloseRound: 'RoundClosed Tallied?',
  RecordKnockOut: 'KnockOutRecorded',
  LiftKnockOut: 'KnockOutLifted',
  ExcuseMissingSheet: 'MissingSheetExcused',
  FileObjection: 'ObjectionFiled',
  AnswerObjection: 'ObjectionAnswered (ResultCorrected Tallied)?',
  EscalateObjections: 'ObjectionEscalated ObjectionEscalated*',
  HoldMeeting: 'MeetingHeld',
  ConfirmRanking: 'RankingConfirmed',
  OpenBallot: 'BallotOpened',
  CastBallot: 'BallotCast BallotCounted?',
  CloseBallot: 'BallotCounted',
  EnterBallotCount: 'BallotCounted',
  Nominate: 'NominationsMade',
  AddDocuments: 'DocumentsAdded',
  ChooseNextHead: 'NextHeadChosen',
  HandOver: 'HandedOver',
  CloseMeeting: 'BlocClosed',

  OpenCouncil: 'CouncilOpened',
  ReceiveNomination: 'NominationReceived DossierReceived*',
  ReceiveDocuments: 'DossierReceived DossierReceived*',
  AwaitNomination: 'NominationAwaited',
  CloseNominations: 'NominationsClosed',
  AppraiseDossier: 'DossierAppraised',
  ReturnDossier: 'DossierReturned',
  AskOpinion: 'OpinionAsked',
  AnswerOpinion: 'OpinionAnswered',
  ProposeSession: 'SessionProposed',
  ConveneSession: 'SessionConvened',
  ExtendCirculation: 'CirculationExtended',
  RecordAttendance: 'AttendanceRecorded',
  CastVote: 'VoteCast',
  EnterPaperCount: 'PaperCounted',
  CountVotes: 'VotesCounted',
  RepeatBallot: 'BallotVoided',
  ConcludeSession: 'CouncilConcluded',
  SubmitToChairman: 'SubmissionMade',
  RecordDecision: 'DecisionRecorded',
  HoldAward: 'AwardHeld',
  ReleaseAward: 'AwardReleased',
  RevokeAward: 'AwardRevoked',
  RestartCouncilPhase: 'CouncilPhaseRestarted',
  PublishAwards: 'AwardsPublished? RefusalsNotified?',
};

/** Whether a command makes these events. */
function makes(command, events) {
  if (!Object.hasOwn(sequences, command)) return false;
  const pattern = sequences[command].replace(/\w+/g, '(?:$&,)').replaceAll(' ', '');
  return new RegExp(`^${pattern}$`).test(events.map(({ type }) => `${type},`).join(''));
}

const commitForm = {
  v: (value) => value === 1,
  stream: said,
  seq: number,
  prev: digest,
  at: like(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  actor: { account: id, role: said, unit: maybe(id), seat: maybe(id), signsAs: maybe(oneOf('KT. TUQ.')) },
  command: { id: said, name: said, sha256: digest },
  events: listOf(isPlain),
};

/** Checks that a commit and each of its events has its form, and that its command makes such events. */
function checkForm(body, bad) {
  if (!fits(commitForm, body)) throw bad('it has not the form of a commit');
  for (const { type, v, ...says } of body.events) {
    if (!Object.hasOwn(forms, type) || v !== 1) throw bad(`${type} is not known`);
    if (!fits(forms[type], says)) throw bad(`${type} has not its form`);
  }
  if (!makes(body.command.name, body.events)) throw bad(`${body.command.name} does not make such events`);
}

// ── Reading the bundle: bytes and chain ──────────────────────────────────────────────────────────────────────────

/** The commits by stream, each with its parsed body; every byte of the file accounted for. */
function read(bytes, expectedHead) {
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) throw new Bad('the file is not UTF-8');
  if (!text.endsWith('\n')) throw new Bad('the file is cut: its last line has no end');
  const lines = text.slice(0, -1).split('\n');
  const parsed = lines.map((line, i) => {
    let value;
    try {
      value = JSON.parse(line);
    } catch {
      throw new Bad(`line ${i + 1} is not JSON`);
    }
    // One way to write a line and no other: so no byte can change unseen.
    if (JSON.stringify(value) !== line) throw new Bad(`line ${i + 1} is not written as a bundle's line is`);
    return value;
  });
  const [header, footer] = [parsed[0], parsed.at(-1)];
  if (!same(Object.keys(header ?? {}), ['format', 'season']) || header.format !== 'thidua-bundle/1')
    throw new Bad('the first line is not that of a bundle');
  const streams = new Map();
  let before = { stream: '', seq: 0 };
  for (const line of parsed.slice(1, -1)) {
    const { stream, seq, sha256: hash, body } = line;
    if (!same(Object.keys(line), ['stream', 'seq', 'sha256', 'body'])) throw new Bad('a line is no commit');
    const bad = (why) => new Bad(why, stream, seq);
    if (sha256(body) !== hash) throw bad('the hash does not fit the bytes');
    let parsedBody;
    try {
      parsedBody = JSON.parse(body);
    } catch {
      throw bad('its body is not JSON');
    }
    if (JSON.stringify(parsedBody) !== body) throw bad('its body is not written as the journal writes');
    checkForm(parsedBody, bad);
    const commit = { ...parsedBody, hash };
    const known = streams.get(stream) ?? [];
    if (stream < before.stream || (stream !== before.stream && known.length > 0))
      throw bad('the stream does not stand in its order');
    if (seq !== known.length + 1) throw bad(`commit ${known.length + 1} should stand here`);
    if (commit.stream !== stream || commit.seq !== seq) throw bad('it belongs elsewhere');
    if (commit.prev !== (known.at(-1)?.hash ?? genesis)) throw bad('it does not follow the commit before it');
    if (known.some((other) => other.command.id === commit.command.id)) throw bad('its command stands twice');
    streams.set(stream, [...known, commit]);
    before = { stream, seq };
  }
  if (!same(Object.keys(footer ?? {}), ['commits', 'head', 'sha256']))
    throw new Bad('the last line is missing');
  const headLines = [...streams].map(([name, list]) => `${name} ${list.length} ${list.at(-1).hash}\n`);
  const head = sha256(headLines.sort().join(''));
  const commits = parsed.length - 2;
  const firstBytes = bytes.subarray(0, bytes.length - Buffer.byteLength(`${lines.at(-1)}\n`));
  if (footer.commits !== commits)
    throw new Bad(`the file says ${footer.commits} commits and holds ${commits}`);
  if (footer.head !== head) throw new Bad('the head is not that of the commits');
  if (footer.sha256 !== sha256(firstBytes)) throw new Bad('the checksum of the file does not fit');
  if (expectedHead !== undefined && head !== expectedHead)
    throw new Bad(`the head is ${head}, not the one that was given`);
  return { season: header.season, streams, head, commits };
}

// ── Walking a stream ─────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Walks a stream's events in order. `rules[type](state, event, about)` checks an event and takes it into the state;
 * `about` has the commit's place, time and actor, and `must(condition, why)`.
 */
function walk(bundle, name, state, rules, upTo = Number.POSITIVE_INFINITY, afterCommit = () => {}) {
  for (const commit of bundle.streams.get(name) ?? []) {
    if (commit.seq > upTo) break;
    const must = (condition, why) => {
      if (!condition) throw new Bad(why, name, commit.seq);
    };
    const about = { must, at: commit.at, actor: commit.actor, commit, bundle };
    must(
      isSystem(commit.actor) || holdsRole(bundle, commit.actor, commit.at),
      'its actor did not hold the role',
    );
    for (const event of commit.events) {
      const rule = Object.hasOwn(rules, event.type) ? rules[event.type] : undefined;
      must(rule && event.v === 1, `${event.type} is not known in this stream`);
      inItsPlace(() => rule(state, event, about), name, commit.seq);
    }
    inItsPlace(() => afterCommit(state, about), name, commit.seq);
  }
  return state;
}

/** What breaks while a commit is checked has not the form of what it says: the commit is bad, and named. */
function inItsPlace(check, stream, seq) {
  try {
    check();
  } catch (error) {
    throw error instanceof Bad ? error : new Bad(`it has not its form: ${error.message}`, stream, seq);
  }
}

/** Checks that a copy names a commit of another stream, and gives the number up to which that stream was read. */
function sourceOf({ must, bundle }, source, stream) {
  const commit = bundle.streams.get(source.stream)?.[source.seq - 1];
  must(source.stream === stream, `it was copied from ${source.stream}, not from ${stream}`);
  must(commit?.hash === source.sha256, `its source ${source.stream} ${source.seq} is not what it was`);
  must(commit.seq === source.seq, `its source ${source.stream} is not commit ${source.seq}`);
  return source.seq;
}

/** Machines write their own clocks' time: what follows may bear an earlier one, by this much. */
const minute = 60_000;

const isSystem = (actor) => same(actor, { account: 'system', role: 'system' });
const isBoard = (actor) => actor.role === 'board-head' || actor.role === 'board-specialist';
const bindsUnit = (actor, unit) =>
  actor.unit === unit && (actor.role === 'unit-leader' || actor.role === 'unit-deputy');
const worksFor = (actor, unit) =>
  bindsUnit(actor, unit) || (actor.unit === unit && actor.role === 'unit-officer');

function holdsRole(bundle, actor, at) {
  return Object.values(bundle.assignments).some(
    (one) =>
      one.account === actor.account &&
      one.role === actor.role &&
      one.unit === actor.unit &&
      one.seat === actor.seat &&
      one.signsAs === actor.signsAs &&
      hasBegun(one.from, at) &&
      instant(one.recorded) <= instant(at) + minute &&
      (one.to === undefined || instant(at) < instant(one.to)),
  );
}

// ── The province ─────────────────────────────────────────────────────────────────────────────────────────────────

const provinceRules = {
  ProvinceFounded(state, event, { must, actor, commit }) {
    must(isSystem(actor) && commit.seq === 1, 'a province is founded once, at its beginning');
    state.name = event.name;
  },
  AccountsAssigned(state, { assignments }, { must, actor, commit }) {
    must(isBoard(actor) || (isSystem(actor) && commit.seq === 1), 'only the Board assigns accounts');
    for (const one of assignments) {
      must(!state.assignments[one.id], `assignment ${one.id} stands twice`);
      state.assignments[one.id] = one;
    }
  },
  AssignmentEnded(state, { assignment, to }, { must, actor, at }) {
    must(isBoard(actor), 'only the Board ends assignments');
    must(state.assignments[assignment] && instant(to) >= instant(at), 'an assignment ends now or later');
    state.assignments[assignment] = { ...state.assignments[assignment], to };
  },
  UnitsRegistered(state, { units }, { must, actor }) {
    must(isBoard(actor), 'only the Board registers units');
    for (const unit of units) state.units[unit.id] = unit;
  },
  UnitSucceeded(state, { unit, validTo, successors }, { must, actor }) {
    must(isBoard(actor) && state.units[unit], 'only the Board records successors, of units that are known');
    state.units[unit] = { ...state.units[unit], validTo, successors };
  },
  SeasonOpened(state, { season, title }, { must, actor }) {
    must(
      actor.role === 'board-head' && !state.seasons[season],
      'a season is opened once, by the head of the Board',
    );
    state.seasons[season] = { title, open: true };
    const open = Object.values(state.seasons).filter((one) => one.open).length;
    must(open <= 2, 'more than two seasons are open');
  },
  SeasonArchived(state, { season }, { must, actor }) {
    must(actor.role === 'board-head' && state.seasons[season]?.open, 'only an open season is archived');
    state.seasons[season].open = false;
  },
};
const newProvince = () => ({ name: undefined, assignments: {}, units: {}, seasons: {} });

/** Whether a unit of the register existed on a day. */
const existsOn = (unit, date) => unit && unit.validFrom <= date && (!unit.validTo || date <= unit.validTo);

function provinceAt(bundle, seq) {
  return walk(bundle, 'province', newProvince(), provinceRules, seq);
}

/** Who held what, read without checks: an assignment is needed to check the very stream that makes it. */
function assignmentsOf(bundle) {
  const all = {};
  for (const { events, at } of bundle.streams.get('province') ?? [])
    for (const event of events) {
      if (event.type === 'AccountsAssigned')
        for (const one of event.assignments) all[one.id] ??= { ...one, recorded: at };
      if (event.type === 'AssignmentEnded')
        all[event.assignment] = { ...all[event.assignment], to: event.to };
    }
  return all;
}

// ── The season ───────────────────────────────────────────────────────────────────────────────────────────────────

/** What holds where nobody has set anything. */
const defaults = {
  'council.quorum': '2/3',
  'opinion.matters': 'insurance,tax,environment,labour',
  'opinion.working-days': 10,
  'opinion.silence': 'agrees',
  'council.written-votes': true,
  'council.circulation': true,
  'council.conflict': 'mark',
  'council.threshold.government-flag': '80/100',
  'council.threshold.provincial-flag': '80/100',
  'council.threshold.certificate': '70/100',
  'council.comparison.government-flag': 'atLeast',
  'council.comparison.provincial-flag': 'atLeast',
  'council.comparison.certificate': 'atLeast',
  'council.secrecy.government-flag': 'paper',
  'council.secrecy.provincial-flag': 'paper',
  'council.secrecy.certificate': 'open',
  'bloc.quorum': '2/3',
  'bloc.flags': 1,
  'bloc.certificates': 3,
  'bloc.amendment-consent': '2/3',
  'bloc.first-ineligible': 'next',
  'score.aggregator': 'mean',
  'score.weights': '0:100:0',
  'score.rank-on': 'exact',
  'score.rater-names': false,
  'score.claim-evidence': true,
  'score.comment.floor': true,
  'score.comment.ceiling': false,
  'score.comment.above-self': true,
  'score.comment.distance': '20/100',
  'score.missing-sheet': 'dropped-ineligible',
  'ballots.quorum': '2/3',
  'ballots.minimum': 3,
  'objection.working-days': 2,
  'objection.answer-working-days': 2,
  'meeting.vote': 'none',
  'meeting.candidates': 3,
  'meeting.denominator': 'total',
  'meeting.recused': 'out',
  'meeting.threshold': '1/2',
  'meeting.comparison': 'moreThan',
  'next-head.choice': 'either',
  'next-head.threshold': '1/2',
  'next-head.comparison': 'moreThan',
  'government-flag.share': '20/100',
  'comment.working-days': 0,
  'appraisal.working-days': 25,
  'result-notice.working-days': 10,
  'retention.years': 20,
};

/** Whether these are the rules on a date: the bloc's over the province's over the law's over the defaults. */
function areRulesOn(rules, book, date, bloc) {
  const pack = book.packs.find((one) => (!one.from || one.from <= date) && (!one.to || date <= one.to));
  const layers = { bloc: book.blocs[bloc] ?? {}, province: book.province, law: pack?.values ?? {} };
  return (
    pack !== undefined &&
    Object.values(layers).every((layer) => Object.keys(layer).every((key) => rules[key])) &&
    Object.entries(rules).every(([key, rule]) => {
      const layer = Object.keys(layers).find((name) => layers[name][key] !== undefined) ?? 'default';
      if (rule.layer !== layer || rule.pack !== pack.id) return false;
      // Nobody has read anywhere what nobody has set.
      if (layer === 'default')
        return Object.hasOwn(defaults, key) && rule.value === defaults[key] && rule.verified === false;
      const { value, source, verified } = layers[layer][key];
      return rule.value === value && rule.source === source && rule.verified === verified;
    })
  );
}

/** One rule of the province on a date. */
function ruleOn(book, date, key) {
  const pack = book.packs.find((one) => (!one.from || one.from <= date) && (!one.to || date <= one.to));
  return (book.province[key] ?? pack?.values[key])?.value ?? defaults[key];
}

const windows = ['pledge', 'review', 'selfScore', 'crossScore', 'meeting', 'council', 'publication'];

function checkRubric(rubric, must) {
  let scale = 0;
  for (const group of rubric.groups) {
    const sum = group.criteria.reduce((total, { max }) => total + max, 0);
    must(
      group.kind === 'regular' ? sum === group.max : sum >= group.max,
      `group ${group.id} does not add up`,
    );
    if (group.kind === 'regular') scale += group.max;
    for (const criterion of group.criteria) {
      for (const { max, step, bands } of [criterion, ...linesOf(criterion)]) {
        must(max > 0 && max % step === 0, 'a maximum is off its steps');
        must(!bands || (bands[0] === 0 && bands.at(-1) === max), 'bands do not rise from 0 to the maximum');
      }
      const parts = (criterion.parts ?? []).reduce((total, { max }) => total + max, 0);
      must(!criterion.parts || parts >= criterion.max, `the parts of ${criterion.id} do not reach it`);
    }
  }
  must(scale === rubric.scale * 100, `the rubric ${rubric.id} does not add up to its scale`);
  must(rubric.groups.filter((group) => group.core).length === 1, 'one group is the core tasks');
}

/** The lines that are marked: the parts of a criterion, or the criterion itself. */
const linesOf = (criterion) =>
  criterion.parts?.map((part) => ({ ...part, markedBy: criterion.markedBy })) ?? [criterion];

const beforeLaunch = (state, { must, actor }) =>
  must(isBoard(actor) && !state.launched, 'only the Board, before the launch');

const seasonRules = {
  SeasonCreated(state, event, about) {
    const province = provinceAt(about.bundle, sourceOf(about, event.source, 'province'));
    about.must(isBoard(about.actor) && !state.id, 'a season is created once, by the Board');
    about.must(province.seasons[event.season]?.open, 'the season was not open');
    about.must(
      event.province === province.name && event.title === province.seasons[event.season].title,
      'the copy differs',
    );
    state.id = event.season;
  },
  DirectiveIssued(state, { directive }, about) {
    beforeLaunch(state, about);
    state.directive = directive;
  },
  RubricAdopted(state, { rubric }, about) {
    beforeLaunch(state, about);
    checkRubric(rubric, about.must);
    state.rubrics[rubric.id] = rubric;
  },
  BlocsDefined(state, { source, blocs }, about) {
    beforeLaunch(state, about);
    const { units } = provinceAt(about.bundle, sourceOf(about, source, 'province'));
    for (const bloc of blocs) {
      for (const { unit, name, shortName, kind } of bloc.members) {
        const { name: n, shortName: s, kind: k } = units[unit] ?? {};
        about.must(same([name, shortName, kind], [n, s, k]), `the names of ${unit} differ from the register`);
      }
      state.blocs[bloc.id] = bloc;
    }
  },
  BlocRemoved(state, { bloc }, about) {
    beforeLaunch(state, about);
    delete state.blocs[bloc];
  },
  CalendarSet(state, { calendar }, about) {
    beforeLaunch(state, about);
    state.calendar = calendar;
  },
  DaysOffSet(state, { days }, { must, actor }) {
    must(isBoard(actor), 'only the Board records holidays');
    state.daysOff = days;
  },
  TargetFigureRecorded(state, { target, asOf }, { must, actor, at }) {
    must(isBoard(actor) && state.launched, 'only the Board records figures, after the launch');
    must(asOf <= dateInVietnam(at), 'a figure is as of a day to come');
    must(
      state.directive.targets.some(({ id }) => id === target),
      'the directive has no such target',
    );
  },
  CouncilAppointed(state, { name, roll }, about) {
    beforeLaunch(state, about);
    state.council = { name, roll };
  },
  RulesSet(state, event, { must, actor }) {
    must(isBoard(actor), 'only the Board sets rules');
    must(!state.launched || (!event.province && !event.blocs), 'rules of the cycle are fixed at launch');
    for (const layer of ['packs', 'province', 'blocs']) if (event[layer]) state.rules[layer] = event[layer];
  },
  SeasonLaunched(state, event, about) {
    const { must, actor, at } = about;
    const province = provinceAt(about.bundle, sourceOf(about, event.source, 'province'));
    must(province.seasons[state.id]?.open, 'the season was not open');
    must(
      actor.role === 'board-head' && !state.launched,
      'a season is launched once, by the head of the Board',
    );
    must(event.on === dateInVietnam(at), 'the date of its law is not that of the launch');
    must(areRulesOn(event.rules, state.rules, event.on), 'the rules in force are not those of the layers');
    must(
      sameSet(Object.keys(event.blocRules), Object.keys(state.rules.blocs)),
      'the rules of the blocs are not those of their layers',
    );
    for (const [bloc, rules] of Object.entries(event.blocRules))
      must(
        areRulesOn(rules, state.rules, event.on, bloc),
        `the rules of ${bloc} are not those of the layers`,
      );
    must(state.directive && state.calendar && state.council, 'it was not ready to be launched');
    windows.slice(1).forEach((name, i) => {
      must(
        instant(state.calendar[name].opensAt) > instant(state.calendar[windows[i]].closesAt),
        `${name} opens too early`,
      );
    });
    const taken = new Set();
    for (const { id, members, head, deputy, rubric } of Object.values(state.blocs)) {
      const ids = members.map(({ unit }) => unit);
      must(ids.length >= 3 && ids.length <= 30, `${id} has ${ids.length} members`);
      must(ids.includes(head) && ids.includes(deputy) && head !== deputy, `${id} has no head or no deputy`);
      must(state.rubrics[rubric], `${id} has no rubric`);
      for (const unit of ids) {
        must(!taken.has(unit) && taken.add(unit), `${unit} is in two blocs`);
        must(existsOn(province.units[unit], event.on), `${unit} did not exist on the day of the launch`);
      }
    }
    must(
      taken.size > 0 && !isOver(state.calendar.pledge.closesAt, at),
      'there was nobody, or no time, to sign',
    );
    const { roll } = state.council;
    const seats = roll.map((one) => one.seat);
    must(seats.length >= 3 && new Set(seats).size === seats.length, 'the Council has fewer than three seats');
    for (const role of ['chair', 'secretary'])
      must(roll.filter((one) => one.role === role).length === 1, `the Council has not one ${role}`);
    for (const rules of [event.rules, ...Object.values(event.blocRules)]) {
      const { value, layer } = rules['score.aggregator'] ?? {};
      must(value !== 'median' || layer === 'bloc', 'the median is no rule that the bloc agreed on');
    }
    state.launched = event;
  },
  CycleRestarted(state, { run }, { must, actor }) {
    must(isBoard(actor) && run === state.run + 1, 'runs are counted on');
    state.run = run;
  },
};
const newSeason = () => ({ rubrics: {}, blocs: {}, rules: { packs: [], province: {}, blocs: {} }, run: 1 });

function seasonAt(bundle, seq) {
  return walk(bundle, `season-${bundle.season}`, newSeason(), seasonRules, seq);
}

// ── Attainment and tally ─────────────────────────────────────────────────────────────────────────────────────────

const zero = fraction(0n);
const one = fraction(1n);

/** How far a target was attained: [share, reached]. */
function attained({ planned, operator, direction }, actual) {
  if (actual === undefined) return [zero, false];
  const [plan, done] = [decimal(planned), decimal(actual)];
  const [below, above] = [less(done, plan), less(plan, done)];
  const reached = {
    '>': above,
    '<': below,
    '≥': !below,
    '≤': !above,
    '=': direction === 'higher' ? !below : !above,
  }[operator];
  if (plan.num === 0n) return [reached ? one : zero, reached];
  const ratio = fraction(done.num * plan.den, done.den * plan.num);
  if (direction === 'higher') return [ratio.num < 0n ? zero : ratio, reached];
  if (reached) return [one, true];
  const left = fraction(2n * ratio.den - ratio.num, ratio.den);
  return [left.num < 0n ? zero : left, false];
}

/** Targets as they can be pledged: each id once, shares of what the directive asks for, the sign the way that is better. */
function checkTargets({ terms }, targets, must) {
  must(new Set(targets.map(({ id }) => id)).size === targets.length, 'a target stands twice');
  for (const { id, shareOf, operator, direction } of targets) {
    must(shareOf === undefined || terms.provinceTargets.includes(shareOf), `${id} is a share of no target`);
    const against = { higher: ['<', '≤'], lower: ['>', '≥'] }[direction];
    must(against && !against.includes(operator), `target ${id} asks for the worse`);
  }
}

function checkAttainments(attainments, targets, actuals, must) {
  must(attainments.length === targets.length, 'attainments are not those of the targets');
  for (const [i, target] of targets.entries()) {
    const given = attainments[i];
    const actual = actuals.find((other) => other.target === target.id)?.value;
    const [share, reached] = attained(target, actual);
    must(
      given.target === target.id && given.planned === target.planned && given.actual === (actual ?? null),
      `the figures of target ${target.id} differ`,
    );
    must(
      given.reached === reached && equal(fractionFrom(given.share), share),
      `target ${target.id} is computed wrongly`,
    );
  }
  const mine = new Set(targets.map(({ id }) => id));
  must(
    actuals.every(({ target }) => mine.delete(target)),
    'an actual is of no own target, or stands twice',
  );
}

/** Points of a computed criterion: maximum × mean of the shares, each taken at most once. */
function computedPoints(max, targets, actuals) {
  let sum = zero;
  for (const target of targets) {
    const [share] = attained(target, actuals.find((other) => other.target === target.id)?.value);
    sum = add(sum, less(one, share) ? one : share);
  }
  const mean = targets.length === 0 ? zero : fraction(sum.num, sum.den * BigInt(targets.length));
  const exact = fraction(mean.num * BigInt(max), mean.den);
  return { mean, points: Number((2n * exact.num + exact.den) / (2n * exact.den)) };
}

const everyKind = ['regular', 'bonus', 'penalty'];

/** Criteria marked so, in groups of some kinds. */
const criteriaOf = (rubric, markedBy, kinds = everyKind) =>
  rubric.groups
    .filter((group) => kinds.includes(group.kind))
    .flatMap((group) => group.criteria.filter((criterion) => criterion.markedBy === markedBy));

/** The lines that are marked so. */
const markedBy = (rubric, who, kinds) => criteriaOf(rubric, who, kinds).flatMap(linesOf);

const onLadder = ({ max, step, bands }, mark) =>
  Number.isInteger(mark) && (bands ? bands.includes(mark) : mark >= 0 && mark <= max && mark % step === 0);

/** Points on criteria from marks on their lines; the maximum caps the sum of parts. */
const total = (marks, criteria) =>
  criteria.reduce((sum, criterion) => {
    const points = linesOf(criterion).reduce((all, { id }) => all + (marks?.[id] ?? 0), 0);
    return sum + (criterion.parts ? Math.min(criterion.max, points) : points);
  }, 0);

/** Whether every number counts something. */
const natural = (...ns) => ns.every((n) => Number.isSafeInteger(n) && n >= 0);
const distinct = (list) => new Set(list).size === list.length;
const sum = (list) => list.reduce((all, one) => all + one, 0);
const meanOf = (list) => fraction(BigInt(sum(list)), BigInt(list.length));

/** Whether a sheet marks every line of every peer it is not recused from. */
function isWhole({ marks, recused }, unit, members, rubric) {
  const lines = markedBy(rubric, 'peers');
  return members.every(
    (peer) =>
      peer === unit ||
      recused.includes(peer) ||
      (marks[peer] && lines.every(({ id }) => marks[peer][id] !== undefined)),
  );
}

/** The result of a round, computed anew: one line per member. */
function recountRound({ terms, sheets, headMarks, selfScores, indices, corrected, closed }) {
  const { rubric, rules } = terms;
  const members = terms.members.map(({ unit }) => unit);
  const core = { groups: rubric.groups.filter((group) => group.core) };
  const value = (key) => rules[key]?.value ?? defaults[key];
  const counted = closed.sheets
    .map(({ unit }) => unit)
    .filter((unit) => isWhole(sheets[unit], unit, members, rubric));
  const ratersOf = (unit) =>
    counted.filter((rater) => sheets[rater].marks[unit] && !sheets[rater].recused.includes(unit));
  const points = (unit, marks, criteria) => total({ ...marks, ...corrected[unit] }, criteria);
  const peersOf = (which) => criteriaOf(which, 'peers', ['regular']);
  const from = (rater, unit) => points(unit, sheets[rater].marks[unit], peersOf(rubric));
  const fewestBallots = Math.min(...members.map((unit) => ratersOf(unit).length));

  /** What the aggregator makes of the peers' points, and which one it was in the end. */
  function aggregate(unit) {
    const asked = value('score.aggregator');
    const raters = ratersOf(unit);
    const list = raters.map((rater) => from(rater, unit)).sort((a, b) => a - b);
    const n = list.length;
    const plain = ['mean', meanOf(list)];
    const given = members.filter((peer) => ratersOf(peer).includes(unit)).map((peer) => from(unit, peer));
    if (asked === 'balanced' && given.length > 0) {
      const own = meanOf(given);
      const all = add(fraction(BigInt(sum(list))), own);
      return [asked, fraction(all.num, all.den * BigInt(n + 1))];
    }
    if (asked === 'olympic' && fewestBallots >= 7) return [asked, meanOf(list.slice(1, n - 1))];
    if (asked === 'trimmed') {
      const out = Math.trunc(n / 5);
      return [asked, meanOf(list.slice(out, n - out))];
    }
    if (asked === 'median')
      return [asked, meanOf(n % 2 ? [list[(n - 1) / 2]] : [list[n / 2 - 1], list[n / 2]])];
    if (asked === 'weighted') {
      const [forSelf, forPeers, forHead] = value('score.weights').split(':').map(BigInt);
      const head = unit === terms.head ? terms.deputy : terms.head;
      const lines = selfScores[unit]?.lines;
      const own = lines && Object.fromEntries(lines.map((line) => [line.criterion, line.points]));
      const voices = [[forPeers, plain[1]]];
      if (own) voices.push([forSelf, fraction(BigInt(points(unit, own, peersOf(rubric))))]);
      if (raters.includes(head)) voices.push([forHead, fraction(BigInt(from(head, unit)))]);
      const weight = voices.reduce((all, [w]) => all + w, 0n);
      if (weight === 0n) return plain;
      const all = voices.reduce((acc, [w, v]) => add(acc, fraction(w * v.num, v.den)), zero);
      return [asked, fraction(all.num, all.den * weight)];
    }
    return plain;
  }

  const results = members.map((unit) => {
    const own = headMarks[unit] ?? {};
    const given = Object.fromEntries([
      ...Object.entries(selfScores[unit]?.computed ?? {}).map(([id, one]) => [id, one.points]),
      ...Object.entries(indices).map(([id, byUnit]) => [id, byUnit[unit] ?? 0]),
    ]);
    const capped = (kind) =>
      sum(
        rubric.groups
          .filter((group) => group.kind === kind)
          .map((group) => Math.min(group.max, points(unit, own, group.criteria))),
      );
    const line = {
      unit,
      computed: points(unit, given, criteriaOf(rubric, 'computed', ['regular'])),
      confirmed: points(unit, own, criteriaOf(rubric, 'head', ['regular'])),
      bonus: capped('bonus'),
      penalty: capped('penalty'),
    };
    const facts = line.computed + line.confirmed + line.bonus - line.penalty;
    const raters = ratersOf(unit);
    const n = raters.length;
    const fromPeers = raters.map((rater) => from(rater, unit));
    const nothing = { rank: null, decidedBy: null };
    if (n === 0)
      return {
        ...line,
        ballots: 0,
        received: 0,
        by: 'mean',
        total: null,
        core: null,
        quorum: false,
        ...nothing,
      };
    const [by, peers] = aggregate(unit);
    const coreFacts =
      points(unit, given, criteriaOf(core, 'computed')) + points(unit, own, criteriaOf(core, 'head'));
    const coreOfPeers = raters.map((rater) => points(unit, sheets[rater].marks[unit], peersOf(core)));
    const whole = add(peers, fraction(BigInt(facts)));
    return {
      ...line,
      ballots: n,
      received: sum(fromPeers),
      by,
      total: whole,
      ranked: rankedOn(whole, value('score.rank-on')),
      core: add(meanOf(coreOfPeers), fraction(BigInt(coreFacts))),
      quorum: n >= value('ballots.minimum') && reaches(n, members.length - 1, value('ballots.quorum')),
      byRater: new Map(raters.map((rater, i) => [rater, fromPeers[i] + facts])),
      ...nothing,
    };
  });
  rank(
    results.filter(({ quorum }) => quorum),
    1,
    Object.keys(tieKeys),
  );
  return results;
}

/** The total as it is ranked: exact, or rounded to so many decimals of a point. */
function rankedOn(whole, how) {
  if (how === 'exact') return whole;
  const unit = 10n ** BigInt(2 - Number(how.split(':')[1]));
  const size = whole.num < 0n ? -whole.num : whole.num;
  const den = whole.den * unit;
  const rounded = (2n * size + den) / (2n * den);
  return fraction((whole.num < 0n ? -rounded : rounded) * unit);
}

/** What each step of the tie chain sees in a unit among those tied: an array compared from the left, more is better. */
const tieKeys = {
  'exact-score': (unit) => [unit.ranked],
  'core-tasks': (unit) => [unit.core],
  'fewer-penalties': (unit) => [fraction(BigInt(-unit.penalty))],
  'neutral-head-to-head': (unit, tied) => [
    fraction(BigInt(tied.filter((rival) => wins(unit, rival)).length)),
  ],
  'olympic-mean': (unit, tied) => {
    if (tied.some(({ byRater }) => byRater.size < 5)) return [];
    const inner = [...unit.byRater.values()].sort((a, b) => a - b).slice(1, -1);
    return [fraction(BigInt(inner.reduce((sum, points) => sum + points, 0)), BigInt(inner.length))];
  },
  'majority-judgment': (unit) => [...unit.byRater.values()].sort((a, b) => a - b),
};

function wins(unit, rival) {
  if (unit === rival) return false;
  let ahead = 0;
  for (const [rater, points] of unit.byRater) {
    if (rater === rival.unit || !rival.byRater.has(rater)) continue;
    ahead += Math.sign(points - rival.byRater.get(rater));
  }
  return ahead > 0;
}

/** Whether one key stands above another. */
function beats(step, a, b) {
  if (step === 'majority-judgment') return byMajority(a, b) > 0;
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (!equal(a[i], b[i])) return less(b[i], a[i]);
  return false;
}

/**
 * Two sorted lists of ballots from their middles outwards, the lower of two first. Each is read as if it had so many
 * ballots as both together can be divided into, so that lists of other lengths can be compared too.
 */
function byMajority(a, b) {
  const cells = 2 * a.length * b.length;
  for (let out = 0; out < cells / 2; out++)
    for (const cell of [cells / 2 - 1 - out, cells / 2 + out]) {
      const [left, right] = [a, b].map((list) => list[Math.floor((cell * list.length) / cells)]);
      if (left !== right) return left - right;
    }
  return 0;
}

/** Ranks units that are tied so far, from a rank on, by the steps that are left. */
function rank(tied, from, [step, ...later]) {
  if (step === undefined) {
    for (const unit of tied) Object.assign(unit, { rank: from, decidedBy: 'shared-rank' });
    return;
  }
  const keyed = tied.map((unit) => ({ unit, key: tieKeys[step](unit, tied) }));
  for (const { unit, key } of keyed) {
    const better = keyed.filter((other) => beats(step, other.key, key)).length;
    const level = keyed.filter((other) => !beats(step, other.key, key) && !beats(step, key, other.key));
    if (level.length === 1) Object.assign(unit, { rank: from + better, decidedBy: step });
    else if (level[0].unit === unit)
      rank(
        level.map((other) => other.unit),
        from + better,
        later,
      );
  }
}

function checkTally(lines, state, must) {
  const mine = recountRound(state);
  must(lines.length === mine.length, 'the result does not have a line for every member');
  for (const [i, own] of mine.entries()) {
    const line = lines[i];
    for (const key of [
      'unit',
      'ballots',
      'received',
      'computed',
      'confirmed',
      'bonus',
      'penalty',
      'by',
      'quorum',
      'rank',
      'decidedBy',
    ])
      must(line[key] === own[key], `${key} of ${own.unit} is ${line[key]}; recounted it is ${own[key]}`);
    for (const key of ['total', 'core']) {
      const [theirs, ours] = [line[key] && fractionFrom(line[key]), own[key]];
      must(
        theirs && ours ? equal(theirs, ours) : theirs === ours,
        `${key} of ${own.unit} is not the recounted one`,
      );
    }
    must(
      line.shown === (own.total ? printed(own.total) : null),
      `the points shown for ${own.unit} are not the recounted ones`,
    );
  }
}

// ── A bloc's year ────────────────────────────────────────────────────────────────────────────────────────────────

const membersOf = (state) => state.terms.members.map(({ unit }) => unit);
const isHead = (actor, state) => bindsUnit(actor, state.terms.head);
/** When a window closes: for a unit, or for the last of all. */
function closesAt(state, window, unit) {
  const granted = state.extensions.filter(
    (one) =>
      one.window === window &&
      one.granted &&
      (unit === undefined || one.units === 'all' || one.units.includes(unit)),
  );
  return [state.terms.calendar[window].closesAt, ...granted.map(({ until }) => until)].reduce((a, b) =>
    instant(b) > instant(a) ? b : a,
  );
}
const windowOf = (state, window, unit) => ({
  opensAt: state.terms.calendar[window].opensAt,
  closesAt: closesAt(state, window, unit),
});
const rulesOf = (state) => (key) => state.terms.rules[key]?.value ?? defaults[key];

const phases = ['pledge-signing', 'mid-year-review', 'cross-scoring'];

/** Checks the lists of a closing: together all members, in their order. */
function checkSplit(state, done, missing, isDone, must) {
  must(same(done, membersOf(state).filter(isDone)), 'the list of those who did it is not the recounted one');
  must(
    same(
      missing,
      membersOf(state).filter((unit) => !isDone(unit)),
    ),
    'the list of absentees is not the recounted one',
  );
}

/** What differs between the draft and the version that was frozen before. */
function pledgeChanges({ frozenAs, text, targets, titles }) {
  if (!frozenAs) return [];
  const changes = frozenAs.text === text ? [] : [{ at: 'text', before: frozenAs.text, after: text }];
  for (const unit of new Set([...Object.keys(frozenAs.targets), ...Object.keys(targets)])) {
    const [old, now] = [frozenAs.targets[unit] ?? [], targets[unit] ?? []];
    for (const id of new Set([...old, ...now].map((target) => target.id))) {
      const [before, after] = [old, now].map((list) => list.find((target) => target.id === id) ?? null);
      if (!same(before, after)) changes.push({ at: `${unit} ${id}`, before, after });
    }
    const [before, after] = [frozenAs.titles[unit] ?? [], titles[unit] ?? []];
    if (!same(before, after)) changes.push({ at: `${unit} titles`, before, after });
  }
  return changes;
}

/** An extension moves a deadline on, at most to the end of the next window, and only while its phase is open. */
function checkExtension(state, { window, units, until }, must) {
  const next = windows[windows.indexOf(window) + 1];
  const over = {
    pledge: state.pledge.closed,
    review: state.reviewClosed,
    selfScore: state.selfScoringClosed,
    crossScore: state.closed,
    meeting: state.ended,
  };
  must(!over[window], 'the phase was closed');
  must(
    units === 'all' || (units.length > 0 && units.every((unit) => membersOf(state).includes(unit))),
    'it is for somebody who is no member',
  );
  const now =
    units === 'all' ? [closesAt(state, window)] : units.map((unit) => closesAt(state, window, unit));
  must(
    now.every((deadline) => instant(until) > instant(deadline)),
    'it is not later than the deadline',
  );
  must(instant(until) <= instant(state.terms.calendar[next].closesAt), 'it is later than it may be');
}

/** Whether a bloc's meeting may act. */
const mayMeet = (state, at) => !state.ended && within(windowOf(state, 'meeting'), at);

const isAmendable = (state, at) =>
  !hasBegun(state.terms.calendar.selfScore.opensAt, at) &&
  !state.opened &&
  Object.keys(state.selfScores).length === 0;

/** Every line of a rubric by its name, with where it stands. */
function shownLines({ title, groups }) {
  const lines = { rubric: { title } };
  for (const { criteria, ...group } of groups) {
    lines[`group ${group.id}`] = group;
    for (const { parts, ...criterion } of criteria) {
      lines[criterion.id] = { ...criterion, under: group.id };
      for (const part of parts ?? [])
        lines[part.id] = { ...part, markedBy: criterion.markedBy, under: criterion.id };
    }
  }
  return lines;
}

/** What differs between two versions of the rubric, by the names of their lines. */
function rubricChanges(before, after) {
  const [old, now] = [shownLines(before), shownLines(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((at) => !same(old[at], now[at]))
    .map((at) => ({ at, before: old[at] ?? null, after: now[at] ?? null }));
}

/** What those said who are members now. */
const consentsOf = (state) => membersOf(state).flatMap((unit) => state.proposal.consents[unit] ?? []);

function checkConsents(state, { number, yes, needed, members }, must) {
  const { proposal } = state;
  const share = rulesOf(state)('bloc.amendment-consent');
  must(proposal?.number === number && members === membersOf(state).length, 'it is another proposal');
  must(yes === consentsOf(state).filter(Boolean).length, 'the consents are others');
  must(needed === fewest(members, share), 'the share is another');
}

/** Whether somebody may give, or enter, a unit's signature in this manner. */
function maySign(state, actor, unit, manner, paper) {
  if (manner === 'paper') return paper && (isBoard(actor) || (isHead(actor, state) && actor.unit === unit));
  return ['platform', 'digital'].includes(manner) && !paper && bindsUnit(actor, unit);
}

/** A paper is signed once there is what it signs, and before it is recorded. */
function checkPaper(paper, textOn, at, must) {
  if (!paper) return;
  must(paper.date <= dateInVietnam(at), 'the paper was signed later than it was recorded');
  must(paper.date >= textOn, 'the paper was signed before its text was frozen');
}

/** Whether the rules want a mark explained: at the floor, the ceiling, above the self-score, or far from it. */
function needsComment(state, peer, { id, max }, mark) {
  const value = rulesOf(state);
  const self = state.selfScores[peer]?.lines.find((line) => line.criterion === id)?.points;
  return (
    (value('score.comment.floor') && mark === 0) ||
    (value('score.comment.ceiling') && mark === max) ||
    (self !== undefined && value('score.comment.above-self') && mark > self) ||
    (self !== undefined && reaches(Math.abs(mark - self), max, value('score.comment.distance'), 'moreThan'))
  );
}

const objectionsUntil = (state) =>
  workingDaysAfter(state.firstTallyAt, rulesOf(state)('objection.working-days'), state.terms.daysOff);

/** Everything for which a unit cannot be nominated, by member. */
function knockOutsOf(state) {
  const missing = rulesOf(state)('score.missing-sheet');
  return membersOf(state).flatMap((unit) => {
    const sheetMissing =
      state.closed.missing.includes(unit) &&
      missing !== 'dropped' &&
      !(missing === 'excuse' && state.excused.includes(unit));
    const follow = [
      ['not-signed', !state.pledge.signed.includes(unit)],
      ['report-missing', state.unreported.includes(unit) && !state.reports[unit] && !state.inherited[unit]],
      ['self-score-missing', !state.selfScores[unit]],
      ['sheet-missing', sheetMissing],
    ];
    return [
      ...follow.filter(([, is]) => is).map(([kind]) => ({ unit, kind, document: null, date: null })),
      ...state.knockOuts
        .filter((one) => one.unit === unit && !one.lifted)
        .map(({ kind, document, date }) => ({ unit, kind, document, date })),
    ];
  });
}

/** Who may get the flag, best rank first; nobody where the first is knocked out and the rules leave it vacant. */
function eligibleIn(state) {
  const { ranks, ineligible } = state.ranking;
  const firsts = ranks.filter((one) => one.rank === 1);
  const vacant =
    rulesOf(state)('bloc.first-ineligible') === 'vacant' &&
    firsts.length > 0 &&
    firsts.every(({ unit }) => ineligible.includes(unit));
  if (vacant) return [];
  return ranks
    .filter(({ unit, rank: place }) => place !== null && !ineligible.includes(unit))
    .sort((a, b) => a.rank - b.rank);
}

const blocRules = {
  BlocScheduled(state, { type: _type, v: _v, source, ...terms }, about) {
    const { must, actor, bundle } = about;
    const season = seasonAt(bundle, sourceOf(about, source, `season-${bundle.season}`));
    const plan = season.blocs[terms.bloc];
    must(
      isSystem(actor) &&
        season.launched &&
        plan &&
        !state.terms &&
        about.commit.stream === `bloc-${bundle.season}-${terms.bloc}`,
      'a bloc is scheduled once, after the launch',
    );
    const { id: bloc, rubric, ...rest } = plan;
    const expected = {
      ...rest,
      bloc,
      season: season.id,
      rubric: season.rubrics[rubric],
      calendar: season.calendar,
      rules: season.launched.blocRules[bloc] ?? season.launched.rules,
      provinceTargets: season.directive.targets.map(({ id }) => id),
      ...(season.daysOff ? { daysOff: season.daysOff } : {}),
    };
    must(same(terms, expected), "the copy differs from the season's decisions");
    state.terms = terms;
  },
  PhaseStarted(state, { phase, run }, { must }) {
    must(run === 1 && phase === phases[Object.keys(state.runs).length], 'phases start once, in their order');
    state.runs[phase] = 1;
  },
  PhaseRestarted(state, { phase, run }, { must, actor }) {
    must(isBoard(actor) && run === state.runs[phase] + 1, 'runs are counted on');
    state.runs[phase] = run;
  },

  TargetsRegistered(state, { unit, targets, titles, source }, about) {
    const { must, actor, at, bundle } = about;
    must(worksFor(actor, unit) && membersOf(state).includes(unit), 'only a member registers, for itself');
    must(!state.pledge.closed && !isOver(closesAt(state, 'pledge', unit), at), 'the pledge was over');
    // A copy of an earlier season names a stream that is in another bundle.
    if (source && bundle.streams.has(source.stream)) sourceOf(about, source, source.stream);
    checkTargets(state, targets, must);
    state.pledge.targets[unit] = targets;
    state.pledge.titles[unit] = titles;
    state.pledge.changed = true;
  },
  PledgeDrafted(state, { text }, { must, actor, at }) {
    must(isHead(actor, state), 'only the head drafts');
    must(!state.pledge.closed && !isOver(closesAt(state, 'pledge'), at), 'the pledge was over');
    state.pledge.text = text;
    state.pledge.changed = true;
  },
  SignaturesVoided(state, { version, units }, { must }) {
    must(state.pledge.changed, 'nothing had changed the text');
    must(state.pledge.hash && version === state.pledge.version, 'there was nothing to void');
    must(sameSet(units, state.pledge.signed), 'the voided signatures are not those given');
    Object.assign(state.pledge, { hash: undefined, signed: [], changed: false });
  },
  PledgeFrozen(state, { version, document, hash, withoutTargets, changes = [] }, { must, actor, at }) {
    const { terms, pledge } = state;
    must(isHead(actor, state) && !pledge.hash && !pledge.closed, 'only the head freezes, what is not frozen');
    const members = terms.members.map(({ unit, name }) => ({
      unit,
      name,
      targets: pledge.targets[unit] ?? [],
      titles: pledge.titles[unit] ?? [],
    }));
    const { season, bloc, name } = terms;
    must(version === pledge.version + 1, 'versions are counted on');
    must(
      document === canonical({ season, bloc, name, version, text: pledge.text, members }),
      'the frozen text is not that of draft, targets and titles',
    );
    must(hash === sha256(document), 'the hash is not that of the frozen text');
    must(!isOver(closesAt(state, 'pledge'), at), 'the pledge was over');
    must(same(changes, pledgeChanges(pledge)), 'the differences from the version before are others');
    pledge.frozenAs = { text: pledge.text, targets: { ...pledge.targets }, titles: { ...pledge.titles } };
    must(
      same(
        withoutTargets,
        membersOf(state).filter((unit) => !pledge.targets[unit]?.length),
      ),
      'the list of units without targets differs',
    );
    Object.assign(pledge, { version, hash, frozenOn: dateInVietnam(at), signed: [], changed: false });
  },
  PledgeSigned(state, { unit, hash, manner, paper }, { must, actor, at }) {
    const { pledge } = state;
    must(
      maySign(state, actor, unit, manner, paper) && membersOf(state).includes(unit),
      'only who binds a member signs for it',
    );
    must(pledge.hash && hash === pledge.hash, 'what was signed is not what was frozen');
    checkPaper(paper, pledge.frozenOn, at, must);
    must(!pledge.closed && within(windowOf(state, 'pledge', unit), at), 'it was signed outside the window');
    must(!pledge.signed.includes(unit), 'the unit had signed');
    pledge.signed.push(unit);
  },
  NonSigningExplained(state, { unit, reason }, { must, actor }) {
    must(isHead(actor, state) || isBoard(actor) || bindsUnit(actor, unit), 'it is not theirs to say');
    must(membersOf(state).includes(unit), 'it is no member');
    must(!state.pledge.closed && !state.pledge.signed.includes(unit), 'there is nothing to explain');
    state.pledge.reasons[unit] = reason;
  },
  PledgeClosed(state, { hash, signed, absent, reasons = {} }, { must, actor, at }) {
    const { pledge } = state;
    must(!pledge.closed && hash === (pledge.hash ?? null), 'it is closed once, with what was frozen');
    must(
      absent.length === 0 || (isSystem(actor) && isOver(closesAt(state, 'pledge'), at)),
      'it was closed before its time',
    );
    checkSplit(state, signed, absent, (unit) => pledge.signed.includes(unit), must);
    const said = Object.entries(pledge.reasons).filter(([unit]) => absent.includes(unit));
    must(same(reasons, Object.fromEntries(said)), 'the reasons of the absentees are others');
    pledge.closed = true;
  },

  AddendumOpened(state, event, about) {
    const { must, actor, bundle, at } = about;
    const { terms, pledge } = state;
    const { number, kind, member, predecessor, targets, titles, signers, document, hash } = event;
    const { units } = provinceAt(bundle, sourceOf(about, event.source, 'province'));
    const register = units[member.unit];
    const { blocs } = seasonAt(bundle, sourceOf(about, event.season, `season-${bundle.season}`));
    must(
      Object.values(blocs).every(
        (other) => other.id === terms.bloc || other.members.every((one) => one.unit !== member.unit),
      ),
      'it is a member of another bloc',
    );
    must(
      isBoard(actor) && pledge.closed && !state.opened,
      'the Board draws up addenda, between pledge and round',
    );
    must(!state.addendum && number === state.addenda + 1, 'one addendum at a time, counted on');
    const { name, shortName, kind: sort } = register ?? {};
    must(
      same(member, { unit: member.unit, name, shortName, kind: sort }),
      'the names differ from the register',
    );
    const day = dateInVietnam(at);
    must(existsOn(register, day), 'the unit did not exist');
    const already = membersOf(state).includes(member.unit);
    if (kind === 'join') must(predecessor === null && !already, 'it is a member already');
    else
      must(
        membersOf(state).includes(predecessor) && units[predecessor].successors?.includes(member.unit),
        'it is no successor of a member',
      );
    const others = membersOf(state).filter((unit) => unit !== predecessor && unit !== member.unit);
    must(same(signers, [...others, member.unit]), 'the signers are others');
    const { season, bloc } = terms;
    const unitName = member.name;
    const text = {
      season,
      bloc,
      name: terms.name,
      number,
      unit: member.unit,
      unitName,
      predecessor,
      targets,
      titles,
      pledge: pledge.hash ?? null,
    };
    must(document === canonical(text) && hash === sha256(document), 'the text or its hash is another');
    checkTargets(state, targets, must);
    state.addenda = number;
    state.addendum = { ...event, signed: [], drawnUpOn: dateInVietnam(at) };
  },
  AddendumSigned(state, { number, unit, hash, manner, paper }, { must, actor, at }) {
    const { addendum } = state;
    must(addendum?.number === number && hash === addendum.hash, 'it is not the addendum that was drawn up');
    must(maySign(state, actor, unit, manner, paper), 'only who binds a signer signs');
    must(addendum.signers.includes(unit), 'it is no signer');
    checkPaper(paper, addendum.drawnUpOn, at, must);
    must(!addendum.signed.includes(unit) && !state.opened, 'it was signed twice or too late');
    addendum.signed.push(unit);
  },
  AddendumConcluded(state, { number, members, head, deputy }, { must }) {
    const { addendum, terms } = state;
    must(
      addendum?.number === number && sameSet(addendum.signed, addendum.signers),
      'not everybody has signed',
    );
    const { member, predecessor, targets, titles } = addendum;
    // What the merged unit reported stands for who took its place.
    if (predecessor !== null && (state.reports[predecessor] || state.inherited[predecessor]))
      state.inherited[member.unit] = true;
    const already = membersOf(state).includes(member.unit);
    const kept = terms.members.filter((one) => (already ? one.unit !== predecessor : true));
    const composed = kept.map((one) => (one.unit === predecessor ? member : one));
    if (predecessor === null) composed.push(member);
    const moved = (unit) => (unit === predecessor ? member.unit : unit);
    must(
      same(
        { members, head, deputy },
        { members: composed, head: moved(terms.head), deputy: moved(terms.deputy) },
      ),
      'the composition is another',
    );
    must(members.length >= 3 && members.length <= 30 && head !== deputy, 'the bloc is no bloc any more');
    state.terms = { ...terms, members, head, deputy };
    state.pledge.targets[member.unit] = targets;
    state.pledge.titles[member.unit] = titles;
    if (!state.pledge.signed.includes(member.unit)) state.pledge.signed.push(member.unit);
    state.addendum = undefined;
  },
  AddendumWithdrawn(state, { number }, { must, actor }) {
    must(isBoard(actor) && state.addendum?.number === number, 'the Board withdraws what is open');
    state.addendum = undefined;
  },

  ExtensionRequested(state, event, { must, actor }) {
    must(isHead(actor, state) && !state.tallied, 'the head asks, until results are known');
    must(event.number === state.extensions.length + 1, 'extensions are counted on');
    state.extensions.push({ ...event, granted: false });
  },
  ExtensionAnswered(state, { number, approved }, { must, actor }) {
    const asked = state.extensions[number - 1];
    must(isBoard(actor) && asked && !asked.answered, 'the Board answers once');
    Object.assign(asked, { answered: true });
    if (approved) checkExtension(state, asked, must);
    asked.granted = approved;
  },
  ExtensionGranted(state, event, { must, actor }) {
    must(isBoard(actor) && event.number === state.extensions.length + 1, 'the Board grants, counted on');
    checkExtension(state, event, must);
    state.extensions.push({ ...event, answered: true, granted: true });
  },

  RubricProposed(state, event, { must, actor, at }) {
    const { rubric } = state.terms;
    must(isHead(actor, state) && isAmendable(state, at), 'the head proposes, before self-scoring');
    must(!state.proposal && event.number === state.proposals + 1, 'one proposal at a time, counted on');
    must(event.rubric.id === rubric.id && event.rubric.scale === rubric.scale, 'id and scale stay');
    checkRubric(event.rubric, must);
    const differences = rubricChanges(rubric, event.rubric);
    must(differences.length > 0, 'nothing differs');
    must(
      sameSet(event.changes.map(canonical), differences.map(canonical)),
      'the differences from the version in force are others',
    );
    state.proposals = event.number;
    state.proposal = { ...event, consents: {} };
  },
  RubricConsentGiven(state, { number, unit, agrees }, { must, actor, at }) {
    const { proposal } = state;
    must(bindsUnit(actor, unit) && membersOf(state).includes(unit), 'only who binds a member consents');
    must(proposal?.number === number && proposal.consents[unit] === undefined, 'a unit says so once');
    must(isAmendable(state, at), 'self-scoring had begun');
    proposal.consents[unit] = agrees;
  },
  RubricAmended(state, event, { must }) {
    checkConsents(state, event, must);
    must(reaches(event.yes, event.members, rulesOf(state)('bloc.amendment-consent')), 'too few agreed');
    must(event.version === state.version + 1, 'versions are counted on');
    state.version = event.version;
    state.terms = { ...state.terms, rubric: state.proposal.rubric };
    state.proposal = undefined;
  },
  RubricRejected(state, event, { must }) {
    checkConsents(state, event, must);
    const no = consentsOf(state).length - event.yes;
    must(event.members - no < event.needed, 'it could still have been agreed to');
    state.proposal = undefined;
  },

  ActualsReported(state, { unit, actuals, attainments, late = false }, { must, actor, at }) {
    const { review, selfScore } = state.terms.calendar;
    must(bindsUnit(actor, unit) && membersOf(state).includes(unit), 'only who binds a member reports for it');
    must(
      state.pledge.closed && hasBegun(review.opensAt, at) && !isOver(selfScore.opensAt, at),
      'it was reported outside the window',
    );
    must(!state.reviewClosed || !state.reports[unit], 'what was reported in time stands');
    must(
      late === (state.reviewClosed === true || isOver(closesAt(state, 'review', unit), at)),
      'it is marked wrongly',
    );
    checkAttainments(attainments, state.pledge.targets[unit] ?? [], actuals, must);
    state.reports[unit] = true;
  },
  FindingsRecorded(state, _event, { must, actor, at }) {
    must(isHead(actor, state), 'only the head records findings');
    must(!state.reviewClosed && within(windowOf(state, 'review'), at), 'it was recorded outside the window');
    state.findings = true;
  },
  ReviewClosed(state, { reported, missing, findings }, { must, actor, at }) {
    must(!state.reviewClosed && findings === state.findings, 'it is closed once, as it was');
    const complete = missing.length === 0 && findings;
    must(
      complete || (isSystem(actor) && isOver(closesAt(state, 'review'), at)),
      'it was closed before its time',
    );
    checkSplit(
      state,
      reported,
      missing,
      (unit) => (state.reports[unit] ?? state.inherited[unit]) === true,
      must,
    );
    state.reviewClosed = true;
    state.unreported = missing;
  },

  SelfScoreSubmitted(state, { unit, actuals, lines, computed, rubric = 1 }, { must, actor, at }) {
    const { terms, pledge } = state;
    must(rubric === state.version, 'it was scored by another version of the rubric');
    must(bindsUnit(actor, unit) && membersOf(state).includes(unit), 'only who binds a member scores it');
    must(
      state.reviewClosed && !state.selfScoringClosed && within(windowOf(state, 'selfScore', unit), at),
      'it was handed in outside the window',
    );
    const own = [...markedBy(terms.rubric, 'peers'), ...markedBy(terms.rubric, 'head')];
    for (const { criterion, points } of lines) {
      const line = own.find(({ id }) => id === criterion);
      must(line && onLadder(line, points), `the points on ${criterion} are not on its ladder`);
    }
    const facts = markedBy(terms.rubric, 'head', ['bonus', 'penalty']).map(({ id }) => id);
    must(
      // A record made before there was the rule is not held to it.
      !terms.rules['score.claim-evidence']?.value ||
        lines.every(
          (line) => line.points === 0 || line.evidence.length > 0 || !facts.includes(line.criterion),
        ),
      'bonus or penalty is claimed without evidence',
    );
    const given = lines.map(({ criterion }) => criterion);
    const regular = terms.rubric.groups
      .filter(({ kind }) => kind === 'regular')
      .flatMap(({ criteria }) => criteria.flatMap(linesOf));
    must(new Set(given).size === given.length, 'a criterion stands twice');
    must(
      regular.every((line) => line.markedBy === 'computed' || given.includes(line.id)),
      'a criterion is missing',
    );
    const targets = pledge.targets[unit] ?? [];
    const attained = criteriaOf(terms.rubric, 'computed').filter(({ kind }) => kind === 'attainment');
    must(
      sameSet(
        Object.keys(computed),
        attained.map(({ id }) => id),
      ),
      'not every computed criterion is there',
    );
    for (const { id, max } of attained) {
      const mine = computedPoints(max, targets, actuals);
      checkAttainments(computed[id].attainments, targets, actuals, must);
      must(
        computed[id].points === mine.points && equal(fractionFrom(computed[id].mean), mine.mean),
        `${id} is computed wrongly`,
      );
    }
    state.selfScores[unit] = { computed, lines };
  },
  SelfScoringClosed(state, { submitted, missing }, { must, at }) {
    must(!state.selfScoringClosed && state.reviewClosed, 'it is closed once, after the review');
    must(missing.length === 0 || isOver(closesAt(state, 'selfScore'), at), 'it was closed before its time');
    checkSplit(state, submitted, missing, (unit) => state.selfScores[unit] !== undefined, must);
    state.selfScoringClosed = true;
  },
  RoundOpened(state, { by }, { must, actor, at }) {
    const { crossScore } = state.terms.calendar;
    must(!state.opened && state.selfScoringClosed, 'a round is opened once, after self-scoring');
    if (by === 'calendar')
      must(isSystem(actor) && hasBegun(crossScore.opensAt, at), 'it was opened before its time');
    else
      must(
        isHead(actor, state) && !isOver(closesAt(state, 'crossScore'), at),
        'only the head opens a round early',
      );
    state.opened = true;
  },
  ScoreSheetSubmitted(state, event, { must, actor, at, commit }) {
    const { unit, marks, recused = {}, comments = {}, rubric = 1 } = event;
    const { terms } = state;
    must(rubric === state.version, 'it was scored by another version of the rubric');
    must(
      bindsUnit(actor, unit) && membersOf(state).includes(unit),
      'only who binds a member hands in its sheet',
    );
    must(
      state.opened && !state.closed && !isOver(closesAt(state, 'crossScore', unit), at),
      'the round was not open',
    );
    const out = Object.keys(recused);
    must(
      out.every((peer) => peer !== unit && membersOf(state).includes(peer)),
      'it is recused from who is no peer',
    );
    const peers = membersOf(state).filter((other) => other !== unit && !out.includes(other));
    const criteria = markedBy(terms.rubric, 'peers');
    must(peers.length > 0, 'the sheet marks nobody');
    must(sameSet(Object.keys(marks), peers), 'the sheet does not mark every peer, and only peers');
    for (const peer of peers) {
      must(
        sameSet(
          Object.keys(marks[peer]),
          criteria.map(({ id }) => id),
        ),
        `the marks of ${peer} are not complete`,
      );
      for (const criterion of criteria)
        must(
          onLadder(criterion, marks[peer][criterion.id]),
          `the mark of ${peer} on ${criterion.id} is not on its ladder`,
        );
    }
    for (const [peer, byLine] of Object.entries(comments))
      for (const id of Object.keys(byLine))
        must(marks[peer]?.[id] !== undefined, 'a comment goes with no mark');
    for (const peer of peers)
      for (const line of criteria)
        must(
          comments[peer]?.[line.id] || !needsComment(state, peer, line, marks[peer][line.id]),
          `the mark of ${peer} on ${line.id} needs a comment`,
        );
    state.sheets[unit] = { seq: commit.seq, marks, recused: out };
  },
  HeadMarked(state, { unit, marks, as, reasons = {} }, { must, actor }) {
    const { head, deputy, rubric } = state.terms;
    const may = {
      head: () => isHead(actor, state) && unit !== head,
      deputy: () => bindsUnit(actor, deputy) && unit === head,
      // Where the head does not do it, the Board may: a result must not wait for ever.
      board: () => isBoard(actor),
    };
    must(membersOf(state).includes(unit) && Object.hasOwn(may, as) && may[as](), 'it is not theirs to mark');
    must(state.opened && !state.tallied, 'the head marks between the opening and the result');
    const criteria = markedBy(rubric, 'head');
    must(
      sameSet(
        Object.keys(marks),
        criteria.map(({ id }) => id),
      ),
      'the marks are not complete',
    );
    for (const criterion of criteria)
      must(onLadder(criterion, marks[criterion.id]), `${criterion.id} is not on its ladder`);
    for (const { id, kind } of criteria) {
      const claimed = state.selfScores[unit]?.lines.find((line) => line.criterion === id)?.points ?? 0;
      const asClaimed = (kind !== 'bonus' && kind !== 'penalty') || claimed === marks[id];
      must(asClaimed || reasons[id], `${id} differs from the claim and has no reason`);
    }
    state.headMarks[unit] = marks;
  },
  IndexImported(state, { criterion, outOf, values }, { must, actor }) {
    const line = criteriaOf(state.terms.rubric, 'computed').find(({ id }) => id === criterion);
    must(
      isBoard(actor) && !state.tallied && line?.kind === 'index',
      'the Board imports indices, before the result',
    );
    must(
      sameSet(
        values.map(({ unit }) => unit),
        membersOf(state),
      ),
      'not every member has its index, once',
    );
    for (const { unit, value, points } of values) {
      const [part, whole] = [decimal(value), decimal(outOf)];
      must(part.num >= 0n && !less(whole, part), `the index of ${unit} is off its scale`);
      const exact = fraction(BigInt(line.max) * part.num * whole.den, part.den * whole.num);
      must(
        points === Number((2n * exact.num + exact.den) / (2n * exact.den)),
        `the index of ${unit} is computed wrongly`,
      );
    }
    state.indices[criterion] = Object.fromEntries(values.map(({ unit, points }) => [unit, points]));
  },

  KnockOutRecorded(state, event, { must, actor }) {
    must(isBoard(actor), 'only the Board records knock-outs');
    must(
      membersOf(state).includes(event.unit) && !state.ranking,
      'it is no member, or the ranking was confirmed',
    );
    must(event.number === state.knockOuts.length + 1, 'knock-outs are counted on');
    state.knockOuts.push({ ...event });
  },
  KnockOutLifted(state, { number }, { must, actor }) {
    const found = state.knockOuts[number - 1];
    must(isBoard(actor) && found && !found.lifted && !state.ranking, 'the Board lifts what stands');
    found.lifted = true;
  },
  MissingSheetExcused(state, { unit }, { must, actor }) {
    must(isBoard(actor) || isHead(actor, state), 'only the head and the Board record excuses');
    must(
      state.closed?.missing.includes(unit) && !state.excused.includes(unit) && !state.ranking,
      'there is nothing to excuse',
    );
    state.excused.push(unit);
  },

  ObjectionFiled(state, { number, unit, criterion, answerBy }, { must, actor, at }) {
    must(bindsUnit(actor, unit) && membersOf(state).includes(unit), 'only who binds a member objects for it');
    must(
      state.firstTallyAt && !isOver(objectionsUntil(state), at) && !state.ranking,
      'it was filed outside the time',
    );
    must(number === state.objections.length + 1, 'objections are counted on');
    must(
      !state.objections.some((one) => one.open && one.unit === unit && one.criterion === criterion),
      'there is an open objection to this line',
    );
    must(
      state.terms.rubric.groups.some((group) =>
        group.criteria.flatMap(linesOf).some(({ id }) => id === criterion),
      ),
      'the rubric has no such line',
    );
    const days = rulesOf(state)('objection.answer-working-days');
    must(answerBy === workingDaysAfter(at, days, state.terms.daysOff), 'the time to answer is another');
    state.objections.push({ number, unit, criterion, answerBy, open: true });
  },
  ObjectionEscalated(state, { number }, { must, actor, at }) {
    const objection = state.objections[number - 1];
    must(
      isSystem(actor) && objection?.open && !objection.escalated && isOver(objection.answerBy, at),
      'it was not overdue',
    );
    objection.escalated = true;
  },
  ObjectionAnswered(state, { number, outcome, as }, { must, actor, at }) {
    const objection = state.objections[number - 1];
    const { head, deputy } = state.terms;
    must(objection?.open, 'it was answered before');
    const own = objection.unit === head;
    const late = objection.escalated || isOver(objection.answerBy, at);
    const may = {
      head: () => isHead(actor, state) && !own && !late,
      deputy: () => bindsUnit(actor, deputy) && own && !late,
      board: () => isBoard(actor) && (own || late),
    };
    must(Object.hasOwn(may, as) && may[as](), 'it is not theirs to answer');
    must(!state.toCorrect && ['upheld', 'refused'].includes(outcome), 'no such answer');
    objection.open = false;
    state.toCorrect = outcome === 'upheld' ? objection : undefined;
  },
  ResultCorrected(state, { number, unit, criterion, to, before }, { must }) {
    const objection = state.toCorrect;
    must(
      objection?.number === number && objection.unit === unit && objection.criterion === criterion,
      'nothing was upheld',
    );
    const line = state.terms.rubric.groups
      .flatMap((group) => group.criteria.flatMap(linesOf))
      .find(({ id }) => id === criterion);
    must(onLadder(line, to), 'the corrected mark is not on its ladder');
    const was = state.tallied.find((one) => one.unit === unit);
    must(same(before, { shown: was.shown, rank: was.rank }), 'what it was before is another');
    state.corrected[unit] = { ...state.corrected[unit], [criterion]: to };
    state.toCorrect = undefined;
    state.recountDue = true;
  },
  RoundClosed(state, { sheets, missing }, { must, actor, at }) {
    must(state.opened && !state.closed, 'a round is closed once');
    const byTime = isSystem(actor) && isOver(closesAt(state, 'crossScore'), at);
    must(byTime || (isHead(actor, state) && missing.length === 0), 'it was closed before its time');
    const handedIn = membersOf(state).filter((unit) => state.sheets[unit]);
    const counted = handedIn.map((unit) => ({ unit, seq: state.sheets[unit].seq }));
    must(same(sheets, counted), 'the sheets that count are not the last ones handed in');
    must(
      same(
        missing,
        membersOf(state).filter((unit) => !state.sheets[unit]),
      ),
      'the list of missing sheets differs',
    );
    state.closed = { sheets, missing };
  },
  Tallied(state, { lines, revision = 1 }, { must, at }) {
    must(
      state.closed && (!state.tallied || state.recountDue),
      'a round is tallied once, and after a correction',
    );
    must(revision === state.revision + 1, 'revisions are counted on');
    checkTally(lines, state, must);
    state.tallied = lines;
    state.firstTallyAt ??= at;
    state.revision = revision;
    state.recountDue = false;
  },

  MeetingHeld(state, { number, present, quorum }, { must, actor, at }) {
    const { terms } = state;
    const members = membersOf(state);
    must(
      isHead(actor, state) && state.tallied && !state.ranking,
      'the head holds the meeting, after the result',
    );
    must(within(windowOf(state, 'meeting'), at), 'it was held outside the window');
    must(
      number === state.held + 1 && new Set(present).size === present.length,
      'meetings and members are counted once',
    );
    must(
      present.every((unit) => members.includes(unit)),
      'somebody attended who is no member',
    );
    const share = terms.rules['bloc.quorum'].value;
    const mine = {
      present: present.length,
      total: members.length,
      needed: fewest(members.length, share),
      met: reaches(present.length, members.length, share),
    };
    must(same(quorum, mine), 'the quorum is not the recounted one');
    state.held = number;
    state.quorum = mine.met;
    if (mine.met) state.present = present;
  },
  RankingConfirmed(state, { meeting, ranks, ineligible, knockOuts = [] }, { must, actor, at }) {
    must(
      isHead(actor, state) && state.quorum && meeting === state.held && !state.ranking && mayMeet(state, at),
      'no meeting had its quorum',
    );
    must(
      same(
        ranks,
        state.tallied.map(({ unit, rank: place }) => ({ unit, rank: place })),
      ),
      'the ranking is not that of the result',
    );
    must(
      isOver(objectionsUntil(state), at) && state.objections.every(({ open }) => !open),
      'objections were still open',
    );
    const stand = knockOutsOf(state);
    must(same(knockOuts, stand), 'the knock-outs are others');
    const out = membersOf(state).filter((unit) => stand.some((one) => one.unit === unit));
    must(same(ineligible, out), 'the list of ineligible units differs');
    state.ranking = { ranks, ineligible, meeting };
  },
  BallotOpened(state, event, { must, actor, at }) {
    const value = rulesOf(state);
    const { ranking, present } = state;
    must(isHead(actor, state) && ranking && mayMeet(state, at), 'it is not the time to vote');
    must(
      event.number === state.ballots.length + 1 && event.mode === value('meeting.vote'),
      'it is another kind of vote',
    );
    const before = state.ballots.at(-1);
    must(
      !before || (before.counted && before.elected === null),
      'the vote before is not over, or elected somebody',
    );
    must(
      distinct(event.recused) &&
        event.recused.length < present.length &&
        event.recused.every((unit) => present.includes(unit)),
      'somebody is recused who is not present',
    );
    const ranked = eligibleIn(state);
    const worst = ranked[value('meeting.candidates') - 1]?.rank ?? Number.POSITIVE_INFINITY;
    must(
      same(
        event.candidates,
        ranked.filter((one) => one.rank <= worst).map(({ unit }) => unit),
      ),
      'the candidates are others',
    );
    const voters = present.filter((unit) => !event.recused.includes(unit));
    const out = value('meeting.recused') === 'out' ? event.recused.length : 0;
    const wholes = {
      total: membersOf(state).length - out,
      present: present.length - out,
      entitled: voters.length,
    };
    const whole = wholes[value('meeting.denominator')];
    const needed = fewest(whole, value('meeting.threshold'), value('meeting.comparison'));
    must(
      same([event.voters, event.denominator, event.needed], [voters, whole, needed]),
      'voters or share are others',
    );
    state.ballots.push({ ...event, cast: {} });
  },
  BallotCast(state, { number, unit, choice }, { must, actor, at }) {
    must(mayMeet(state, at), 'the bloc votes within its window');
    const ballot = state.ballots.at(-1);
    must(ballot?.number === number && ballot.mode === 'open' && !ballot.counted, 'no open vote was on');
    must(
      bindsUnit(actor, unit) && ballot.voters.includes(unit) && !Object.hasOwn(ballot.cast, unit),
      'it may not vote, or has',
    );
    must(choice === null || ballot.candidates.includes(choice), 'it is no candidate');
    ballot.cast[unit] = choice;
  },
  BallotCounted(state, { number, votes, blank, invalid, paper, elected }, { must, actor, at }) {
    must(mayMeet(state, at), 'the bloc votes within its window');
    const ballot = state.ballots.at(-1);
    must(ballot?.number === number && !ballot.counted, 'no vote was on');
    must(
      same(
        votes.map(({ unit }) => unit),
        ballot.candidates,
      ),
      'the candidates are others',
    );
    const all = sum(votes.map((one) => one.votes)) + blank + invalid;
    if (ballot.mode === 'paper') {
      must(
        isHead(actor, state) &&
          paper.team.length >= 3 &&
          distinct(paper.team) &&
          natural(blank, invalid, ...votes.map((one) => one.votes)) &&
          paper.team.every((unit) => state.present.includes(unit)),
        'the counting team is not three of those present',
      );
      must(
        all === paper.returned && paper.returned <= paper.issued && paper.issued <= ballot.voters.length,
        'the ballots do not add up',
      );
    } else {
      const choices = Object.values(ballot.cast);
      must(choices.length === ballot.voters.length || isHead(actor, state), 'not everybody had voted');
      for (const one of votes)
        must(one.votes === choices.filter((choice) => choice === one.unit).length, 'the votes are others');
      must(all === ballot.voters.length && invalid === 0, 'the votes are others');
    }
    const most = Math.max(...votes.map((one) => one.votes));
    const first = votes.filter((one) => one.votes === most);
    must(
      elected === (first.length === 1 && most >= ballot.needed ? first[0].unit : null),
      'another was elected',
    );
    Object.assign(ballot, { counted: true, elected });
  },
  DocumentsAdded(state, { documents }, { must, actor }) {
    must(isHead(actor, state) && state.ended === 'nominated', 'the head adds papers to what was nominated');
    state.documents = {
      ...state.documents,
      ...documents,
      reports: { ...state.documents.reports, ...documents.reports },
    };
  },
  NextHeadChosen(state, { head, deputy, by, yes }, { must, actor }) {
    const members = membersOf(state);
    must(isHead(actor, state) && state.ranking && !state.handedOver, 'the meeting chooses the next head');
    must(members.includes(head) && members.includes(deputy) && head !== deputy, 'they are not two members');
    const value = rulesOf(state);
    must(['either', by].includes(value('next-head.choice')), 'they are chosen otherwise');
    if (by === 'vote') {
      const needed = fewest(members.length, value('next-head.threshold'), value('next-head.comparison'));
      must(natural(yes) && yes >= needed && yes <= members.length, 'too few agreed');
    } else {
      const after = (unit) => members[(members.indexOf(unit) + 1) % members.length];
      const turn = after(state.terms.head);
      must(
        by === 'rotation' && yes === undefined && head === turn && deputy === after(turn),
        'it is not their turn',
      );
    }
    state.next = head;
  },
  HandedOver(state, { to }, { must, actor }) {
    must(
      isHead(actor, state) && state.next === to && !state.handedOver,
      'it is handed over once, to the next head',
    );
    state.handedOver = true;
  },
  NominationsMade(state, { meeting, nominees, quota, documents }, { must, actor, at }) {
    const { ranking } = state;
    const value = rulesOf(state);
    must(isHead(actor, state) && ranking && mayMeet(state, at), 'it is not the time to nominate');
    must(meeting === ranking.meeting, 'it was another meeting that confirmed the ranking');
    must(
      quota.flags === value('bloc.flags') && quota.certificates === value('bloc.certificates'),
      'the quota differs from the rules',
    );
    const of = (award) => nominees.filter((nominee) => nominee.award === award);
    const [flags, certificates] = [of('provincial-flag'), of('certificate')];
    must(flags.length + certificates.length === nominees.length, 'an award is not known');
    must(
      flags.length <= quota.flags && certificates.length <= quota.certificates,
      'more are nominated than the quota allows',
    );
    must(
      nominees.length > 0 && new Set(nominees.map(({ unit }) => unit)).size === nominees.length,
      'a unit is nominated twice',
    );
    const eligible = ranking.ranks.filter(
      ({ unit, rank: place }) => place !== null && !ranking.ineligible.includes(unit),
    );
    for (const { unit, rank: place } of nominees)
      must(
        eligible.some((other) => other.unit === unit && other.rank === place),
        `${unit} is not eligible in this rank`,
      );
    const flagged = flags.map(({ unit }) => unit);
    const last = Math.max(0, ...flags.map(({ rank: place }) => place));
    must(flags.length === 0 || eligibleIn(state).length > 0, 'the flag should have stayed vacant');
    if (value('meeting.vote') === 'none' || flags.length === 0)
      must(
        eligible.every(({ unit, rank: place }) => place >= last || flagged.includes(unit)),
        'the flag passed over a better rank',
      );
    else must(same(flagged, [state.ballots.at(-1)?.elected]), 'the flag is not for whom the meeting elected');
    if (documents) state.documents = documents;
    state.nominees = nominees;
    state.ended = 'nominated';
  },
  BlocClosed(state, _event, { must, actor, at }) {
    must(
      isSystem(actor) && !state.ended && isOver(closesAt(state, 'meeting'), at),
      'it was closed before its time',
    );
    state.ended = 'closed';
  },
};

const newBloc = () => ({
  runs: {},
  pledge: { targets: {}, titles: {}, version: 0, signed: [], reasons: {} },
  addenda: 0,
  extensions: [],
  version: 1,
  proposals: 0,
  indices: {},
  corrected: {},
  revision: 0,
  knockOuts: [],
  excused: [],
  objections: [],
  ballots: [],
  documents: { reports: {} },
  reports: {},
  unreported: [],
  inherited: {},
  findings: false,
  selfScores: {},
  sheets: {},
  headMarks: {},
  held: 0,
  nominees: [],
});

/** What a bloc owes as soon as the last thing that it waited for is there. */
function nothingIsOwed(state, { must }) {
  const members = membersOf(state);
  const { pledge, addendum, proposal } = state;
  must(
    pledge.closed || !members.every((unit) => pledge.signed.includes(unit)),
    'everybody has signed and the pledge was not closed',
  );
  must(
    !addendum || addendum.signers.some((unit) => !addendum.signed.includes(unit)),
    'everybody has signed an addendum and it was not concluded',
  );
  // An addendum changes who is waited for; then these two are settled by the next act, or by the deadline.
  const complete = state.findings && members.every((unit) => state.reports[unit]);
  must(
    state.reviewClosed || !complete || !pledge.closed || state.addenda > 0,
    'the review is complete and was not closed',
  );
  if (proposal && state.addenda === 0) {
    const said = consentsOf(state);
    const yes = said.filter(Boolean).length;
    const needed = fewest(members.length, rulesOf(state)('bloc.amendment-consent'));
    must(
      yes < needed && members.length - (said.length - yes) >= needed,
      'enough is said of a proposal and nothing was decided',
    );
  }
  const ballot = state.ballots.at(-1);
  must(
    ballot?.mode !== 'open' || ballot.counted || Object.keys(ballot.cast).length < ballot.voters.length,
    'everybody has voted and nothing was counted',
  );
  const begun = 1 + Boolean(pledge.closed) + Boolean(state.reviewClosed);
  must(same(Object.keys(state.runs), phases.slice(0, begun)), 'a phase was not started');
}

/** What must hold between two commits of a bloc. */
function blocHolds(state, { must }) {
  must(
    !(state.pledge.hash && state.pledge.changed),
    'a change of the frozen pledge did not void its signatures',
  );
  const marked =
    criteriaOf(state.terms.rubric, 'head').length === 0 ||
    membersOf(state).every((unit) => state.headMarks[unit]);
  const imported = criteriaOf(state.terms.rubric, 'computed').every(
    ({ id, kind }) =>
      kind !== 'index' || membersOf(state).every((unit) => state.indices[id]?.[unit] !== undefined),
  );
  nothingIsOwed(state, { must });
  must(!state.recountDue && !state.toCorrect, 'a correction was not followed by its result');
  must(!state.closed || !marked || !imported || state.tallied, 'everything is in and nothing was tallied');
}

/** A bloc as it stood after a commit of its own; many dossiers are copied from the same one. */
function blocAt(bundle, name, seq) {
  const key = `${name} ${seq}`;
  bundle.blocsThen ??= new Map();
  if (!bundle.blocsThen.has(key))
    bundle.blocsThen.set(key, walk(bundle, name, newBloc(), blocRules, seq, blocHolds));
  return bundle.blocsThen.get(key);
}

// ── The Council ──────────────────────────────────────────────────────────────────────────────────────────────────

const keyOf = ({ unit, award }) => `${award}:${unit}`;
const agendaOf = (state, award) =>
  Object.values(state.dossiers).filter(
    (one) => one.verdict === 'eligible' && (!award || one.award === award),
  );

function isByPaper(state, award) {
  return agendaOf(state, award).some((one) => one.rules[`council.secrecy.${award}`].value === 'paper');
}

/** Units named in a vote or count: all of the agenda, each once. */
function checkAgenda(state, award, units, must) {
  must(
    units.length > 0 &&
      same(
        [...units].sort(),
        agendaOf(state, award)
          .map(({ unit }) => unit)
          .sort(),
      ),
    'it does not name the agenda, each once',
  );
}

function countOf(state, { unit, award, rules }) {
  const total = state.roll.length;
  const share = rules[`council.threshold.${award}`].value;
  const comparison = rules[`council.comparison.${award}`].value;
  const line = state.paper[award]?.find((other) => other.unit === unit);
  const votes = Object.values(state.votes[award] ?? {}).map((choices) => choices[unit]);
  const of = (choice) => votes.filter((other) => other === choice).length;
  const yes = line?.yes ?? of('yes');
  return {
    unit,
    award,
    yes,
    no: line?.no ?? of('no'),
    abstain: line ? 0 : of('abstain'),
    invalid: line?.invalid ?? 0,
    total,
    needed: fewest(total, share, comparison),
    share,
    comparison,
    passed: reaches(yes, total, share, comparison),
  };
}

/** The share of the roll that makes a quorum: that of the first bloc received. */
function quorumOf(state, at) {
  const received = Object.values(state.received)[0];
  return received?.['council.quorum'].value ?? ruleOn(state.rules, dateInVietnam(at), 'council.quorum');
}

/** By circulation answers are taken from its beginning. */
function mayAnswer(state, at, must) {
  must(!state.byCirculation || hasBegun(state.sitsAt, at), 'nobody had been asked yet');
}

/** When, where and how the Council is to sit, and that there is something to sit on. */
function checkSitting(state, { at: sitsAt, mode, answersBy, place }, at, must) {
  must(state.nominationsClosed, 'nominations were not closed');
  must(
    Object.values(state.dossiers).every(({ verdict }) => verdict),
    'a dossier was not appraised',
  );
  const { council } = state.terms.calendar;
  must(
    place !== '' && instant(sitsAt) >= instant(at) && within(council, sitsAt),
    'it was convened for a time outside the window, or before the convening',
  );
  const circulates = mode === 'circulation';
  must(circulates || mode === 'in-session', 'there is no such way to sit');
  must(
    circulates ? instant(answersBy) > instant(sitsAt) && within(council, answersBy) : answersBy === null,
    'a time for answers goes with a circulation, within the window',
  );
  must(
    !circulates || ruleOn(state.rules, dateInVietnam(at), 'council.circulation'),
    'the rules know no vote by circulation',
  );
}

/** The twelve signs by which anybody checks an award. */
function codeOf(stream, award, unit) {
  const signs = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
  const digest = createHash('sha256').update(`${stream} ${award} ${unit}`).digest();
  const code = [...digest.subarray(0, 12)].map((byte) => signs[byte % signs.length]).join('');
  return code.replace(/(.{4})(.{4})(.{4})/, '$1-$2-$3');
}

const dossierParts = ['submission', 'minutes', 'report'];

/** What a bloc has not handed in of a unit's dossier. */
const lackingIn = ({ documents }, unit) =>
  dossierParts.filter((part) => !(part === 'report' ? documents.reports[unit] : documents[part]));

/** A dossier has to be appraised anew, and a session to be proposed anew; from the session on nothing is reopened. */
function reopen(state, dossier) {
  if (state.roll || !dossier.verdict) return;
  dossier.verdict = undefined;
  state.proposed = false;
}

/** Matters on which agencies are asked about firms. */
const matters = { insurance: 1, tax: 1, environment: 1, labour: 1, 'food-safety': 1 };

const councilRules = {
  CouncilOpened(state, { type: _type, v: _v, source, rules, ...terms }, about) {
    const { must, actor, bundle, commit } = about;
    const season = seasonAt(bundle, sourceOf(about, source, `season-${bundle.season}`));
    must(isSystem(actor) && season.launched && !state.terms, 'it is opened once, after the launch');
    const { meeting, council, publication } = season.calendar;
    const expected = {
      season: season.id,
      session: Number(commit.stream.split('-')[2]),
      ...season.council,
      blocs: Object.values(season.blocs).map(({ id, name }) => ({ bloc: id, name })),
      calendar: { meeting, council, publication },
      daysOff: season.daysOff ?? { off: [], workedWeekendDays: [] },
    };
    must(same(terms, expected) && same(rules, season.rules), "the copy differs from the season's decisions");
    Object.assign(state, { terms, rules });
  },
  NominationReceived(state, event, about) {
    const { must, actor, at, bundle } = about;
    const name = `bloc-${bundle.season}-${event.bloc}`;
    const bloc = blocAt(bundle, name, sourceOf(about, event.source, name));
    const { events } = about.commit;
    must(
      isSystem(actor) && !state.received[event.bloc] && !state.nominationsClosed,
      'a bloc is received once, in time',
    );
    must(bloc.ended && event.outcome === bloc.ended, 'the bloc ended otherwise');
    must(event.on === dateInVietnam(at), 'the date of receipt is another');
    const { rules } = event;
    must(
      areRulesOn(rules, state.rules, event.on, event.bloc) && event.pack === rules['council.quorum'].pack,
      'the rules are not those of the date of receipt',
    );
    const memberOf = (unit) => bloc.terms.members.find((member) => member.unit === unit);
    const expected = bloc.nominees.map(({ unit, award, rank: place }) => ({
      unit,
      name: memberOf(unit).name,
      kind: memberOf(unit).kind,
      award,
      bloc: event.bloc,
      rank: place,
      total: bloc.tallied.find((line) => line.unit === unit).shown,
    }));
    must(same(event.dossiers, expected), 'the dossiers are not what the bloc nominated');
    const next = events.indexOf(event) + 1;
    expected.forEach(({ unit, award }, i) => {
      const receipt = events[next + i] ?? {};
      must(
        receipt.type === 'DossierReceived' &&
          receipt.unit === unit &&
          receipt.award === award &&
          same(receipt.source, event.source),
        'a dossier was not received with its nomination',
      );
    });
    state.received[event.bloc] = rules;
    if (event.outcome === 'nominated') state.nominating.push(event.bloc);
    for (const dossier of expected) state.dossiers[keyOf(dossier)] = { ...dossier, rules };
  },
  DossierReceived(state, { source, unit, award, on, missing, papers, dueBy }, about) {
    const { must, actor, at, bundle } = about;
    const dossier = state.dossiers[keyOf({ unit, award })];
    must(isSystem(actor) && dossier && on === dateInVietnam(at), 'it is no dossier, or another day');
    const name = `bloc-${bundle.season}-${dossier.bloc}`;
    const { documents, nominees } = blocAt(bundle, name, sourceOf(about, source, name));
    must(
      nominees.some((one) => one.unit === unit && one.award === award),
      'the bloc had not nominated it',
    );
    must(same(missing, lackingIn({ documents }, unit)), 'it does not lack what it is said to lack');
    const { submission, minutes, reports } = documents;
    const expected = sha256(canonical({ submission, minutes, report: reports[unit] }));
    must(papers === expected && papers !== dossier.papers, 'its papers are others, or the same as before');
    const days = dossier.rules['appraisal.working-days'].value;
    const due = missing.length > 0 ? null : workingDaysAfter(at, days, state.terms.daysOff);
    must(dueBy === due, 'the time for its appraisal is another');
    Object.assign(dossier, { papers, missing });
    reopen(state, dossier);
  },
  DossierReturned(state, { unit, award, reason }, { must, actor }) {
    const dossier = state.dossiers[keyOf({ unit, award })];
    must(isBoard(actor) && dossier && !state.roll, 'the Board returns dossiers before the session');
    must(reason.trim() !== '' && dossier.verdict !== 'returned', 'it has no reason, or is returned already');
    Object.assign(dossier, { verdict: 'returned', reason });
    state.proposed = false;
  },
  OpinionAsked(state, { number, matter, nominees, date, answerBy }, { must, actor, at }) {
    const keys = nominees.map(keyOf);
    must(isBoard(actor) && state.terms && !state.roll, 'the Board asks agencies before the session');
    must(number === state.opinions.length + 1, 'letters are counted on');
    must(
      distinct(keys) &&
        keys.length > 0 &&
        keys.every((key) => state.dossiers[key]) &&
        date <= dateInVietnam(at),
      'it asks about whom nobody nominated, or is dated ahead',
    );
    must(Object.hasOwn(matters, matter), 'there is no such matter');
    const days = ruleOn(state.rules, dateInVietnam(at), 'opinion.working-days');
    must(answerBy === workingDaysAfter(at, days, state.terms.daysOff), 'the time to answer is another');
    state.opinions.push({ matter, keys, date, answerBy });
  },
  OpinionAnswered(state, { number, date, breaches }, { must, actor, at }) {
    const opinion = state.opinions[number - 1];
    must(isBoard(actor) && opinion && !state.roll, 'the Board records answers before the session');
    const named = breaches.map(keyOf);
    must(
      distinct(named) && named.every((key) => opinion.keys.includes(key)),
      'it names somebody it was not asked about',
    );
    must(
      breaches.every(({ finding }) => finding.trim() !== '') &&
        opinion.date <= date &&
        date <= dateInVietnam(at),
      'it finds nothing, or bears a date of another time',
    );
    opinion.breaches = named;
    for (const key of opinion.keys) reopen(state, state.dossiers[key]);
  },
  NominationAwaited(state, { source, bloc, until }, about) {
    const name = `bloc-${about.bundle.season}-${bloc}`;
    const then = blocAt(about.bundle, name, sourceOf(about, source, name));
    about.must(
      isSystem(about.actor) && until === closesAt(then, 'meeting'),
      'the bloc may meet until another day',
    );
    state.awaited[bloc] = until;
  },
  NominationsClosed(state, { late }, { must, actor, at }) {
    const blocs = state.terms.blocs.map(({ bloc }) => bloc);
    const waited = blocs.filter((bloc) => !state.received[bloc]);
    must(isSystem(actor) && !state.nominationsClosed, 'nominations are closed once');
    must(
      same(
        late,
        blocs.filter((bloc) => !state.nominating.includes(bloc)),
      ),
      'the late blocs are others',
    );
    const cutOffs = [
      state.terms.calendar.meeting.closesAt,
      ...waited.flatMap((bloc) => state.awaited[bloc] ?? []),
    ];
    must(
      waited.length === 0 || cutOffs.every((deadline) => isOver(deadline, at)),
      'it was closed before its time',
    );
    Object.assign(state, { nominationsClosed: true, late });
  },
  DossierAppraised(state, event, { must, actor, at }) {
    const dossier = state.dossiers[keyOf(event)];
    must(isBoard(actor) && dossier && !state.roll, 'the Board appraises dossiers before the session');
    must(
      event.verdict === 'eligible' || (event.verdict === 'ineligible' && event.reason.trim() !== ''),
      'a refusal has no reason',
    );
    if (event.verdict === 'eligible') {
      must(dossier.missing.length === 0, 'its dossier is not complete');
      const key = keyOf(event);
      const asked = dossier.rules['opinion.matters'].value.split(',').filter(Boolean);
      for (const matter of ['firm', 'cooperative'].includes(dossier.kind) ? asked : []) {
        const letter = state.opinions.findLast((one) => one.matter === matter && one.keys.includes(key));
        const silent =
          letter && !letter.breaches && dossier.rules['opinion.silence'].value === 'agrees'
            ? isOver(letter.answerBy, at)
            : false;
        must(
          letter && (letter.breaches ? !letter.breaches.includes(key) : silent),
          `the opinion on ${matter} is missing, or against it`,
        );
      }
    }
    dossier.verdict = event.verdict;
    dossier.reason = event.reason;
    state.proposed = false;
  },
  SessionProposed(state, event, { must, actor, at }) {
    must(actor.role === 'board-head' && !state.roll, 'the head of the Board proposes before it is convened');
    checkSitting(state, event, at, must);
    must(
      sameSet(event.agenda.map(keyOf), agendaOf(state).map(keyOf)) && same(event.late, state.late),
      'the agenda or the late blocs are others',
    );
    state.proposed = true;
  },
  SessionConvened(state, event, { must, actor, at }) {
    must(
      actor.role === 'council-chair' && state.proposed && !state.roll,
      "the chair convenes once, on the Board's proposal",
    );
    checkSitting(state, event, at, must);
    must(hasBegun(state.terms.calendar.council.opensAt, at), 'it was convened before its time');
    must(same(event.roll, state.terms.roll), 'the roll is not the one appointed');
    Object.assign(state, { roll: event.roll, sitsAt: event.at, answersBy: event.answersBy });
    state.byCirculation = event.mode === 'circulation';
    // Nobody is in a room: every vote is one in writing.
    if (state.byCirculation) state.present = [];
  },
  CirculationExtended(state, { answersBy, reason }, { must, actor, at }) {
    must(
      actor.role === 'council-chair' && state.byCirculation && !allCounted(state) && reason.trim() !== '',
      'the chair gives more time for answers, for a reason',
    );
    must(
      instant(answersBy) > instant(state.answersBy) &&
        !isOver(answersBy, at) &&
        within(state.terms.calendar.council, answersBy),
      'the new time is not a later one within the window',
    );
    state.answersBy = answersBy;
  },
  AttendanceRecorded(state, { present, substitutes, quorum }, { must, actor, at }) {
    must(
      actor.role === 'council-secretary' && state.roll && !state.byCirculation,
      'the secretary records attendance, where somebody can attend',
    );
    must(
      !uncounted(state).some((award) => state.votes[award] || state.paper[award]) && !allCounted(state),
      'voting had begun',
    );
    const replaced = substitutes.map(({ seat }) => seat);
    must(
      new Set(replaced).size === replaced.length &&
        replaced.every((seat) => !present.includes(seat) && state.roll.some((one) => one.seat === seat)),
      'somebody sits in for who is there, or for nobody',
    );
    must(
      new Set(present).size === present.length &&
        present.every((seat) => state.roll.some((one) => one.seat === seat)),
      'somebody is not on the roll',
    );
    const share = quorumOf(state, at);
    const total = state.roll.length;
    const met = reaches(present.length, total, share);
    must(
      same(quorum, { present: present.length, total, needed: fewest(total, share), met }),
      'the quorum is not the recounted one',
    );
    state.present = met ? present : undefined;
  },
  VoteCast(state, { seat, award, choices, written = false }, { must, actor, at }) {
    mayAnswer(state, at, must);
    must(!state.answersBy || !isOver(state.answersBy, at), 'answers were taken no more');
    must(
      ['council-member', 'council-secretary', 'council-chair'].includes(actor.role) &&
        choices.every(({ choice }) => ['yes', 'no', 'abstain'].includes(choice)) &&
        actor.seat === seat &&
        state.present &&
        state.roll.some((one) => one.seat === seat) &&
        uncounted(state).includes(award),
      'only who is on the roll votes, until the count',
    );
    must(written === !state.present.includes(seat), 'a vote in writing is that of an absent member');
    must(
      !written || state.byCirculation || holdsFor(state, award, 'council.written-votes', true),
      'absent members have no vote',
    );
    const own = state.roll.find((one) => one.seat === seat).unit;
    must(
      choices.every(
        ({ unit, choice }) =>
          unit !== own ||
          choice === 'abstain' ||
          state.dossiers[keyOf({ unit, award })]?.rules['council.conflict'].value !== 'abstain',
      ),
      'a member voted on the unit that it leads',
    );
    must(!isByPaper(state, award), 'this award is voted on by paper');
    checkAgenda(
      state,
      award,
      choices.map(({ unit }) => unit),
      must,
    );
    state.votes[award] ??= {};
    state.votes[award][seat] = Object.fromEntries(choices.map(({ unit, choice }) => [unit, choice]));
  },
  PaperCounted(state, { award, team, issued, returned, written, lines }, { must, actor, at }) {
    mayAnswer(state, at, must);
    must(
      !state.byCirculation || isOver(state.answersBy, at) || returned >= state.roll.length,
      'papers were still awaited',
    );
    must(
      actor.role === 'council-secretary' &&
        state.present &&
        uncounted(state).includes(award) &&
        !state.paper[award],
      'the secretary enters a count once',
    );
    must(isByPaper(state, award), 'this award is voted on openly');
    must(
      new Set(team).size === team.length &&
        team.length >= 3 &&
        team.every((seat) =>
          state.byCirculation ? state.roll.some((one) => one.seat === seat) : state.present.includes(seat),
        ),
      'the counting team is not three of those present',
    );
    const absent =
      state.byCirculation || holdsFor(state, award, 'council.written-votes', true)
        ? state.roll.length - state.present.length
        : 0;
    must(natural(written) && written <= absent, 'there are more written votes than absent members');
    must(
      issued <= state.present.length + written && returned <= issued,
      'there are more ballots than voters',
    );
    must(
      lines.every(
        ({ yes, no, invalid }) =>
          natural(yes, no, invalid, issued, returned) && yes + no + invalid === returned,
      ),
      'the ballots do not add up',
    );
    checkAgenda(
      state,
      award,
      lines.map(({ unit }) => unit),
      must,
    );
    state.paper[award] = lines;
    state.returned[award] = returned;
  },
  VotesCounted(state, { counts, answers }, { must, actor, at }) {
    mayAnswer(state, at, must);
    must(actor.role === 'council-secretary' && state.present && !allCounted(state), 'votes are counted once');
    const due = uncounted(state);
    for (const award of due) {
      const whole = isByPaper(state, award)
        ? state.paper[award]
        : state.present.every((seat) => state.votes[award]?.[seat]);
      must(whole, `votes on ${award} are missing`);
    }
    must(
      same(
        counts,
        agendaOf(state)
          .filter(({ award }) => due.includes(award))
          .map((dossier) => countOf(state, dossier)),
      ),
      'the count is not the recounted one',
    );
    const total = state.roll.length;
    const share = quorumOf(state, at);
    const expected = due.map((award) => {
      const present = isByPaper(state, award)
        ? state.returned[award]
        : Object.keys(state.votes[award] ?? {}).length;
      return { award, present, total, needed: fewest(total, share), met: reaches(present, total, share) };
    });
    must(
      same(answers, state.byCirculation ? expected : undefined),
      'who answered is not the recounted number',
    );
    must(
      !state.byCirculation ||
        (expected.every(({ met }) => met) &&
          (isOver(state.answersBy, at) || expected.every(({ present }) => present === total))),
      'too few had answered, or their time was not over',
    );
    state.counts = [...(state.counts ?? []), ...counts];
  },
  BallotVoided(state, { award, number, reason, counts }, { must, actor }) {
    const before = state.counts?.filter((count) => count.award === award) ?? [];
    must(
      actor.role === 'council-chair' && !state.passed && before.length > 0 && reason.trim() !== '',
      'the chair has a counted ballot repeated, for a reason',
    );
    must(same(counts, before), 'what the void ballot came to is another');
    must(number === (state.voided[award] ?? 0) + 1, 'ballots are counted on');
    state.voided[award] = number;
    state.counts = state.counts.filter((count) => count.award !== award);
    delete state.votes[award];
    delete state.paper[award];
    state.present = state.byCirculation ? [] : undefined;
  },
  CouncilConcluded(state, { passed, failed }, { must, actor, at }) {
    must(
      actor.role === 'council-chair' && allCounted(state) && !state.passed,
      'the chair concludes once, when all is counted',
    );
    const keys = (did) =>
      state.counts.filter((count) => count.passed === did).map(({ unit, award }) => ({ unit, award }));
    must(same(passed, keys(true)) && same(failed, keys(false)), 'what passed is not what was counted');
    state.passed = passed.map(keyOf);
    state.concludedOn = dateInVietnam(at);
  },
  SubmissionMade(state, { awards, date, draft }, { must, actor, at }) {
    must(
      actor.role === 'board-head' && state.passed && !state.submitted && draft.title,
      'the head of the Board submits once, with a draft, what the Council concluded',
    );
    must(sameSet(awards.map(keyOf), state.passed), 'it does not submit what passed');
    must(
      state.concludedOn <= date && date <= dateInVietnam(at),
      'its date does not lie between the conclusion and its recording',
    );
    state.submitted = true;
  },
  DecisionRecorded(state, { awards, omitted, publishAt, date }, { must, actor, at }) {
    must(
      actor.role === 'chairman-office' && state.submitted && !state.decision,
      "the Chairman's office records the decision once, on the Board's submission",
    );
    must(
      sameSet([...awards, ...omitted].map(keyOf), state.passed),
      'it does not name what the Council passed, each once',
    );
    must(
      omitted.every(({ reason }) => reason.trim() !== ''),
      'something is left out without a reason',
    );
    must(
      state.concludedOn <= date && date <= dateInVietnam(at),
      'its date does not lie between the conclusion and its recording',
    );
    must(
      instant(publishAt) >= instant(at) && within(state.terms.calendar.publication, publishAt),
      'it was to be public before it was recorded, or outside the window',
    );
    state.decision = { awards, omitted, publishAt };
  },
  AwardsPublished(state, { awards }, { must, actor, at, commit }) {
    must(isSystem(actor) && state.decision, 'awards are published by the workflow, after the decision');
    must(hasBegun(state.decision.publishAt, at), 'it was published before its instant');
    const expected = state.decision.awards
      .filter((key) => isDue(state, keyOf(key), at))
      .map(({ unit, award }) => {
        const { name, bloc } = state.dossiers[keyOf({ unit, award })];
        return { unit, name, award, bloc, code: codeOf(commit.stream, award, unit) };
      });
    must(same(awards, expected), 'the published awards are not those that were due');
    for (const award of awards) state.published[keyOf(award)] = { ...award, on: dateInVietnam(at) };
  },
  RefusalsNotified(state, { refusals }, { must, actor, at }) {
    must(isSystem(actor) && state.decision && !state.refused, 'the refused are told once');
    must(hasBegun(state.decision.publishAt, at), 'they were told before the awards were public');
    const expected = Object.entries(state.dossiers).flatMap(
      ([key, { unit, award, bloc, verdict, reason }]) => {
        if (verdict !== 'eligible') return [{ unit, award, bloc, stage: 'appraisal', reason }];
        if (state.counts.some((count) => keyOf(count) === key && !count.passed))
          return [{ unit, award, bloc, stage: 'council', reason: '' }];
        const left = state.decision.omitted.find((one) => keyOf(one) === key);
        return left ? [{ unit, award, bloc, stage: 'decision', reason: left.reason }] : [];
      },
    );
    must(same(refusals, expected), 'those refused, or why, are others');
    state.refused = true;
  },
  AwardHeld(state, event, { must, actor }) {
    const key = keyOf(event);
    must(
      actor.role === 'chairman-office' && state.passed?.includes(key),
      "the Chairman's office holds what passed",
    );
    const hold = state.holds[key];
    must(!state.published[key] && (!hold || hold.publishAt), 'it is public, or held already');
    state.holds[key] = {};
  },
  AwardReleased(state, event, { must, actor, at }) {
    const hold = state.holds[keyOf(event)];
    must(
      actor.role === 'chairman-office' && hold && !hold.publishAt,
      "the Chairman's office releases what is held",
    );
    must(instant(event.publishAt) >= instant(at), 'it was to be public before it was released');
    must(event.run === (state.runs['award-publication'] ?? 1) + 1, 'runs are counted on');
    state.runs['award-publication'] = event.run;
    hold.publishAt = event.publishAt;
  },
  AwardRevoked(state, event, { must, actor, at }) {
    const award = state.published[keyOf(event)];
    must(
      actor.role === 'chairman-office' && award && !award.revoked,
      "the Chairman's office revokes what is published, once",
    );
    must(
      award.on <= event.date && event.date <= dateInVietnam(at),
      'its date does not lie between publication and recording',
    );
    award.revoked = true;
  },
  CouncilPhaseRestarted(state, { phase, run }, { must, actor }) {
    must(isBoard(actor) && run === (state.runs[phase] ?? 1) + 1, 'runs are counted on');
    state.runs[phase] = run;
  },
};
const newCouncil = () => ({
  nominating: [],
  awaited: {},
  received: {},
  opinions: [],
  returned: {},
  dossiers: {},
  votes: {},
  paper: {},
  runs: {},
  holds: {},
  published: {},
  voided: {},
});

/** Awards on the agenda whose ballot, the last where it was repeated, is not counted. */
function uncounted(state) {
  const awards = new Set(agendaOf(state).map(({ award }) => award));
  return [...awards].filter((award) => !state.counts?.some((count) => count.award === award));
}

/** Whether nothing on the agenda is left to count. */
function allCounted(state) {
  return state.counts !== undefined && uncounted(state).length === 0;
}

/** Whether a rule has a value for every dossier on an award's agenda. */
function holdsFor(state, award, key, value) {
  return agendaOf(state)
    .filter((dossier) => dossier.award === award)
    .every(({ rules }) => rules[key].value === value);
}

/** Whether a decided award is to be public at an instant: not yet published, not held, its own instant come. */
function isDue(state, key, at) {
  const hold = state.holds[key];
  if (state.published[key] || (hold && !hold.publishAt)) return false;
  return hasBegun(state.decision.publishAt, at) && (!hold || hasBegun(hold.publishAt, at));
}

// ── All of it ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Recounts a bundle; throws at the first thing that is not as it should be. */
function recount(bytes, expectedHead) {
  const bundle = read(bytes, expectedHead);
  bundle.assignments = assignmentsOf(bundle);
  const season = `season-${bundle.season}`;
  for (const stream of ['province', season])
    if (!bundle.streams.has(stream)) throw new Bad(`${stream} is missing`, stream);
  provinceAt(bundle);
  const { blocs } = seasonAt(bundle);
  const awards = { flag: 0, certificate: 0 };
  for (const stream of bundle.streams.keys()) {
    if (stream === 'province' || stream === season) continue;
    if (stream.startsWith(`bloc-${bundle.season}-`)) blocAt(bundle, stream);
    else if (stream === `council-${bundle.season}-1`) {
      const { published, nominationsClosed } = walk(bundle, stream, newCouncil(), councilRules);
      for (const bloc of nominationsClosed ? Object.keys(blocs) : [])
        if (!bundle.streams.has(`bloc-${bundle.season}-${bloc}`))
          throw new Bad(`the Council closed its nominations and ${bloc} is missing`, stream);
      // What was revoked is still published, and no award any more.
      for (const { award } of Object.values(published).filter(({ revoked }) => !revoked))
        awards[award === 'provincial-flag' ? 'flag' : 'certificate']++;
    } else throw new Bad('the stream is none of this season', stream);
  }
  return { commits: bundle.commits, head: bundle.head, awards };
}

function main(argv) {
  const rest = [...argv];
  const at = rest.indexOf('--head');
  const [, head] = at < 0 ? [] : rest.splice(at, 2);
  const [file, ...more] = rest;
  if (!file || more.length > 0 || (at >= 0 && !/^[0-9a-f]{64}$/.test(head ?? ''))) {
    process.stderr.write('usage: recount.mjs FILE [--head HASH], HASH being 64 hexadecimal digits\n');
    return 2;
  }
  let bytes;
  try {
    // `npm run` moves to the project's folder first; the name was typed where `npm run` was.
    const { npm_lifecycle_event: script, INIT_CWD: typedIn = '' } = process.env;
    bytes = readFileSync(script === 'verify' ? resolve(typedIn, file) : file);
  } catch (error) {
    process.stderr.write(`${file} cannot be read: ${error.message}\n`);
    return 2;
  }
  let result;
  try {
    result = { ok: true, ...recount(bytes, head), firstBad: null };
    process.stdout.write(
      `${result.commits} commits recounted: bytes, chains, authority and every official number agree.\n`,
    );
  } catch (error) {
    // What cannot even be walked is bad too: a commit without the form of one ends here as well.
    const place =
      error instanceof Bad
        ? error.place
        : { stream: null, seq: null, why: `it cannot be read: ${error.message}` };
    result = { ok: false, commits: null, head: null, awards: null, firstBad: place };
    process.stdout.write(`NOT in order: ${place.stream ?? 'file'} ${place.seq ?? ''}: ${place.why}\n`);
  }
  const { ok, commits, head: found, firstBad, awards } = result;
  process.stdout.write(`${JSON.stringify({ ok, commits, head: found, firstBad, awards })}\n`);
  return ok ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
