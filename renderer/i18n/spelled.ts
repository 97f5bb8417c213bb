/** Rows whose text spells special tokens, and what these count as. */
import { catalogue } from './catalogue.ts';

export const spelledWords = catalogue(
  {
    text: (rows: string, tokens: string) =>
      `${rows}: the text spells special tokens of this model (${tokens} in all), such as an end of turn. They are ordinary text, so that none of them ends an answer. “Special tokens in rows” among the training settings makes them count.`,
    special: (rows: string, tokens: string) =>
      `${rows}: the text spells special tokens of this model (${tokens} in all), and they count as such: an end of turn in an answer teaches to end there.`,
    plain: (rows: string, tokens: string) =>
      `${rows}: the text spells special tokens of this model (${tokens} in all). In plain text they count as such.`,
  },
  {
    text: (rows, tokens) =>
      `${rows}: 文中にこのモデルの特殊トークン（発話の終わりなど）と同じ綴りがあります（全部で ${tokens} 個）。普通の文字として扱われ、答えがそこで終わることはありません。学習の設定「行の中の特殊トークン」で、特殊トークンとして扱えます。`,
    special: (rows, tokens) =>
      `${rows}: 文中にこのモデルの特殊トークンと同じ綴りがあり（全部で ${tokens} 個）、特殊トークンとして扱われます。答えの中に発話の終わりがあると、そこで終わるように学習されます。`,
    plain: (rows, tokens) =>
      `${rows}: 文中にこのモデルの特殊トークンと同じ綴りがあります（全部で ${tokens} 個）。プレーンテキストでは特殊トークンとして扱われます。`,
  },
);
