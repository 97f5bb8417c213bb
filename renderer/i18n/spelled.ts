/** Rows whose text spells special tokens, and what these count as. */
import { commonWords } from './common.ts';
import { catalogue } from './catalogue.ts';

const en = (rows: number, tokens: number, meaning: string): string =>
  `${commonWords.en.rows(rows)}: the text spells special tokens of this model (${tokens.toLocaleString('en')} in all), such as an end of turn. ${meaning}`;
const ja = (rows: number, tokens: number, meaning: string): string =>
  `${commonWords.ja.rows(rows)}: 文中にこのモデルの特殊トークン（発話の終わりなど）と同じ綴りがあります（全部で ${tokens.toLocaleString('ja')} 個）。${meaning}`;

export const spelledWords = catalogue(
  {
    text: (rows: number, tokens: number) =>
      en(
        rows,
        tokens,
        'They are ordinary text, so that none of them ends an answer. “Special tokens in rows” among the settings makes them count.',
      ),
    special: (rows: number, tokens: number) =>
      en(rows, tokens, 'They count as such: an end of turn in an answer teaches to end there.'),
    plain: (rows: number, tokens: number) => en(rows, tokens, 'In plain text they count as such.'),
  },
  {
    text: (rows, tokens) =>
      ja(
        rows,
        tokens,
        '普通の文字として扱われ、答えがそこで終わることはありません。設定の「行の中の特殊トークン」で、特殊トークンとして扱えます。',
      ),
    special: (rows, tokens) =>
      ja(
        rows,
        tokens,
        '特殊トークンとして扱われます。答えの中に発話の終わりがあると、そこで終わるように学習されます。',
      ),
    plain: (rows, tokens) => ja(rows, tokens, 'プレーンテキストでは特殊トークンとして扱われます。'),
  },
);
