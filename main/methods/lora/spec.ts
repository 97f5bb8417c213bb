/**
 * LoRA (Hu et al. 2021, arXiv 2106.09685): ΔW = s B A, s = alpha / r, or alpha / √r when rank-stabilised (Kalajdzievski
 * 2023, arXiv 2312.03732). rankPattern and alphaPattern hold Python regular expressions; the first that fits a module
 * wins.
 */
import { z } from 'zod';
import { GraftError, problemOf, saidOf } from '../../contract/errors.ts';
import type { Problem } from '../../contract/errors.ts';
import { parsePythonRegex } from '../../contract/pythonRegex.ts';
import type { MethodSpec } from '../methodSpec.ts';
import { dropoutOption, excludeOption, rankOption, targetOptions } from '../commonOptions.ts';
import { option } from '../optionTable.ts';
import { column, row } from '../picture.ts';
import { layerTensor } from '../tensorSpec.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import { peftComparison } from '../suits.ts';

const source = sources.loraInVera();
const glue = sources.loraGlue();
const smallGlue = sources.loraXsGrid();

/** Of tensors, after the path of their module. */
export const factorA = '.lora_A.weight'; // (r, in)
export const factorB = '.lora_B.weight'; // (out, r)

export const loraOptionsSchema = z.strictObject({
  rank: rankOption(8, true),
  alpha: option(z.number().positive().default(8), {
    title: { en: 'Alpha', ja: 'アルファ' },
    description: {
      en: "The update is scaled by alpha / rank; PEFT's default is 8",
      ja: '更新は アルファ / ランク 倍されます（PEFT の既定値は 8）',
    },
    stored: 'lora_alpha',
    read: z.number().default(8),
  }),
  rslora: option(z.boolean().default(false), {
    title: { en: 'Rank-stabilised', ja: 'ランク安定化' },
    description: {
      en: 'Scale by alpha / √rank: steadier at high ranks',
      ja: 'アルファ / √ランク 倍にします。高いランクで安定します',
    },
    stored: 'use_rslora',
  }),
  dropout: dropoutOption('lora_dropout'),
  initialization: option(z.enum(['kaiming', 'gaussian']).default('kaiming'), {
    title: { en: 'Initialisation', ja: '初期化' },
    description: { en: 'Of A; B always starts at zero', ja: 'A の初期値。B は常に 0 から始まります' },
    advanced: true,
    stored: 'init_lora_weights',
    read: z
      .unknown()
      .optional()
      .transform((value) => (value === 'gaussian' ? 'gaussian' : 'kaiming')),
    write: (value) => (value === 'gaussian' ? value : true),
  }),
  rankPattern: option(z.record(z.string(), z.int().positive()).default({}), {
    title: { en: 'Rank by module', ja: 'モジュール別ランク' },
    description: {
      en: 'Regular expression of a module name to its rank',
      ja: 'モジュール名の正規表現と、そのランク',
    },
    advanced: true,
    stored: 'rank_pattern',
    read: z
      .record(z.string(), z.int().positive())
      .nullish()
      .transform((value) => value ?? {}),
  }),
  alphaPattern: option(z.record(z.string(), z.number().positive()).default({}), {
    title: { en: 'Alpha by module', ja: 'モジュール別アルファ' },
    description: {
      en: 'Regular expression of a module name to its alpha',
      ja: 'モジュール名の正規表現と、そのアルファ',
    },
    advanced: true,
    stored: 'alpha_pattern',
    read: z
      .record(z.string(), z.number())
      .nullish()
      .transform((value) => value ?? {}),
  }),
  ...excludeOption,
  ...targetOptions,
});

export type LoraOptions = z.infer<typeof loraOptionsSchema>;

