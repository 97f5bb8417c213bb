/** What becomes of a model that is imported, and of one that is corrected in place. */
import type { Model } from './entities.ts';

export interface ImportedModel {
  readonly model: Model;
  /** The library had it with everything in it: nothing was copied. */
  readonly alreadyThere: boolean;
  /** Card and licence files that came otherwise this time; those of the library stay. */
  readonly keptDocuments: readonly string[];
  /** The model of the library that has the same weights, where there is one. */
  readonly sameWeights: {
    readonly name: string;
    /** One copy on the disk serves both. */ readonly isShared: boolean;
  } | null;
}

export interface CorrectedModel {
  readonly model: Model;
  /** Names of files; all empty where everything was so already. */
  readonly replaced: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}
