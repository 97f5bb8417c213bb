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

type Sides = Required<LayerSize>;

const probeName = 'layer';
/** Powers of two, so that parts of them are exact. */
const probeSize = 2 ** 20;

/** Keys that a layer may have in the files of a method that adapts linear layers, with these options. */
export function layerKeys<Options extends object>(
  spec: Pick<MethodSpec<Options>, 'tensors'>,
  options: Options,
): readonly LayerKey[] {
  const keysFor = (sides: Sides): ReturnType<typeof keysOf> =>
    spec
      .tensors(options, [{ name: probeName, ...sides }], null)
      .filter(({ scope }) => scope === 'layer')
      .flatMap(keysOf);
  const plain = keysFor({ inFeatures: probeSize, outFeatures: probeSize });
  const wide = keysFor({ inFeatures: 2 * probeSize, outFeatures: probeSize });
  const tall = keysFor({ inFeatures: probeSize, outFeatures: 2 * probeSize });
  return plain.map(({ key, shape }, at) => {
    const [ofInput, ofOutput] = [wide, tall].map((other) => growing(shape, other[at].shape));
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

/** From a tensor's shape to the side of its layer that one of its own is a part of. */
function growing(
  shape: readonly number[],
  grown: readonly number[],
): ((found: readonly number[]) => number) | undefined {
  const axis = shape.findIndex((size, at) => grown[at] !== size);
  return axis < 0 ? undefined : (found) => Math.round((found[axis] * probeSize) / shape[axis]);
}
