/** Instants, deadlines and spans as pages say them: in the time of Viet Nam, zone named, to the second. */
import { deadlineInWords, hasPassed, vietnamTime } from '../../../shared/domain/calendar.ts';
import type { Language } from './say.ts';

const englishDays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const englishMonths = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
const two = (n: number) => String(n).padStart(2, '0');

/** `17 giờ 00 phút, thứ Sáu, ngày 15 tháng 12 năm 2023` or `17:00, Friday 15 December 2023`, without the zone. */
export function instantInWords(instant: string | Date, language: Language): string {
  if (language === 'vi') return deadlineInWords(instant).replace(' (giờ Việt Nam)', '');
  const { hour, minute, day, month, year, date } = vietnamTime(instant);
  const weekday = englishDays[new Date(`${date}T00:00:00Z`).getUTCDay()];
  return `${two(hour)}:${two(minute)}, ${weekday} ${day} ${englishMonths[month - 1]} ${year}`;
}

/** The last second that still counts, as `17:00:00`. */
export function lastSecond(closesAt: string): string {
  const { hour, minute, second } = vietnamTime(closesAt);
  return `${two(hour)}:${two(minute)}:${two(second)}`;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `còn 3 ngày 2 giờ`, `còn dưới 1 phút`, `quá hạn 1 ngày`: two units at most, never a negative number. */
export function remaining(closesAt: string, now: Date, language: Language): string {
  const past = hasPassed(closesAt, now);
  const ms = Math.abs(Date.parse(closesAt) - now.getTime());
  const [days, hours, minutes] = [
    Math.floor(ms / dayMs),
    Math.floor((ms % dayMs) / hourMs),
    Math.floor((ms % hourMs) / minuteMs),
  ];
  const [day, hour, minute] =
    language === 'vi'
      ? [`${days} ngày`, `${hours} giờ`, `${minutes} phút`]
      : [`${days} d`, `${hours} h`, `${minutes} min`];
  const span =
    days > 0
      ? [day, ...(hours > 0 && !past ? [hour] : [])].join(' ')
      : hours > 0
        ? [hour, ...(minutes > 0 && !past ? [minute] : [])].join(' ')
        : minutes > 0
          ? minute
          : undefined;
  if (language === 'vi') {
    if (past) return span ? `quá hạn ${span}` : 'vừa hết hạn';
    return span ? `còn ${span}` : 'còn dưới 1 phút';
  }
  if (past) return span ? `overdue by ${span}` : 'has just passed';
  return span ? `${span} left` : 'less than a minute left';
}
