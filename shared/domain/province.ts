/**
 * The province: its units with their dates and successors, who may act for whom and when, and its seasons.
 * This stream is the root: an export finds every other stream from here.
 */
import * as z from 'zod';
import type { Place } from '../journal.ts';
import { ok, type Result, refuse } from '../result.ts';
import { type Actor, AssignableRole, isBoardHead, isOfBoard, isSystem } from './actor.ts';
import { Instant } from './calendar.ts';
import type { Command } from './command.ts';
import { AccountId, RecordName, SeasonId, SeatId, UnitId } from './ids.ts';

/** A body that can be a member of a bloc, with the dates between which it exists and who took over its work. */
export const Unit = z.object({
  id: UnitId,
  name: z.string().min(1).max(200),
  shortName: z.string().min(1).max(60),
  kind: z.enum([
    'department',
    'party',
    'mass-organisation',
    'central-agency',
    'association',
    'public-service',
    'locality',
    'firm',
    'cooperative',
  ]),
  validFrom: z.iso.date(),
  validTo: z.iso.date().optional(),
  successors: z.array(UnitId).optional(),
  /** Invented for demonstration; shown as such wherever it appears. */
  sample: z.boolean().optional(),
});
export type Unit = z.infer<typeof Unit>;

/** What an account may do, for whom, between which instants. */
export const Assignment = z
  .object({
    id: RecordName,
    account: AccountId,
    role: AssignableRole,
    unit: UnitId.optional(),
    seat: SeatId.optional(),
    signsAs: z.enum(['KT.', 'TUQ.']).optional(),
    from: Instant,
    to: Instant.optional(),
  })
  .superRefine((assignment, context) => {
    const ofUnit = assignment.role.startsWith('unit-');
    const ofCouncil = assignment.role.startsWith('council-');
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (ofUnit !== (assignment.unit !== undefined))
      fault('unit', 'a unit goes with a role in a unit, and only there');
    if (ofCouncil !== (assignment.seat !== undefined))
      fault('seat', 'a seat goes with a role in the Council, and only there');
    if ((assignment.role === 'unit-deputy') !== (assignment.signsAs !== undefined)) {
      fault('signsAs', 'KT. or TUQ. goes with a deputy, and only there');
    }
  });
export type Assignment = z.infer<typeof Assignment>;

export type ProvinceEvent =
  | { type: 'ProvinceFounded'; v: 1; name: string }
  | { type: 'UnitsRegistered'; v: 1; units: Unit[] }
  | { type: 'UnitSucceeded'; v: 1; unit: UnitId; successors: UnitId[]; validTo: string; document: string }
  | { type: 'AccountsAssigned'; v: 1; assignments: Assignment[] }
  | { type: 'AssignmentEnded'; v: 1; assignment: string; to: string }
  | { type: 'SeasonOpened'; v: 1; season: SeasonId; title: string }
  | { type: 'SeasonArchived'; v: 1; season: SeasonId };

export type Province = {
  readonly name: string | undefined;
  readonly units: Readonly<Record<string, Unit>>;
  readonly assignments: Readonly<Record<string, Assignment>>;
  readonly seasons: Readonly<Record<string, { title: string; state: 'open' | 'archived'; openedAt: string }>>;
};

export const initialProvince: Province = { name: undefined, units: {}, assignments: {}, seasons: {} };

export function evolveProvince(state: Province, event: ProvinceEvent, place: Place): Province {
  switch (event.type) {
    case 'ProvinceFounded':
      return { ...state, name: event.name };
    case 'UnitsRegistered':
      return {
        ...state,
        units: { ...state.units, ...Object.fromEntries(event.units.map((unit) => [unit.id, unit])) },
      };
    case 'UnitSucceeded': {
      const unit = state.units[event.unit];
      if (!unit) return state;
      const ended = { ...unit, validTo: event.validTo, successors: event.successors };
      return { ...state, units: { ...state.units, [event.unit]: ended } };
    }
    case 'AccountsAssigned':
      return {
        ...state,
        assignments: { ...state.assignments, ...Object.fromEntries(event.assignments.map((a) => [a.id, a])) },
      };
    case 'AssignmentEnded': {
      const assignment = state.assignments[event.assignment];
      if (!assignment) return state;
      const ended = { ...assignment, to: event.to as Instant };
      return { ...state, assignments: { ...state.assignments, [event.assignment]: ended } };
    }
    case 'SeasonOpened':
      return {
        ...state,
        seasons: {
          ...state.seasons,
          [event.season]: { title: event.title, state: 'open', openedAt: place.at },
        },
      };
    case 'SeasonArchived': {
      const season = state.seasons[event.season];
      if (!season) return state;
      return { ...state, seasons: { ...state.seasons, [event.season]: { ...season, state: 'archived' } } };
    }
  }
}

