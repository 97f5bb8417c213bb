/**
 * Pruning and expanding of BeamLoRA (arXiv 2502.13604): of adapters whose slots of the rank are weighed by a gate
 * γ = r·softmax(p/τ), the least weighed slots are given up every `beamPeriod` steps and become copies, as of half a
 * period ago, of the most weighed ones of their module. How many go follows from a share of all weight that rises to 1.
 *
 * Chosen here where the release draws at random or says nothing: donors are paired with receivers in order, and of a
 * module at most half of the slots go. Scores are compared in float64 on the host.
 */
import { z } from 'zod';
import { described } from '../../contract/fieldWords.ts';
import { problemOf, type Problem } from '../../contract/errors.ts';
import { wordsOf } from '../../contract/words/words.ts';
import { slotWeights, type FactorPair } from '../../methods/factorPair.ts';
import type { StepCallback, TrainingView } from '../stepCallback.ts';

const options = z.object({
  beamPeriod: described(z.int().nonnegative().default(0), {
    title: { en: 'Steps between prunings', ja: '枝刈りの間隔' },
    description: {
      en: 'An even number from 4 on; 0: an eighth of all steps',
      ja: '4 以上の偶数のステップ数。0 なら全ステップの 8 分の 1',
    },
    advanced: true,
  }),
  beamShare: described(z.number().gt(0).max(1).default(0.95), {
    title: { en: 'Share of weight kept at first', ja: '最初に残す重みの割合' },
    description: {
      en: 'What the slots that stay weigh together; it rises to 1 over two thirds of the run',
      ja: '残す枠の重みの合計。学習の 3 分の 2 をかけて 1 まで上がります',
    },
    advanced: true,
  }),
  beamRise: described(z.int().nonnegative().default(0), {
    title: { en: 'Steps until nothing is pruned', ja: '枝刈りが終わるまで' },
    description: { en: '0: two thirds of the run', ja: 'ステップ数。0 なら学習の 3 分の 2' },
    advanced: true,
  }),
  beamMoments: described(z.boolean().default(true), {
    title: { en: 'Copy moments too', ja: 'モーメントも写す' },
    description: {
      en: "What the optimizer has gathered of a slot goes along with its copy; off: the release's slip, which leaves it",
      ja: 'オプティマイザーが枠ごとに蓄えた値も一緒に写します。オフにすると、公開コードの誤りと同じく写しません',
    },
    advanced: true,
  }),
});

type BeamOptions = z.infer<typeof options>;

const words = wordsOf('beam', {
  pruned: {
    en: ({ slots, modules }: { readonly slots: number; readonly modules: number }) =>
      `${slots} slots of ${modules} layers were pruned and expanded anew`,
    ja: ({ slots, modules }) => `${modules} 個の層の ${slots} 枠を枝刈りし、新たに広げました`,
  },
  prunedNone: {
    en: 'Every slot weighs enough: none was pruned',
    ja: 'どの枠も十分に効いているので、枝刈りはありませんでした',
  },
  neverPruned: {
    en: 'Nothing was pruned in this run: its {steps} steps are fewer than twice the period of {period}',
    ja: 'この学習では枝刈りがありませんでした。{steps} ステップは、間隔 {period} の 2 倍に足りません',
  },
  oddPeriod: { en: 'Choose an even number from 4 on, or 0.', ja: '4 以上の偶数か 0 を指定してください。' },
  never: {
    en: ({ steps, period }: { readonly steps: number; readonly period: number }) =>
      `In ${steps} steps with a period of ${period} nothing would be pruned: twice the period is needed.`,
    ja: ({ steps, period }) => `${steps} ステップ、間隔 ${period} では枝刈りが起きません。間隔の 2 倍以上が必要です。`,
  },
});

/** (donor, receiver): slots of one module. */
export type Copy = readonly [donor: number, receiver: number];

export const beam: StepCallback<BeamOptions> = {
  id: 'beam',
  title: { en: 'BeamLoRA', ja: 'BeamLoRA' },
  summary: {
    en: 'Gives up the slots of the rank that matter least, for copies of those that matter most.',
    ja: '効いていないランクの枠を捨て、よく効いている枠の写しに置き換えます。',
  },
  paper: 'https://arxiv.org/abs/2502.13604',
  needs: 'gated',
  options,
  words,

  check(given, { steps }) {
    const { beamPeriod } = given;
    if (beamPeriod % 2 === 1 || (beamPeriod > 0 && beamPeriod < 4))
      return [problemOf('training.beamPeriod', words.oddPeriod())];
    return steps === undefined ? [] : checkSteps(given, steps);
  },

  checkPlan: (given, { steps }) => checkSteps(given, steps),

  keptOf: ({ rank, inFeatures, outFeatures }, moments) => (1 + moments) * rank * (inFeatures + outFeatures),

  dueAt: (step, steps, given) =>
    isSnapshot(step, steps, given) || isEvent(step, steps, given) || (step === steps && !acts(given, steps)),

  apply(view, given) {
    const { step, steps } = view;
    if (isSnapshot(step, steps, given)) {
      takeSnapshot(view);
      return null;
    }
    if (!isEvent(step, steps, given)) return words.neverPruned({ steps, period: periodOf(given, steps) });
    const copies = pruneAndExpand(view, shareAt(step, steps, given), given);
    const modules = copies.filter((ofModule) => ofModule.length > 0).length;
    return modules === 0 ? words.prunedNone() : words.pruned({ slots: copies.flat().length, modules });
  },
};

