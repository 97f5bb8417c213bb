/**
 * Corrects a model in place: another tokenizer, template or configuration for the same weights, under the same id, so
 * that what was trained on it stays with it. The files that were replaced are kept in the trash until the next
 * correction.
 */
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Model } from '../../../contract/entities.ts';
import { GraftError } from '../../../contract/errors.ts';
import type { ErrorJson } from '../../../contract/errors.ts';
import type { CorrectedModel } from '../../../contract/modelImport.ts';
import type { CallOptions } from '../../../contract/progress.ts';
import { modelFileWords } from '../../../contract/words/modelFiles.ts';
import type { ModelRepository } from '../../../database/models.ts';
import { writeDirAtomic } from '../../../formats/atomicFile.ts';
import { indexName } from '../../../formats/modelFolder.ts';
import type { BackendWorld } from '../../machine/backendChoice.ts';
import { copyFiles } from '../../shared/copyFiles.ts';
import { correctionFilesOf } from './correctionFiles.ts';
import type { CorrectionFiles } from './correctionFiles.ts';
import { describeModel, hasChatTemplateIn, inspectChecked } from './describeModel.ts';
import { haveSameContent, identifyModel, smallFilesIn } from './modelIdentity.ts';
import { linkWeights, weightFilesOf } from './sharedWeights.ts';
import { formerFilesDir } from '../../shared/places.ts';

export interface ModelCorrectionsSetup {
  readonly rows: Pick<ModelRepository, 'get' | 'findByContentHash' | 'releaseContentHash' | 'insert'>;
  /** The data folder. */
  readonly home: string;
  readonly world: () => BackendWorld;
  /** Told of every row that was written. */
  readonly onWrite: (id: string) => void;
}

type Changes = Omit<CorrectedModel, 'model'>;

export class ModelCorrections {
  readonly #setup: ModelCorrectionsSetup;

  constructor(setup: ModelCorrectionsSetup) {
    this.#setup = setup;
  }

  /** Throws GraftError; whatever is thrown, the model stays as it was. */
  async correct(model: Model, path: string, options: CallOptions): Promise<CorrectedModel> {
    return this.#exchange(model, await correctionFilesOf(path, model, options), options);
  }

  async undo(model: Model, options: CallOptions): Promise<CorrectedModel> {
    const former = formerFilesDir(this.#setup.home, model.id);
    if (existsSync(former)) return this.#exchange(model, { files: smallFilesIn(former), isWhole: true }, options);
    throw new GraftError('notFound', modelFileWords.nothingKept({ name: model.name }), {
      field: 'model',
      remedy: modelFileWords.correctAnew(),
    });
  }

  async #exchange(model: Model, correction: CorrectionFiles, options: CallOptions): Promise<CorrectedModel> {
    const before = smallFilesIn(model.dir);
    const changes = await changesOf(before, correction, model.dir);
    if (Object.values(changes).every((names) => names.length === 0)) return { model, ...changes };
    const weights = weightFilesOf(model);
    if (weights === undefined) throw goneFiles(model);
    const given = new Set(correction.files.map((file) => basename(file)));
    const kept = correction.isWhole ? [] : before.filter((file) => !given.has(basename(file)));
    const index = [join(model.dir, indexName)].filter((file) => existsSync(file));
    const corrected = await writeDirAtomic(model.dir, async (temporary) => {
      const small = [...correction.files, ...kept, ...index];
      const linked = await linkWeights(weights, temporary, weights);
      await copyFiles(linked ? small : [...weights, ...small], temporary, options);
      const found = await this.#check(model, temporary, options);
      await this.#keepFormer(model, before);
      return found;
    });
    this.#setup.rows.insert({ ...corrected, dir: model.dir });
    this.#setup.onWrite(model.id);
    return { model: this.#setup.rows.get(model.id), ...changes };
  }

  /** The row of what lies in `temporary`. */
  async #check(model: Model, temporary: string, options: CallOptions): Promise<Model> {
    const { rows, world } = this.#setup;
    try {
      const inspected = inspectChecked(temporary, world);
      const hasChatTemplate = await hasChatTemplateIn(temporary, inspected);
      const identity = await identifyModel(inspected, options);
      const same = rows.findByContentHash(identity.contentHash);
      if (same !== undefined && same.id !== model.id) throw isThereAlready(same);
      rows.releaseContentHash(identity.contentHash);
      return { ...model, ...describeModel(inspected), ...identity, hasChatTemplate };
    } catch (error) {
      throw namingTheModel(error, temporary, model.dir);
    }
  }

  async #keepFormer({ id }: Model, files: readonly string[]): Promise<void> {
    const former = formerFilesDir(this.#setup.home, id);
    await mkdir(join(this.#setup.home, 'trash'), { recursive: true });
    await rm(former, { recursive: true, force: true });
    await writeDirAtomic(former, async (temporary) => copyFiles(files, temporary, {}));
  }
}

async function changesOf(
  before: readonly string[],
  { files, isWhole }: CorrectionFiles,
  dir: string,
): Promise<Changes> {
  const had = new Set(before.map((file) => basename(file)));
  const names = files.map((file) => basename(file));
  const same = await Promise.all(files.map(async (file) => haveSameContent(file, join(dir, basename(file)))));
  return {
    replaced: names.filter((name, index) => had.has(name) && same[index] !== true),
    added: names.filter((name) => !had.has(name)),
    removed: isWhole ? [...had].filter((name) => !names.includes(name)) : [],
  };
}

/** The files are checked where they are put together; a person knows the model's folder. */
function namingTheModel(error: unknown, temporary: string, dir: string): unknown {
  if (!(error instanceof GraftError)) return error;
  const asJson = (path: string): string => JSON.stringify(path).slice(1, -1);
  const renamed = JSON.stringify(error.toJSON()).replaceAll(asJson(temporary), asJson(dir));
  return GraftError.fromJson(JSON.parse(renamed) as ErrorJson);
}

function isThereAlready({ name, id }: Model): GraftError {
  return new GraftError('conflict', modelFileWords.thereAlready({ name }), {
    field: 'model',
    modelId: id,
    remedy: modelFileWords.useOrRemove({ name }),
  });
}

function goneFiles({ name, dir }: Model): GraftError {
  return new GraftError('notFound', modelFileWords.gone({ name, dir }), {
    file: dir,
    remedy: modelFileWords.importAgain(),
  });
}
