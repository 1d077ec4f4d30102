/**
 * A season: the directive with its targets, the blocs, their rubrics, the calendar, the Council's roll and the rules,
 * prepared by the Board and launched after a pre-flight that lists every fault at once.
 */
import * as z from 'zod';
import type { Place, Source } from '../journal.ts';
import { ok, refuse } from '../result.ts';
import { canSignFor, isBoardHead, isOfBoard } from './actor.ts';
import { Calendar, calendarOrder, DaysOff, hasPassed, vietnamTime } from './calendar.ts';
import type { Command } from './command.ts';
import { BlocId, RecordName, type SeasonId, SeatId, streamRefOf, TargetId, UnitId } from './ids.ts';
import { Decimal } from './points.ts';
import { actorsOf, existsOn, openSeasonsOf, type Province } from './province.ts';
import { Rubric } from './rubric.ts';
import { LawPack, packOn, type RuleBook, RuleLayer, type RulesInForce, rulesOn } from './rules.ts';

/** A target (chỉ tiêu) of the province, as the directive states it. */
export const ProvinceTarget = z.object({
  id: TargetId,
  bullet: z.number().int().positive(),
  parent: TargetId.nullable(),
  text: z.string().min(1).max(500),
  metric: z.string().min(1).max(300),
  metricEn: z.string().min(1).max(300),
  /** Level, growth, reduction, keeping, or no number at all. */
  change: z.enum(['none', 'increase', 'decrease', 'maintain', 'qualitative']),
  operator: z.enum(['=', '>', '≥', '<', '≤']).nullable(),
  value: Decimal.nullable(),
  unit: z.string().max(60).nullable(),
  direction: z.enum(['higher', 'lower']).nullable(),
  sector: z.string().min(1).max(60),
  owner: z.string().max(200).optional(),
  /** Summed from the units' shares, or the owner's figure; without it the words of the target decide. */
  rollUp: z.enum(['sum', 'owner']).optional(),
});
export type ProvinceTarget = z.infer<typeof ProvinceTarget>;

/** The Chairman's directive (Chỉ thị phát động). */
export const Directive = z.object({
  number: z.string().min(1).max(60),
  date: z.iso.date(),
  title: z.string().min(1).max(300),
  theme: z.string().min(1).max(300),
  endsOn: z.iso.date(),
  targets: z.array(ProvinceTarget).min(1).max(200),
});
export type Directive = z.infer<typeof Directive>;

/** Fewest and most members of a bloc. */
export const blocSize = { least: 3, most: 30 } as const;

/** A bloc as the Board sets it up: its members by unit, head and deputy among them. */
export const BlocPlan = z.object({
  id: BlocId,
  kind: z.enum(['khoi', 'cum']),
  name: z.string().min(1).max(200),
  members: z.array(UnitId).max(60),
  head: UnitId,
  deputy: UnitId,
  rubric: RecordName,
});
export type BlocPlan = z.infer<typeof BlocPlan>;

/** A member with its names as they were copied from the province. */
export type Member = {
  readonly unit: UnitId;
  readonly name: string;
  readonly shortName: string;
  readonly kind: string;
};

/** A bloc with its members' names. */
export type PlannedBloc = Omit<BlocPlan, 'members'> & { readonly members: readonly Member[] };

/** A seat on the Council's roll: a post, never a person. */
export const Seat = z.object({
  seat: SeatId,
  post: z.string().min(1).max(200),
  role: z.enum(['chair', 'deputy', 'standing-deputy', 'member', 'secretary']),
  /** The unit that the seat's holder leads; shown as a conflict of interest where that unit is nominated. */
  unit: UnitId.nullable(),
});
export type Seat = z.infer<typeof Seat>;

/** A figure of a province's target from whoever owns it: as of a date, with its source. */
export type TargetFigure = {
  readonly value: Decimal;
  readonly asOf: string;
  readonly source: string;
  readonly seq: number;
  readonly at: string;
};

