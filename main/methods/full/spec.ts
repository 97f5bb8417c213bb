/**
 * Full fine-tuning: no adapter, every weight of the model is trained and kept in float32. A baseline, and how the
 * sample model was made. Its size is the model's, which the layers alone do not tell.
 */
import { z } from 'zod';
import { getFamily } from '../../contract/families/registry.ts';
import type { MethodSpec } from '../methodSpec.ts';
import { baseTensor } from '../tensorSpec.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';

const alpaca = sources.alpaca();

export const fullOptionsSchema = z.strictObject({});

export type FullOptions = z.infer<typeof fullOptionsSchema>;

export const fullSpec: MethodSpec<FullOptions> = {
  id: 'full',
  title: 'Full fine-tuning',
  summary: {
    en: 'Changes the whole model: needs the most memory, and the result is as large as the model itself.',
    ja: 'モデル全体を変えます。最も多くのメモリが必要で、結果はモデルと同じ大きさになります。',
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
    keepsProducts: false,
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
  check: () => [],
  tensors: (_options, _targets, shape) =>
    shape === null
      ? []
      : [...getFamily(shape.family).weightShapes(shape)].map(([name, size]) => baseTensor(name, size)),
};
