/** Text that an adapter was not trained on, out of its lineage: for exports that come near the original. */
import type { HeldOutText } from '../../contract/engine.ts';
import type { Adapter, Dataset, Model } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import type { CallOptions } from '../../contract/progress.ts';
import type { SpellingKind } from '../../contract/training.ts';

export interface HeldOutReader {
  /** Not those that were removed. */
  readonly findDataset: (id: string) => Dataset | undefined;
  readonly tokenise: (request: RowsRequest, options: CallOptions) => Promise<{ readonly file: string }>;
}

/** See studio/datasets/tokenised.ts. */
interface RowsRequest {
  readonly dataset: Dataset;
  readonly model: Model;
  readonly maxLength: number;
  readonly specialTokens: SpellingKind;
  readonly legacy: boolean;
}

/** undefined where its run held nothing out, or where the dataset is not here or cannot be read any more. */
export async function heldOutText(
  { lineage }: Pick<Adapter, 'lineage'>,
  model: Model,
  { findDataset, tokenise }: HeldOutReader,
  options: CallOptions = {},
): Promise<HeldOutText | undefined> {
  const { configuration, datasetId } = lineage;
  if (configuration === null) return undefined;
  const { training, evalDataset, labelTask } = configuration;
  const id = evalDataset?.id ?? (training.evaluationSplit > 0 ? datasetId : null);
  const dataset = id === null ? undefined : findDataset(id);
  if (dataset === undefined) return undefined;
  const { maxLength, splitSeed, specialTokens = 'special' } = training;
  try {
    const legacy = evalDataset === undefined && splitSeed === undefined;
    const { file } = await tokenise({ model, maxLength, specialTokens, dataset, legacy }, options);
    return {
      ...{ dataset: dataset.name, tokenFile: file, training },
      ...(evalDataset && { evaluationFile: file }),
      ...(labelTask && { labelTask }),
    };
  } catch (error) {
    if (error instanceof GraftError && error.code !== 'cancelled') return undefined;
    throw error;
  }
}