export type SeasonEvent =
  | { type: 'SeasonCreated'; v: 1; source: Source; season: SeasonId; title: string; province: string }
  | { type: 'DirectiveIssued'; v: 1; directive: Directive }
  | { type: 'RubricAdopted'; v: 1; rubric: Rubric }
  | { type: 'BlocsDefined'; v: 1; source: Source; blocs: PlannedBloc[] }
  | { type: 'BlocRemoved'; v: 1; bloc: BlocId }
  | { type: 'CalendarSet'; v: 1; calendar: Calendar }
  | { type: 'DaysOffSet'; v: 1; days: DaysOff; source: string; verified: boolean }
  | { type: 'TargetFigureRecorded'; v: 1; target: TargetId; value: Decimal; asOf: string; source: string }
  | { type: 'CouncilAppointed'; v: 1; name: string; roll: Seat[] }
  | { type: 'RulesSet'; v: 1; packs?: LawPack[]; province?: RuleLayer; blocs?: Record<string, RuleLayer> }
  | {
      type: 'SeasonLaunched';
      v: 1;
      source: Source;
      /** The date whose law the cycle follows. */
      on: string;
      rules: RulesInForce;
      /** Only of blocs that agreed on rules of their own. */
      blocRules: Record<string, RulesInForce>;
      /** What the pre-flight marked without refusing. */
      warnings: PreflightFault[];
    }
  | { type: 'CycleRestarted'; v: 1; run: number; reason: string };

export type Season = {
  readonly id: SeasonId | undefined;
  readonly title: string;
  readonly province: string;
  readonly directive: Directive | undefined;
  readonly rubrics: Readonly<Record<string, Rubric>>;
  readonly blocs: Readonly<Record<string, PlannedBloc>>;
  readonly calendar: Calendar | undefined;
  readonly council: { readonly name: string; readonly roll: readonly Seat[] } | undefined;
  readonly rules: RuleBook;
  /** Public holidays and swapped days, by which working days are counted. */
  readonly daysOff:
    | { readonly days: DaysOff; readonly source: string; readonly verified: boolean }
    | undefined;
  /** What the owners say of the province's targets, latest last. */
  readonly figures: Readonly<Record<string, readonly TargetFigure[]>>;
  readonly launched:
    | {
        readonly at: string;
        readonly on: string;
        readonly rules: RulesInForce;
        readonly blocRules: Readonly<Record<string, RulesInForce>>;
        readonly warnings: readonly PreflightFault[];
      }
    | undefined;
  /** How often the yearly workflow was started; part of the execution's name. */
  readonly run: number;
};

export const initialSeason: Season = {
  id: undefined,
  title: '',
  province: '',
  directive: undefined,
  rubrics: {},
  blocs: {},
  calendar: undefined,
  council: undefined,
  rules: { packs: [], province: {}, blocs: {} },
  daysOff: undefined,
  figures: {},
  launched: undefined,
  run: 1,
};

export function evolveSeason(state: Season, event: SeasonEvent, place: Place): Season {
  switch (event.type) {
    case 'SeasonCreated':
      return { ...state, id: event.season, title: event.title, province: event.province };
    case 'DirectiveIssued':
      return { ...state, directive: event.directive };
    case 'RubricAdopted':
      return { ...state, rubrics: { ...state.rubrics, [event.rubric.id]: event.rubric } };
    case 'BlocsDefined':
      return {
        ...state,
        blocs: { ...state.blocs, ...Object.fromEntries(event.blocs.map((bloc) => [bloc.id, bloc])) },
      };
    case 'BlocRemoved': {
      const { [event.bloc]: _removed, ...blocs } = state.blocs;
      return { ...state, blocs };
    }
    case 'CalendarSet':
      return { ...state, calendar: event.calendar };
    case 'DaysOffSet': {
      const { days, source, verified } = event;
      return { ...state, daysOff: { days, source, verified } };
    }
    case 'TargetFigureRecorded': {
      const { target, value, asOf, source } = event;
      const figure = { value, asOf, source, seq: place.seq, at: place.at };
      return {
        ...state,
        figures: { ...state.figures, [target]: [...(state.figures[target] ?? []), figure] },
      };
    }
    case 'CouncilAppointed':
      return { ...state, council: { name: event.name, roll: event.roll } };
    case 'RulesSet':
      return {
        ...state,
        rules: {
          packs: event.packs ?? state.rules.packs,
          province: event.province ?? state.rules.province,
          blocs: event.blocs ?? state.rules.blocs,
        },
      };
    case 'SeasonLaunched': {
      const { on, rules, blocRules, warnings } = event;
      return { ...state, launched: { at: place.at, on, rules, blocRules, warnings } };
    }
    case 'CycleRestarted':
      return { ...state, run: event.run };
  }
}

