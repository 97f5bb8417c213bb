/**
 * Datasets of a run beside the one that it trains on: what is evaluated instead of a share of the rows, and what is
 * measured once at the end. Both are tokenised as the training rows are and must say nothing that these cannot teach.
 */
import type { Dataset, DatasetReference, Model } from '../../contract/entities.ts';
import { GraftError, toGraftError, problemOf } from '../../contract/errors.ts';
import { countRows, type SplitPieces } from '../../contract/evaluationSplit.ts';
import { classIdOf, type LabelTask } from '../../contract/labels.ts';
import { isNumberLabel } from '../../contract/labelText.ts';
import type { CallOptions } from '../../contract/progress.ts';
import type { OwnRows } from '../../contract/splitSummary.ts';
import type { SpellingKind } from '../../contract/training.ts';
import type { TrainRequest } from '../../contract/trainRequest.ts';
import type { Problems } from '../../contract/Problems.ts';
import { mostLabelLines } from '../datasets/tokenised.ts';
import type { Tokenise, TokenisedRows } from '../datasets/tokenised.ts';
import { runRequestWords as words } from '../../contract/words/runRequests.ts';
import type { Said } from '../../contract/words/words.ts';

export const ownFields = ['evalDataset', 'testDataset'] as const;
export type OwnField = (typeof ownFields)[number];

const titles: Readonly<Record<OwnField, Said>> = { evalDataset: words.evaluation(), testDataset: words.test() };

export interface OwnDatasetsSetup {
  readonly datasets: { get(idOrName: string): Dataset };
  readonly tokenise: Tokenise;
  /** How many rows of a dataset are equal in text to rows of the one that is trained on. */
  readonly countEqual: (dataset: Dataset, trained: Dataset) => Promise<number>;
  /** Lines of the file of the first few rows with one of these labels. */
  readonly labelLines: (
    dataset: Dataset,
    labels: readonly string[],
  ) => Promise<readonly { readonly line: number; readonly label: string }[]>;
}

export type ChosenOwn = Readonly<Partial<Record<OwnField, Dataset>>>;

export interface PlannedOwn {
  /** The token file. */
  readonly file: string;
  readonly rows: OwnRows;
  readonly pieces: SplitPieces;
}

export interface OwnContext {
  readonly model: Model;
  readonly trained: Dataset;
  readonly maxLength: number;
  readonly specialTokens: SpellingKind;
  /** Labels of the training rows; undefined for a model that writes. */
  readonly labelTask: LabelTask | undefined;
}

export class OwnDatasets {
  readonly #setup: OwnDatasetsSetup;

  constructor(setup: OwnDatasetsSetup) {
    this.#setup = setup;
  }

  /** What is asked for; what is not there, or is the training dataset itself, is among the problems. */
  choose(request: TrainRequest, trained: Dataset | undefined, problems: Problems): ChosenOwn {
    const chosen: Partial<Record<OwnField, Dataset>> = {};
    for (const field of ownFields) {
      const asked = request[field];
      if (asked === undefined || asked.trim() === '') continue;
      const dataset = problems.try(() => atField(field, () => this.#setup.datasets.get(asked)));
      if (dataset === undefined) continue;
      if (dataset.id === trained?.id) problems.add(problemOf(field, sameAsTrained(dataset, field)));
      else chosen[field] = dataset;
    }
    return chosen;
  }

  /**
   * Throws GraftError that names the field: 'invalid' for rows that cannot be judged with these labels, as tokenising
   * throws.
   */
  async plan(
    chosen: ChosenOwn,
    context: OwnContext,
    options: CallOptions = {},
  ): Promise<Readonly<Partial<Record<OwnField, PlannedOwn>>>> {
    const planned: Partial<Record<OwnField, PlannedOwn>> = {};
    for (const field of ownFields) {
      const dataset = chosen[field];
      if (dataset !== undefined)
        planned[field] = await atFieldAsync(field, async () => this.#planOne(field, dataset, { ...context, options }));
    }
    return planned;
  }

  async #planOne(
    field: OwnField,
    dataset: Dataset,
    { model, trained, maxLength, specialTokens, labelTask, options }: OwnContext & { readonly options: CallOptions },
  ): Promise<PlannedOwn> {
    const { tokenise, countEqual } = this.#setup;
    const tokenised = await tokenise({ dataset, model, maxLength, specialTokens }, options);
    if (labelTask !== undefined) await this.#refuseOtherLabels(field, { dataset, tokenised, labelTask });
    const pieces = tokenised.pieces();
    const rows = countRows(pieces.sourceRows, pieces.usable);
    const { file, cut, unusable } = tokenised;
    const equalToTrained = await countEqual(dataset, trained);
    return {
      file,
      pieces,
      rows: { rows, equalToTrained, cutPieces: cut.truncatedRows, ...(unusable && { unusable }) },
    };
  }

  async #refuseOtherLabels(field: OwnField, { dataset, tokenised, labelTask }: LabelledRows): Promise<void> {
    const isKnown = (label: string): boolean =>
      labelTask.kind === 'regression' ? isNumberLabel(label) : classIdOf(label, labelTask) !== undefined;
    const strange = tokenised.labels.filter(({ label, rows }) => rows > 0 && !isKnown(label)).map(({ label }) => label);
    if (strange.length === 0) return;
    const lines = await this.#setup.labelLines(dataset, strange);
    const where = lines.map(({ line, label }) => words.lineWithLabel({ line, label: label.slice(0, 40) }));
    const labels = labelTask.labels.slice(0, 10);
    throw new GraftError(
      'invalid',
      words.otherLabels({ which: titles[field], name: dataset.name, where, isCut: lines.length >= mostLabelLines }),
      {
        field,
        labels: strange.slice(0, 100),
        lines,
        remedy: labelTask.kind === 'regression' ? words.labelsMustBeNumbers() : words.labelsMustBe({ labels }),
      },
    );
  }
}

interface LabelledRows {
  readonly dataset: Dataset;
  readonly tokenised: TokenisedRows;
  readonly labelTask: LabelTask;
}

export function referenceTo({ id, name, contentHash }: Dataset): DatasetReference {
  return { id, name, contentHash };
}

function sameAsTrained({ name }: Dataset, field: OwnField): Said {
  return field === 'evalDataset' ? words.evaluatedOnTrained({ name }) : words.testedOnTrained({ name });
}

function atField<T>(field: OwnField, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw ofField(field, thrown);
  }
}

async function atFieldAsync<T>(field: OwnField, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw ofField(field, thrown);
  }
}

/** What is said of "the dataset" is said of this one. */
function ofField(field: OwnField, thrown: unknown): GraftError {
  const error = toGraftError(thrown);
  if (error.data.field !== 'dataset') return error;
  const json = error.toJSON();
  return GraftError.fromJson({ ...json, data: { ...json.data, field } }, error.cause);
}
