/** The same change written out as plain LoRA, exactly or with a smaller rank. */
import { z } from 'zod';
import { cautionNearLora, peftUsage, refuseWithoutLora, type ExportSpec } from './exportSpec.ts';

/** Shared by the exports that write LoRA factors. */
export const rankOption = {
  rank: z.int().positive().max(65_536).nullable().default(null).meta({
    title: 'Smaller rank',
    description: 'Keep only the largest singular values, this many in each layer; the error is stated. Empty: exact',
  }),
};

export const loraExportOptions = z.strictObject(rankOption);

export type LoraExportOptions = z.infer<typeof loraExportOptions>;

export const loraExport: ExportSpec<LoraExportOptions> = {
  id: 'lora',
  title: 'Plain LoRA (PEFT)',
  summary: 'The same change as an ordinary LoRA: larger, and understood by every server that reads LoRA.',
  readers: ['vLLM', 'LoRAX', 'TGI', 'PEFT'],
  options: loraExportOptions,
  hub: { library: 'peft', relation: 'adapter', tags: ['lora'] },
  usage: peftUsage,
  refusal: refuseWithoutLora,
  caution: cautionNearLora,
};
