/**
 * What a model on disk is, before any weight is read: format, files, family, shape, licence. A GGUF's metadata is
 * turned into the config.json that the same model would have, so that nothing after this asks which of the two it was.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { GraftError } from '../contract/errors.ts';
import type { ModelFamily, ModelShape } from '../contract/families/family.ts';
import { refuseQuantised } from '../contract/families/quantised.ts';
import { getFamilyOfGguf, getFamilyOfModelType } from '../contract/families/registry.ts';
import { openGguf } from './gguf.ts';
import { readJsonObject } from './jsonFile.ts';
import { hasOwnGgufHead, hasOwnHead } from './ownHead.ts';
import { findWeightFiles } from './weightFiles.ts';
import type { WeightFiles } from './weightFiles.ts';
import { weightWords as words } from '../contract/words/weights.ts';

export interface InspectedModel {
  readonly format: 'safetensors' | 'gguf';
  /** Absolute. */
  readonly weightFiles: readonly string[];
  /** What decides what the model computes, config.json included, in the order in which it is hashed. */
  readonly contentFiles: readonly string[];
  /** Other files that belong to the model: config, index, tokenizer, licence. */
  readonly otherFiles: readonly string[];
  /** As config.json has it; for a GGUF, made from its metadata. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly family: ModelFamily;
  readonly shape: ModelShape;
  readonly hasTokenizer: boolean;
  /** As the model says, e.g. `apache-2.0`; null when it does not. */
  readonly licence: string | null;
  readonly name: string;
  /**
   * The weights hold an output head beside a configuration that ties it to the embedding: the head counts, and `config`
   * says so.
   */
  readonly hasUndeclaredHead: boolean;
  /** Tensor types of a GGUF that llama.cpp alone reads. */
  readonly llamaCppTypes: readonly string[];
  /** Of the weight files. */
  readonly sizeBytes: number;
}

/** Which shard holds which tensor: it belongs to the weights. */
export const indexName = 'model.safetensors.index.json';

/** What belongs to a model beside its weights and their index. */
export const modelFileNames: readonly string[] = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'chat_template.jinja',
  'chat_template.json',
  'vocab.json',
  'merges.txt',
  'tokenizer.model',
  'README.md',
  'LICENSE',
  'LICENSE.txt',
  'NOTICE',
];

/** Those that say something of a model and decide nothing of what it answers. */
export const documentNames: readonly string[] = ['README.md', 'LICENSE', 'LICENSE.txt', 'NOTICE'];

/**
 * `path`: a Hugging Face folder, a .gguf file, or a folder with exactly one .gguf. Throws GraftError: `notFound`,
 * `invalid` (damaged, ambiguous), `unsupported` (pickles, unknown families and variants), each with a remedy.
 */
export function inspectModel(path: string): InspectedModel {
  const absolute = resolve(path);
  const found = findWeightFiles(absolute);
  const isFile = found.format === 'gguf' && found.files[0] === absolute;
  const dir = isFile ? dirname(absolute) : absolute;
  const otherFiles = isFile
    ? []
    : [...modelFileNames, indexName].map((name) => join(dir, name)).filter((file) => existsSync(file));
  const described = found.format === 'gguf' ? describeGguf(found.files[0] ?? absolute) : describeFolder(dir, found);
  const hasTokenizer = described.hasTokenizer || otherFiles.includes(join(dir, 'tokenizer.json'));
  const sizeBytes = found.files.reduce((sum, file) => sum + fileSize(file), 0);
  const contentFiles = found.format === 'gguf' ? found.files : [...found.files, join(dir, 'config.json')];
  return {
    format: found.format,
    weightFiles: found.files,
    contentFiles,
    otherFiles,
    ...described,
    hasTokenizer,
    sizeBytes,
  };
}

type Description = Pick<
  InspectedModel,
  'config' | 'family' | 'shape' | 'hasTokenizer' | 'licence' | 'name' | 'hasUndeclaredHead' | 'llamaCppTypes'
>;

function describeFolder(dir: string, found: Extract<WeightFiles, { format: 'safetensors' }>): Description {
  const file = join(dir, 'config.json');
  if (!existsSync(file)) {
    throw new GraftError('invalid', words.noConfig({ dir }), {
      file,
      remedy: words.fetchWhole(),
    });
  }
  const config = withGenerationEos(readJsonObject(file), join(dir, 'generation_config.json'));
  const family = getFamilyOfModelType(config.model_type, file);
  refuseQuantised(config, file);
  const declared = { config, shape: family.parseConfig(config, file), hasUndeclaredHead: false };
  const { shape } = declared;
  const described =
    shape.tiedHead && shape.encoder === undefined && hasOwnHead(found, family, shape)
      ? untied(config, family, file)
      : declared;
  const licence = findLicence(join(dir, 'README.md'));
  return { ...described, family, hasTokenizer: false, llamaCppTypes: [], licence, name: folderName(dir) };
}

