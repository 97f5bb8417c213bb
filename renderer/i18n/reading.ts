/** Words for how a file was read: its columns and what was noticed. */
import { catalogue } from './catalogue.ts';

export const readingWords = catalogue(
  {
    used: 'Columns used',
    leftAside: 'Left aside',
    none: 'none',
    comma: ', ',
    as: (column: string, role: string) => `${column} (${role})`,
    notices: 'Good to know about this file',
  },
  {
    used: '使う列',
    leftAside: '使わない列',
    none: 'なし',
    comma: '、',
    as: (column, role) => `${column}（${role}）`,
    notices: 'このファイルについて',
  },
);