/** The rules of the cycle for a bloc, as fixed at launch. */
export function cycleRulesOf(season: Season, bloc: string): RulesInForce | undefined {
  return season.launched?.blocRules[bloc] ?? season.launched?.rules;
}

/** One thing that stands in the way of a launch (`fault`) or should be known before it (`warning`). */
export type PreflightFault = {
  readonly severity: 'fault' | 'warning';
  readonly at: string;
  readonly vi: string;
  readonly en: string;
};

/** Everything that a pre-flight finds, all at once, for a launch at `now`. */
export function preflightOf(season: Season, province: Province, now: Date): readonly PreflightFault[] {
  const found: PreflightFault[] = [];
  const fault = (at: string, vi: string, en: string) => found.push({ severity: 'fault', at, vi, en });
  const warn = (at: string, vi: string, en: string) => found.push({ severity: 'warning', at, vi, en });
  const today = vietnamTime(now).date;

  if (season.id === undefined || !openSeasonsOf(province).includes(season.id))
    fault('season', 'Mùa thi đua chưa mở hoặc đã lưu trữ.', 'The season is not open.');
  if (!season.directive) fault('directive', 'Chưa có Chỉ thị phát động.', 'There is no directive.');

  if (!season.calendar) {
    fault('calendar', 'Chưa có lịch của năm.', 'There is no calendar.');
  } else {
    const { calendar } = season;
    calendarOrder.forEach((name, i) => {
      const before = calendarOrder[i - 1];
      if (before && Date.parse(calendar[name].opensAt) <= Date.parse(calendar[before].closesAt)) {
        fault(
          `calendar.${name}`,
          `Thời gian "${name}" bắt đầu trước khi "${before}" kết thúc.`,
          `${name} opens before ${before} has closed.`,
        );
      }
    });
    if (hasPassed(calendar.pledge.closesAt, now)) {
      fault('calendar.pledge', 'Hạn ký giao ước đã qua.', 'The deadline for signing has passed.');
    }
  }

  const blocs = Object.values(season.blocs);
  if (blocs.length === 0) fault('blocs', 'Chưa có khối, cụm nào.', 'There is no bloc.');
  const blocOf = new Map<string, string>();
  for (const bloc of blocs) {
    const at = `blocs.${bloc.id}`;
    const size = bloc.members.length;
    if (size < blocSize.least || size > blocSize.most) {
      fault(
        `${at}.members`,
        `${bloc.name} có ${size} đơn vị; quy định từ ${blocSize.least} đến ${blocSize.most}.`,
        `${bloc.id} has ${size} members; ${blocSize.least} to ${blocSize.most} are allowed.`,
      );
    }
    for (const member of bloc.members) {
      const other = blocOf.get(member.unit);
      if (other !== undefined) {
        fault(
          `${at}.members.${member.unit}`,
          `${member.name} thuộc cả ${other} và ${bloc.id}.`,
          `${member.unit} is a member of both ${other} and ${bloc.id}.`,
        );
      }
      blocOf.set(member.unit, bloc.id);
      const unit = province.units[member.unit];
      if (!unit || !existsOn(unit, today)) {
        fault(
          `${at}.members.${member.unit}`,
          `${member.name} không còn hoặc chưa hoạt động vào ngày phát động.`,
          `${member.unit} does not exist on the day of the launch.`,
        );
      }
      const signs = Object.values(province.assignments).some(
        (a) =>
          a.unit === member.unit &&
          (a.role === 'unit-leader' || a.role === 'unit-deputy') &&
          actorsOf(province, a.account, now).some((actor) => canSignFor(actor, member.unit)),
      );
      if (!signs) {
        warn(
          `${at}.members.${member.unit}`,
          `${member.name} chưa có tài khoản ký.`,
          `${member.unit} has no account that can sign.`,
        );
      }
    }
    const isMember = (unit: UnitId) => bloc.members.some((member) => member.unit === unit);
    if (!isMember(bloc.head))
      fault(
        `${at}.head`,
        `Trưởng của ${bloc.name} không phải thành viên.`,
        `The head of ${bloc.id} is no member.`,
      );
    if (!isMember(bloc.deputy))
      fault(
        `${at}.deputy`,
        `Phó của ${bloc.name} không phải thành viên.`,
        `The deputy of ${bloc.id} is no member.`,
      );
    if (bloc.head === bloc.deputy)
      fault(
        `${at}.deputy`,
        `${bloc.name} có Trưởng và Phó là một đơn vị.`,
        `Head and deputy of ${bloc.id} are one unit.`,
      );
    if (!season.rubrics[bloc.rubric]) {
      fault(
        `${at}.rubric`,
        `${bloc.name} chưa có bảng tiêu chí.`,
        `${bloc.id} has no rubric "${bloc.rubric}".`,
      );
    }
  }

  const roll = season.council?.roll ?? [];
  if (roll.length < 3)
    fault('council', 'Hội đồng chưa đủ ba thành viên.', 'The Council has fewer than three seats.');
  if (roll.filter((seat) => seat.role === 'chair').length !== 1) {
    fault('council.chair', 'Hội đồng phải có đúng một Chủ tịch.', 'The Council needs exactly one chair.');
  }
  if (roll.filter((seat) => seat.role === 'secretary').length !== 1) {
    fault(
      'council.secretary',
      'Hội đồng phải có đúng một Thư ký.',
      'The Council needs exactly one secretary.',
    );
  }
  if (new Set(roll.map((seat) => seat.seat)).size !== roll.length) {
    fault('council.roll', 'Một ghế của Hội đồng được ghi hai lần.', 'A seat stands twice.');
  }

  if (!packOn(season.rules.packs, today)) {
    fault(
      'rules',
      'Không có văn bản pháp luật nào có hiệu lực hôm nay.',
      'No pack of law is in force today.',
    );
  }
  for (const scope of [undefined, ...blocs.map((bloc) => bloc.id)]) {
    const aggregator = rulesOn(season.rules, today, scope)['score.aggregator'];
    if (aggregator.value === 'median' && aggregator.layer !== 'bloc') {
      fault(
        scope === undefined ? 'rules' : `blocs.${scope}.rules`,
        'Trung vị chỉ dùng khi quy chế của chính khối, cụm quy định.',
        'The median is used only where the bloc itself agreed on it.',
      );
      break;
    }
  }
  const unverified = Object.values(rulesOn(season.rules, today)).filter((rule) => !rule.verified).length;
  if (unverified > 0) {
    warn(
      'rules',
      `${unverified} giá trị quy định chưa được đối chiếu với văn bản gốc.`,
      `${unverified} rules are unverified.`,
    );
  }
  return found;
}