/** Whether the unit exists on a date (`yyyy-mm-dd` in Viet Nam). */
export function existsOn(unit: Unit, date: string): boolean {
  return unit.validFrom <= date && (unit.validTo === undefined || date <= unit.validTo);
}

/** The actors that an account may be at an instant, in the order of their assignment. */
export function actorsOf(province: Province, account: AccountId, now: Date): readonly Actor[] {
  return Object.values(province.assignments)
    .filter(
      (assignment) =>
        assignment.account === account &&
        Date.parse(assignment.from) <= now.getTime() &&
        (assignment.to === undefined || now.getTime() < Date.parse(assignment.to)),
    )
    .map(({ role, unit, seat, signsAs }) => ({
      account,
      role,
      ...(unit === undefined ? {} : { unit }),
      ...(seat === undefined ? {} : { seat }),
      ...(signsAs === undefined ? {} : { signsAs }),
    }));
}

/** The seasons that are open now. */
export function openSeasonsOf(province: Province): readonly string[] {
  return Object.entries(province.seasons).flatMap(([season, { state }]) =>
    state === 'open' ? [season] : [],
  );
}

/** How many seasons may be open at a time: the year's end overlaps the next year's start. */
export const maxOpenSeasons = 2;

type ProvinceCommand<Payload> = Command<Province, ProvinceEvent, Payload, Record<never, never>>;

function provinceCommand<Payload>(command: ProvinceCommand<Payload>): ProvinceCommand<Payload> {
  return command;
}

function successionFault(state: Province, units: readonly Unit[]): Result<never> | undefined {
  const known = new Set([...Object.keys(state.units), ...units.map((unit) => unit.id)]);
  for (const unit of units) {
    const lost = unit.successors?.find((successor) => !known.has(successor) || successor === unit.id);
    if (lost) {
      return refuse('does-not-follow', {
        vi: `Đơn vị kế thừa "${lost}" của ${unit.name} không có trong danh mục.`,
        en: `The successor "${lost}" of ${unit.id} is not registered.`,
      });
    }
  }
  return undefined;
}

