/**
 * ShareLoRA (Song et al. 2024, arXiv 2406.10785): LoRA whose A, B or both are one matrix for all layers of a group, the
 * modules of one place in the block: ΔW_i = s B_i A_g (share A, the paper's choice), s = alpha / rank. PEFT does not
 * know it; its folders are Graft's own.
 */
import { z } from 'zod';
import { type Problem, problemOf } from '../../contract/errors.ts';
import type { LinearShape } from '../../contract/families/family.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import { wordsOf } from '../../contract/words/words.ts';
import { alphaOption, dropoutOption, excludeOption, rankOption, targetOptions } from '../commonOptions.ts';
import { loraInOwnFormat, type MethodSpec } from '../methodSpec.ts';
import { blockOf, moduleGroups } from '../moduleGroups.ts';
import { option } from '../optionTable.ts';
import { column, row } from '../picture.ts';
import { layerTensor, sharedTensor } from '../tensorSpec.ts';

const words = wordsOf('sharelora', {
  script: {
    en: "ShareLoRA authors' script for Llama 3",
    ja: 'ShareLoRA の著者の Llama 3 用スクリプト',
  },
  asLora: { en: "Graft's own: as LoRA's", ja: 'Graft 独自の値（LoRA と同じ）' },
  unlike: {
    en: ({ first, other, side }: Unlike) =>
      `${first} and ${other} would share a factor, and their ${side} sizes differ: leave one of them out.`,
    ja: ({ first, other, side }) =>
      `${first} と ${other} は因子を共有しますが、${side === 'input' ? '入力' : '出力'}の大きさが違います。どちらかを外してください。`,
  },
});

interface Unlike {
  readonly first: string;
  readonly other: string;
  readonly side: 'input' | 'output';
}

const script = words.script();

export const shareloraOptionsSchema = z.strictObject({
  rank: rankOption(8),
  alpha: alphaOption(16),
  share: option(z.enum(['A', 'B', 'AB']).default('A'), {
    title: { en: 'Shared factors', ja: '共有する因子' },
    description: {
      en: 'What the layers of one place have in common; both: the same update for all of them',
      ja: '同じ位置の層で共通にするもの。両方ならすべての層で同じ更新になります',
    },
    stored: 'share',
  }),
  dropout: dropoutOption('lora_dropout'),
  ...excludeOption,
  ...targetOptions,
});

export type ShareloraOptions = z.infer<typeof shareloraOptionsSchema>;

export const shareloraSpec: MethodSpec<ShareloraOptions> = {
  id: 'sharelora',
  title: 'ShareLoRA',
  summary: {
    en: 'LoRA with one factor in common for all layers: half the numbers to learn, quality near LoRA.',
    ja: '片方の行列をすべての層で共有する LoRA です。覚える数は約半分で、品質は LoRA に近くなります。',
  },
  suits: {
    goal: 'perByte',
    text: {
      en: 'Take it instead of LoRA when half the size is worth a little care: it goes out as plain LoRA at any time.',
      ja: 'LoRA の約半分のサイズにしたいときに。いつでも通常の LoRA として書き出せます。',
    },
    source: {
      en: 'ShareLoRA paper: 44 to 96 % fewer numbers than LoRA at like quality (its abstract)',
      ja: 'ShareLoRA の論文（要旨）: LoRA より 44～96 % 少ない数で、同程度の品質',
    },
  },
  picture: {
    base: 'frozen',
    added: [
      column({ x: 84, width: 16 }, { role: 'trained', letter: 'B' }),
      ...[0, 1, 2].map((copy) => ({
        ...row({ x: 108 + 3 * copy, width: 46 }, { role: 'trained' as const, opacity: copy === 2 ? 1 : 0.35 }),
        ...{ y: 24 + 4 * copy, ...(copy === 2 && { letter: 'A' }) },
      })),
    ],
  },
  paper: 'https://arxiv.org/abs/2406.10785',
  peftType: 'GRAFT_SHARELORA',
  capabilities: loraInOwnFormat,
  options: shareloraOptionsSchema,
  recommended: {
    learningRates: { default: { value: 1e-4, source: script } },
    epochs: { value: 3, source: sources.alpacaAndVera() },
    schedule: { value: 'constant', source: script },
    warmupRatio: { value: 0, source: script },
    batchSize: { value: 4, source: sources.fewer({ source: script, size: 16 }) },
    maxLength: { value: 512, source: sources.veraGlue() },
    weightDecay: { value: 0, source: script },
  },
  classification: {
    learningRates: {
      default: { value: 1e-3, source: words.asLora() },
      head: { value: 5e-3, source: sources.loraXsGrid() },
    },
    epochs: { value: 10, source: sources.loraXsGlue() },
    schedule: { value: 'linear', source: sources.loraGlue() },
    warmupRatio: { value: 0.06, source: sources.loraGlue() },
    batchSize: { value: 8, source: sources.fewer({ source: sources.loraGlue(), size: 16 }) },
    maxLength: { value: 512, source: sources.loraGlue() },
    weightDecay: { value: 0, source: sources.asOthers() },
  },
  words,
  check: checkGroups,
  tensors: (options, targets) => {
    const { rank } = options;
    const rows = targets.flatMap((target) => {
      const names = factorNames(options, target.name);
      const shapes = { A: [rank, target.inFeatures], B: [target.outFeatures, rank] };
      return (['A', 'B'] as const).map((factor) => {
        const initial = factor === 'B' ? 0 : null;
        return shares(options, factor)
          ? sharedTensor(names[factor], shapes[factor], { initial })
          : layerTensor(target, `.sharelora_${factor}`, shapes[factor], { initial });
      });
    });
    return [...new Map(rows.map((each) => [each.name, each])).values()];
  },
};

type Factor = 'A' | 'B';

function shares({ share }: Pick<ShareloraOptions, 'share'>, factor: Factor): boolean {
  return share.includes(factor);
}

/** Names of the tensors that a module uses: its own, or its group's. */
export function factorNames(
  options: Pick<ShareloraOptions, 'share'>,
  module: string,
): Readonly<Record<Factor, string>> {
  const nameOf = (factor: Factor): string =>
    shares(options, factor) ? `sharelora_${factor}.${blockOf(module).group}` : `${module}.sharelora_${factor}`;
  return { A: nameOf('A'), B: nameOf('B') };
}

/** A shared factor has one size. */
function checkGroups(options: ShareloraOptions, targets: readonly LinearShape[]): readonly Problem[] {
  return [...moduleGroups(targets).values()].flatMap(([first, ...others]) =>
    others.flatMap((other) => {
      const report = (side: Unlike['side']): Problem =>
        problemOf('share', words.unlike({ first: first.name, other: other.name, side }));
      return [
        ...(shares(options, 'A') && first.inFeatures !== other.inFeatures ? [report('input')] : []),
        ...(shares(options, 'B') && first.outFeatures !== other.outFeatures ? [report('output')] : []),
      ];
    }),
  );
}
