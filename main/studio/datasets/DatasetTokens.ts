/**
 * Datasets as the tokens of a model: the token file that training reads, what a maximum length cuts of it, and single
 * rows as the model sees them. The file is made once, whoever asks; a row in a window is tokenised by itself and needs
 * no file.
 */
import { type Dataset, type Model, isLabelled } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import type { SplitPieces } from '../../contract/evaluationSplit.ts';
import { type LabelCount, orderCounts } from '../../contract/labels.ts';
import type { CallOptions } from '../../contract/progress.ts';
import type { TaskService } from '../../contract/services.ts';
import { tokensSubject } from '../../contract/tasks.ts';
import type { SpellingKind } from '../../contract/training.ts';
import type { UnusableRows } from '../../contract/splitSummary.ts';
import type { SpelledTokens } from '../../contract/spelledTokens.ts';
import type { DatasetStatistics, RenderedRow } from '../../contract/workbench.ts';
import { findDuplicates } from '../../datasets/duplicates.ts';
import type { Duplicates } from '../../datasets/duplicates.ts';
import { countLabels } from '../../datasets/labelCounts.ts';
import { countCut, describeLengths, readTokenLengths, trainedRows } from '../../datasets/tokenLengths.ts';
import type { CutCounts, TokenLengths } from '../../datasets/tokenLengths.ts';
import { findLegacyTokens, refuseUntrainable, tokeniseDataset, tokensKey } from '../../datasets/tokeniseDataset.ts';
import type { ModelTokens, TokenisedDataset, TokeniseRequest } from '../../datasets/tokeniseDataset.ts';
import { hashTokenizerFiles } from '../../datasets/tokenizerHash.ts';
import { renderRows } from '../../datasets/view.ts';
import { readTokenRows } from '../../formats/tokenFile.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import { asTaskWhenLong } from './longWork.ts';
import { SharedCalls } from '../shared/SharedCalls.ts';
import { datasetLibraryWords } from '../../contract/words/datasetsLibrary.ts';
import { libraryWords } from '../../contract/words/library.ts';

export interface DatasetTokensSetup {
  /** Of a model that has one. */
  readonly loadTokenizer: (model: Model) => Promise<Tokenizer>;
  /** Where counting that takes long is listed. */
  readonly tasks: Pick<TaskService, 'start'>;
}

export interface DatasetOfModel {
  readonly dataset: Dataset;
  readonly model: Model;
}

/** Rows and the length in tokens that each is cut to. */
export interface RowWindow {
  readonly from: number;
  readonly count: number;
  readonly maxLength: number;
  readonly specialTokens?: SpellingKind | undefined;
}

export interface TrainingTokens extends CutCounts {
  /** The token file, uncut. */
  readonly path: string;
  /** What a split works on, after the cut. Read when asked for. */
  readonly pieces: () => SplitPieces;
  /** null: of a run made before they were looked for. */
  readonly spelled: SpelledTokens | null;
  /** Rows that the model cannot take; undefined where it takes all. */
  readonly unusable: UnusableRows | undefined;
}

export interface ForTraining extends CallOptions {
  readonly maxLength: number;
  readonly specialTokens?: SpellingKind | undefined;
  /** The tokens of a run made before it had a split seed, where they are still there. */
  readonly legacy?: boolean;
}

const keptFiles = 4;

export class DatasetTokens {
  readonly #setup: DatasetTokensSetup;
  readonly #tokenising = new SharedCalls<TokenisedDataset>();
  readonly #comparing = new SharedCalls<Duplicates>();
  readonly #counting = new SharedCalls<readonly LabelCount[]>();
  readonly #lengths = new Map<string, TokenLengths>();
  readonly #rows = new Map<string, Omit<SplitPieces, 'usable'>>();

  constructor(setup: DatasetTokensSetup) {
    this.#setup = setup;
  }

