/** Fields of adapter_config.json that several methods read, as zod schemas with PEFT's defaults. */
import { z } from 'zod';

const names = z.array(z.string().min(1));
const namesOrPattern = z
  .union([names, z.string()])
  .nullish()
  .transform((value) => (value?.length ? value : null));

export const configTargets = {
  target_modules: namesOrPattern,
  layers_pattern: namesOrPattern,
  layers_to_transform: z
    .union([z.array(z.int().nonnegative()), z.int().nonnegative()])
    .nullish()
    .transform((value) => (typeof value === 'number' ? [value] : value?.length ? value : null)),
};

export const configExcluded = { exclude_modules: namesOrPattern };

export const configDropout = z.number().min(0).lt(1).default(0);

export function configRank(fallback: number) {
  return z.int().positive().max(65_536).default(fallback);
}

interface ConfigTargets {
  readonly target_modules: string[] | string | null;
  readonly layers_pattern: string[] | string | null;
  readonly layers_to_transform: number[] | null;
}

/** The same under the names that options have. */
export function targetOptions(config: ConfigTargets) {
  return {
    targets: config.target_modules,
    layersPattern: config.layers_pattern,
    layersToTransform: config.layers_to_transform,
  };
}
