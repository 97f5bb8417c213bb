/** The list of rows in error as a file that a spreadsheet opens, in the window's language. */
import type { BadRow } from '../../../main/contract/entities.ts';
import type { I18n } from '../../i18n/I18n.svelte.ts';

export function errorListCsv(rows: readonly BadRow[], i18n: Pick<I18n, 'say'>): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  return (
    ['line,reason', ...rows.map(({ line, reason }) => `${line},${quoted(i18n.say(reason))}`)].join('\r\n') + '\r\n'
  );
}
