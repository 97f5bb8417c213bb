/**
 * BitFit (Ben Zaken et al. 2022, arXiv 2106.10199): every bias of the base is trained, norms' and embeddings' too, and
 * nothing else. What is stored are values, not differences. Models without biases (Llama, Mistral, Gemma, Qwen3) have
 * nothing to train; Qwen2 has those of q, k and v alone.
 */
import { z } from 'zod';
import { problemOf, unsupportedProblem } from '../../contract/errors.ts';
import { poolerName } from '../../contract/families/bert.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import { getFamily } from '../../contract/families/registry.ts';
import { type Said, wordsOf } from '../../contract/words/words.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import type { MethodSpec, RecommendedTraining } from '../methodSpec.ts';
import { option } from '../optionTable.ts';
import { column } from '../picture.ts';
import { baseTensor } from '../tensorSpec.ts';

const words = wordsOf('bitfit', {
  noBiases: {
    en: 'BitFit trains the biases of a model, and this one has none: choose another method, or a model with biases such as BERT, GPT-2 or Qwen2.',
    ja: 'BitFit はモデルのバイアスを学習しますが、このモデルにはありません。別の手法か、BERT・GPT-2・Qwen2 のようにバイアスのあるモデルを選んでください。',
  },
  noneOf: {
    en: 'This model has no bias of its own of {term}: leave it out.',
    ja: 'このモデルには {term} のバイアスがありません。外してください。',
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

/**
 * What the words of the published code mean: ends of names, which in BERT's family are the code's own. There `output`
 * is after attention too, and so is `output_layernorm`. GPT-2's q, k and v have one bias together, which none of them
 * names; its norms stand before what they are named for.
 */
const ends = {
  query: ['self.query.bias', 'q_proj.bias'],
  key: ['self.key.bias', 'k_proj.bias'],
  value: ['self.value.bias', 'v_proj.bias'],
  intermediate: ['intermediate.dense.bias', 'c_fc.bias', 'gate_proj.bias', 'up_proj.bias'],
  output: ['output.dense.bias', 'c_proj.bias', 'o_proj.bias', 'down_proj.bias'],
  attention_layernorm: ['attention.output.LayerNorm.bias', 'ln_1.bias'],
  output_layernorm: ['output.LayerNorm.bias', 'ln_2.bias'],
  all: ['.bias'],
} as const;

type Term = keyof typeof ends;

const ofNorms: readonly Term[] = ['attention_layernorm', 'output_layernorm'];

export const bitfitOptionsSchema = z.strictObject({
  biasTerms: option(
    z
      .array(z.enum(Object.keys(ends) as Term[]))
      .min(1)
      .default(['all']),
    {
      title: { en: 'Biases', ja: 'バイアス' },
      description: {
        en: 'all, or some of query, key, value, intermediate, output, attention_layernorm, output_layernorm',
        ja: 'all、または query、key、value、intermediate、output、attention_layernorm、output_layernorm のいくつか',
      },
      advanced: true,
      stored: 'bias_terms',
    },
  ),
});

export type BitfitOptions = z.infer<typeof bitfitOptionsSchema>;

export const bitfitSpec: MethodSpec<BitfitOptions> = {
  id: 'bitfit',
  title: 'BitFit',
  summary: {
    en: 'Trains the biases that the model has and nothing else: for models that have them, such as BERT and GPT-2.',
    ja: 'モデルにあるバイアスだけを学習します。BERT や GPT-2 のように、バイアスのあるモデル向けです。',
  },
  suits: {
    goal: 'baseline',
    text: {
      en: 'Take it as the simplest comparison for encoders: a tenth of a percent of the model, and not far behind LoRA. Llama and its like have no biases to train.',
      ja: 'エンコーダーで最も単純な比較対象として。モデルの 0.1 % だけを学習し、LoRA に大きくは劣りません。Llama などには学習するバイアスがありません。',
    },
    source: {
      en: 'VeRA paper, GLUE with RoBERTa-base: 85.4 with 0.1 M numbers, LoRA 86.6 with 0.3 M',
      ja: 'VeRA の論文、RoBERTa-base での GLUE: 0.1 M 個で 85.4、LoRA は 0.3 M 個で 86.6',
    },
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
    keeps: 'inputs',
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
  check({ biasTerms }, targets) {
    const biases = targets.flatMap(({ name, bias }) => (bias ? [`${name}.bias`] : []));
    if (biases.length === 0) return [unsupportedProblem('method', words.noBiases())];
    return biasTerms
      .filter((term) => !ofNorms.includes(term) && !biases.some((name) => isOf(term, name)))
      .map((term) => problemOf('biasTerms', noneOf(term)));
  },
  tensors: ({ biasTerms }, _targets, shape) =>
    shape === null
      ? []
      : biasesOf(shape, biasTerms).map(({ name, size, optional }) => baseTensor(name, size, optional && { optional })),
};

export function noneOf(term: Term): Said {
  return words.noneOf({ term });
}

/** Trained whatever is named, as in the published code; where the base has none, the head brings one. */
const pooler = `${poolerName}.bias`;

export interface Bias {
  readonly name: string;
  readonly size: readonly number[];
  readonly optional?: true;
}

export function biasesOf(shape: ModelShape, terms: BitfitOptions['biasTerms']): readonly Bias[] {
  const family = getFamily(shape.family);
  const own = [...family.weightShapes(shape)].filter(([name]) => terms.some((term) => isOf(term, name)));
  const ofPooler = family.optionalWeights?.(shape).get(pooler);
  return [
    ...own.map(([name, size]) => ({ name, size })),
    ...(ofPooler ? [{ name: pooler, size: ofPooler, optional: true } as const] : []),
  ];
}

export function isOf(term: Term, name: string): boolean {
  return ends[term].some((end) => name.endsWith(end));
}