export const provinceCommands = {
  FoundProvince: provinceCommand({
    vi: 'Khởi tạo hệ thống cho một tỉnh',
    en: 'Found the province and give the first assignments, once, by whoever installs the system',
    payload: z.object({ name: z.string().min(1).max(100), assignments: z.array(Assignment).min(1) }),
    copies: [],
    can: (actor) => isSystem(actor),
    decide(state, { name, assignments }) {
      if (state.name !== undefined) return refuse('already-done');
      const ids = new Set(assignments.map(({ id }) => id));
      if (ids.size !== assignments.length || assignments.some(({ unit }) => unit !== undefined)) {
        return refuse('does-not-follow', {
          vi: 'Khi khởi tạo chỉ giao nhiệm vụ cho Ban, Hội đồng và cơ quan; mỗi mã một lần.',
          en: 'The founding assigns no unit, for none is registered, and no id twice.',
        });
      }
      return ok([
        { type: 'ProvinceFounded', v: 1, name },
        { type: 'AccountsAssigned', v: 1, assignments },
      ]);
    },
  }),

  RegisterUnits: provinceCommand({
    vi: 'Ghi danh mục đơn vị',
    en: 'Register units, or correct them, with their dates and successors',
    payload: z.object({ units: z.array(Unit).min(1).max(500) }),
    copies: [],
    can: isOfBoard,
    decide(state, { units }) {
      if (new Set(units.map((unit) => unit.id)).size !== units.length) {
        return refuse('does-not-follow', { vi: 'Một đơn vị được ghi hai lần.', en: 'A unit stands twice.' });
      }
      return successionFault(state, units) ?? ok([{ type: 'UnitsRegistered', v: 1, units }]);
    },
  }),

  SucceedUnit: provinceCommand({
    vi: 'Ghi việc sáp nhập, tổ chức lại đơn vị',
    en: 'Record that a unit ended and who took over its work',
    payload: z.object({
      unit: UnitId,
      successors: z.array(UnitId).min(1),
      validTo: z.iso.date(),
      document: z.string().min(1).max(200),
    }),
    copies: [],
    can: isOfBoard,
    decide(state, { unit, successors, validTo, document }) {
      const found = state.units[unit];
      if (!found) return refuse('not-found');
      if (found.validTo !== undefined && found.successors) return refuse('already-done');
      const fault = successionFault(state, [{ ...found, successors }]);
      if (fault) return fault;
      return ok([{ type: 'UnitSucceeded', v: 1, unit, successors, validTo, document }]);
    },
  }),

  AssignAccounts: provinceCommand({
    vi: 'Giao tài khoản thực hiện nhiệm vụ',
    en: 'Assign accounts to units, the Board, the Council or the office, from a date on',
    payload: z.object({ assignments: z.array(Assignment).min(1).max(1000) }),
    copies: [],
    can: isOfBoard,
    decide(state, { assignments }) {
      for (const assignment of assignments) {
        if (state.assignments[assignment.id]) {
          return refuse('already-done', {
            vi: `Mã giao nhiệm vụ ${assignment.id} đã dùng.`,
            en: `The assignment ${assignment.id} exists.`,
          });
        }
        if (assignment.unit !== undefined && !state.units[assignment.unit]) {
          return refuse('does-not-follow', {
            vi: `Đơn vị "${assignment.unit}" không có trong danh mục.`,
            en: `The unit "${assignment.unit}" is not registered.`,
          });
        }
      }
      if (new Set(assignments.map((assignment) => assignment.id)).size !== assignments.length) {
        return refuse('does-not-follow', {
          vi: 'Một mã giao nhiệm vụ được ghi hai lần.',
          en: 'An assignment id stands twice.',
        });
      }
      return ok([{ type: 'AccountsAssigned', v: 1, assignments }]);
    },
  }),

  EndAssignment: provinceCommand({
    vi: 'Kết thúc giao nhiệm vụ',
    en: 'End an assignment at an instant, now or later',
    payload: z.object({ assignment: RecordName, to: Instant }),
    copies: [],
    can: isOfBoard,
    decide(state, { assignment, to }, { now }) {
      const found = state.assignments[assignment];
      if (!found) return refuse('not-found');
      if (Date.parse(to) < now.getTime()) {
        return refuse('does-not-follow', {
          vi: 'Không kết thúc nhiệm vụ vào một thời điểm đã qua.',
          en: 'An assignment cannot end in the past.',
        });
      }
      return ok([{ type: 'AssignmentEnded', v: 1, assignment, to }]);
    },
  }),

  OpenSeason: provinceCommand({
    vi: 'Mở mùa thi đua',
    en: 'Open a season; at most two may be open',
    payload: z.object({ season: SeasonId, title: z.string().trim().min(1).max(200) }),
    copies: [],
    can: isBoardHead,
    decide(state, { season, title }) {
      if (state.seasons[season]) return refuse('already-done');
      if (openSeasonsOf(state).length >= maxOpenSeasons) return refuse('too-many-open-seasons');
      return ok([{ type: 'SeasonOpened', v: 1, season, title }]);
    },
  }),

  ArchiveSeason: provinceCommand({
    vi: 'Lưu trữ mùa thi đua',
    en: 'Archive a season; what it recorded stays readable',
    payload: z.object({ season: SeasonId }),
    copies: [],
    can: isBoardHead,
    decide(state, { season }) {
      const found = state.seasons[season];
      if (!found) return refuse('not-found');
      if (found.state === 'archived') return refuse('already-done');
      return ok([{ type: 'SeasonArchived', v: 1, season }]);
    },
  }),
};
