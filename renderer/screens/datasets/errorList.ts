/** The list of rows in error as a file that a spreadsheet opens. */
import type { BadRow } from '../../../main/contract/entities.ts';

export function errorListCsv(rows: readonly BadRow[]): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  return ['line,reason', ...rows.map(({ line, reason }) => `${line},${quoted(reason)}`)].join('\r\n') + '\r\n';
}
