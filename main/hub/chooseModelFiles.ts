/**
 * Which files of a repository are a model: the ones with known names, and the weights as safetensors, else one GGUF.
 * Small files come first, so that a model that cannot be used costs no gigabytes.
 */
import { GraftError } from '../contract/errors.ts';
import type { HubReference } from '../contract/hubReference.ts';
import { formatHubReference } from '../contract/hubReference.ts';
import { modelFileNames } from '../formats/modelFolder.ts';
import { peftConfigName } from '../formats/peftFolder.ts';
import type { HubFile } from './hubFile.ts';
import { hubWords } from '../contract/words/hub.ts';
import { hubFileWords as words } from '../contract/words/hubFiles.ts';
import type { Said } from '../contract/words/words.ts';

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
  const byName = new Map(
    files.filter(({ path }) => path.startsWith(folder)).map((file) => [file.path.slice(folder.length), file]),
  );
  const weights = safetensorsOf(byName, reference);
  if (weights.length === 0) return onlyGguf(byName, reference);
  if (!byName.has('config.json')) throw unusable(reference, 'config.json');
  return {
    files: [...modelFileNames, ...weights].flatMap((name) => byName.get(name) ?? []),
    entry: reference.path ?? '',
  };
}

/** The index first, then the shards; empty without any. Throws GraftError('invalid') when one is missing. */
function safetensorsOf(byName: ReadonlyMap<string, HubFile>, reference: HubReference): readonly string[] {
  if (byName.has(weightsName)) return [weightsName];
  const shards = [...byName.keys()].filter((name) => shardPattern.test(name)).sort();
  if (!byName.has(indexName) || shards.length === 0) return [];
  const expected = Number(shardPattern.exec(shards[0] ?? '')?.[2]);
  if (shards.length === expected) return [indexName, ...shards];
  throw new GraftError('invalid', words.missingShards({ id: reference.id, shards: shards.length, expected }), {
    field: 'source',
    remedy: words.otherRevision(),
  });
}

function namedGguf(files: readonly HubFile[], reference: HubReference): ChosenFiles {
  const file = files.find(({ path }) => path === reference.path);
  if (file !== undefined) return wholeGguf(file, reference);
  const there = files.filter(({ path }) => isGguf(path));
  const remedy = there.length === 0 ? hubWords.checkItsName() : choiceOf(there, reference);
  throw new GraftError('notFound', words.noFile({ id: reference.id, path: String(reference.path) }), {
    field: 'source',
    remedy,
  });
}

function onlyGguf(byName: ReadonlyMap<string, HubFile>, reference: HubReference): ChosenFiles {
  const ggufs = [...byName.values()].filter(({ path }) => isGguf(path));
  const whole = ggufs.filter(({ path }) => !partPattern.test(path));
  const [only] = whole.length === 0 ? ggufs : whole;
  if (only === undefined)
    throw byName.has(peftConfigName) ? isAdapter(reference) : unusable(reference, words.weights());
  if (whole.length <= 1) return wholeGguf(only, reference);
  throw new GraftError('invalid', words.severalGgufs({ id: reference.id, count: whole.length }), {
    field: 'source',
    remedy: choiceOf(whole, reference),
  });
}

function wholeGguf(file: HubFile, { id }: HubReference): ChosenFiles {
  if (!partPattern.test(file.path)) return { files: [file], entry: file.path };
  throw new GraftError('unsupported', words.onePart({ id, path: file.path }), {
    field: 'source',
    remedy: words.joinParts(),
  });
}

function choiceOf(ggufs: readonly HubFile[], reference: HubReference): Said {
  const names = ggufs.slice(0, mostNamed).map(({ path, sizeBytes }) => `${path} (${(sizeBytes / 1e9).toFixed(1)} GB)`);
  const example = formatHubReference({ ...reference, path: ggufs[0]?.path ?? null });
  return hubWords.choice({ example, names, more: ggufs.length - mostNamed });
}

function isAdapter(reference: HubReference): GraftError {
  return new GraftError('invalid', words.isAdapter({ id: reference.id }), {
    field: 'source',
    remedy: words.importAdapter({ reference: formatHubReference(reference) }),
  });
}

function unusable({ id }: HubReference, what: string | Said): GraftError {
  return new GraftError('unsupported', words.has({ id, what }), {
    field: 'source',
    remedy: words.chooseModel(),
  });
}

function isGguf(path: string): boolean {
  return path.toLowerCase().endsWith('.gguf');
}
