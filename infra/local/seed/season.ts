/**
 * The sample season as the Board sets it up: who is who, and the commands from founding the province to the launch.
 * Data lies beside this file; every name of a firm or cooperative is invented and marked as sample.
 */
import * as z from 'zod';
import type { AssignableRole } from '../../../shared/domain/actor.ts';
import { Calendar } from '../../../shared/domain/calendar.ts';
import { UnitId } from '../../../shared/domain/ids.ts';
import { Assignment, Unit } from '../../../shared/domain/province.ts';
import { Rubric } from '../../../shared/domain/rubric.ts';
import { LawPack, RuleLayer } from '../../../shared/domain/rules.ts';
import { BlocPlan, Directive, Seat } from '../../../shared/domain/season.ts';
import { sha256Of } from '../../../shared/journal.ts';
import type { Persona } from '../identity/identity.ts';
import blocsData from './blocs.json' with { type: 'json' };
import calendarData from './calendar.json' with { type: 'json' };
import councilData from './council.json' with { type: 'json' };
import directiveData from './directive.json' with { type: 'json' };
import holidaysData from './holidays.json' with { type: 'json' };
import rubricsData from './rubrics.json' with { type: 'json' };
import rulesData from './rules.json' with { type: 'json' };
import unitsData from './units.json' with { type: 'json' };

/** One command of the set-up: who gives it, where, with what. */
export type Step = { readonly as: string; readonly path: string; readonly body: object };

/** Somebody on the laptop with the assignment that makes them who they are. */
export type SeedPersona = Persona & {
  readonly account: string;
  readonly role: AssignableRole;
  readonly unit?: string;
  readonly seat?: string;
};

export type SampleSeason = {
  readonly season: string;
  readonly province: string;
  readonly personas: readonly SeedPersona[];
  readonly assignments: readonly Assignment[];
  readonly units: readonly Unit[];
  readonly blocs: readonly BlocPlan[];
  readonly roll: readonly Seat[];
  readonly rubrics: readonly Rubric[];
  readonly calendar: Calendar;
  /** From the register of units to the launch; the province is founded before, by whoever installs the system. */
  readonly setUp: readonly Step[];
};

/** The instant at which the sample season's clock starts: the day of the directive, before offices open. */
export const sampleStart = new Date('2023-01-18T07:30:00+07:00');

/** When the accounts' assignments begin: before the season. */
const assignedFrom = '2023-01-01T00:00:00+07:00';

const season = '2023';

/** A unit that is no member at the launch: it takes over from one that is merged during the year. */
export const successor = UnitId.parse('don-vi-ke-thua-mau');

/** Personas that are no unit's: the Board, the Chairman's office, the auditor. */
const offices: readonly (readonly [id: string, role: AssignableRole, name: string, description: string])[] = [
  [
    'board-head',
    'board-head',
    'Trưởng Ban Thi đua - Khen thưởng',
    'Chủ trì mùa thi đua, phát động, thẩm định',
  ],
  [
    'board-specialist',
    'board-specialist',
    'Chuyên viên Ban Thi đua - Khen thưởng',
    'Lập danh mục, theo dõi, thẩm định hồ sơ',
  ],
  [
    'chairman-office',
    'chairman-office',
    'Văn phòng Ủy ban nhân dân tỉnh',
    'Ghi Quyết định khen thưởng, đặt thời điểm công bố',
  ],
  ['auditor', 'auditor', 'Cán bộ giám sát', 'Đọc nhật ký, kiểm tra mã kiểm chứng, không sửa được gì'],
];

export type SampleOptions = {
  /** How many blocs, taken from the first on. */
  readonly blocs?: number;
  /** Members of each bloc; without it as in the sample. */
  readonly members?: number;
};

