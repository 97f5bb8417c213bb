/**
 * Frozen float32 weights for the backends that run eagerly, filled piece by piece: on WebAssembly right in its heap,
 * which tfjs itself would copy a whole array into.
 */
import { GraftError } from '../../contract/errors.ts';
import { bfloat16ToFloat32 } from '../../formats/floats.ts';
import type { WeightPiece } from '../../formats/weightPieces.ts';
import { tf, type Tensor } from '../../engine/tf.ts';
import { engineBackendWords } from '../../contract/words/engineBackends.ts';

type TensorInfo = Parameters<ReturnType<typeof tf.engine>['makeTensorFromTensorInfo']>[0];

/** What of tfjs' WebAssembly backend lets a tensor be filled in place. */
interface HeapBackend {
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
  typedArrayFromHeap(info: TensorInfo): Float32Array;
  getMemoryOffset(dataId: object): number;
}

/** Throws GraftError('outOfMemory') where WebAssembly's heap is full. */
export function uploadFloats(shape: readonly number[], pieces: Iterable<WeightPiece>): Tensor {
  const backend = tf.backend();
  if ('typedArrayFromHeap' in backend) return uploadToHeap(backend as unknown as HeapBackend, shape, pieces);
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  fill(() => data, pieces);
  return tf.tensor(data, [...shape], 'float32');
}

function uploadToHeap(heap: HeapBackend, shape: readonly number[], pieces: Iterable<WeightPiece>): Tensor {
  const info = heap.makeOutput([...shape], 'float32');
  if (heap.getMemoryOffset(info.dataId) === 0) {
    throw new GraftError('outOfMemory', engineBackendWords.over4gb(), {
      field: 'precision',
      remedy: engineBackendWords.useSmaller(),
    });
  }
  const tensor = tf.engine().makeTensorFromTensorInfo(info);
  try {
    fill(() => heap.typedArrayFromHeap(info), pieces); // a heap that has grown is another buffer
    return tensor;
  } catch (error) {
    tensor.dispose();
    throw error;
  }
}

function fill(target: () => Float32Array, pieces: Iterable<WeightPiece>): void {
  for (const { from, values } of pieces) {
    if (values instanceof Uint16Array) bfloat16ToFloat32(values, target().subarray(from, from + values.length));
    else target().set(values, from);
  }
}
