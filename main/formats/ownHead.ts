/**
 * Whether weights hold an output head that is another matrix than the embedding. A merge of a tied model may leave a
 * head of its own beside `tie_word_embeddings: true`; a saved copy of the embedding is none, and is not kept in memory
 * twice.
 */
import { GraftError } from '../contract/errors.ts';
import type { ModelFamily, ModelShape } from '../contract/families/family.ts';
import { bfloat16ToFloat32 } from './floats.ts';
import type { GgufFile } from './gguf.ts';
import { openShards } from './safetensorsShards.ts';
import type { WeightFiles } from './weightFiles.ts';

const headName = 'lm_head.weight';
const ggufHead = 'output.weight';
const ggufEmbedding = 'token_embd.weight';
const elementsAtOnce = 2 ** 20; // whole blocks of any GGUF type

/** A matrix that is read a part at a time. */
interface Matrix {
  readonly shape: readonly number[];
  /** In memory that the next call may use again. */
  readonly part: (from: number, count: number) => Float32Array | Uint16Array;
}

/** Of safetensors. Files that cannot be read have none here: opening the weights says what is wrong with them. */
export function hasOwnHead(
  found: Extract<WeightFiles, { format: 'safetensors' }>,
  family: ModelFamily,
  shape: ModelShape,
): boolean {
  try {
    return differsInFiles(found, family, shape);
  } catch (error) {
    if (error instanceof GraftError) return false;
    throw error;
  }
}

function differsInFiles(
  { files, index }: Extract<WeightFiles, { format: 'safetensors' }>,
  family: ModelFamily,
  shape: ModelShape,
): boolean {
  const shards = openShards(files, index);
  try {
    const [embeddingName] = family.weightShapes(shape).keys();
    const matrixOf = (name: string): Matrix | undefined => {
      const place = [...shards.places].find(([stored]) => (family.weightName?.(stored) ?? stored) === name);
      if (place === undefined) return undefined;
      const [stored, file] = place;
      return {
        shape: file.tensors.get(stored)?.shape ?? [],
        part: (from, count) => file.readPart(stored, from, count),
      };
    };
    return differ(matrixOf(headName), matrixOf(embeddingName ?? ''));
  } finally {
    shards.close();
  }
}

/** Of a GGUF. Types that the tensors cannot read are not compared: a head in one is taken for its own. */
export function hasOwnGgufHead({ tensors, readPart }: Pick<GgufFile, 'tensors' | 'readPart'>): boolean {
  const [head, embedding] = [tensors.get(ggufHead), tensors.get(ggufEmbedding)];
  if (head === undefined || embedding === undefined) return head !== undefined;
  if (head.type !== embedding.type || head.type.decode === undefined) return true;
  const matrixOf = ({ name, shape }: typeof head): Matrix => ({
    shape,
    part: (from, count) => readPart(name, from, count),
  });
  return differ(matrixOf(head), matrixOf(embedding));
}

/** False where one is missing or of another shape: the check of the weights names that. */
function differ(head: Matrix | undefined, embedding: Matrix | undefined): boolean {
  if (head === undefined || embedding === undefined || head.shape.join() !== embedding.shape.join()) return false;
  const count = head.shape.reduce((product, size) => product * size, 1);
  for (let from = 0; from < count; from += elementsAtOnce) {
    const length = Math.min(elementsAtOnce, count - from);
    const ofHead = asFloats(head.part(from, length)).slice(); // the two may share the memory they are read into
    if (!areEqual(ofHead, asFloats(embedding.part(from, length)))) return true;
  }
  return false;
}

function asFloats(values: Float32Array | Uint16Array): Float32Array {
  return values instanceof Uint16Array ? bfloat16ToFloat32(values) : values;
}

function areEqual(a: Float32Array, b: Float32Array): boolean {
  const [left, right] = [a, b].map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength));
  return left !== undefined && right !== undefined && left.equals(right);
}
