/** Base and adapter as one model in the Hugging Face layout. */
import { z } from 'zod';
import { refuseUnmergeable, type ExportSpec } from './exportSpec.ts';

export const mergedExportOptions = z.strictObject({
  dtype: z
    .enum(['auto', 'bf16', 'f16', 'f32'])
    .default('auto')
    .meta({ title: 'Stored as', description: 'auto: as the base is stored, bf16 where it is quantised' }),
  shardGigabytes: z.number().positive().max(1000).default(5).meta({
    title: 'Largest file',
    description: 'In gigabytes; a larger model becomes several files with an index',
    advanced: true,
  }),
});

export type MergedExportOptions = z.infer<typeof mergedExportOptions>;

export const mergedExport: ExportSpec<MergedExportOptions> = {
  id: 'merged',
  title: 'Merged model (safetensors)',
  summary: 'Base and adapter as one model, for everything that loads Hugging Face folders.',
  readers: ['transformers', 'vLLM', 'TGI'],
  options: mergedExportOptions,
  hub: { library: 'transformers', relation: 'merge', tags: [] },
  usage: ({ folder, task }) => ({
    language: 'python',
    lines: [
      `from transformers import AutoModelFor${task}, AutoTokenizer`,
      `model = AutoModelFor${task}.from_pretrained(${JSON.stringify(folder)})`,
      `tokenizer = AutoTokenizer.from_pretrained(${JSON.stringify(folder)})`,
    ],
  }),
  refusal: refuseUnmergeable,
};
