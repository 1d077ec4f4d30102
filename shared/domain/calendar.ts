/**
 * When things may happen: the windows of a season and how an instant reads in Vietnamese.
 * One instant per deadline, inclusive to the second, in the time of Viet Nam (UTC+7, no daylight saving).
 */
import * as z from 'zod';

/** An instant with its offset, as `2023-12-15T17:00:00+07:00`. */
export const Instant = z.iso.datetime({ offset: true }).brand<'Instant'>();
export type Instant = z.infer<typeof Instant>;

/** From the first second to the last, both included. */
export const Window = z
  .object({ opensAt: Instant, closesAt: Instant })
  .refine((window) => Date.parse(window.opensAt) < Date.parse(window.closesAt), {
    error: 'a window must open before it closes',
    path: ['closesAt'],
  });
export type Window = z.infer<typeof Window>;

/** The windows of a season's year, in the order in which they open (domain: section 5 of the yearly cycle). */
export const Calendar = z.object({
  /** Ký giao ước: signing; targets may be registered from launch on. */
  pledge: Window,
  /** Sơ kết 6 tháng. */
  review: Window,
  /** Tự chấm điểm. */
  selfScore: Window,
  /** Chấm điểm chéo. */
  crossScore: Window,
  /** Họp bình xét; nominations end when it closes. */
  meeting: Window,
  /** Họp Hội đồng. */
  council: Window,
  /** Quyết định, công bố. */
  publication: Window,
});
export type Calendar = z.infer<typeof Calendar>;

/** The windows' names in order. */
export const calendarOrder = [
  'pledge',
  'review',
  'selfScore',
  'crossScore',
  'meeting',
  'council',
  'publication',
] as const satisfies readonly (keyof Calendar)[];

const second = 1000;

/** The first millisecond at which a deadline has passed: 17:00:00 holds until 17:00:00.999. */
export function passesAt(closesAt: string): number {
  return Math.floor(Date.parse(closesAt) / second) * second + second;
}

/** Whether the deadline has passed. */
export function hasPassed(closesAt: string, now: Date): boolean {
  return now.getTime() >= passesAt(closesAt);
}

/** Whether the window's first second has come. */
export function hasOpened(window: Window, now: Date): boolean {
  return now.getTime() >= Date.parse(window.opensAt);
}

/** Whether `now` lies in the window. */
export function isOpen(window: Window, now: Date): boolean {
  return hasOpened(window, now) && !hasPassed(window.closesAt, now);
}

const offsetMs = 7 * 60 * 60 * 1000;
const weekdays = ['Chủ nhật', 'thứ Hai', 'thứ Ba', 'thứ Tư', 'thứ Năm', 'thứ Sáu', 'thứ Bảy'] as const;

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** The parts of an instant on a clock in Viet Nam. */
export function vietnamTime(instant: string | Date): {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  weekday: string;
  date: string;
} {
  const at = new Date((typeof instant === 'string' ? Date.parse(instant) : instant.getTime()) + offsetMs);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()];
  return {
    year,
    month,
    day,
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
    weekday: weekdays[at.getUTCDay()] ?? '',
    date: `${year}-${two(month)}-${two(day)}`,
  };
}

/** `15/12/2023`, as in tables. */
export function shortDate(instant: string | Date): string {
  const t = vietnamTime(instant);
  return `${two(t.day)}/${two(t.month)}/${t.year}`;
}

/** `17:00:00`, as in tables and receipts. */
export function clockTime(instant: string | Date): string {
  const t = vietnamTime(instant);
  return `${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
}

/** `ngày 05 tháng 01 năm 2024`: days under 10 and the months January and February carry a zero (Decree 30/2020). */
export function longDate(instant: string | Date): string {
  const t = vietnamTime(instant);
  return `ngày ${two(t.day)} tháng ${t.month < 3 ? two(t.month) : t.month} năm ${t.year}`;
}

/** `17 giờ 00 phút, thứ Sáu, ngày 15 tháng 12 năm 2023 (giờ Việt Nam)`: how a deadline is stated. */
export function deadlineInWords(instant: string | Date): string {
  const t = vietnamTime(instant);
  return `${two(t.hour)} giờ ${two(t.minute)} phút, ${t.weekday}, ${longDate(instant)} (giờ Việt Nam)`;
}

/** Public holidays and swapped working days of a year, as announced; `yyyy-mm-dd` in Viet Nam. */
export const DaysOff = z.object({ off: z.array(z.iso.date()), workedWeekendDays: z.array(z.iso.date()) });
export type DaysOff = z.infer<typeof DaysOff>;

/** Whether offices work on this date (`yyyy-mm-dd`). */
export function isWorkingDay(date: string, daysOff: DaysOff): boolean {
  if (daysOff.workedWeekendDays.includes(date)) return true;
  if (daysOff.off.includes(date)) return false;
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}

/** The end of office hours on the n-th working day after an instant; on its own day for 0. */
export function workingDaysAfter(instant: string | Date, days: number, daysOff: DaysOff): Instant {
  let date = vietnamTime(instant).date;
  for (let left = days; left > 0; ) {
    date = new Date(Date.parse(`${date}T00:00:00Z`) + 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
    if (isWorkingDay(date, daysOff)) left--;
  }
  return `${date}T17:00:00+07:00` as Instant;
}
