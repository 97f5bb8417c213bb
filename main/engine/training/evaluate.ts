/**
 * Mean loss over the evaluation rows, of the base model or with the trained adapter, and the task's metrics where it
 * has some.
 */
import type { Evaluation } from '../../contract/engine.ts';
import type { Compiled } from '../backends/backend.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap } from '../tf.ts';
import type { Batch } from './batches.ts';
import type { Scores } from './objective.ts';

export interface EvaluateRequest {
  /** `evaluate` or `evaluateBase` of the train functions: batch and `parameters` → what Objective.evaluate gives. */
  readonly forward: Compiled;
  readonly scores: Scores | undefined;
  readonly parameters: NamedTensorMap;
  readonly batches: Iterable<Batch>;
  readonly step: number;
  /** Stops between batches; the evaluation is then undefined. */
  readonly signal?: AbortSignal | undefined;
}

/** Sums in float64 on the host, batch by batch. Undefined when aborted or without trained tokens. */
export async function evaluate({
  forward,
  scores,
  parameters,
  batches,
  step,
  signal,
}: EvaluateRequest): Promise<Evaluation | undefined> {
  let total = 0;
  let trainedTokens = 0;
  for (const batch of batches) {
    if (signal?.aborted) return undefined;
    const inputs = batch.upload();
    const outputs = forward({ ...parameters, ...inputs });
    total += (await outputs.lossSum.data())[0];
    await scores?.add(batch, outputs);
    trainedTokens += batch.trainedTokens;
    tf.dispose([inputs, outputs]);
    await new Promise(setImmediate);
  }
  if (trainedTokens === 0) return undefined;
  return { step, loss: total / trainedTokens, trainedTokens, ...(scores && { metrics: scores.metrics() }) };
}
