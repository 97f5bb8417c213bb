/**
 * Full fine-tuning: no adapter, every weight of the model is trained and kept in float32. A baseline, and how the
 * sample model was made. Its size is the model's, which the layers alone do not tell. Of an encoder it is the body; the
 * head is trained beside it as beside any adapter.
 */
import { z } from 'zod';
import { poolerName } from '../../contract/families/bert.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import { getFamily } from '../../contract/families/registry.ts';
import { wordsOf } from '../../contract/words/words.ts';
import type { MethodSpec } from '../methodSpec.ts';
import { baseTensor } from '../tensorSpec.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';

const words = wordsOf('full', {
  roberta: { en: 'RoBERTa paper, GLUE', ja: 'RoBERTa の論文、GLUE' },
});

const alpaca = sources.alpaca();
const roberta = words.roberta();

export const fullOptionsSchema = z.strictObject({});

export type FullOptions = z.infer<typeof fullOptionsSchema>;

export const fullSpec: MethodSpec<FullOptions> = {
  id: 'full',
  title: 'Full fine-tuning',
  summary: {
    en: 'Changes the whole model: needs the most memory, and the result is as large as the model itself.',
    ja: 'モデル全体を変えます。最も多くのメモリが必要で、結果はモデルと同じ大きさになります。',
  },
  suits: {
    goal: 'whole',
    text: {
      en: 'Take it when the model itself is to change and memory is no concern. It is not better for that: with few rows it forgets more than an adapter does.',
      ja: 'モデルそのものを変えたく、メモリに余裕があるときに。それだけ良くなるとは限りません。データが少ないと、アダプターより多くを忘れます。',
    },
    source: {
      en: "PEFT's comparison on GSM8K with Llama-3.2-3B, one seed: 47.2 % with 38.9 GB of memory, LoRA r 32 47.8 % with 22.3 GB; forgetting: our own judgement",
      ja: 'PEFT による GSM8K の比較（Llama-3.2-3B、シード 1 つ）: メモリ 38.9 GB で 47.2 %、LoRA r 32 は 22.3 GB で 47.8 %。忘却については Graft の見解',
    },
  },
  picture: { base: 'trained', added: [] },
  paper: 'https://arxiv.org/abs/2212.10560',
  peftType: 'GRAFT_FULL',
  capabilities: {
    plainLora: 'none',
    mergeable: true,
    servable: 'none',
    trains: 'model',
    quantisedBase: false,
    scalable: false,
    peft: null,
    keeps: 'inputs',
    leanOptions: null,
  },
  options: fullOptionsSchema,
  recommended: {
    learningRates: { default: { value: 2e-5, source: alpaca } },
    epochs: { value: 3, source: alpaca },
    schedule: { value: 'cosine', source: alpaca },
    warmupRatio: { value: 0.03, source: alpaca },
    batchSize: { value: 4, source: sources.perDevice({ source: alpaca }) },
    maxLength: { value: 512, source: alpaca },
    weightDecay: { value: 0, source: alpaca },
  },
  words,
  classification: {
    learningRates: { default: { value: 2e-5, source: roberta }, head: { value: 2e-5, source: roberta } },
    epochs: { value: 10, source: roberta },
    schedule: { value: 'linear', source: roberta },
    warmupRatio: { value: 0.06, source: roberta },
    batchSize: { value: 8, source: sources.fewer({ source: roberta, size: 16 }) },
    maxLength: { value: 512, source: roberta },
    weightDecay: { value: 0.1, source: roberta },
  },
  check: () => [],
  tensors: (_options, _targets, shape) =>
    shape === null
      ? []
      : weightsOf(shape).map(({ name, size, optional }) => baseTensor(name, size, optional && { optional })),
};

export interface Weight {
  readonly name: string;
  readonly size: readonly number[];
  readonly optional?: true;
}

/** All of the model, with BERT's pooler where the base has one. */
export function weightsOf(shape: ModelShape): readonly Weight[] {
  const family = getFamily(shape.family);
  const ofPooler = [...(family.optionalWeights?.(shape) ?? [])].filter(([name]) => name.startsWith(`${poolerName}.`));
  return [
    ...[...family.weightShapes(shape)].map(([name, size]) => ({ name, size })),
    ...ofPooler.map(([name, size]) => ({ name, size, optional: true as const })),
  ];
}
