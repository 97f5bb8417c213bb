/** Base and adapter as one GGUF file. */
import { z } from 'zod';
import { refuseUnmergeable, refuseWithoutGguf, type ExportSpec } from './exportSpec.ts';

export const mergedGgufExportOptions = z.strictObject({
  dtype: z.enum(['f16', 'bf16', 'q8_0', 'f32']).default('f16').meta({
    title: 'Stored as',
    description:
      'bf16 is as large as f16 and exact for most bases; q8_0 is half of it and rounds a little; vectors always stay f32',
  }),
});

export type MergedGgufExportOptions = z.infer<typeof mergedGgufExportOptions>;

export const mergedGgufExport: ExportSpec<MergedGgufExportOptions> = {
  id: 'merged-gguf',
  title: 'Merged model (GGUF)',
  summary: 'Base and adapter as one file with its tokenizer and chat template, with a Modelfile for Ollama.',
  readers: ['llama.cpp', 'Ollama', 'LM Studio'],
  options: mergedGgufExportOptions,
  singleFile: '.gguf',
  hub: { library: null, relation: 'merge', tags: ['gguf', 'llama.cpp'] },
  usage: ({ folder, file }) => ({
    language: 'sh',
    lines: [`llama-cli -m ${folder}/${file}`, `cd ${folder} && ollama create ${folder} -f Modelfile`],
  }),
  refusal: (subject) => refuseUnmergeable(subject) ?? refuseWithoutGguf(subject),
};
