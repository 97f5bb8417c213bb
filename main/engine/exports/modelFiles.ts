/**
 * What stands beside the weights of a Hugging Face folder: config.json with the type they are stored in, tokenizer,
 * generation settings, licence. From a GGUF base they are made from its metadata.
 */
import { copyFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { LabelTask } from '../../contract/labels.ts';
import { writeFileAtomic } from '../../formats/atomicFile.ts';
import { readJsonObject } from '../../formats/jsonFile.ts';
import { readGgufTokenizer } from '../../tokenizers/ggufTokenizer.ts';
import { tokenizerFiles } from '../../tokenizers/tokenizerFiles.ts';
import { writeOwnPrompts } from './ownPrompts.ts';
import type { ExportJob } from './weightExport.ts';

type Job = Pick<ExportJob, 'model' | 'modelDir' | 'outDir' | 'adapter' | 'adapterDir'>;

/** Whole numbers that transformers takes as floats alone: it tells 30 from 30.0, and refuses the first. */
const floatFields = /("\w*(?:softcapping|_eps|_epsilon|rope_theta|dropout|pdrop|initializer_range)": -?\d+)(?=,?$)/gm;
const torchNames = { f32: 'float32', f16: 'float16', bf16: 'bfloat16' } as const;
/** Of transformers, by `model_type`. */
const classNames: Readonly<Record<string, string | undefined>> = {
  bert: 'Bert',
  roberta: 'Roberta',
  'xlm-roberta': 'XLMRoberta',
  camembert: 'Camembert',
};
/** Of the base alone: written anew, or no longer true. */
const notCopied = ['config.json', 'model.safetensors.index.json', 'README.md'];

export interface StoredWeights {
  readonly dtype: keyof typeof torchNames;
  /** The head has weights of its own, and the base's config.json says it has none. */
  readonly untied: boolean;
}

export async function writeModelFiles(job: Job, stored: StoredWeights): Promise<void> {
  const { model, outDir } = job;
  const copied = model.otherFiles.filter((file) => !notCopied.includes(basename(file)));
  for (const file of copied) await copyFile(file, join(outDir, basename(file)));
  const has = (name: string): boolean => copied.some((file) => basename(file) === name);
  const made = model.format === 'gguf' ? madeFromGguf(job) : {};
  const files = {
    ...Object.fromEntries(Object.entries(made).filter(([name]) => !has(name))),
    'config.json': configOf(job, stored),
  };
  for (const [name, content] of Object.entries(files)) {
    const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
    await writeFileAtomic(join(outDir, name), name === 'config.json' ? text.replace(floatFields, '$1.0') : text);
  }
  await writeOwnPrompts(job);
}

/** As the base has it but for the type; newer files call it `dtype`, older readers know `torch_dtype` alone. */
function configOf({ model, adapter }: Job, { dtype, untied }: StoredWeights): Readonly<Record<string, unknown>> {
  const { format, weightFiles, config } = model;
  const base = format === 'gguf' ? config : readJsonObject(join(dirname(weightFiles[0]), 'config.json'));
  const type = { ...('dtype' in base && { dtype: torchNames[dtype] }), torch_dtype: torchNames[dtype] };
  return {
    ...base,
    ...type,
    ...wholeDecoder(model, base),
    ...(untied && { tie_word_embeddings: false }),
    ...(adapter?.head && headFields(model, adapter.head.task)),
  };
}

/**
 * A base that was saved as the bare decoder (`LlamaModel`, `GPT2Model`) is written with its prefix: a model that writes
 * text.
 */
function wholeDecoder(
  { shape }: Job['model'],
  { architectures }: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const name: unknown = Array.isArray(architectures) ? architectures[0] : undefined;
  if (shape.encoder !== undefined || typeof name !== 'string' || !/[^d]Model$/.test(name)) return {};
  return { architectures: [name.replace(/Model$/, shape.family === 'gpt2' ? 'LMHeadModel' : 'ForCausalLM')] };
}

/** The names of the classes, which the base's configuration cannot know. */
function headFields({ config }: Job['model'], { kind, labels }: LabelTask): Readonly<Record<string, unknown>> {
  const names = kind === 'regression' ? ['LABEL_0'] : labels;
  const className = classNames[String(config.model_type)];
  return {
    ...(className && { architectures: [`${className}ForSequenceClassification`] }),
    problem_type: kind === 'regression' ? 'regression' : 'single_label_classification',
    id2label: Object.fromEntries(names.map((name, id) => [String(id), name])),
    label2id: Object.fromEntries(names.map((name, id) => [name, id])),
  };
}

function madeFromGguf({ model }: Job): Readonly<Record<string, unknown>> {
  const source = readGgufTokenizer(model.weightFiles[0]);
  const { bosTokenId, eosTokenIds, padTokenId } = model.shape;
  const generation = { bos_token_id: bosTokenId, eos_token_id: [...eosTokenIds], pad_token_id: padTokenId };
  return { 'generation_config.json': generation, ...(source && tokenizerFiles(source, model.shape.maxPositions)) };
}
