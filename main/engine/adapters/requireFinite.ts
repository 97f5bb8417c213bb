/**
 * Whether an adapter's values are numbers. One that is not spoils every answer of its adapter, and in a batch those of
 * others. Looked at once, when an adapter comes in: a look at every value takes as long as reading them.
 */
import { GraftError, problemOf } from '../../contract/errors.ts';
import type { AdapterWeights } from './adapterMethod.ts';
import { weightsFile } from './peftNames.ts';
import { engineAdapterWords } from '../../contract/words/engineAdapters.ts';
import { coreWords } from '../../contract/words/core.ts';

/** `dir`: where they were read from. Throws GraftError('invalid') with the tensors that hold NaN or infinities. */
export function requireFinite(weights: AdapterWeights, dir: string): void {
  const broken = notFinite(weights);
  if (broken.length === 0) return;
  const [field] = broken;
  const tensorNames = broken.length === 1 ? field : coreWords.andMore({ names: [field], more: broken.length - 1 });
  throw new GraftError('invalid', engineAdapterWords.notFinite({ dir, tensors: tensorNames }), {
    ...{ file: `${dir}/${weightsFile}`, field },
    problems: broken.slice(0, 100).map((name) => problemOf(name, engineAdapterWords.holdsNotFinite())),
    remedy: engineAdapterWords.brokeDown(),
  });
}

/** Names of the tensors that hold NaN or infinities. */
export function notFinite({ trained, frozen, head }: AdapterWeights): readonly string[] {
  const tensors = [...Object.entries(trained), ...Object.entries(frozen), ...Object.entries(head?.tensors ?? {})];
  return tensors
    .filter(([, tensor]) => !areNumbers(tensor.data, 'group' in tensor && tensor.group === 'logits'))
    .map(([name]) => name);
}

/**
 * Zero times a number is zero, and NaN times anything else. Logits may be masked: PEFT does so with what a top-k file
 * left out.
 */
function areNumbers(values: Float32Array, mayMask: boolean): boolean {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += 0 * values[at];
  return sum === 0 || (mayMask && values.every((value) => value < Infinity));
}
