/** Mean loss over the evaluation rows, of the base model or with the trained adapter: Σ cross-entropies / trained tokens. */
import type { Evaluation } from '../../contract/engine.ts';
import type { Compiled } from '../backends/backend.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap } from '../tf.ts';
import type { Batch } from './batches.ts';
import { batchTensors } from './trainStep.ts';

export interface EvaluateRequest {
  /** `evaluate` or `evaluateBase` of the train functions: batch and `parameters` → `lossSum`. */
  readonly lossSum: Compiled;
  readonly parameters: NamedTensorMap;
  readonly batches: Iterable<Batch>;
  readonly step: number;
  /** Stops between batches; the evaluation is then undefined. */
  readonly signal?: AbortSignal | undefined;
}

/** Sums in float64 on the host, batch by batch. Undefined when aborted or without trained tokens. */
export async function evaluate({ lossSum, parameters, batches, step, signal }: EvaluateRequest): Promise<Evaluation | undefined> {
  let total = 0;
  let trainedTokens = 0;
  for (const batch of batches) {
    if (signal?.aborted) return undefined;
    const inputs = batchTensors(batch);
    const outputs = lossSum({ ...parameters, ...inputs });
    total += (await outputs.lossSum.data())[0];
    trainedTokens += batch.trainedTokens;
    tf.dispose([inputs, outputs]);
    await new Promise(setImmediate);
  }
  return trainedTokens > 0 ? { step, loss: total / trainedTokens, trainedTokens } : undefined;
}