type SeasonCommand<Payload, Copies extends { province?: Province }> = Command<
  Season,
  SeasonEvent,
  Payload,
  Copies
>;

function seasonCommand<Payload, Copies extends { province?: Province } = Record<never, never>>(
  command: SeasonCommand<Payload, Copies>,
): SeasonCommand<Payload, Copies> {
  return command;
}

type FromProvince = { province: Province };

function editable(state: Season) {
  if (state.id === undefined) return refuse('not-found');
  if (state.launched) {
    return refuse('already-done', {
      vi: 'Mùa thi đua đã phát động; nội dung này không sửa được nữa.',
      en: 'The season is launched; this cannot be changed any more.',
    });
  }
  return undefined;
}

export const seasonCommands = {
  CreateSeason: seasonCommand<Record<never, never>, FromProvince>({
    vi: 'Lập hồ sơ mùa thi đua',
    en: "Begin the record of a season that was opened in the province's stream",
    payload: z.object({}),
    copies: ['province'],
    can: isOfBoard,
    decide(state, _payload, { stream, copies: { province } }) {
      if (state.id !== undefined) return refuse('already-done');
      const ref = streamRefOf(stream);
      if (ref?.kind !== 'season' || !openSeasonsOf(province.state).includes(ref.season)) {
        return refuse('not-ready', {
          vi: 'Mùa thi đua này chưa được mở.',
          en: 'This season has not been opened.',
        });
      }
      const title = province.state.seasons[ref.season]?.title ?? '';
      return ok([
        {
          type: 'SeasonCreated',
          v: 1,
          source: province.source,
          season: ref.season,
          title,
          province: province.state.name ?? '',
        },
      ]);
    },
  }),

  IssueDirective: seasonCommand({
    vi: 'Ghi Chỉ thị phát động và các chỉ tiêu',
    en: "Record the Chairman's directive and its targets",
    payload: Directive,
    copies: [],
    can: isOfBoard,
    decide(state, directive) {
      const no = editable(state);
      if (no) return no;
      const ids = new Set(directive.targets.map((target) => target.id));
      const orphan = directive.targets.find((target) => target.parent !== null && !ids.has(target.parent));
      if (ids.size !== directive.targets.length || orphan) {
        return refuse('does-not-follow', {
          vi: 'Mã chỉ tiêu bị trùng hoặc chỉ tiêu cha không có.',
          en: 'A target id stands twice or a parent is missing.',
        });
      }
      return ok([{ type: 'DirectiveIssued', v: 1, directive }]);
    },
  }),

  AdoptRubric: seasonCommand({
    vi: 'Ban hành bảng tiêu chí',
    en: 'Adopt a rubric for a kind of bloc; sums are checked',
    payload: Rubric,
    copies: [],
    can: isOfBoard,
    decide(state, rubric) {
      return editable(state) ?? ok([{ type: 'RubricAdopted', v: 1, rubric }]);
    },
  }),

  DefineBlocs: seasonCommand<{ blocs: BlocPlan[] }, FromProvince>({
    vi: 'Lập, kiện toàn khối, cụm thi đua',
    en: 'Set up blocs and clusters, or change them before the launch',
    payload: z.object({ blocs: z.array(BlocPlan).min(1).max(100) }),
    copies: ['province'],
    can: isOfBoard,
    decide(state, { blocs }, { copies: { province } }) {
      const no = editable(state);
      if (no) return no;
      if (new Set(blocs.map((bloc) => bloc.id)).size !== blocs.length) {
        return refuse('does-not-follow', {
          vi: 'Một khối, cụm được ghi hai lần.',
          en: 'A bloc stands twice.',
        });
      }
      const planned: PlannedBloc[] = [];
      for (const bloc of blocs) {
        if (new Set(bloc.members).size !== bloc.members.length) {
          return refuse('does-not-follow', {
            vi: `${bloc.name} có một đơn vị được ghi hai lần.`,
            en: `A unit stands twice in ${bloc.id}.`,
          });
        }
        const members: Member[] = [];
        for (const id of bloc.members) {
          const unit = province.state.units[id];
          if (!unit) {
            return refuse('does-not-follow', {
              vi: `Đơn vị "${id}" của ${bloc.name} không có trong danh mục.`,
              en: `The unit "${id}" of ${bloc.id} is not registered.`,
            });
          }
          members.push({ unit: id, name: unit.name, shortName: unit.shortName, kind: unit.kind });
        }
        planned.push({ ...bloc, members });
      }
      return ok([{ type: 'BlocsDefined', v: 1, source: province.source, blocs: planned }]);
    },
  }),

  RemoveBloc: seasonCommand({
    vi: 'Bỏ một khối, cụm đã lập',
    en: 'Remove a bloc before the launch',
    payload: z.object({ bloc: BlocId }),
    copies: [],
    can: isOfBoard,
    decide(state, { bloc }) {
      const no = editable(state);
      if (no) return no;
      return state.blocs[bloc] ? ok([{ type: 'BlocRemoved', v: 1, bloc }]) : refuse('not-found');
    },
  }),

  SetCalendar: seasonCommand({
    vi: 'Đặt lịch của năm',
    en: 'Set the windows of the year',
    payload: Calendar,
    copies: [],
    can: isOfBoard,
    decide(state, calendar) {
      return editable(state) ?? ok([{ type: 'CalendarSet', v: 1, calendar }]);
    },
  }),

  SetDaysOff: seasonCommand({
    vi: 'Ghi ngày nghỉ lễ và ngày làm bù',
    en: 'Record public holidays and swapped working days; blocs scheduled from now on count by them',
    payload: z.object({
      days: DaysOff,
      source: z.string().min(1).max(300),
      verified: z.boolean(),
    }),
    copies: [],
    can: isOfBoard,
    decide(state, { days, source, verified }) {
      if (state.id === undefined) return refuse('not-found');
      return ok([{ type: 'DaysOffSet', v: 1, days, source, verified }]);
    },
  }),

  RecordTargetFigure: seasonCommand({
    vi: 'Ghi số liệu thực hiện một chỉ tiêu của tỉnh',
    en: "Record the owner's figure of a target of the province, as of a date, with its source",
    payload: z.object({
      target: TargetId,
      value: Decimal,
      asOf: z.iso.date(),
      source: z.string().trim().min(1).max(300),
    }),
    copies: [],
    can: isOfBoard,
    decide(state, { target, value, asOf, source }, { now }) {
      if (!state.launched) return refuse('not-launched');
      if (asOf > vietnamTime(now).date) {
        return refuse('does-not-follow', {
          vi: 'Ngày của số liệu ở phía trước.',
          en: 'The date of the figure lies ahead.',
        });
      }
      if (!state.directive?.targets.some(({ id }) => id === target)) return refuse('not-found');
      return ok([{ type: 'TargetFigureRecorded', v: 1, target, value, asOf, source }]);
    },
  }),

  AppointCouncil: seasonCommand({
    vi: 'Ghi danh sách Hội đồng Thi đua - Khen thưởng',
    en: "Record the Council's roll by seats and posts",
    payload: z.object({ name: z.string().min(1).max(200), roll: z.array(Seat).min(1).max(60) }),
    copies: [],
    can: isOfBoard,
    decide(state, { name, roll }) {
      return editable(state) ?? ok([{ type: 'CouncilAppointed', v: 1, name, roll }]);
    },
  }),

  SetRules: seasonCommand({
    vi: 'Đặt quy định áp dụng theo ba lớp',
    en: 'Set rules of law, province or blocs; after the launch only packs of law, for new law may come',
    payload: z.object({
      packs: z.array(LawPack).min(1).optional(),
      province: RuleLayer.optional(),
      blocs: z.record(z.string(), RuleLayer).optional(),
    }),
    copies: [],
    can: isOfBoard,
    decide(state, { packs, province, blocs }) {
      if (state.id === undefined) return refuse('not-found');
      if (state.launched && (province || blocs)) {
        return refuse('already-done', {
          vi: 'Quy định của tỉnh và của khối, cụm được chốt khi phát động.',
          en: 'Rules of the province and the blocs are fixed at launch.',
        });
      }
      if (!packs && !province && !blocs) return ok([]);
      return ok([
        {
          type: 'RulesSet',
          v: 1,
          ...(packs ? { packs } : {}),
          ...(province ? { province } : {}),
          ...(blocs ? { blocs } : {}),
        },
      ]);
    },
  }),

  RestartCycle: seasonCommand({
    vi: 'Chạy lại quy trình mở các khối, cụm',
    en: 'Start the yearly workflow again from its first state; it arrives where it was',
    payload: z.object({ reason: z.string().min(1).max(500) }),
    copies: [],
    can: isOfBoard,
    decide(state, { reason }) {
      if (!state.launched) return refuse('not-launched');
      return ok([{ type: 'CycleRestarted', v: 1, run: state.run + 1, reason }]);
    },
  }),

  LaunchSeason: seasonCommand<Record<never, never>, FromProvince>({
    vi: 'Phát động mùa thi đua',
    en: 'Launch the season after a pre-flight without faults; fixes the rules of the cycle',
    payload: z.object({}),
    copies: ['province'],
    can: isBoardHead,
    decide(state, _payload, { now, copies: { province } }) {
      const no = editable(state);
      if (no) return no;
      const found = preflightOf(state, province.state, now);
      if (found.some(({ severity }) => severity === 'fault')) {
        return refuse('preflight-failed', { details: { found } });
      }
      const on = vietnamTime(now).date;
      return ok([
        {
          type: 'SeasonLaunched',
          v: 1,
          source: province.source,
          on,
          rules: rulesOn(state.rules, on),
          blocRules: Object.fromEntries(
            Object.keys(state.rules.blocs).map((bloc) => [bloc, rulesOn(state.rules, on, bloc)]),
          ),
          warnings: [...found],
        },
      ]);
    },
  }),
};
