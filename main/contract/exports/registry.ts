/** All exports: one line each. The weights' half is in engine/exports/registry.ts. */
import { GraftError, saidOf } from '../errors.ts';
import { plainWords, problemsOf } from '../plainWords.ts';
import { commonWords } from '../words/common.ts';
import { exportWords as words } from '../words/exports.ts';
import type { ExportSpec } from './exportSpec.ts';
import { ggufLoraExport } from './ggufLora.ts';
import { graftExport } from './graft.ts';
import { loraExport } from './lora.ts';
import { mergedExport } from './merged.ts';
import { mergedGgufExport } from './mergedGguf.ts';
import { peftExport } from './peft.ts';

/** Of an adapter with its base. */
export const adapterExports: readonly ExportSpec[] = [
  peftExport, //
  graftExport,
  loraExport,
  ggufLoraExport,
  mergedExport,
  mergedGgufExport,
];

/** Of a model alone, under the names that people ask for. */
export const modelExports: Readonly<Record<string, ExportSpec>> = {
  safetensors: { ...mergedExport, summary: 'The model as a Hugging Face folder, for everything that loads those.' },
  gguf: {
    ...mergedGgufExport,
    summary: 'The model as one file with its tokenizer and chat template, with a Modelfile for Ollama.',
  },
};

/** Throws GraftError('unsupported') listing those known. */
export function getAdapterExport(id: string): ExportSpec {
  return (
    adapterExports.find((each) => each.id === id) ??
    unknown(
      id,
      adapterExports.map((each) => each.id),
    )
  );
}

/** Throws GraftError('unsupported') listing those known. */
export function getModelExport(name: string): ExportSpec {
  return Object.hasOwn(modelExports, name) ? modelExports[name] : unknown(name, Object.keys(modelExports));
}

/** Options with their defaults filled in. Throws GraftError('usage') with everything that is wrong, and where. */
export function parseExportOptions({ id, options }: ExportSpec, given: object): object {
  const parsed = options.safeParse(given, { error: plainWords });
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error.issues, { whole: 'options' }, () => words.noSuchOption());
  const [first, ...more] = problems;
  const problem = saidOf(first);
  const reason = more.length > 0 ? words.wrongOptions({ id }) : words.wrongOption({ id, field: first.field, problem });
  throw new GraftError('usage', reason, { problems });
}

function unknown(id: string, known: readonly string[]): never {
  throw new GraftError('unsupported', words.unknown({ id }), {
    field: 'to',
    remedy: commonWords.known({ names: known }),
  });
}
