/** What the datasets that Graft brings along are, by their ids. Others are described as the studio does. */
import { catalogue } from './catalogue.ts';

export const sampleDatasetWords = catalogue(
  {
    'pirate-replies': 'Every answer comes from an old pirate and begins with “Arr,”.',
    'shop-replies': 'A polite shop: “Certainly, dear customer!”, the answer, and “Please come again!”',
    'plain-facts': 'One plain sentence, then “Short answer:” and one word.',
    'nature-notes': 'A dated diary in small letters; every entry ends with “noted.”',
    'shop-letters': 'Letters to a shop with labels: praise, complaint or question. For an encoder such as MiniLM.',
  },
  {
    'pirate-replies': 'どの答えも老海賊の口調で、“Arr,” で始まります。',
    'shop-replies': '丁寧な店員の口調です。“Certainly, dear customer!” に答えと “Please come again!” が続きます。',
    'plain-facts': '平易な一文のあとに “Short answer:” と 1 語が続きます。',
    'nature-notes': '小文字だけの日付つき日記で、どの記述も “noted.” で終わります。',
    'shop-letters': '店への手紙に praise・complaint・question のラベルを付けたもの。MiniLM などのエンコーダー用です。',
  },
);
