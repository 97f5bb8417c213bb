/**
 * The safetensors files of one model, a single one or shards under an index, as one set of tensors. All that is wrong
 * with the shards is gathered rather than thrown at once: a person who fetches a file again should learn of the other
 * too.
 */
import { basename } from 'node:path';
import { GraftError, type Problem, problemOf, saidOf } from '../contract/errors.ts';
import { openSafetensors } from './safetensors.ts';
import type { SafetensorsFile } from './safetensors.ts';
import type { ShardIndex } from './weightFiles.ts';
import { weightWords as words } from '../contract/words/weights.ts';

export interface OpenShards {
  /** The file that holds a tensor, by its name there. */
  readonly places: ReadonlyMap<string, SafetensorsFile>;
  readonly problems: readonly Problem[];
  /** Tensors that cannot be read, for a reason that `problems` tells. */
  readonly lost: ReadonlySet<string>;
  close(): void;
}

/** Throws what is wrong with a single file; with an index, all problems are in the result. */
export function openShards(paths: readonly string[], index: ShardIndex | null): OpenShards {
  const files = new Map<string, SafetensorsFile>();
  const problems: Problem[] = [];
  const close = (): void => files.forEach((file) => file.close());
  for (const path of paths) {
    try {
      files.set(path, openSafetensors(path));
    } catch (error) {
      if (!index || !(error instanceof GraftError)) {
        close();
        throw error;
      }
      problems.push(problemOf(path, error.code === 'notFound' ? words.isMissing() : saidOf(error)));
    }
  }
  const placed = index ? placeByIndex(files, index) : placeAll(files);
  return { places: placed.places, problems: [...problems, ...placed.problems], lost: placed.lost, close };
}

type Placed = Omit<OpenShards, 'close'>;

function placeAll(files: ReadonlyMap<string, SafetensorsFile>): Placed {
  const places = new Map(
    [...files.values()].flatMap((file) => [...file.tensors.keys()].map((name) => [name, file] as const)),
  );
  return { places, problems: [], lost: new Set() };
}

/** Believes the index only where the shards agree with it: no tensor elsewhere, twice, or unlisted. */
function placeByIndex(files: ReadonlyMap<string, SafetensorsFile>, { shards }: ShardIndex): Placed {
  const places = new Map<string, SafetensorsFile>();
  const lost = new Set<string>();
  const problems: Problem[] = [];
  const holders = holdersOf(files);
  for (const [name, path] of shards) {
    const file = files.get(path);
    const others = (holders.get(name) ?? []).filter((holder) => holder !== path).map((holder) => basename(holder));
    if (file?.tensors.has(name)) {
      places.set(name, file);
      if (others.length > 0) problems.push(problemOf(name, words.alsoIn({ file: basename(path), others })));
      continue;
    }
    lost.add(name);
    if (!file) continue; // the shard is a problem of its own
    problems.push(problemOf(name, words.notWhereIndexSays({ file: basename(path), others })));
  }
  for (const [name, [holder]] of holders) {
    if (shards.has(name)) continue;
    lost.add(name);
    problems.push(problemOf(name, words.notListed({ file: basename(holder) })));
  }
  return { places, problems, lost };
}

/** Paths of the files that hold each tensor; of every name at least one. */
function holdersOf(files: ReadonlyMap<string, SafetensorsFile>): Map<string, [string, ...string[]]> {
  const holders = new Map<string, [string, ...string[]]>();
  for (const [path, { tensors }] of files) {
    for (const name of tensors.keys()) {
      const known = holders.get(name);
      if (known) known.push(path);
      else holders.set(name, [path]);
    }
  }
  return holders;
}
