/**
 * How a model comes into the library: what it is, whether it is there already, and its files into a folder of its own.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Model } from '../../../contract/entities.ts';
import type { ImportedModel } from '../../../contract/modelImport.ts';
import type { CallOptions } from '../../../contract/progress.ts';
import { newId } from '../../../database/ids.ts';
import type { ModelEver, ModelRepository } from '../../../database/models.ts';
import { writeDirAtomic } from '../../../formats/atomicFile.ts';
import type { InspectedModel } from '../../../formats/modelFolder.ts';
import type { BackendWorld } from '../../machine/backendChoice.ts';
import { copyFiles } from '../../shared/copyFiles.ts';
import { freeName, requireFreeName, requireSameName } from '../../shared/freeName.ts';
import { rowOrNothing } from '../../shared/rowOrNothing.ts';
import { describeModel, hasChatTemplateIn, inspectChecked } from './describeModel.ts';
import { contentHashOf, differingDocuments, identifyModel, smallFilesIn } from './modelIdentity.ts';
import type { ModelIdentity } from './modelIdentity.ts';
import { linkWeights, weightFilesOf, weightsHashOf } from './sharedWeights.ts';
import { trashedModelDir } from '../../shared/places.ts';

export interface ModelIntakeSetup {
  readonly rows: Pick<
    ModelRepository,
    'list' | 'listByComputation' | 'get' | 'findByContentHash' | 'setHashes' | 'insert' | 'isNameTaken'
  >;
  /** The data folder. */
  readonly home: string;
  readonly world: () => BackendWorld;
  /** Told of every row that was written. */
  readonly onWrite: (id: string) => void;
}

export interface ImportOptions extends CallOptions {
  /** What a person wants it to be called. */
  readonly name?: string | undefined;
  /** What it is called otherwise, with a number where that is taken; else what its files say. */
  readonly suggestedName?: string | undefined;
  readonly source?: string | undefined;
}

export const alreadyHere = { alreadyThere: true, keptDocuments: [], sameWeights: null } as const;

type SameWeights = ImportedModel['sameWeights'];

export class ModelIntake {
  readonly #setup: ModelIntakeSetup;

  constructor(setup: ModelIntakeSetup) {
    this.#setup = setup;
  }

