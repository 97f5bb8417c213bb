/**
 * What a GGUF says of its model beside the weights. From a base that is a GGUF everything is carried over as it stands
 * there, tokenizer and all; from a Hugging Face folder it is made from config.json and tokenizer.json.
 */
import { GraftError, saidOf } from '../../contract/errors.ts';
import { engineExportWords } from '../../contract/words/engineExports.ts';
import type { Said } from '../../contract/words/words.ts';
import { openGguf } from '../../formats/gguf.ts';
import type { GgufOutputField } from '../../formats/ggufWriter.ts';
import { ggufArchitecture } from '../../formats/modelFolder.ts';
import { ggufVocabulary } from '../../tokenizers/ggufVocabulary.ts';
import { readTokenizerFolder } from '../../tokenizers/tokenizerFolder.ts';
import { ownTokenizerOf } from './ownPrompts.ts';
import type { ExportJob } from './weightExport.ts';

type Job = Pick<ExportJob, 'modelDir' | 'model' | 'title' | 'adapter' | 'adapterDir' | 'baseModel'>;

interface Description {
  /** In the order of the file. */
  readonly metadata: ReadonlyMap<string, GgufOutputField>;
  /** Float32 tensors that belong to the configuration, such as frequency factors. */
  readonly tensors: ReadonlyMap<string, Float32Array>;
  readonly notes?: readonly Said[];
}

const fileTypes = { f32: 0, f16: 1, q8_0: 7, bf16: 32 } as const;
export type GgufModelDtype = keyof typeof fileTypes;

const quantisationVersion = 2;
const templateKey = 'tokenizer.chat_template';
/** Of the base's vocabulary, made anew for a tokenizer of the adapter's; what else is said of it holds for both. */
const rewrittenKeys = /^tokenizer\.ggml\.(model|pre|tokens|token_type|scores|merges|add_space_prefix)$/;
/** About the file itself and not the model. */
const ownKeys =
  /^(general\.(architecture|type|name|alignment|file_type|quantization_version|base_model\..*)|split\..*)$/;

/**
 * Throws GraftError('unsupported') for a tokenizer that GGUF cannot say. Where the base is a GGUF, an adapter's is left
 * out instead, with a note.
 */
export async function describeForGguf(job: Job, dtype: GgufModelDtype): Promise<Description> {
  const { model, title, adapter, baseModel } = job;
  const { metadata, ...rest } =
    model.format === 'gguf' ? await withOwnPrompts(job, carriedOver(job)) : await fromFolder(job);
  const all = new Map<string, GgufOutputField>([
    ['general.architecture', text(ggufArchitecture(model))],
    ['general.type', text('model')],
    ['general.name', text(title)],
    ...(adapter === null ? [] : baseModelFields(baseModel)),
    ...metadata,
    ['general.file_type', { type: 'u32', value: fileTypes[dtype] }],
  ]);
  if (dtype === 'q8_0') all.set('general.quantization_version', { type: 'u32', value: quantisationVersion });
  return { metadata: all, ...rest };
}

/** `general.base_model.*`, as llama.cpp's converter names where a model comes from. */
export function baseModelFields(baseModel: string): [string, GgufOutputField][] {
  return [
    ['general.base_model.count', { type: 'u32', value: 1 }],
    ['general.base_model.0.name', text(baseModel)],
  ];
}

function carriedOver({ model }: Job): Description {
  const file = openGguf(model.weightFiles[0]);
  try {
    const keys = [...file.metadata.keys()].filter((key) => !ownKeys.test(key));
    const names = model.family.ggufConfigTensors.filter((name) => file.tensors.has(name));
    return {
      metadata: new Map(keys.map((key) => [key, { type: 'stored', value: file.readStored(key) }])),
      tensors: new Map(names.map((name) => [name, file.readFloat32(name)])),
    };
  } finally {
    file.close();
  }
}

/** The base's vocabulary as it stands, unless the adapter has tokens of its own. */
async function withOwnPrompts(job: Job, { metadata, tensors }: Description): Promise<Description> {
  const own = await ownTokenizerOf(job);
  if (own === undefined) return { metadata, tensors };
  const { chatTemplate } = own.source;
  const said = new Map([...metadata, ...(chatTemplate === null ? [] : [[templateKey, text(chatTemplate)] as const])]);
  if (!own.hasOwnPipeline && !own.hasOwnSpecialTokens) return { metadata: said, tensors };
  try {
    const kept = [...said].filter(([key]) => !rewrittenKeys.test(key));
    const vocabulary = ggufVocabulary(own.source, job.model.shape.vocabSize);
    return { metadata: new Map([...kept, ...vocabulary]), tensors };
  } catch (error) {
    if (!(error instanceof GraftError && error.code === 'unsupported')) throw error;
    return { metadata: said, tensors, notes: [engineExportWords.baseTokenizer({ why: saidOf(error) })] };
  }
}

async function fromFolder(job: Job): Promise<Description> {
  const { model, modelDir } = job;
  const { family, shape, config, licence } = model;
  const { metadata, tensors } = family.ggufMetadata(config, shape);
  const all = new Map<string, GgufOutputField>(metadata);
  if (licence !== null) all.set('general.license', text(licence));
  const source = (await ownTokenizerOf(job))?.source;
  const vocabulary = model.hasTokenizer
    ? ggufVocabulary(source ?? (await readTokenizerFolder(modelDir)), shape.vocabSize)
    : noVocabulary;
  return { metadata: new Map([...all, ...vocabulary]), tensors };
}

/** llama.cpp then takes token ids alone, as Graft does. */
const noVocabulary = new Map<string, GgufOutputField>([['tokenizer.ggml.model', text('no_vocab')]]);

function text(value: string): GgufOutputField {
  return { type: 'string', value };
}
