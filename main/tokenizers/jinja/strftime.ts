/** Python's strftime in the C locale, as glibc has it: with English names whatever the machine's language is. */

const months = 'January February March April May June July August September October November December'.split(' ');
const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const dayMs = 86_400_000;

/** A value with what it is padded with and to. */
interface Padded {
  readonly value: number;
  readonly width: number;
  readonly fill?: '0' | ' ';
}

type Code = (date: Date) => string | Padded;

const number =
  (width: number, valueOf: (date: Date) => number, fill: '0' | ' ' = '0'): Code =>
  (date) => ({ value: valueOf(date), width, fill });

const hour12 = (date: Date): number => date.getHours() % 12 || 12;
const half = (date: Date): string => (date.getHours() < 12 ? 'AM' : 'PM');
const month = (date: Date): string => months[date.getMonth()];
const day = (date: Date): string => days[date.getDay()];

/** From 0; by UTC of the local date, so that a change of clocks counts nothing. */
function dayOfYear(date: Date): number {
  return Math.round(
    (Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 1)) / dayMs,
  );
}

/** The year and week of ISO 8601: weeks begin on Mondays, the first one has the year's first Thursday. */
function isoWeek(date: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(date.getFullYear(), date.getMonth(), date.getDate() + 4 - (date.getDay() || 7));
  return { year: thursday.getFullYear(), week: Math.floor(dayOfYear(thursday) / 7) + 1 };
}

const composed =
  (format: string): Code =>
  (date) =>
    strftime(date, format);

const codes: Readonly<Record<string, Code>> = {
  a: (date) => day(date).slice(0, 3),
  A: day,
  b: (date) => month(date).slice(0, 3),
  B: month,
  h: (date) => month(date).slice(0, 3),
  c: composed('%a %b %e %H:%M:%S %Y'),
  C: number(2, (date) => Math.floor(date.getFullYear() / 100)),
  d: number(2, (date) => date.getDate()),
  D: composed('%m/%d/%y'),
  e: number(2, (date) => date.getDate(), ' '),
  f: number(6, (date) => date.getMilliseconds() * 1000),
  F: composed('%Y-%m-%d'),
  g: number(2, (date) => isoWeek(date).year % 100),
  G: number(4, (date) => isoWeek(date).year),
  H: number(2, (date) => date.getHours()),
  I: number(2, hour12),
  j: number(3, (date) => dayOfYear(date) + 1),
  k: number(2, (date) => date.getHours(), ' '),
  l: number(2, hour12, ' '),
  m: number(2, (date) => date.getMonth() + 1),
  M: number(2, (date) => date.getMinutes()),
  n: () => '\n',
  p: half,
  P: (date) => half(date).toLowerCase(),
  r: composed('%I:%M:%S %p'),
  R: composed('%H:%M'),
  s: number(1, (date) => Math.floor(date.getTime() / 1000)),
  S: number(2, (date) => date.getSeconds()),
  t: () => '\t',
  T: composed('%H:%M:%S'),
  u: number(1, (date) => date.getDay() || 7),
  U: number(2, (date) => Math.floor((dayOfYear(date) + 7 - date.getDay()) / 7)),
  V: number(2, (date) => isoWeek(date).week),
  w: number(1, (date) => date.getDay()),
  W: number(2, (date) => Math.floor((dayOfYear(date) + 7 - ((date.getDay() + 6) % 7)) / 7)),
  x: composed('%m/%d/%y'),
  X: composed('%H:%M:%S'),
  y: number(2, (date) => date.getFullYear() % 100),
  Y: number(1, (date) => date.getFullYear()),
  z: () => '',
  Z: () => '',
  '%': () => '%',
};

/** Of the local time. An unknown code stays as it is written. */
export function strftime(date: Date, format: string): string {
  return format.replace(/%([-_0^#]?)([a-zA-Z%])/g, (whole, flag: string, letter: string) => {
    const result = codes[letter]?.(date);
    if (result === undefined) return whole;
    if (typeof result === 'string') return flag === '^' ? result.toUpperCase() : result;
    const fill = flag === '_' ? ' ' : flag === '0' ? '0' : (result.fill ?? '0');
    return String(result.value).padStart(flag === '-' ? 0 : result.width, fill);
  });
}