/** Share of all weight that stays after `step` finished steps. */
export function shareAt(step: number, steps: number, { beamShare, beamRise }: BeamOptions): number {
  const rise = beamRise || Math.floor((2 * steps) / 3);
  return step - 1 > rise ? 1 : 1 - (1 - beamShare) * 0.5 * (1 + Math.cos((Math.PI * (step - 1)) / rise));
}

/**
 * One event. Gives each module's copies, in the order of `view.pairs`. Rows of A and columns of B, and their moments,
 * come out of the snapshot in `view.kept`; donor and receiver share the mean of their gates, whose moments start anew.
 */
export function pruneAndExpand(
  view: TrainingView,
  share: number,
  { beamMoments }: Pick<BeamOptions, 'beamMoments'>,
): readonly (readonly Copy[])[] {
  const copied = ['parameters', ...(beamMoments ? view.moments : [])];
  const gated = view.pairs.map(gateOf);
  const scores = gated.map(({ tensor, temperature }) => slotWeights(view.values(tensor), temperature));
  const pruned = slotsToPrune(scores, share);
  const copies = scores.map((ofModule, index) => pairSlots(ofModule, pruned[index]));
  view.pairs.forEach(({ a, b }, index) => {
    const rank = scores[index].length;
    const gate = view.values(gated[index].tensor);
    const before = Float64Array.from(gate);
    for (const [donor, receiver] of copies[index]) {
      for (const vector of copied) {
        copyRow(view.values(a, vector), view.kept.tensors[`${vector}/${a}`], rank, [donor, receiver]);
        copyColumn(view.values(b, vector), view.kept.tensors[`${vector}/${b}`], rank, [donor, receiver]);
      }
      gate[donor] = gate[receiver] = 0.5 * (before[donor] + before[receiver]);
    }
    for (const moment of view.moments) view.values(gated[index].tensor, moment).fill(0);
  });
  return copies;
}

/**
 * Which slots go: those past the share of all weight, the first one that exceeds it included, of a module at most half.
 * Equal scores: the earlier module, the lower slot stays.
 */
export function slotsToPrune(scores: readonly (readonly number[])[], share: number): readonly (readonly boolean[])[] {
  const slots = scores.flatMap((ofModule, module) => ofModule.map((score, slot) => ({ module, slot, score })));
  slots.sort((one, other) => other.score - one.score);
  const limit = share * slots.length;
  let sum = 0;
  const past = slots.filter(({ score }) => (sum += score) > limit);
  return scores.map((ofModule, module) => {
    const own = past.filter((each) => each.module === module);
    const most = Math.floor(ofModule.length / 2);
    const going = new Set(own.slice(Math.max(0, own.length - most)).map(({ slot }) => slot));
    return ofModule.map((_, slot) => going.has(slot));
  });
}

/** The best slots in falling order give to the pruned ones in rising order. */
function pairSlots(scores: readonly number[], pruned: readonly boolean[]): readonly Copy[] {
  const byScore = scores.map((_, slot) => slot).sort((one, other) => scores[other] - scores[one]);
  const receivers = scores.map((_, slot) => slot).filter((slot) => pruned[slot]);
  return receivers.map((receiver, index) => [byScore[index], receiver]);
}

function takeSnapshot(view: TrainingView): void {
  const { step, pairs, moments, kept } = view;
  const names = pairs.flatMap(({ a, b }) => [a, b]);
  const copies = ['parameters', ...moments].flatMap((vector) =>
    names.map((name) => [`${vector}/${name}`, view.values(name, vector).slice()] as const),
  );
  kept.tensors = Object.fromEntries(copies);
  kept.json = { snapshotAfter: step };
}

function copyRow(matrix: Float32Array, from: Float32Array, rows: number, [donor, receiver]: Copy): void {
  const width = matrix.length / rows;
  matrix.set(from.subarray(donor * width, (donor + 1) * width), receiver * width);
}

function copyColumn(matrix: Float32Array, from: Float32Array, width: number, [donor, receiver]: Copy): void {
  for (let at = 0; at < matrix.length; at += width) matrix[at + receiver] = from[at + donor];
}

function gateOf({ module, gate }: FactorPair): NonNullable<FactorPair['gate']> {
  if (gate === undefined) throw new Error(`${module} has no gate`);
  return gate;
}

function periodOf({ beamPeriod }: BeamOptions, steps: number): number {
  return beamPeriod || Math.max(4, 2 * Math.floor(steps / 16));
}

/** Half a period before each event. */
function isSnapshot(step: number, steps: number, given: BeamOptions): boolean {
  const half = periodOf(given, steps) / 2;
  return step > half && isEvent(step - 1 + half, steps, given);
}

function isEvent(step: number, steps: number, given: BeamOptions): boolean {
  const period = periodOf(given, steps);
  return step % period === 0 && steps - step >= period;
}

/** Whether there is an event in the run at all. */
function acts(given: BeamOptions, steps: number): boolean {
  return steps >= 2 * periodOf(given, steps);
}

/** A period that was asked for and does nothing is a slip; one that was left open is told of at the end. */
function checkSteps(given: BeamOptions, steps: number): readonly Problem[] {
  if (given.beamPeriod === 0 || acts(given, steps)) return [];
  return [problemOf('training.beamPeriod', words.never({ steps, period: given.beamPeriod }))];
}
