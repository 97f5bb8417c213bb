import { describe, expect, it } from 'vitest';
import {
  bytes,
  clock,
  duration,
  exactMoment,
  figure,
  milliseconds,
  moment,
  percent,
  roughDuration,
} from '../../../renderer/lib/format.ts';

describe('figures', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [999_500, '1.00 MB'], // not 1000 KB
    [265_300, '265 KB'],
    [9_840_000, '9.84 MB'],
    [24e9, '24.0 GB'],
  ])('%d bytes', (count, text) => {
    expect(bytes(count)).toBe(text);
  });

  it.each([
    [4.2, '4.2 s'],
    [59.7, '1 min 00 s'], // not 60 s
    [484, '8 min 04 s'],
    [3_720, '1 h 02 min'],
  ])('%d seconds', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it('guesses times no more exactly than they can be known', () => {
    const guesses = [0.2, 13.4, 119, 125, 2_398, 3_580, 6_310].map((seconds) => roughDuration(seconds));
    expect(guesses).toEqual(['1.0 s', '13 s', '1 min 59 s', '2 min', '40 min', '1 h 00 min', '1 h 45 min']);
    expect(roughDuration(2_398, 'ja')).toBe('40分');
  });

  it('says that a value is not there rather than NaN', () => {
    expect([figure(null), figure(Number.NaN), figure(1.4371), figure(0.00039), figure(0)]).toEqual([
      '–',
      '–',
      '1.437',
      '3.9e-4',
      '0.000',
    ]);
  });

  it('keeps small shares apart from nothing', () => {
    expect([percent(1, 200), percent(1, 4), percent(0, 0)]).toEqual(['0.5 %', '25 %', '0 %']);
    expect([milliseconds(0.0512), milliseconds(12.34), milliseconds(2410)]).toEqual(['0.05 ms', '12.3 ms', '2.41 s']);
  });
});

describe('points in time', () => {
  const at = (text: string): number => new Date(text).getTime();
  const now = at('2026-11-30T15:00:00');

  it('have one form, of 24 hours in every language: some screens said 12:09 AM', () => {
    expect(moment(at('2026-11-30T00:09:00'), 'en', now)).toBe('00:09');
    expect(moment(at('2026-11-30T14:05:00'), 'ja', now)).toBe('14:05');
    expect(moment(at('2026-11-29T14:05:00'), 'en', now)).toBe('Nov 29');
    expect(moment(at('2025-11-29T14:05:00'), 'en', now)).toBe('Nov 29, 2025');
    expect(clock(at('2026-11-30T00:09:07'), 'en')).toBe('00:09:07');
  });

  it('say all of it where one asks', () => {
    expect(exactMoment(at('2026-11-30T00:09:07'), 'en')).toMatch(/Monday, November 30, 2026.*00:09:07/);
    expect(exactMoment(at('2026-11-30T00:09:07'), 'ja')).toMatch(
      /2026年11月30日月曜日.*00:09:07|2026年11月30日月曜日.*0:09:07/,
    );
  });
});
