/** Which run that is not over needs a model or a dataset: what may not be removed yet. */
import type { Database, Statement } from 'better-sqlite3';

export class OpenRuns {
  readonly #byModel: Statement<[string], string>;
  readonly #byDataset: Statement<[string], string>;

  constructor(database: Database) {
    const select = (columns: string): Statement<[string], string> =>
      database
        .prepare<[string], string>(
          `SELECT name FROM runs WHERE state IN ('queued', 'running') AND ? IN (${columns}) ORDER BY queued_at LIMIT 1`,
        )
        .pluck();
    this.#byModel = select('model_id');
    this.#byDataset = select(`dataset_id, configuration ->> '$.evalDataset.id', configuration ->> '$.testDataset.id'`);
  }

  /** The name of the first queued or running one. */
  ofModel(modelId: string): string | undefined {
    return this.#byModel.get(modelId);
  }

  /** Whether it is trained, evaluated or tested on. */
  ofDataset(datasetId: string): string | undefined {
    return this.#byDataset.get(datasetId);
  }
}
