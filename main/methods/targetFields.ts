/**
 * Option fields that every method shares: which modules it adapts. Null targets mean the model family's own default.
 */
import { z } from 'zod';

const names = z.array(z.string().min(1)).min(1);

export const targetFields = {
  targets: z
    .union([names, z.string().min(1)])
    .nullable()
    .default(null)
    .meta({
      title: 'Target modules',
      description: "Names or suffixes, a regular expression, or all-linear; empty: the model family's default",
    }),
  layersToTransform: z
    .array(z.int().nonnegative())
    .nullable()
    .default(null)
    .meta({ title: 'Layers', description: 'Indices of the layers to adapt; empty: all', advanced: true }),
  layersPattern: z
    .union([names, z.string().min(1)])
    .nullable()
    .default(null)
    .meta({
      title: 'Layer list',
      description: 'Name of the list that holds the layers, e.g. layers or h',
      advanced: true,
    }),
};

export const excludeField = {
  excludeModules: z
    .union([names, z.string().min(1)])
    .nullable()
    .default(null)
    .meta({
      title: 'Excluded modules',
      description: 'Names, suffixes or a regular expression of modules left alone',
      advanced: true,
    }),
};

export const rankField = (fallback: number) =>
  z
    .int()
    .positive()
    .max(65_536)
    .default(fallback)
    .meta({ title: 'Rank', description: `Width of the low-rank update; PEFT's default is ${fallback}` });

export const dropoutField = z
  .number()
  .min(0)
  .lt(1)
  .default(0)
  .meta({ title: 'Dropout', description: "Share of the adapter's inputs left out while training" });
