/** Figures as people read them; binary sizes in decimal units, as shops and file managers count. */
import type { Language } from '../i18n/catalogue.ts';

export function bytes(count: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`;
}

export function count(value: number, language: Language = 'en'): string {
  return value.toLocaleString(language);
}

/** 3,967,488 → 3.97 M. */
export function shortCount(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toPrecision(3)} B`;
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 1e4) return `${(value / 1e3).toPrecision(3)} k`;
  return value.toLocaleString('en');
}

/** Seconds as `8 min 04 s`. */
export function duration(seconds: number, language: Language = 'en'): string {
  const [h, min, s] = language === 'ja' ? ['時間', '分', '秒'] : [' h', ' min', ' s'];
  const whole = Math.round(seconds);
  if (whole < 60) return `${seconds < 9.95 ? seconds.toFixed(1) : whole}${s}`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}${min} ${String(whole % 60).padStart(2, '0')}${s}`;
  return `${Math.floor(minutes / 60)}${h} ${String(minutes % 60).padStart(2, '0')}${min}`;
}

/** As exact as a guess can be: whole minutes from two on, five minutes within the hours. */
export function roughDuration(seconds: number, language: Language = 'en'): string {
  if (seconds < 120) return duration(Math.max(1, Math.round(seconds)), language);
  const minutes = seconds < 3570 ? Math.round(seconds / 60) : Math.round(seconds / 300) * 5;
  return duration(minutes * 60, language)
    .replace(/ ?00(?:秒| s)$/, '')
    .trimEnd();
}

export function milliseconds(ms: number): string {
  if (ms < 0.995) return `${ms.toFixed(2)} ms`;
  return ms < 1000 ? `${ms.toPrecision(3)} ms` : `${(ms / 1000).toPrecision(3)} s`;
}

/** Losses and norms: three decimals, or scientific where those would say nothing. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(1);
  return value.toFixed(3);
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '0 %' : `${((100 * part) / whole).toFixed(part / whole < 0.0995 ? 1 : 0)} %`;
}

/**
 * The one form of a point in time: today as time of day, else as a day, with the year where it is another. On every
 * screen it stands in `ui/Moment.svelte`, whose title is the exact time.
 */
export function moment(atMs: number, language: Language = 'en', nowMs: number = Date.now()): string {
  const [at, now] = [new Date(atMs), new Date(nowMs)];
  if (at.toDateString() === now.toDateString())
    return at.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const };
  return at.toLocaleDateString(language, { day: 'numeric', month: 'short', ...year });
}

/** `Sunday, November 30, 2026 at 14:05:09`. */
export function exactMoment(atMs: number, language: Language = 'en'): string {
  return new Date(atMs).toLocaleString(language, { dateStyle: 'full', timeStyle: 'medium', hourCycle: 'h23' });
}

/** To the second, for logs. */
export function clock(atMs: number, language: Language = 'en'): string {
  const digits = '2-digit' as const;
  return new Date(atMs).toLocaleTimeString(language, {
    hour: digits,
    minute: digits,
    second: digits,
    hourCycle: 'h23',
  });
}
