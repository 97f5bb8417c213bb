/**
 * A model's weights by their Hugging Face names, whatever holds them: one safetensors, shards or a GGUF. Opening checks
 * every tensor against what the family needs and reports all misfits at once; reading then cannot meet a surprise. What
 * a GGUF changed is undone, and matrices that Hugging Face stores transposed are turned: callers see (out, in) alone.
 */
import { GraftError, type Problem, problemOf } from '../contract/errors.ts';
import { problemList } from '../contract/problemList.ts';
import type { GgufTransform, ModelFamily, ModelShape } from '../contract/families/family.ts';
import { openGguf } from './gguf.ts';
import type { GgufFile } from './gguf.ts';
import { readableGgufTypes } from './ggufQuants.ts';
import { unpermuteRows } from './ggufRows.ts';
import { isFloatDtype } from './safetensors.ts';
import type { SafetensorsFile } from './safetensors.ts';
import { quantisedError } from '../contract/families/quantised.ts';
import { packingOf } from './packedWeights.ts';
import type { Packing } from './packedWeights.ts';
import { openShards } from './safetensorsShards.ts';
import { transposedFloats } from './transposed.ts';
import { findWeightFiles } from './weightFiles.ts';
import type { ShardIndex } from './weightFiles.ts';
import { inPieces } from './weightPieces.ts';
import { bytesInPieces, type StoredBlocks } from './storedBlocks.ts';
import type { WeightPiece } from './weightPieces.ts';
import { weightWords as words } from '../contract/words/weights.ts';

export interface WeightSource {
  has(name: string): boolean;
  /** Row-major; throws GraftError('notFound') for a name that is not there. */
  shape(name: string): readonly number[];
  /** A fresh array, dequantised where the file is quantised. */
  readFloat32(name: string): Float32Array;
  /** For people and for choosing: F32, BF16, Q4_K, … */
  storedAs(name: string): string;
  /** The bytes of a safetensors file as they lie there, transposed where the file has it so; undefined for a GGUF. */
  readStored(name: string): Uint8Array | undefined;
  /** The same values a few rows at a time, for an upload: see weightPieces.ts. */
  pieces(name: string): Iterable<WeightPiece>;
  /** The blocks of a matrix that a GGUF has quantised; undefined for all others. */
  blocks(name: string): StoredBlocks | undefined;
  close(): void;
}

/** One tensor of a file, under its Hugging Face name. */
interface Entry {
  readonly shape: readonly number[];
  readonly storedAs: string;
  readonly readable: boolean;
  readonly readFloat32: () => Float32Array;
  readonly readStored?: () => Uint8Array;
  readonly pieces: () => Iterable<WeightPiece>;
  readonly blocks?: StoredBlocks | undefined;
}

interface OpenFiles {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly problems: readonly Problem[];
  readonly packing?: Packing | undefined;
  /** llama.cpp reads every type that it may hold. */
  readonly isForLlamaCpp?: boolean;
  /** Weights that are not there for a reason that `problems` tells. */
  readonly lost: ReadonlySet<string | null>;
  close(): void;
}

// Buffers that old versions of transformers saved and nobody reads.
const ignoredTensors = /(^|\.)rotary_emb\.inv_freq$/;
const isIgnored = (name: string): boolean => ignoredTensors.test(name);
const headName = 'lm_head.weight';

/**
 * Opens the weights of a folder (or a .gguf file). Throws one GraftError with everything that is missing, too much, of
 * the wrong shape or of a type that cannot be read; no file stays open then. `forLlamaCpp`: a GGUF is checked alike,
 * but its tensor types may be those that llama.cpp alone reads.
 */
