/**
 * The head beside an adapter. What a run starts from: the base's own tensors where they fit the labels, else fresh ones
 * as transformers draws them (normal with initializer_range, biases zero). BERT's pooler is fresh and trained too where
 * the checkpoint has none.
 */
import { headShapes } from '../../contract/families/bert.ts';
import { type LabelTask, outputsOf } from '../../contract/labels.ts';
import type { EncoderModel } from '../models/encoderModel.ts';
import type { AdapterHead, AdapterWeights, HostTensor } from './adapterMethod.ts';
import { constant, drawNormal } from './draws.ts';

type Base = Pick<EncoderModel, 'shape' | 'storedHead' | 'hasPooler'>;

/** `random`: uniform numbers in [0, 1) from the run's seeded generator. */
export function initHead({ shape, storedHead, hasPooler }: Base, task: LabelTask, random: () => number): AdapterHead {
  const deviation = shape.encoder?.initializerRange ?? 0.02;
  const tensors: Record<string, HostTensor> = {};
  for (const [name, size] of headShapes(shape, outputsOf(task), { pooler: !hasPooler })) {
    const fresh = size.length > 1 ? drawNormal(random, size, deviation) : constant(size, 0);
    const stored = storedHead.get(name);
    tensors[name] = stored?.shape.join() === size.join() ? stored : fresh;
  }
  return { task, tensors };
}

/** The head's learning-rate group. */
export const headGroup = 'head';

/** Everything that is trained: the adapter's tensors, and the head's as a group of its own. */
export function trainedTensors({ trained, head }: AdapterWeights): AdapterWeights['trained'] {
  if (!head) return trained;
  const ofHead = Object.entries(head.tensors).map(([name, tensor]) => [name, { ...tensor, group: headGroup }] as const);
  return { ...trained, ...Object.fromEntries(ofHead) };
}