/** transformers, too, ties no head that differs from the embedding, whatever the configuration says. */
function untied(
  config: Description['config'],
  family: ModelFamily,
  file: string,
): Pick<Description, 'config' | 'shape' | 'hasUndeclaredHead'> {
  const own = { ...config, tie_word_embeddings: false };
  return { config: own, shape: family.parseConfig(own, file), hasUndeclaredHead: true };
}

function describeGguf(path: string): Description {
  const file = openGguf(path);
  try {
    const { metadata } = file;
    refuseOtherGgufs(metadata, path);
    // One architecture of llama.cpp may serve several families: what its metadata say decides.
    const tensorNames = new Set(file.tensors.keys());
    if (!hasOwnGgufHead(file)) tensorNames.delete('output.weight'); // at most a copy of the embedding
    const config = getFamilyOfGguf(metadata.get('general.architecture'), path).configFromGguf(
      { metadata, tensorNames, readFloat32: (name) => file.readFloat32(name) },
      path,
    );
    const family = getFamilyOfModelType(config.model_type, path);
    const licence = metadata.get('general.license');
    const shape = family.parseConfig(config, path);
    // A GGUF declares nothing of it: whether this family's models tie their heads is all there is to go by.
    const { tie_word_embeddings: _, ...undeclared } = config;
    return {
      config,
      family,
      shape,
      llamaCppTypes: [
        ...new Set([...file.tensors.values()].flatMap(({ type }) => (type.decode ? [] : [type.name]))),
      ].sort(),
      hasUndeclaredHead: !shape.tiedHead && family.parseConfig(undeclared, path).tiedHead,
      hasTokenizer: metadata.has('tokenizer.ggml.model') && metadata.has('tokenizer.ggml.tokens'),
      licence: typeof licence === 'string' ? licence : null,
      name: basename(path, extname(path)),
    };
  } finally {
    file.close();
  }
}

/** `general.architecture` of the model's GGUF, whether it is one or not: a family can have several. */
export function ggufArchitecture({
  family,
  config,
  shape,
}: Pick<InspectedModel, 'family' | 'config' | 'shape'>): string {
  return String(family.ggufMetadata(config, shape).metadata.get('general.architecture')?.value);
}

/** GGUF files that are not a whole model, told before their missing tensors are. */
function refuseOtherGgufs(metadata: ReadonlyMap<string, unknown>, file: string): void {
  const type = metadata.get('general.type') ?? 'model';
  if (type !== 'model') {
    throw new GraftError('unsupported', words.otherGguf({ file, type: JSON.stringify(type) }), {
      file,
      field: 'general.type',
      remedy: words.nameModelGguf(),
    });
  }
  const parts = Number(metadata.get('split.count') ?? 1);
  if (parts <= 1) return;
  throw new GraftError('unsupported', words.onePart({ file, parts }), {
    file,
    field: 'split.count',
    remedy: words.joinParts(),
  });
}

/** Chat models often end a turn with a token that only generation_config.json names. */
function withGenerationEos(
  config: Readonly<Record<string, unknown>>,
  generationFile: string,
): Readonly<Record<string, unknown>> {
  if (!existsSync(generationFile)) return config;
  const fromGeneration = [readJsonObject(generationFile).eos_token_id ?? []].flat();
  if (fromGeneration.length === 0) return config;
  const fromConfig = [config.eos_token_id ?? []].flat();
  return { ...config, eos_token_id: [...new Set([...fromConfig, ...fromGeneration])] };
}

/** The `license:` line of a model card's front matter. */
function findLicence(cardFile: string): string | null {
  if (!existsSync(cardFile)) return null;
  const [, frontMatter] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(readFileSync(cardFile, 'utf8')) ?? [];
  const [, licence] = /^license:[ \t]*["']?([^"'\r\n]+)/m.exec(frontMatter ?? '') ?? [];
  return licence?.trim() ?? null;
}

/** In the Hugging Face cache the folder's own name is a hash; the model's stands two levels up. */
function folderName(dir: string): string {
  const [, cached] = /models--(?:[^/\\]+?--)?([^/\\]+)[/\\]snapshots[/\\][^/\\]+$/.exec(dir) ?? [];
  return cached ?? basename(dir);
}

function fileSize(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
