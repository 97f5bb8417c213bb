/** Which layers see only the last tokens: by `layer_types` where config.json has it, else by the rule of the family. */
import { z } from 'zod';
import { type Problem, problemOf } from '../errors.ts';
import { chatEngineWords } from '../words/chatEngines.ts';
import type { Said } from '../words/words.ts';
import type { ModelShape } from './family.ts';
import { layersOf } from './llamaLike.ts';
import { modelConfigWords as words } from '../words/modelConfig.ts';

export const windowFields = {
  sliding_window: z.int().positive().nullish(),
  layer_types: z.array(z.string()).nullish(),
};

/** For families whose windows llama.cpp does not compute: undefined where no text is longer than the narrowest. */
export function windowUnlikeLlamaCpp(
  windows: readonly (number | undefined)[],
  { maxPositions }: Pick<ModelShape, 'maxPositions'>,
): Said | undefined {
  const narrowest = Math.min(...windows.map((window) => window ?? Infinity));
  return narrowest < maxPositions ? chatEngineWords.slidingWindow({ window: narrowest }) : undefined;
}

export interface WindowConfig {
  readonly num_hidden_layers: number;
  readonly sliding_window?: number | null | undefined;
  readonly layer_types?: readonly string[] | null | undefined;
}

const known = ['full_attention', 'sliding_attention'];

/** For each layer how many positions a token sees, itself included; undefined: all before it. */
export function layerWindows(
  config: WindowConfig,
  isSliding: (layer: number) => boolean,
): readonly (number | undefined)[] {
  const { layer_types: types, sliding_window: window } = config;
  return layersOf(config.num_hidden_layers).map((layer) => {
    const slides = types ? types[layer] === 'sliding_attention' : isSliding(layer);
    return slides ? (window ?? undefined) : undefined;
  });
}

export function findLayerTypeProblems({ layer_types: types, num_hidden_layers: layers }: WindowConfig): {
  readonly invalid: readonly Problem[];
  readonly unsupported: readonly Problem[];
} {
  if (!types) return { invalid: [], unsupported: [] };
  const count = problemOf('layer_types', words.layerCount({ named: types.length, layers }));
  const other = types.find((type) => !known.includes(type));
  const unknown =
    other === undefined ? [] : [problemOf('layer_types', words.layerType({ value: other, known: known.join(', ') }))];
  return { invalid: types.length === layers ? [] : [count], unsupported: unknown };
}