/** The sample season, whole or cut to a number of blocs and members. */
export function sampleSeason({ blocs: blocCount, members: memberCount }: SampleOptions = {}): SampleSeason {
  const register = z.array(Unit).parse(unitsData.units);
  const { blocs, units } = cut(z.array(BlocPlan).parse(blocsData.blocs), register, blocCount, memberCount);
  const rubrics = z.array(Rubric).parse(rubricsData.rubrics);
  const roll = z.array(Seat).parse(councilData.roll);
  const known = new Set<string>(units.map((unit) => unit.id));
  const knownRoll = roll.map((seat) =>
    seat.unit !== null && !known.has(seat.unit) ? { ...seat, unit: null } : seat,
  );

  const personas: SeedPersona[] = offices.map(([id, role, name, description]) =>
    persona(id, name, description, { role }),
  );
  for (const seat of roll) {
    const role: AssignableRole =
      seat.role === 'chair'
        ? 'council-chair'
        : seat.role === 'secretary'
          ? 'council-secretary'
          : 'council-member';
    personas.push(
      persona(`council.${seat.seat}`, seat.post, 'Thành viên Hội đồng Thi đua - Khen thưởng', {
        role,
        seat: seat.seat,
      }),
    );
  }
  const places = [
    ...blocs.flatMap((bloc) => bloc.members.map((member) => ({ member, where: bloc.name }))),
    { member: successor, where: 'kế thừa một đơn vị sáp nhập trong năm' },
  ];
  for (const { member, where: bloc } of places) {
    const unit = units.find(({ id }) => id === member);
    if (!unit) throw new Error(`the sample has no unit ${member}`);
    const where = `${unit.name} (${bloc})`;
    personas.push(
      persona(`leader.${member}`, `Thủ trưởng ${unit.shortName}`, where, {
        role: 'unit-leader',
        unit: member,
      }),
      persona(`deputy.${member}`, `Cấp phó ký thay, ${unit.shortName}`, where, {
        role: 'unit-deputy',
        unit: member,
      }),
      persona(`officer.${member}`, `Chuyên viên ${unit.shortName}`, where, {
        role: 'unit-officer',
        unit: member,
      }),
    );
  }
  const assignments = personas.map(({ id, account, role, unit, seat }) =>
    Assignment.parse({
      id: `as-${id.replaceAll('.', '-')}`.slice(0, 64),
      account,
      role,
      ...(unit === undefined ? {} : { unit }),
      ...(seat === undefined ? {} : { seat }),
      ...(role === 'unit-deputy' ? { signsAs: 'KT.' } : {}),
      from: assignedFrom,
    }),
  );
  const calendar = Calendar.parse(calendarData);
  const directive = Directive.parse(directiveData);
  const here = `/api/seasons/${season}/commands`;
  const used = new Set(blocs.map((bloc) => bloc.rubric));
  const later = assignments.filter(({ role }) => role !== 'board-head');
  return {
    season,
    province: 'Cao Bằng',
    personas,
    assignments,
    units,
    blocs,
    roll: knownRoll,
    rubrics: rubrics.filter((rubric) => used.has(rubric.id)),
    calendar,
    setUp: [
      { as: 'board-specialist', path: '/api/province/commands/register-units', body: { units } },
      // The founding gave the Board its accounts; the Board gives everybody else theirs.
      ...chunks(
        later.filter(({ role }) => role !== 'board-specialist'),
        400,
      ).map((part) => ({
        as: 'board-specialist',
        path: '/api/province/commands/assign-accounts',
        body: { assignments: part },
      })),
      {
        as: 'board-head',
        path: '/api/province/commands/open-season',
        body: { season, title: `Thi đua năm ${season} tỉnh Cao Bằng` },
      },
      { as: 'board-specialist', path: `${here}/create-season`, body: {} },
      { as: 'board-specialist', path: `${here}/issue-directive`, body: directive },
      ...rubrics
        .filter((rubric) => used.has(rubric.id))
        .map((rubric) => ({ as: 'board-specialist', path: `${here}/adopt-rubric`, body: rubric })),
      { as: 'board-specialist', path: `${here}/define-blocs`, body: { blocs } },
      { as: 'board-specialist', path: `${here}/set-calendar`, body: calendar },
      { as: 'board-specialist', path: `${here}/set-days-off`, body: daysOff() },
      {
        as: 'board-specialist',
        path: `${here}/appoint-council`,
        body: { name: councilData.name, roll: knownRoll },
      },
      {
        as: 'board-specialist',
        path: `${here}/set-rules`,
        body: {
          packs: z.array(LawPack).parse(rulesData.packs),
          province: RuleLayer.parse(rulesData.province),
        },
      },
      { as: 'board-head', path: `${here}/launch-season`, body: {} },
    ],
  };
}

/** Holidays and swapped days of the years that the season touches, as they are remembered. */
function daysOff() {
  const years = Object.values(holidaysData.years);
  return {
    days: {
      off: years.flatMap((year) => year.off),
      workedWeekendDays: years.flatMap((year) => year.workedWeekendDays),
    },
    source: holidaysData.comment,
    verified: holidaysData.verified,
  };
}

/** The assignments given at the founding: the Board's own, by which it sets up the rest. */
export function foundingAssignments(sample: SampleSeason): readonly Assignment[] {
  return sample.assignments.filter(({ role }) => role === 'board-head' || role === 'board-specialist');
}

/** A persona; account and subject are opaque, and always the same for the same persona. */
function persona(
  id: string,
  name: string,
  description: string,
  what: { role: AssignableRole; unit?: string; seat?: string },
): SeedPersona {
  const digest = sha256Of(`thidua sample ${id}`);
  return {
    id,
    name,
    description,
    account: `a-${digest.slice(0, 12)}`,
    subject: `s-${digest.slice(12, 36)}`,
    ...what,
  };
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < list.length; from += size) parts.push(list.slice(from, from + size));
  return parts;
}

/** Cuts the sample to so many blocs of so many members; what the register lacks is invented and marked. */
function cut(
  blocs: readonly BlocPlan[],
  register: readonly Unit[],
  blocCount = blocs.length,
  memberCount?: number,
): { blocs: BlocPlan[]; units: Unit[] } {
  if (memberCount === undefined && blocCount <= blocs.length)
    return { blocs: blocs.slice(0, blocCount), units: [...register] };
  const units = [...register];
  const pool = blocs.flatMap((bloc) => bloc.members);
  const take = (index: number): BlocPlan['head'] => {
    const there = pool[index];
    if (there) return there;
    const number = index - pool.length + 1;
    const invented = Unit.parse({
      id: `don-vi-mau-${number}`,
      name: `Đơn vị mẫu số ${number} (mẫu)`,
      shortName: `Đơn vị mẫu ${number}`,
      kind: 'public-service',
      validFrom: '2018-04-06',
      sample: true,
    });
    units.push(invented);
    return invented.id;
  };
  let next = 0;
  const made = Array.from({ length: blocCount }, (_none, i): BlocPlan => {
    const like = blocs[i % blocs.length];
    if (!like) throw new Error('the sample has no bloc');
    const size = memberCount ?? like.members.length;
    const members = Array.from({ length: size }, () => take(next++));
    const [head, deputy] = members;
    if (!head || !deputy) throw new Error('a bloc needs a head and a deputy');
    const extra = i >= blocs.length;
    return {
      ...like,
      id: (extra ? `x${String(i + 1).padStart(2, '0')}` : like.id) as BlocPlan['id'],
      name: extra ? `Khối thi đua mẫu số ${i + 1} (mẫu)` : like.name,
      members,
      head,
      deputy,
    };
  });
  return { blocs: made, units };
}
