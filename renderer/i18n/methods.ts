/** What each method is, in a sentence for somebody who does not write code. */
import { catalogue } from './catalogue.ts';

export const methodTexts = catalogue(
  {
    vera: 'Trains two small vectors per layer over shared random matrices: the fewest numbers to learn.',
    vblora: 'Builds every update from one small bank of shared vectors: tiny files, quality near LoRA.',
    lora: 'The well-known low-rank adapter: larger files, understood by every other program.',
    full: 'Changes the whole model: needs the most memory, and the result is as large as the model itself.',
  },
  {
    vera: '共有する乱数の行列の上で、層ごとに小さなベクトル 2 本だけを学習します。覚える数が最も少ない方法です。',
    vblora:
      '1 つの小さなベクトルバンクからすべての更新を組み立てます。ファイルはごく小さく、品質は LoRA に近くなります。',
    lora: '広く使われている低ランクアダプターです。ファイルは大きめですが、ほかのどのソフトでも読めます。',
    full: 'モデル全体を変えます。最も多くのメモリが必要で、結果はモデルと同じ大きさになります。',
  },
);
