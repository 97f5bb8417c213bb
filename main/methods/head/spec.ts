/**
 * The head alone: the classification head of an encoder is trained whole and nothing of the body changes. It is what
 * gains of adapters are measured against. The head lies in the folder as beside any other adapter (headedMethod.ts);
 * the method itself has no tensors. Models that write have no such head.
 */
import { z } from 'zod';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import { wordsOf } from '../../contract/words/words.ts';
import type { MethodSpec, RecommendedTraining } from '../methodSpec.ts';
import { ours } from '../suits.ts';

const words = wordsOf('head', {
  own: { en: "Graft's own", ja: 'Graft 独自の値' },
  measured: {
    en: 'Measured with MiniLM on 120 rows: the best of 5e-3 to 1',
    ja: 'MiniLM と 120 行での測定。5e-3～1 の中で最良',
  },
});

export const headOptionsSchema = z.strictObject({});

export type HeadOptions = z.infer<typeof headOptionsSchema>;

const own = words.own();

const common = {
  epochs: { value: 10, source: sources.loraXsGlue() },
  schedule: { value: 'linear', source: sources.loraGlue() },
  warmupRatio: { value: 0.06, source: sources.loraGlue() },
  batchSize: { value: 8, source: own },
  maxLength: { value: 512, source: sources.loraGlue() },
  weightDecay: { value: 0, source: sources.asOthers() },
} satisfies Omit<RecommendedTraining, 'learningRates'>;

const rate = { value: 5e-2, source: words.measured() };

export const headSpec: MethodSpec<HeadOptions> = {
  id: 'head',
  title: 'Head alone',
  summary: {
    en: 'Trains the head of an encoder and leaves everything else as it is: what adapters are measured against.',
    ja: 'エンコーダーのヘッドだけを学習し、ほかはそのままにします。アダプターの効果を測る基準です。',
  },
  suits: {
    goal: 'baseline',
    text: {
      en: 'Take it to see what an adapter is worth: the gain over the head alone is what papers report.',
      ja: 'アダプターの効果を知るために。論文が示すのは、ヘッドだけの学習に対する向上です。',
    },
    source: ours,
  },
  picture: { base: 'frozen', added: [{ x: 104, y: 24, width: 40, height: 24, role: 'trained', letter: 'H' }] },
  paper: 'https://arxiv.org/abs/1810.04805',
  peftType: 'GRAFT_HEAD',
  words,
  encodersAlone: true,
  capabilities: {
    plainLora: 'none',
    mergeable: true,
    servable: 'none',
    trains: 'adapter',
    quantisedBase: true,
    scalable: false,
    peft: null,
    keeps: 'inputs',
    leanOptions: null,
  },
  options: headOptionsSchema,
  recommended: { ...common, learningRates: { default: rate } },
  classification: { ...common, learningRates: { head: rate } },
  check: () => [],
  tensors: () => [],
};
