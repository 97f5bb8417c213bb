/**
 * BeamLoRA (Gu et al. 2025, arXiv 2502.13604): ΔW = s B diag(γ) A with a trained gate γ = r·softmax(p/τ) over the slots
 * of the rank, s = alpha / r. γ is 1 at the start, so that it begins as LoRA does. What the gate is for acts between
 * steps (training/callbacks/beam.ts): slots of little weight are given up for copies of those of much. Multiplied into
 * A, it is plain LoRA, exactly.
 */
import { z } from 'zod';
import { moduleSuffixes } from '../../contract/targets.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import { wordsOf } from '../../contract/words/words.ts';
import { alphaOption, dropoutOption, excludeOption, rankOption, targetOptions } from '../commonOptions.ts';
import { loraInOwnFormat, type MethodSpec, type RecommendedTraining } from '../methodSpec.ts';
import { option } from '../optionTable.ts';
import { column, row } from '../picture.ts';
import { layerTensor } from '../tensorSpec.ts';

/** Of tensors, after the path of their module. */
export const factorA = '.beamlora_A'; // (r, in)
export const factorB = '.beamlora_B'; // (out, r)
export const gateP = '.beamlora_gate'; // (r), zero at the start

/** The release's, by the learning rate: from 1e-4 on, and below. */
const temperatures = { usual: 0.05, ofLowRates: 0.03, lowBelow: 1e-4 } as const;

export const beamloraOptionsSchema = z.strictObject({
  rank: rankOption(64),
  alpha: alphaOption(128),
  gateTemperature: option(z.number().positive().max(1000).default(temperatures.usual), {
    title: { en: 'Temperature of the gate', ja: 'ゲートの温度' },
    description: {
      en: 'How sharply the gate tells slots apart; left open, 0.05, and 0.03 for learning rates below 1e-4',
      ja: 'ゲートが枠をどれだけはっきり区別するか。空欄なら 0.05、学習率が 1e-4 未満なら 0.03',
    },
    advanced: true,
    stored: 'gate_temperature',
  }),
  dropout: dropoutOption('lora_dropout'),
  ...excludeOption,
  ...targetOptions,
});

export type BeamloraOptions = z.infer<typeof beamloraOptionsSchema>;

const words = wordsOf('beamlora', {
  release: { en: "BeamLoRA authors' release", ja: 'BeamLoRA の著者の公開コード' },
  own: {
    en: "Graft's own: the release's is not known here",
    ja: 'Graft 独自の値。公開コードの値はここでは分かっていません',
  },
});

const release = words.release();
const own = words.own();

const recommended: RecommendedTraining = {
  learningRates: { default: { value: 3e-4, source: release }, gate: { value: 3e-4, source: release } },
  epochs: { value: 3, source: release },
  schedule: { value: 'cosine', source: release },
  warmupRatio: { value: 0.1, source: own },
  batchSize: { value: 4, source: sources.fewer({ source: release, size: 32 }) },
  maxLength: { value: 512, source: own },
  weightDecay: { value: 0, source: sources.asOthers() },
};

export const beamloraSpec: MethodSpec<BeamloraOptions> = {
  id: 'beamlora',
  title: 'BeamLoRA',
  summary: {
    en: 'LoRA that finds out which parts of its rank matter, and turns the others into copies of them while it trains.',
    ja: 'ランクのどの部分が効いているかを見分け、学習中に効かない部分をその写しに置き換える LoRA です。',
  },
  suits: {
    goal: 'quality',
    text: {
      en: 'Take it for long runs in which LoRA stops getting better: what does not help in its rank makes way. Runs of a few hundred steps hardly profit.',
      ja: 'LoRA では伸びが止まる長い学習に。ランクのうち効かない部分を入れ替えます。数百ステップの学習では効果はほとんどありません。',
    },
    source: {
      en: 'BeamLoRA paper: above LoRA on 3 models and 12 datasets, in runs of tens of thousands of steps; short runs: our own judgement',
      ja: 'BeamLoRA の論文: 3 モデル、12 データセットで LoRA を上回る（数万ステップ）。短い学習については Graft の見解',
    },
  },
  picture: {
    base: 'frozen',
    added: [
      column({ x: 84, width: 16 }, { role: 'trained', letter: 'B' }),
      { ...row({ x: 104, width: 6 }, { role: 'trained' }), y: 28, height: 16 },
      row({ x: 114, width: 50 }, { role: 'trained', letter: 'A' }),
    ],
  },
  paper: 'https://arxiv.org/abs/2502.13604',
  peftType: 'GRAFT_BEAMLORA',
  words,
  capabilities: loraInOwnFormat,
  pairs: {
    kind: 'gated',
    of: ({ rank, alpha, gateTemperature: temperature }, targets) =>
      targets.map(({ name: module }) => ({
        ...{ module, a: module + factorA, b: module + factorB, scale: alpha / rank },
        gate: { tensor: module + gateP, temperature },
      })),
  },
  callbacks: ['beam'],
  undecayed: ['gate'],
  options: beamloraOptionsSchema,
  recommended,
  classification: {
    ...recommended,
    learningRates: {
      default: { value: 3e-4, source: own },
      gate: { value: 3e-4, source: own },
      head: { value: 5e-3, source: sources.loraXsGrid() },
    },
    epochs: { value: 10, source: sources.loraXsGlue() },
    schedule: { value: 'linear', source: sources.loraGlue() },
    warmupRatio: { value: 0.06, source: sources.loraGlue() },
    batchSize: { value: 8, source: sources.fewer({ source: sources.loraGlue(), size: 16 }) },
    maxLength: { value: 512, source: sources.loraGlue() },
  },
  // The release adapts the seven matrices of every block.
  defaultTargets: ({ linears }) => moduleSuffixes(linears),
  fit(options, _targets, given, _shape, learningRate) {
    if (given.includes('gateTemperature') || learningRate === undefined) return options;
    const { usual, ofLowRates, lowBelow } = temperatures;
    return { ...options, gateTemperature: learningRate < lowBelow ? ofLowRates : usual };
  },
  check: () => [],
  tensors: ({ rank }, targets) =>
    targets.flatMap((target) => [
      layerTensor(target, factorA, [rank, target.inFeatures]),
      layerTensor(target, factorB, [target.outFeatures, rank], { initial: 0 }),
      layerTensor(target, gateP, [rank], { group: 'gate', initial: 0 }),
    ]),
};
