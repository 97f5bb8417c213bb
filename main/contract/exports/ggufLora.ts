/** A LoRA for llama.cpp and what is built on it. */
import { z } from 'zod';
import { cautionNearLora, refuseWithoutGguf, refuseWithoutLora, type ExportSpec } from './exportSpec.ts';
import { rankOption } from './lora.ts';

export const ggufLoraExportOptions = z.strictObject({
  dtype: z
    .enum(['f32', 'f16'])
    .default('f32')
    .meta({ title: 'Stored as', description: 'f16 halves the file and rounds the factors' }),
  ...rankOption,
});

export type GgufLoraExportOptions = z.infer<typeof ggufLoraExportOptions>;

export const ggufLoraExport: ExportSpec<GgufLoraExportOptions> = {
  id: 'gguf-lora',
  title: 'GGUF LoRA',
  summary: 'An adapter that is loaded beside the base GGUF, with a Modelfile for Ollama.',
  readers: ['llama.cpp', 'Ollama', 'LM Studio'],
  options: ggufLoraExportOptions,
  singleFile: '.gguf',
  hub: { library: null, relation: 'adapter', tags: ['gguf', 'lora', 'llama.cpp'] },
  usage: ({ base, folder, file }) => ({
    language: 'sh',
    lines: [
      `llama-cli -m ${base.split('/').at(-1)}-f16.gguf --lora ${folder}/${file}`,
      `cd ${folder} && ollama create ${folder} -f Modelfile`,
    ],
  }),
  refusal: (subject) => refuseWithoutLora(subject) ?? refuseWithoutGguf(subject),
  caution: cautionNearLora,
};
