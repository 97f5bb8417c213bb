/** What the datasets that Graft brings along are, by their ids. Others are described as the studio does. */
import { catalogue } from './catalogue.ts';

export const sampleDatasetWords = catalogue(
  {
    'pirate-replies': 'Every answer comes from an old pirate and begins with “Arr,”.',
    'plain-facts': 'One plain sentence, then “Short answer:” and two words.',
    'nature-notes': 'A dated diary in small letters; every entry ends with “noted.”',
    'shop-letters': 'Letters to a shop with labels: praise, complaint or question. For an encoder such as MiniLM.',
  },
  {
    'pirate-replies': 'どの答えも老海賊の口調で、“Arr,” で始まります。',
    'plain-facts': '平易な一文のあとに “Short answer:” と 2 語が続きます。',
    'nature-notes': '小文字だけの日付つき日記で、どの記述も “noted.” で終わります。',
    'shop-letters': '店への手紙に praise・complaint・question のラベルを付けたもの。MiniLM などのエンコーダー用です。',
  },
);