export function openWeights(
  dir: string,
  family: ModelFamily,
  shape: ModelShape,
  { forLlamaCpp = false } = {},
): WeightSource {
  const found = findWeightFiles(dir);
  const opened =
    found.format === 'gguf'
      ? openGgufEntries(found.files[0] ?? dir, family, shape)
      : openSafetensorsEntries(found.files, found.index, { family, transposed: transposedNames(shape) });
  const problems = [...opened.problems, ...findMisfits(opened, family, shape)];
  if (problems.length > 0) {
    opened.close();
    if (opened.packing)
      throw quantisedError({ file: dir, field: opened.packing.tensor, quantiser: opened.packing.quantiser });
    throw lacksHeadAlone(problems) ? bareDecoderError(dir) : misfitError(dir, problems);
  }
  const types = found.format === 'gguf' ? unreadableTypes(opened) : [];
  if (types.length > 0 && !forLlamaCpp) {
    opened.close();
    throw llamaCppOnlyError(dir, types);
  }
  const getEntry = (name: string): Entry => {
    const entry = opened.entries.get(name);
    if (!entry) throw new GraftError('notFound', words.noWeight({ dir, name }), { file: dir, field: name });
    return entry;
  };
  return {
    has: (name) => opened.entries.has(name),
    shape: (name) => getEntry(name).shape,
    readFloat32: (name) => getEntry(name).readFloat32(),
    storedAs: (name) => getEntry(name).storedAs,
    readStored: (name) => getEntry(name).readStored?.(),
    pieces: (name) => getEntry(name).pieces(),
    blocks: (name) => getEntry(name).blocks,
    close: () => opened.close(),
  };
}

/** A head of its own is allowed where it is tied: some checkpoints save the copy. */
function findMisfits(
  { entries, lost, isForLlamaCpp = false }: OpenFiles,
  family: ModelFamily,
  shape: ModelShape,
): Problem[] {
  const problems: Problem[] = [];
  const needed = family.weightShapes(shape);
  const optional = family.optionalWeights?.(shape) ?? new Map([[headName, [shape.vocabSize, shape.hiddenSize]]]);
  for (const name of needed.keys())
    if (!entries.has(name) && !lost.has(name)) problems.push(problemOf(name, words.isMissing()));
  for (const [name, entry] of entries) {
    const expected = needed.get(name) ?? optional.get(name);
    if (!expected) {
      if (!isIgnored(name)) problems.push(problemOf(name, words.stranger()));
    } else if (entry.shape.join() !== expected.join()) {
      problems.push(
        problemOf(name, words.otherShape({ shape: entry.shape.join(', '), expected: expected.join(', ') })),
      );
    } else if (!entry.readable && !isForLlamaCpp) {
      problems.push(problemOf(name, words.storedAs({ type: entry.storedAs })));
    }
  }
  return problems;
}

function unreadableTypes({ entries }: OpenFiles): readonly string[] {
  return [...new Set([...entries.values()].flatMap(({ readable, storedAs }) => (readable ? [] : [storedAs])))].sort();
}

function llamaCppOnlyError(file: string, types: readonly string[]): GraftError {
  return new GraftError('unsupported', words.llamaCppAlone({ file, types }), {
    file,
    field: types[0],
    remedy: words.chatOrOtherType({ types: readableGgufTypes() }),
  });
}

interface Naming {
  readonly family: ModelFamily;
  /** Weights that the files hold with their axes exchanged. */
  readonly transposed: ReadonlySet<string>;
}

function openSafetensorsEntries(
  paths: readonly string[],
  index: ShardIndex | null,
  { family, transposed }: Naming,
): OpenFiles {
  const shards = openShards(paths, index);
  const knownAs = (stored: string): string | null => (family.weightName ? family.weightName(stored) : stored);
  const entries = new Map<string, Entry>();
  const problems = shards.problems.filter(({ field }) => !isIgnored(field));
  for (const [stored, file] of shards.places) {
    const name = knownAs(stored);
    if (name === null) continue;
    if (entries.has(name)) problems.push(problemOf(stored, words.isTwice({ name })));
    const entry = safetensorsEntry(file, stored);
    entries.set(name, transposed.has(name) ? turned(entry) : entry);
  }
  const packing = packingOf([...shards.places].flatMap(([name, file]) => file.tensors.get(name) ?? []));
  return { entries, problems, packing, lost: new Set([...shards.lost].map(knownAs)), close: () => shards.close() };
}

function safetensorsEntry(file: SafetensorsFile, name: string): Entry {
  const info = file.tensors.get(name);
  const dtype = info?.dtype ?? 'F32';
  return {
    shape: info?.shape ?? [],
    storedAs: dtype,
    readable: isFloatDtype(dtype),
    readFloat32: () => file.readFloat32(name),
    readStored: () => file.readBytes(name),
    pieces: () => inPieces({ shape: info?.shape ?? [] }, (from, count) => file.readPart(name, from, count)),
  };
}

