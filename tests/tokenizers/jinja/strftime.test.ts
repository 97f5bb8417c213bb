/**
 * Dates in prompts: Python's strftime in the C locale (recorded), which a machine's own language or an unknown code
 * would change.
 */
import { expect, test } from 'vitest';
import { strftime } from '../../../main/tokenizers/jinja/strftime.ts';

const formats =
  '%d %B %Y|%Y-%m-%d|%-d/%-m/%y|%A, %b %e, %I:%M:%S %p|%j %U %W %V %G %u %w|%c|%x %X %D %F %T %R %r|%H%k%l|%_d|%%|%y %C %h|%^a %^B|%P|%q';

test.each([
  [
    new Date(2026, 0, 5, 9, 7, 3),
    '05 January 2026|2026-01-05|5/1/26|Monday, Jan  5, 09:07:03 AM|005 01 01 02 2026 1 1|Mon Jan  5 09:07:03 2026|' +
      '01/05/26 09:07:03 01/05/26 2026-01-05 09:07:03 09:07 09:07:03 AM|09 9 9| 5|%|26 20 Jan|MON JANUARY|am|%q',
  ],
  [
    new Date(2024, 11, 31, 23, 59, 59),
    '31 December 2024|2024-12-31|31/12/24|Tuesday, Dec 31, 11:59:59 PM|366 52 53 01 2025 2 2|Tue Dec 31 23:59:59 2024|' +
      '12/31/24 23:59:59 12/31/24 2024-12-31 23:59:59 23:59 11:59:59 PM|232311|31|%|24 20 Dec|TUE DECEMBER|pm|%q',
  ],
  [
    new Date(2027, 0, 3, 0, 0, 0),
    '03 January 2027|2027-01-03|3/1/27|Sunday, Jan  3, 12:00:00 AM|003 01 00 53 2026 7 0|Sun Jan  3 00:00:00 2027|' +
      '01/03/27 00:00:00 01/03/27 2027-01-03 00:00:00 00:00 12:00:00 AM|00 012| 3|%|27 20 Jan|SUN JANUARY|am|%q',
  ],
  [
    new Date(2020, 1, 29, 12, 30, 0),
    '29 February 2020|2020-02-29|29/2/20|Saturday, Feb 29, 12:30:00 PM|060 08 08 09 2020 6 6|Sat Feb 29 12:30:00 2020|' +
      '02/29/20 12:30:00 02/29/20 2020-02-29 12:30:00 12:30 12:30:00 PM|121212|29|%|20 20 Feb|SAT FEBRUARY|pm|%q',
  ],
])('%s', (date, expected) => {
  expect(strftime(date, formats)).toBe(expected);
});
