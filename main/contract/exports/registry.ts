/** All exports: one line each. The weights' half is in engine/exports/registry.ts. */
import { GraftError } from '../errors.ts';
import { plainWords } from '../plainWords.ts';
import type { ExportSpec } from './exportSpec.ts';
import { ggufLoraExport } from './ggufLora.ts';
import { loraExport } from './lora.ts';
import { mergedExport } from './merged.ts';
import { mergedGgufExport } from './mergedGguf.ts';
import { peftExport } from './peft.ts';

/** Of an adapter with its base. */
export const adapterExports: readonly ExportSpec[] = [
  peftExport, //
  loraExport,
  ggufLoraExport,
  mergedExport,
  mergedGgufExport,
];

/** Of a model alone, under the names that people ask for. */
export const modelExports: Readonly<Record<string, ExportSpec>> = {
  safetensors: { ...mergedExport, summary: 'The model as a Hugging Face folder, for everything that loads those.' },
  gguf: { ...mergedGgufExport, summary: 'The model as one file with its tokenizer and chat template, with a Modelfile for Ollama.' },
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
  const problems = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((field) => ({ field, message: 'There is no such option in this form.' }))
      : [{ field: issue.path.join('.') || 'options', message: issue.message }],
  );
  const [first, ...more] = problems;
  const said = more.length > 0 ? 'these options.' : `this. ${first.field}: ${first.message}`;
  throw new GraftError('usage', `The export ${id} does not take ${said}`, { problems });
}

function unknown(id: string, known: readonly string[]): never {
  throw new GraftError('unsupported', `There is no export to ${id}.`, { field: 'to', remedy: `Known: ${known.join(', ')}.` });
}
