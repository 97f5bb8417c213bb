/**
 * BitFit (Ben Zaken et al. 2022, arXiv 2106.10199): every bias of the base is trained, norms' and embeddings' too, and
 * nothing else. What is stored are values, not differences. Models without biases (Llama, Mistral, Gemma, Qwen3) have
 * nothing to train; Qwen2 has those of q, k and v alone.
 */
import { z } from 'zod';
import { problemOf } from '../../contract/errors.ts';
import { getFamily } from '../../contract/families/registry.ts';
import { wordsOf } from '../../contract/words/words.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import type { MethodSpec, RecommendedTraining } from '../methodSpec.ts';
import { column } from '../picture.ts';
import { baseTensor } from '../tensorSpec.ts';

const words = wordsOf('bitfit', {
  noBiases: {
    en: 'trains the biases of a model, and this one has none',
    ja: 'モデルのバイアスを学習しますが、このモデルにはありません',
  },
  script: { en: "BitFit authors' script for GLUE", ja: 'BitFit の著者の GLUE 用スクリプト' },
  noDecay: {
    en: 'None: it would pull pretrained biases to zero',
    ja: 'なし。学習済みのバイアスが 0 に寄ってしまいます',
  },
});

const script = words.script();

const recommended: RecommendedTraining = {
  learningRates: { default: { value: 1e-3, source: script } },
  epochs: { value: 3, source: sources.fewer({ source: script, size: 16 }) },
  schedule: { value: 'linear', source: sources.loraGlue() },
  warmupRatio: { value: 0.06, source: sources.loraGlue() },
  batchSize: { value: 4, source: sources.fewer({ source: script, size: 8 }) },
  maxLength: { value: 512, source: sources.asOthers() },
  weightDecay: { value: 0, source: words.noDecay() },
};

export const bitfitOptionsSchema = z.strictObject({});

export type BitfitOptions = z.infer<typeof bitfitOptionsSchema>;

export const bitfitSpec: MethodSpec<BitfitOptions> = {
  id: 'bitfit',
  title: 'BitFit',
  summary: {
    en: 'Trains the biases that the model has and nothing else: for models that have them, such as BERT and GPT-2.',
    ja: 'モデルにあるバイアスだけを学習します。BERT や GPT-2 のように、バイアスのあるモデル向けです。',
  },
  picture: { base: 'frozen', added: [column({ x: 80, width: 5 }, { role: 'trained' })] },
  paper: 'https://arxiv.org/abs/2106.10199',
  peftType: 'GRAFT_BITFIT',
  words,
  capabilities: {
    plainLora: 'none',
    mergeable: true,
    servable: 'none',
    trains: 'biases',
    quantisedBase: true,
    scalable: false,
    peft: null,
    keepsProducts: false,
    leanOptions: null,
  },
  options: bitfitOptionsSchema,
  recommended,
  classification: {
    ...recommended,
    learningRates: { ...recommended.learningRates, head: { value: 1e-3, source: script } },
    epochs: { value: 16, source: script },
    batchSize: { value: 8, source: script },
  },
  check: (_options, targets) => (targets.some(({ bias }) => bias) ? [] : [problemOf('method', words.noBiases())]),
  tensors: (_options, _targets, shape) =>
    shape === null
      ? []
      : [...getFamily(shape.family).weightShapes(shape)]
          .filter(([name]) => name.endsWith('.bias'))
          .map(([name, size]) => baseTensor(name, size)),
};
