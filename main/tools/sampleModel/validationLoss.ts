/**
 * Mean loss of a model folder over a token file: Σ cross-entropies / trained tokens, as training computes it, but of
 * the weights as they lie in the folder.
 */
import type { EngineSettings } from '../../contract/engine.ts';
import { openBackend } from '../../engine/backends/registry.ts';
import { loadModel } from '../../engine/models/registry.ts';
import { chooseBucketLengths } from '../../engine/training/lengthBuckets.ts';
import { cutRows, fillBatch, planEvaluation } from '../../engine/training/batches.ts';
import type { Batch } from '../../engine/training/batches.ts';
import { evaluate } from '../../engine/training/evaluate.ts';
import { readTokenFile } from '../../formats/tokenFile.ts';

const batchSize = 8;

export async function validationLoss(settings: EngineSettings, modelDir: string, tokenFile: string): Promise<number> {
  const backend = await openBackend(settings);
  const model = loadModel(backend, modelDir);
  const forward = backend.compile('validation', ({ ids, targets, weights }) => ({
    lossSum: model.crossEntropySum(model.hidden(ids), targets, weights),
  }));
  try {
    const evaluation = await evaluate({
      forward,
      scores: undefined,
      parameters: {},
      batches: batchesOf(tokenFile),
      step: 0,
    });
    return evaluation?.loss ?? NaN;
  } finally {
    forward.dispose();
    model.dispose();
  }
}

function* batchesOf(tokenFile: string): Generator<Batch> {
  const file = readTokenFile(tokenFile);
  const rows = cutRows(file, file.maxLength);
  const lengths = rows.map(({ ids }) => ids.length);
  const plans = planEvaluation(lengths, batchSize, chooseBucketLengths(lengths));
  for (const { rows: indices, length } of plans) {
    yield fillBatch(
      indices.map((index) => rows[index]),
      length,
      batchSize,
    );
  }
}
