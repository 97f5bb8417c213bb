/** Where recommended settings come from. */
import { wordsOf } from './words.ts';

export const sourceWords = wordsOf('settingSources', {
  alpaca: { en: 'Stanford Alpaca, full fine-tuning', ja: 'Stanford Alpaca、全パラメーターの学習' },
  alpacaAndVera: {
    en: 'Stanford Alpaca; the VeRA paper passes once over its 50,000 rows',
    ja: 'Stanford Alpaca。VeRA の論文は 5 万行を 1 回だけ通します',
  },
  loraInVera: {
    en: "LoRA's row in the VeRA paper's instruction tuning",
    ja: 'VeRA の論文、指示チューニングの LoRA の行',
  },
  loraGlue: { en: 'LoRA paper, SST-2 with RoBERTa-base', ja: 'LoRA の論文、RoBERTa-base での SST-2' },
  loraXsGrid: {
    en: 'LoRA-XS paper, the highest of its grid for GLUE',
    ja: 'LoRA-XS の論文、GLUE で試した中で最も高い値',
  },
  loraXsGlue: {
    en: 'LoRA-XS paper, GLUE; the others pass 10 to 160 times',
    ja: 'LoRA-XS の論文、GLUE。ほかの論文は 10～160 回通します',
  },
  asOthers: { en: 'None, as for the other methods', ja: 'ほかの手法と同じく、なし' },
  vera: { en: 'VeRA paper, instruction tuning', ja: 'VeRA の論文、指示チューニング' },
  veraSst: { en: 'VeRA paper, SST-2 with RoBERTa-base', ja: 'VeRA の論文、RoBERTa-base での SST-2' },
  veraGlue: { en: 'VeRA paper, GLUE with RoBERTa-base', ja: 'VeRA の論文、RoBERTa-base での GLUE' },
  veraNotebook: {
    en: "PEFT's VeRA notebook, MRPC with RoBERTa-base",
    ja: 'PEFT の VeRA ノートブック、RoBERTa-base での MRPC',
  },
  noneInVeraTuning: {
    en: 'The VeRA paper gives none for instruction tuning',
    ja: 'VeRA の論文は、指示チューニングでは指定していません',
  },
  noneInVera: { en: 'The VeRA paper gives none', ja: 'VeRA の論文では指定していません' },
  vblora: { en: 'VB-LoRA paper', ja: 'VB-LoRA の論文' },
  vbloraTuning: { en: 'VB-LoRA paper, instruction tuning', ja: 'VB-LoRA の論文、指示チューニング' },
  vbloraAsBank: { en: 'VB-LoRA paper: as the vector bank', ja: 'VB-LoRA の論文、ベクトルバンクと同じ' },
  vbloraSst: { en: 'VB-LoRA paper, SST-2 with RoBERTa-base', ja: 'VB-LoRA の論文、RoBERTa-base での SST-2' },
  vbloraGlue: { en: 'VB-LoRA paper, GLUE with RoBERTa-base', ja: 'VB-LoRA の論文、RoBERTa-base での GLUE' },
  vbloraHead: {
    en: 'VB-LoRA paper, CoLA, RTE and STS-B with RoBERTa-base',
    ja: 'VB-LoRA の論文、RoBERTa-base での CoLA、RTE、STS-B',
  },
  vbloraCode: {
    en: "VB-LoRA authors' code: none on bank and logits",
    ja: 'VB-LoRA の著者のコード、バンクとロジットにはなし',
  },
  measuredBank: {
    en: 'Measured with MiniLM on 120 rows; the paper has 1e-3 for thousands of steps',
    ja: 'MiniLM と 120 行での測定。論文は数千ステップに 1e-3',
  },
  perDevice: { en: '{source}: 4 per device', ja: '{source}: デバイスあたり 4' },
  fourTimes: { en: '{source}: 4, accumulated four times', ja: '{source}: 4、4 回累積' },
  fewer: {
    en: '{source}: {size}; fewer, for small datasets and memories',
    ja: '{source}: {size}。小さなデータセットやメモリーのために減らしています',
  },
  tenTimes: { en: "{source}: ten times LoRA's 4e-4", ja: '{source}: LoRA の 4e-4 の 10 倍' },
});