  /** Throws GraftError; whatever is thrown, nothing of the import is kept. */
  async take(path: string, options: ImportOptions): Promise<ImportedModel> {
    const inspected = inspectChecked(path, this.#setup.world);
    const identity = await identifyModel(inspected, options);
    const known = await this.#findKnown(identity);
    if (known !== undefined && !known.isRemoved && existsSync(known.dir))
      return this.#known(known, { inspected, identity }, options);
    if (options.name !== undefined) this.#requireFreeName(options.name, known?.id);
    const hasChatTemplate = await hasChatTemplateIn(path, inspected);
    const id = known?.id ?? newId();
    const dir = join(this.#setup.home, 'models', id);
    const sameWeights = await this.#fill(dir, { inspected, identity }, options);
    const meanwhile = this.#setup.rows.findByContentHash(identity.contentHash);
    if (meanwhile && meanwhile.id !== id) {
      // Another process imported the same model while this one copied.
      await rm(dir, { recursive: true, force: true });
      return { model: meanwhile, ...alreadyHere };
    }
    const model: Model = {
      ...describeModel(inspected),
      ...identity,
      ...{ id, dir, hasChatTemplate },
      name: this.#nameFor(known, inspected, options),
      source: options.source ?? resolve(path),
      createdAt: Date.now(),
    };
    await rowOrNothing(dir, () => this.#setup.rows.insert(model));
    await rm(trashedModelDir(this.#setup.home, dir), { recursive: true, force: true });
    this.#setup.onWrite(id);
    return { model: this.#setup.rows.get(id), alreadyThere: false, keptDocuments: [], sameWeights };
  }

  async #known(known: Model, { inspected, identity }: Arrived, { name }: ImportOptions): Promise<ImportedModel> {
    if (name !== undefined) requireSameName('model', name, known);
    const keptDocuments = await differingDocuments(inspected.otherFiles, known.dir);
    return { ...alreadyHere, model: this.#asReadNow(known, { inspected, identity }), keptDocuments };
  }

  /**
   * Of the library or removed from it; last, one of before of which neither row nor files can tell what stood beside
   * its weights.
   */
  async #findKnown({ computationHash, contentHash, weightsHash }: ModelIdentity): Promise<ModelEver | undefined> {
    const { rows } = this.#setup;
    for (const old of rows.listByComputation(computationHash).filter(isOfBefore)) {
      const found = await this.#contentHashOf(old);
      if (found !== undefined) rows.setHashes(old.id, { contentHash: found, weightsHash });
    }
    const candidates = rows.listByComputation(computationHash);
    return (
      candidates.find((model) => model.contentHash === contentHash && !isOfBefore(model)) ?? candidates.find(isOfBefore)
    );
  }

  /** Read where its files lie; undefined where they are gone. */
  async #contentHashOf({ dir, computationHash }: Model): Promise<string | undefined> {
    const place = [dir, trashedModelDir(this.#setup.home, dir)].find((each) => existsSync(each));
    return place === undefined ? undefined : contentHashOf(computationHash, smallFilesIn(place));
  }

  /** Weights out of a model that has the same ones, where the disk can share them. */
  async #fill(dir: string, { inspected, identity }: Arrived, options: CallOptions): Promise<SameWeights> {
    const same = await this.#findSameWeights(inspected, identity, options);
    const from = same && weightFilesOf(same);
    const isShared = await writeDirAtomic(dir, async (temporary) => {
      const { weightFiles, otherFiles } = inspected;
      const linked = await linkWeights(weightFiles, temporary, from);
      await copyFiles(linked ? otherFiles : [...weightFiles, ...otherFiles], temporary, options);
      return linked;
    });
    return same === undefined ? null : { name: same.name, isShared };
  }

  async #findSameWeights(
    inspected: InspectedModel,
    identity: ModelIdentity,
    options: CallOptions,
  ): Promise<Model | undefined> {
    const { format, sizeBytes } = inspected;
    for (const model of this.#setup.rows.list()) {
      if (model.format !== format || model.sizeBytes !== sizeBytes) continue;
      if ((await weightsHashOf(model, options)) === identity.weightsHash) return model;
    }
    return undefined;
  }

  /** A row that an earlier version wrote may lack what is read out of the same files now. */
  #asReadNow(model: Model, { inspected, identity }: Arrived): Model {
    const { shape, parameters, notices } = describeModel(inspected);
    const before = [model.shape, model.notices, model.contentHash, model.weightsHash];
    if (isDeepStrictEqual(before, [shape, notices, identity.contentHash, identity.weightsHash]))
      return this.#setup.rows.get(model.id);
    this.#setup.rows.insert({ ...model, ...identity, shape, parameters, notices });
    this.#setup.onWrite(model.id);
    return this.#setup.rows.get(model.id);
  }

  #nameFor(known: ModelEver | undefined, inspected: InspectedModel, { name, suggestedName }: ImportOptions): string {
    if (name !== undefined) return name;
    if (known !== undefined && !known.isRemoved) return known.name;
    return freeName(suggestedName ?? inspected.name, (wanted) => this.#setup.rows.isNameTaken(wanted));
  }

  #requireFreeName(name: string, exceptId: string | undefined): void {
    requireFreeName('model', name, (wanted) => this.#setup.rows.isNameTaken(wanted, exceptId));
  }
}

/** An earlier version took no account of tokenizer and template: the hash of its row does not tell them. */
function isOfBefore({ weightsHash }: Model): boolean {
  return weightsHash === null;
}

interface Arrived {
  readonly inspected: InspectedModel;
  readonly identity: ModelIdentity;
}