function openGgufEntries(path: string, family: ModelFamily, shape: ModelShape): OpenFiles {
  const file = openGguf(path);
  const entries = new Map<string, Entry>();
  const namesOfGguf = new Set<string>(family.ggufConfigTensors);
  for (const name of new Set([...family.weightShapes(shape).keys(), headName])) {
    const { name: stored, transform } = family.ggufTensor(name, shape);
    namesOfGguf.add(stored);
    if (file.tensors.has(stored)) entries.set(name, ggufEntry(file, stored, transform));
  }
  const problems: Problem[] = [];
  for (const name of file.tensors.keys()) {
    if (!namesOfGguf.has(name)) problems.push(problemOf(name, words.stranger()));
  }
  return { entries, problems, isForLlamaCpp: true, lost: new Set(), close: () => file.close() };
}

/** A GGUF that transposed a tensor has turned it into (out, in) already: nothing is left to do here. */
function ggufEntry(file: GgufFile, name: string, transform: GgufTransform): Entry {
  const info = file.tensors.get(name);
  const shape = info?.shape ?? [];
  const type = info?.type;
  const headRows = transform.kind === 'ropeRows' ? (shape[0] ?? 0) / transform.heads : 1;
  const rowLength = shape.length < 2 ? 1 : (shape.at(-1) ?? 1);
  const inOrder = <T extends Float32Array | Uint16Array | Uint8Array>(values: T, width = rowLength): T => {
    const rows = values.length / width; // all of them, or those of a piece
    return transform.kind === 'ropeRows' ? unpermuteRows(values, rows, rows / headRows) : values;
  };
  const readFloat32 = (): Float32Array => {
    const values = inOrder(file.readFloat32(name));
    return transform.kind === 'plusOne' ? values.map((value) => value - 1) : values;
  };
  return {
    shape,
    storedAs: type?.name ?? '',
    readable: type?.decode !== undefined,
    readFloat32,
    pieces: () =>
      transform.kind === 'plusOne'
        ? [{ from: 0, values: readFloat32() }] // a norm: a few thousand values
        : inPieces({ shape, rowsTogether: headRows }, (from, count) => inOrder(file.readPart(name, from, count))),
    blocks: type === undefined ? undefined : ggufBlocks(),
  };
  /** A matrix of whole blocks whose values nothing was added to. */
  function ggufBlocks(): StoredBlocks | undefined {
    if (type === undefined || type.blockSize === 1 || shape.length !== 2 || transform.kind === 'plusOne')
      return undefined;
    const rowBytes = (rowLength / type.blockSize) * type.blockBytes;
    const rows = { shape, rowsTogether: headRows };
    return {
      type,
      pieces: () =>
        bytesInPieces(rows, type.blockSize, (from, count) => inOrder(file.readPartBytes(name, from, count), rowBytes)),
    };
  }
}

/** Weights that lie (in, out) in Hugging Face files. */
function transposedNames({ linears }: ModelShape): ReadonlySet<string> {
  return new Set(linears.filter(({ storedTransposed }) => storedTransposed).map(({ name }) => `${name}.weight`));
}

/** The same matrix with its axes exchanged, read as a whole: a row here is a column of the file. */
function turned(entry: Entry): Entry {
  const readFloat32 = (): Float32Array => transposedFloats(entry.readFloat32(), entry.shape);
  return {
    ...entry,
    shape: [...entry.shape].reverse(),
    readFloat32,
    pieces: () => [{ from: 0, values: readFloat32() }],
  };
}

function lacksHeadAlone([first, ...others]: readonly Problem[]): boolean {
  return others.length === 0 && first?.field === headName && first.reason?.code === words.isMissing.code;
}

/** AutoModel saves a decoder without its head; transformers would go on with a head of random numbers. */
function bareDecoderError(dir: string): GraftError {
  return new GraftError('unsupported', words.noHead({ dir, head: headName }), {
    file: dir,
    field: headName,
    remedy: words.takeWithHead(),
  });
}

function misfitError(dir: string, problems: readonly Problem[]): GraftError {
  return new GraftError('invalid', words.misfit({ dir, problems: problemList(problems, 4) }), {
    file: dir,
    field: problems[0]?.field,
    problems: problems.slice(0, 100),
    remedy: words.checkSame(),
  });
}
