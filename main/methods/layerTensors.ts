/**
 * Layers in a folder's tensors without their base: a key's ending says which tensor of its method's table it is, and
 * where the table lets a side of it grow with a layer's input or output, it says how large that layer is.
 */
import { modulePrefix, storedTensors, type TensorSpec } from './tensorSpec.ts';
import type { MethodSpec } from './methodSpec.ts';

/** What tensors tell of their layer. */
export interface LayerSize {
  readonly inFeatures?: number;
  readonly outFeatures?: number;
}

export interface LayerKey {
  /** After the path of the layer. */
  readonly suffix: string;
  sizeOf(shape: readonly number[]): LayerSize;
}

const probeName = 'layer';
/** Powers of two, so that parts of them are exact. */
const probeSize = 2 ** 20;

/** Keys that a layer may have in the files of a method that adapts linear layers, with these options. */
export function layerKeys<Options extends object>(
  spec: Pick<MethodSpec<Options>, 'tensors'>,
  options: Options,
): readonly LayerKey[] {
  const keysFor = (inFeatures: number, outFeatures: number): ReadonlyMap<string, readonly number[]> =>
    new Map(
      spec
        .tensors(options, [{ name: probeName, inFeatures, outFeatures }], null)
        .filter(({ scope }) => scope === 'layer')
        .flatMap(keysOf)
        .map(({ key, shape }) => [key, shape]),
    );
  const plain = keysFor(probeSize, probeSize);
  const wider = [2, 4].map((times) => keysFor(times * probeSize, probeSize));
  const taller = [2, 4].map((times) => keysFor(probeSize, times * probeSize));
  // Where the form hangs on the size, small layers have other tensors.
  return [...new Map([...keysFor(1, 1), ...plain])].map(([key, shape]) => {
    const grown = (shapes: typeof wider) => shapes.map((of) => of.get(key));
    const [ofInput, ofOutput] = [wider, taller].map((shapes) => growing(shape, grown(shapes)));
    return {
      suffix: key.slice(modulePrefix.length + probeName.length),
      sizeOf: (found) => ({
        ...(ofInput && found.length === shape.length && { inFeatures: ofInput(found) }),
        ...(ofOutput && found.length === shape.length && { outFeatures: ofOutput(found) }),
      }),
    };
  });
}

/** A tensor that is left out now may be in a file of another's. */
function keysOf(tensor: TensorSpec): readonly { readonly key: string; readonly shape: readonly number[] }[] {
  return tensor.stored === 'drawn' ? [tensor] : storedTensors(tensor);
}

/**
 * From a tensor's shape to the side of its layer that one of its own is a part of: the one that is twice and four times
 * as long where the layer's is.
 */
function growing(
  shape: readonly number[],
  grown: readonly (readonly number[] | undefined)[],
): ((found: readonly number[]) => number) | undefined {
  const axis = shape.findIndex((size, at) => grown.every((other, power) => other?.[at] === size * 2 ** (power + 1)));
  return axis < 0 ? undefined : (found) => Math.round((found[axis] * probeSize) / shape[axis]);
}
