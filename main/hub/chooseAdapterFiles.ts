/**
 * Which files of a repository are an adapter: a configuration and one file of weights, of any layout that is known, or
 * a GGUF.
 */
import { GraftError } from '../contract/errors.ts';
import type { HubReference } from '../contract/hubReference.ts';
import { formatHubReference } from '../contract/hubReference.ts';
import { adapterWeightsNames } from '../formats/adapterLayouts/registry.ts';
import { peftConfigName, peftPromptNames } from '../formats/peftFolder.ts';
import type { ChosenFiles } from './chooseModelFiles.ts';
import type { HubFile } from './hubFile.ts';
import { hubWords } from '../contract/words/hub.ts';
import { hubFileWords as words } from '../contract/words/hubFiles.ts';
import type { Said } from '../contract/words/words.ts';

const mostNamed = 12;

/** Throws GraftError('unsupported' | 'notFound' | 'invalid'), for several adapters with their folders. */
export function chooseAdapterFiles(files: readonly HubFile[], reference: HubReference): ChosenFiles {
  const { path, id } = reference;
  const named = files.find((file) => file.path === path);
  if (named !== undefined && path?.toLowerCase().endsWith('.gguf') === true) return { files: [named], entry: path };
  if (path === null) {
    const gguf = onlyGguf(files);
    if (gguf !== undefined) return { files: [gguf], entry: gguf.path };
  }
  const folders = files.filter((file) => baseName(file.path) === peftConfigName).map((file) => folderOf(file.path));
  const folder = path ?? (folders.includes('') ? '' : onlyOf(folders, reference));
  if (folder === undefined || !folders.includes(folder)) {
    const place = path === null ? id : words.pathOf({ path, id });
    throw new GraftError('unsupported', words.noAdapter({ place, config: peftConfigName }), {
      field: 'source',
      remedy: folders.length === 0 ? words.fetchAsModel() : choiceOf(folders, reference),
    });
  }
  const inFolder = files.filter((file) => folderOf(file.path) === folder);
  const weights = adapterWeightsNames
    .flatMap((name) => inFolder.find((file) => baseName(file.path) === name) ?? [])
    .slice(0, 1);
  if (weights.length === 0) throw noWeights(inFolder, reference);
  const beside: readonly string[] = [peftConfigName, ...peftPromptNames];
  return { files: [...inFolder.filter((file) => beside.includes(baseName(file.path))), ...weights], entry: folder };
}

/** A LoRA for llama.cpp, where the repository has no other form of it. */
function onlyGguf(files: readonly HubFile[]): HubFile | undefined {
  const [only, ...others] = files.filter(({ path }) => path.toLowerCase().endsWith('.gguf'));
  const hasConfig = files.some(({ path }) => baseName(path) === peftConfigName);
  return hasConfig || others.length > 0 ? undefined : only;
}

/** Throws GraftError('invalid') where there is a choice. */
function onlyOf(folders: readonly string[], reference: HubReference): string | undefined {
  if (folders.length <= 1) return folders[0];
  throw new GraftError('invalid', words.severalAdapters({ id: reference.id, count: folders.length }), {
    field: 'source',
    remedy: choiceOf(folders, reference),
  });
}

function choiceOf(folders: readonly string[], reference: HubReference): Said {
  const example = formatHubReference({ ...reference, path: folders[0] || null });
  return hubWords.choice({ example, names: folders.slice(0, mostNamed), more: folders.length - mostNamed });
}

function noWeights(files: readonly HubFile[], { id }: HubReference): GraftError {
  const pickle = files.find(({ path }) => path.endsWith('.bin') || path.endsWith('.npz') || path.endsWith('.pt'));
  if (pickle === undefined) {
    return new GraftError('invalid', words.noWeights({ id }), { field: 'source', remedy: words.uploadWhole() });
  }
  return new GraftError('unsupported', words.pickle({ id, path: pickle.path }), {
    field: 'source',
    file: pickle.path,
    remedy: words.saveSafely(),
  });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}