  /**
   * What to train this model with, from the cache where it was made before. Throws GraftError('invalid') when nothing
   * is trained.
   */
  async forTraining(
    of: DatasetOfModel,
    { maxLength, specialTokens, legacy, ...options }: ForTraining,
  ): Promise<TrainingTokens> {
    const request = await this.#request(of, specialTokens);
    const made = legacy ? await findLegacyTokens(request) : undefined;
    const tokenised = made ?? (await this.#tokenise(request, options));
    const lengths = this.#lengthsOf(tokenised);
    const counts = countCut(lengths, maxLength);
    refuseUntrainable(request, counts, tokenised);
    const pieces = (): SplitPieces => ({ ...this.#rowsOf(tokenised), usable: trainedRows(lengths, maxLength) });
    const spelled = tokenised.spelled === undefined ? null : spelledOf(request, tokenised.spelled);
    return { ...counts, path: tokenised.path, pieces, spelled, unusable: unusableOf(tokenised) };
  }

  async statistics(
    of: DatasetOfModel,
    { maxLength, specialTokens, ...options }: CallOptions & Omit<RowWindow, 'from' | 'count'>,
  ): Promise<DatasetStatistics> {
    const { dir } = of.dataset;
    const request = await this.#request(of, specialTokens);
    const tokenised = await this.#tokenise(request, options);
    const lengths = this.#lengthsOf(tokenised);
    const { totalTokens, trainedTokens, truncatedRows, lostTrainedTokens, emptyRows, longestRow } = countCut(
      lengths,
      maxLength,
    );
    return {
      ...{ totalTokens, trainedTokens, truncatedRows, lostTrainedTokens, emptyRows, longestRow },
      pieceCounts: tokenised.pieceCounts,
      spelled: spelledOf(request, tokenised.spelled),
      lengths: describeLengths(lengths.lengths),
      unusable: tokenised.unusable,
      duplicates: await this.#comparing.run(dir, ({ signal }) => findDuplicates(of.dataset, { signal }), options),
      ...(isLabelled(of.dataset) && { labels: await this.labels(of.dataset, options) }),
    };
  }

  /** How often each label occurs; empty for a dataset without labels. */
  async labels(dataset: Dataset, options: CallOptions = {}): Promise<readonly LabelCount[]> {
    const { dir, reading } = dataset;
    if (!isLabelled(dataset)) return [];
    return orderCounts(
      await this.#counting.run(dir, ({ signal }) => countLabels(dir, signal), options),
      reading.classes,
    );
  }

  /** Exactly what training uses; rows that the model cannot take are left out. */
  async rows(of: DatasetOfModel, window: RowWindow): Promise<readonly RenderedRow[]> {
    return renderRows({ ...(await this.#request(of, window.specialTokens)), ...window });
  }

  #tokenise(request: TokeniseRequest, options: CallOptions): Promise<TokenisedDataset> {
    const listing = {
      tasks: this.#setup.tasks,
      kind: 'countTokens',
      subject: tokensSubject(request.dataset, request.model),
    } as const;
    const work = (shared: CallOptions) => asTaskWhenLong(listing, (call) => tokeniseDataset(request, call), shared);
    return this.#tokenising.run(tokensKey(request), work, options);
  }

  #lengthsOf({ lengthsPath }: Pick<TokenisedDataset, 'lengthsPath'>): TokenLengths {
    return keptLast(this.#lengths, lengthsPath, readTokenLengths);
  }

  #rowsOf({ path }: Pick<TokenisedDataset, 'path'>): Omit<SplitPieces, 'usable'> {
    return keptLast(this.#rows, path, readTokenRows);
  }

  async #request({ dataset, model }: DatasetOfModel, specialTokens: SpellingKind = 'text'): Promise<TokeniseRequest> {
    return { dataset, model: await this.#modelTokens(dataset, model), specialTokens };
  }

  async #modelTokens(dataset: Dataset, model: Model): Promise<ModelTokens> {
    const { vocabSize, encoder } = model.shape;
    const isEncoder = encoder !== undefined;
    if (model.hasTokenizer) {
      return {
        name: model.name,
        vocabSize,
        isEncoder,
        tokenizer: await this.#setup.loadTokenizer(model),
        tokenizerHash: await hashTokenizerFiles(model),
      };
    }
    if (dataset.format === 'tokens')
      return { name: model.name, vocabSize, isEncoder, tokenizer: null, tokenizerHash: '' };
    throw new GraftError('unsupported', datasetLibraryWords.takesIds({ name: model.name }), {
      field: 'model',
      remedy: isEncoder ? libraryWords.importTokenizer() : datasetLibraryWords.idsOrTokenizer(),
    });
  }
}

/** What was read of a file, of the last few files. */
function keptLast<Read>(kept: Map<string, Read>, path: string, read: (path: string) => Read): Read {
  const found = kept.get(path) ?? read(path);
  kept.delete(path);
  kept.set(path, found);
  for (const old of [...kept.keys()].slice(0, -keptFiles)) kept.delete(old);
  return found;
}

/** Plain text keeps its special tokens, whatever is asked for. */
function unusableOf({
  unusable: [first],
  unusableCount,
}: Pick<TokenisedDataset, 'unusable' | 'unusableCount'>): UnusableRows | undefined {
  return first && { rows: unusableCount, line: first.line, reason: first.reason };
}

function spelledOf({ dataset, specialTokens }: TokeniseRequest, spelled: TokenisedDataset['spelled']): SpelledTokens {
  return { ...spelled, countAs: dataset.format === 'text' ? 'plain' : specialTokens };
}
