/**
 * Which files of a repository are a model: the ones with known names, and the weights as safetensors, else one GGUF. Small
 * files come first, so that a model that cannot be used costs no gigabytes.
 */
import { GraftError } from '../contract/errors.ts';
import type { HubReference } from '../contract/hubReference.ts';
import { formatHubReference } from '../contract/hubReference.ts';
import { modelFileNames } from '../formats/modelFolder.ts';
import { peftConfigName } from '../formats/peftFolder.ts';
import type { HubFile } from './hubFile.ts';

export interface ChosenFiles {
  readonly files: readonly HubFile[];
  /** What is then imported, relative to the snapshot: '' for its whole folder. */
  readonly entry: string;
}

const weightsName = 'model.safetensors';
const indexName = 'model.safetensors.index.json';
const shardPattern = /^model-(\d{5})-of-(\d{5})\.safetensors$/;
const partPattern = /-\d{5}-of-\d{5}\.gguf$/i;
const mostNamed = 12;

/** Throws GraftError('unsupported' | 'notFound' | 'invalid'), for several GGUF files with their names. */
export function chooseModelFiles(files: readonly HubFile[], reference: HubReference): ChosenFiles {
  if (reference.path !== null && isGguf(reference.path)) return namedGguf(files, reference);
  const folder = reference.path === null ? '' : `${reference.path}/`;
  const byName = new Map(files.filter(({ path }) => path.startsWith(folder)).map((file) => [file.path.slice(folder.length), file]));
  const weights = safetensorsOf(byName, reference);
  if (weights.length === 0) return onlyGguf(byName, reference);
  if (!byName.has('config.json')) throw unusable(reference, 'config.json');
  return { files: [...modelFileNames, ...weights].flatMap((name) => byName.get(name) ?? []), entry: reference.path ?? '' };
}

/** The index first, then the shards; empty without any. Throws GraftError('invalid') when one is missing. */
function safetensorsOf(byName: ReadonlyMap<string, HubFile>, reference: HubReference): readonly string[] {
  if (byName.has(weightsName)) return [weightsName];
  const shards = [...byName.keys()].filter((name) => shardPattern.test(name)).sort();
  if (!byName.has(indexName) || shards.length === 0) return [];
  const expected = Number(shardPattern.exec(shards[0] ?? '')?.[2]);
  if (shards.length === expected) return [indexName, ...shards];
  throw new GraftError('invalid', `${reference.id} has ${shards.length} of its ${expected} shards.`, {
    field: 'source',
    remedy: 'Fetch it again, another revision of it, or another model.',
  });
}

function namedGguf(files: readonly HubFile[], reference: HubReference): ChosenFiles {
  const file = files.find(({ path }) => path === reference.path);
  if (file !== undefined) return wholeGguf(file, reference);
  const there = files.filter(({ path }) => isGguf(path));
  const remedy = there.length === 0 ? 'Check its name.' : choiceOf(there, reference);
  throw new GraftError('notFound', `${reference.id} has no file ${String(reference.path)}.`, { field: 'source', remedy });
}

function onlyGguf(byName: ReadonlyMap<string, HubFile>, reference: HubReference): ChosenFiles {
  const ggufs = [...byName.values()].filter(({ path }) => isGguf(path));
  const whole = ggufs.filter(({ path }) => !partPattern.test(path));
  const [only] = whole.length === 0 ? ggufs : whole;
  if (only === undefined) throw byName.has(peftConfigName) ? isAdapter(reference) : unusable(reference, 'weights as safetensors or GGUF');
  if (whole.length <= 1) return wholeGguf(only, reference);
  throw new GraftError('invalid', `${reference.id} has ${whole.length} GGUF files, each of them a whole model.`, {
    field: 'source',
    remedy: choiceOf(whole, reference),
  });
}

function wholeGguf(file: HubFile, { id }: HubReference): ChosenFiles {
  if (!partPattern.test(file.path)) return { files: [file], entry: file.path };
  throw new GraftError('unsupported', `${file.path} of ${id} is one of several parts of a model.`, {
    field: 'source',
    remedy: 'Take a model whose GGUF is one file, or join the parts with llama.cpp (llama-gguf-split --merge) and import that.',
  });
}

function choiceOf(ggufs: readonly HubFile[], reference: HubReference): string {
  const named = ggufs.slice(0, mostNamed).map(({ path, sizeBytes }) => `${path} (${(sizeBytes / 1e9).toFixed(1)} GB)`);
  const more = ggufs.length > mostNamed ? ` and ${ggufs.length - mostNamed} more` : '';
  const example = formatHubReference({ ...reference, path: ggufs[0]?.path ?? null });
  return `Name one of them, as in ${example}. There are: ${named.join(', ')}${more}.`;
}

function isAdapter(reference: HubReference): GraftError {
  return new GraftError('invalid', `${reference.id} is an adapter, not a model.`, {
    field: 'source',
    remedy: `Import it as an adapter: \`adapter import ${formatHubReference(reference)}\`.`,
  });
}

function unusable({ id }: HubReference, what: string): GraftError {
  return new GraftError('unsupported', `${id} has no ${what}.`, {
    field: 'source',
    remedy: 'Choose a model in the transformers format, or one as a GGUF file.',
  });
}

function isGguf(path: string): boolean {
  return path.toLowerCase().endsWith('.gguf');
}
