/** What the models and datasets that Graft brings along are, by their ids. Others are described as the studio does. */
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

export const modelSourceWords = catalogue(
  {
    sample: 'Comes with Graft: 4 million parameters, knows nothing of the world, and shows within a minute what an adapter does.',
    smollm2: 'A small model that chats in English and is quick on any computer; the best place to start.',
    minilm: 'A small encoder (BERT, 6 layers): it does not write, it learns to sort English texts into classes, within a minute.',
  },
  {
    sample: 'Graft に付属。400 万パラメーターで知識はありませんが、アダプターの働きを 1 分で確かめられます。',
    smollm2: '英語で会話でき、どのコンピューターでも速く動く小さなモデル。最初の 1 つに最適です。',
    minilm: '小さなエンコーダー（BERT、6 層）。文章は書かず、英語の文を分類することを 1 分ほどで学びます。',
  },
);
