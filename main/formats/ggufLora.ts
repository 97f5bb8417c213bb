/**
 * LoRA adapters as llama.cpp reads them: pairs `<base tensor>.lora_a` (r, in) and `.lora_b` (out, r), one alpha for
 * all. The scale is alpha / rank with each pair's own rank, or 1 where alpha is 0; nothing says that a LoRA is
 * rank-stabilised.
 */
import { GraftError, type Problem, problemOf } from '../contract/errors.ts';
import { problemList } from '../contract/problemList.ts';
import { openGguf } from './gguf.ts';
import type { GgufFile } from './gguf.ts';
import { ggufLoraWords as words } from '../contract/words/ggufLora.ts';

export interface LoraFactor {
  readonly shape: readonly [number, number];
  readonly data: Float32Array;
}

export interface LoraPair {
  /** (rank, in) */
  readonly a: LoraFactor;
  /** (out, rank); rows in the order of the file. */
  readonly b: LoraFactor;
}

export interface GgufLora {
  readonly architecture: string;
  readonly alpha: number;
  /** By the name of the base tensor in the base's GGUF, e.g. `blk.0.attn_q.weight`. */
  readonly pairs: ReadonlyMap<string, LoraPair>;
}

export const loraSuffixes = { a: '.lora_a', b: '.lora_b' } as const;
/** llama.cpp leaves these out as well. */
const ignoredTensors = /_norm\.weight$/;

/** Reads a file whole (adapters are small). Throws GraftError with everything in it that does not hold. */
export function readGgufLora(path: string): GgufLora {
  const file = openGguf(path);
  try {
    const { architecture, alpha } = readHead(file);
    return { architecture, alpha, pairs: readPairs(file) };
  } finally {
    file.close();
  }
}

function readHead({ path, metadata }: GgufFile): Pick<GgufLora, 'architecture' | 'alpha'> {
  const type = metadata.get('general.type') ?? 'model';
  if (type !== 'adapter') {
    const remedy = type === 'model' ? words.importAsModel() : words.nameLora();
    throw new GraftError('invalid', words.notAdapter({ file: path, type: JSON.stringify(type) }), {
      file: path,
      field: 'general.type',
      remedy,
    });
  }
  const kind = metadata.get('adapter.type');
  if (kind !== 'lora' || metadata.has('adapter.alora.invocation_tokens')) {
    const what = kind === 'lora' ? words.activated() : words.ofType({ type: JSON.stringify(kind ?? null) });
    throw new GraftError('unsupported', words.otherKind({ file: path, what }), {
      file: path,
      field: 'adapter.type',
      remedy: words.takePlain(),
    });
  }
  const architecture = metadata.get('general.architecture');
  const alpha = metadata.get('adapter.lora.alpha') ?? 0;
  if (typeof architecture === 'string' && typeof alpha === 'number' && alpha >= 0) return { architecture, alpha };
  const field = typeof architecture === 'string' ? 'adapter.lora.alpha' : 'general.architecture';
  throw new GraftError('invalid', words.notSaid({ file: path, field }), {
    file: path,
    field,
    remedy: words.convertAgain(),
  });
}

function readPairs(file: GgufFile): Map<string, LoraPair> {
  const problems: Problem[] = [];
  const bases = new Set<string>();
  for (const name of file.tensors.keys()) {
    const suffix = Object.values(loraSuffixes).find((each) => name.endsWith(each));
    if (suffix) bases.add(name.slice(0, -suffix.length));
    else if (!ignoredTensors.test(name)) problems.push(problemOf(name, words.noFactor()));
  }
  const pairs = new Map<string, LoraPair>();
  for (const base of bases) {
    const a = findFactor(file, base + loraSuffixes.a, problems);
    const b = findFactor(file, base + loraSuffixes.b, problems);
    if (!a || !b) continue;
    if (a.shape[0] === b.shape[1]) pairs.set(base, { a, b });
    else problems.push(problemOf(base, words.otherRanks({ first: a.shape[0], second: b.shape[1] })));
  }
  if (pairs.size === 0 && problems.length === 0) problems.push(problemOf('tensors', words.areMissing()));
  if (problems.length > 0) throw pairsError(file.path, problems);
  return pairs;
}

function findFactor(file: GgufFile, name: string, problems: Problem[]): LoraFactor | undefined {
  const info = file.tensors.get(name);
  const [rows, columns, ...more] = info?.shape ?? [];
  if (!info) problems.push(problemOf(name, words.factorMissing()));
  else if (columns === undefined || more.length > 0) problems.push(problemOf(name, words.noMatrix()));
  else return { shape: [rows, columns], data: file.readFloat32(name) };
  return undefined;
}

function pairsError(file: string, problems: readonly Problem[]): GraftError {
  return new GraftError('invalid', words.notWhole({ file, problems: problemList(problems, 3) }), {
    file,
    field: problems[0]?.field,
    problems: problems.slice(0, 100),
    remedy: words.convertOrFetch(),
  });
}