export const loraSpec: MethodSpec<LoraOptions> = {
  id: 'lora',
  title: 'LoRA',
  summary: {
    en: 'The well-known low-rank adapter: larger files, understood by every other program.',
    ja: '広く使われている低ランクアダプターです。ファイルは大きめですが、ほかのどのソフトでも読めます。',
  },
  suits: {
    goal: 'compatible',
    text: {
      en: 'Take it when others are to use the adapter: PEFT, vLLM, llama.cpp and Ollama all read it. A rank of 32 or 64 asks for more space and gives more quality.',
      ja: 'ほかの人やソフトがアダプターを使うときに。PEFT、vLLM、llama.cpp、Ollama のどれでも読めます。ランクを 32 や 64 にすると、大きくなる代わりに品質が上がります。',
    },
    source: peftComparison('LoRA r 64 (rsLoRA) 51.3 %, 73 MB; r 32 47.8 %, 37 MB'),
  },
  picture: {
    base: 'frozen',
    added: [
      column({ x: 84, width: 16 }, { role: 'trained', letter: 'B' }),
      row({ x: 108, width: 52 }, { role: 'trained', letter: 'A' }),
    ],
  },
  paper: 'https://arxiv.org/abs/2106.09685',
  peftType: 'LORA',
  pairs: {
    kind: 'plain',
    of: (options, targets) =>
      targets.map(({ name: module }) => ({
        ...{ module, a: module + factorA, b: module + factorB },
        scale: loraScale(options, module),
      })),
  },
  capabilities: {
    plainLora: 'exact',
    mergeable: true,
    servable: 'factors',
    trains: 'adapter',
    quantisedBase: true,
    scalable: true,
    peft: '0.1',
    keeps: 'inputs',
    leanOptions: null,
  },
  options: loraOptionsSchema,
  recommended: {
    learningRates: { default: { value: 4e-4, source } },
    epochs: { value: 3, source: sources.alpacaAndVera() },
    schedule: { value: 'cosine', source },
    warmupRatio: { value: 0.1, source },
    batchSize: { value: 4, source: sources.fourTimes({ source }) },
    maxLength: { value: 512, source: sources.veraGlue() },
    weightDecay: { value: 0, source: sources.noneInVeraTuning() },
  },
  classification: {
    learningRates: { default: { value: 1e-3, source: smallGlue }, head: { value: 5e-3, source: smallGlue } },
    epochs: { value: 10, source: sources.loraXsGlue() },
    schedule: { value: 'linear', source: glue },
    warmupRatio: { value: 0.06, source: glue },
    batchSize: { value: 8, source: sources.fewer({ source: glue, size: 16 }) },
    maxLength: { value: 512, source: glue },
    weightDecay: { value: 0, source: sources.asOthers() },
  },
  check: checkPatterns,
  loraRanks: (options, targets) => targets.map(({ name }) => loraRank(options, name)),
  tensors: (options, targets) =>
    targets.flatMap((target) => {
      const rank = loraRank(options, target.name);
      return [
        layerTensor(target, factorA, [rank, target.inFeatures]),
        layerTensor(target, factorB, [target.outFeatures, rank], { initial: 0 }),
      ];
    }),
};

/** Rank of one module. */
export function loraRank({ rank, rankPattern }: Pick<LoraOptions, 'rank' | 'rankPattern'>, name: string): number {
  return findByPattern(rankPattern, name, 'rankPattern') ?? rank;
}

/** Factor s of one module's update. */
export function loraScale(
  options: Pick<LoraOptions, 'rank' | 'rankPattern' | 'alpha' | 'alphaPattern' | 'rslora'>,
  name: string,
): number {
  const rank = loraRank(options, name);
  const alpha = findByPattern(options.alphaPattern, name, 'alphaPattern') ?? options.alpha;
  return options.rslora ? alpha / Math.sqrt(rank) : alpha / rank;
}

/**
 * As PEFT before 0.14: the first key of either pattern that fits a module stands for both, also where only one of them
 * has it.
 */
export function loraScaleByOldRule(options: Parameters<typeof loraScale>[0], name: string): number {
  const { rank, rankPattern, alpha, alphaPattern, rslora } = options;
  const keys = Object.keys({ ...rankPattern, ...alphaPattern });
  const key = keys.find((each) => fitsPattern(each, name, 'rankPattern')) ?? '';
  const [oldRank, oldAlpha] = [rankPattern[key] ?? rank, alphaPattern[key] ?? alpha];
  return oldAlpha / (rslora ? Math.sqrt(oldRank) : oldRank);
}

/** PEFT's rule: an entry is for every module whose name ends in a match, at the start or after a dot. */
function findByPattern(patterns: Readonly<Record<string, number>>, name: string, field: string): number | undefined {
  return Object.entries(patterns).find(([pattern]) => fitsPattern(pattern, name, field))?.[1];
}

function fitsPattern(pattern: string, name: string, field: string): boolean {
  const { source: regex } = parsePythonRegex(pattern, field);
  return new RegExp(`^(.*\\.)?(${regex})$`).test(name);
}

/** What is no regular expression. */
export function checkPatterns({
  rankPattern,
  alphaPattern,
}: Pick<LoraOptions, 'rankPattern' | 'alphaPattern'>): readonly Problem[] {
  return Object.entries({ rankPattern, alphaPattern }).flatMap(([field, patterns]) =>
    Object.keys(patterns).flatMap((pattern) => {
      try {
        parsePythonRegex(pattern, field);
        return [];
      } catch (error) {
        if (error instanceof GraftError) return [problemOf(field, saidOf(error))];
        throw error;
      }
    }),
  );
}
