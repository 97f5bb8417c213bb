/**
 * How an adapter comes in: from a folder or a file, in PEFT's layout or another's, or from the hub; and which base it
 * is for. What is given to the library is a PEFT folder that fits its base by name and size.
 */
import { basename } from 'node:path';
import type { Model } from '../../../contract/entities.ts';
import { formatHubReference, hubPrefix, parseHubReference } from '../../../contract/hubReference.ts';
import type { HubReference } from '../../../contract/hubReference.ts';
import { GraftError } from '../../../contract/errors.ts';
import type { ImportNotice } from '../../../contract/importNotices.ts';
import type { CallOptions } from '../../../contract/progress.ts';
import type { ModelRepository } from '../../../database/models.ts';
import { fetchHubAdapter } from '../../../hub/fetchAdapter.ts';
import { useRepository } from '../../../hub/repositoryUse.ts';
import { describeAdapterFolder, requireFit } from './adapterFolder.ts';
import type { AdapterFolder } from './adapterFolder.ts';
import { withAdapterFolder } from './adapterSource.ts';
import type { AdapterSource } from './adapterSource.ts';
import { modelsNamed, statedBaseOf } from './statedBase.ts';
import type { StatedBase } from './statedBase.ts';
import { libraryWords } from '../../../contract/words/library.ts';

export interface AdapterIntakeSetup {
  readonly models: Pick<ModelRepository, 'get' | 'list'>;
  /** Shared by all data folders. */
  readonly cacheDir: string;
  readonly fetchModel: (source: string, options: CallOptions) => Promise<Model>;
}

export interface IntakeOptions extends CallOptions {
  readonly model?: string | undefined;
  /** Fetch the base where the adapter says which it is and it is not here. */
  readonly fetchBase?: boolean | undefined;
  /** Asked with the PEFT folder before a base is fetched for it. Throws what forbids the import. */
  readonly accept?: (dir: string) => Promise<void>;
}

export interface Arrival {
  /** A PEFT folder, for as long as the work lasts. */
  readonly dir: string;
  /** What the adapter would be called. */
  readonly name: string;
  /** Where on a hub it is from; empty for this machine. */
  readonly origin: string;
  readonly described: AdapterFolder;
  readonly model: Model | undefined;
  readonly notices: readonly ImportNotice[];
}

type Work<T> = (arrival: Arrival) => Promise<T>;

export class AdapterIntake {
  readonly #setup: AdapterIntakeSetup;

  constructor(setup: AdapterIntakeSetup) {
    this.#setup = setup;
  }

  /** Throws GraftError for what is no adapter, does not fit the model that was named, or cannot be fetched. */
  async open<T>(source: string, options: IntakeOptions, work: Work<T>): Promise<T> {
    if (!source.startsWith(hubPrefix)) return this.#openPath(source, { origin: '' }, options, work);
    const reference = parseHubReference(source);
    if (reference === undefined) {
      const remedy = libraryWords.writeHub();
      throw new GraftError('invalid', libraryWords.notOnHub({ source }), { field: 'source', remedy });
    }
    return this.#openFromHub(reference, options, work);
  }

  /** What was fetched is kept when the fetch breaks off, and gone once the library has it or has refused it. */
  async #openFromHub<T>(reference: HubReference, options: IntakeOptions, work: Work<T>): Promise<T> {
    const { cacheDir } = this.#setup;
    return useRepository(reference, cacheDir, async (use) => {
      const path = await fetchHubAdapter(reference, { ...options, cacheDir });
      use.forget();
      const name = basename(reference.path ?? reference.id).replace(/\.gguf$/i, '');
      return this.#openPath(path, { origin: formatHubReference(reference), name }, options, work);
    });
  }

  async #openPath<T>(
    path: string,
    named: Pick<Arrival, 'origin'> & { readonly name?: string },
    options: IntakeOptions,
    work: Work<T>,
  ): Promise<T> {
    const model = options.model === undefined ? undefined : this.#setup.models.get(options.model);
    return withAdapterFolder(path, model, async (found) =>
      work({ ...(await this.#arrive(found, model, options)), ...named }),
    );
  }

  async #arrive(
    { dir, name, convertedFrom }: AdapterSource,
    given: Model | undefined,
    options: IntakeOptions,
  ): Promise<Omit<Arrival, 'origin'>> {
    const described = describeAdapterFolder(dir);
    await options.accept?.(dir);
    if (given !== undefined) requireFit(described, given, dir);
    const converted: readonly ImportNotice[] =
      convertedFrom === null ? [] : [{ kind: 'converted', tool: convertedFrom }];
    const { model, notices } =
      given === undefined ? await this.#findBase(described, dir, options) : { model: given, notices: [] };
    return { dir, name, described, model, notices: [...converted, ...notices] };
  }

  /** What the adapter says, where the library has it or may bring it. */
  async #findBase(
    described: AdapterFolder,
    dir: string,
    options: IntakeOptions,
  ): Promise<{ readonly model?: Model; readonly notices: readonly ImportNotice[] }> {
    const { models, fetchModel } = this.#setup;
    const stated = statedBaseOf(described.config);
    if (stated === undefined) return { notices: [] };
    const found = modelsNamed(stated, models.list()).find((model) => fits(described, model, dir));
    if (found !== undefined) return { model: found, notices: [foundNotice(stated, found)] };
    if (options.fetchBase !== true || stated.fetch === null) return { notices: [{ kind: 'baseMissing', ...stated }] };
    const model = await fetchModel(stated.fetch, options);
    requireFit(described, model, dir);
    return { model, notices: [foundNotice(stated, model)] };
  }
}

function foundNotice({ base, isQuantised }: StatedBase, { name }: Model): ImportNotice {
  return { kind: 'baseFound', base, model: name, isQuantised };
}

/** A model that only has the same name is not an error of the adapter. */
function fits(described: AdapterFolder, model: Model, dir: string): boolean {
  try {
    requireFit(described, model, dir);
    return true;
  } catch (error) {
    if (error instanceof GraftError) return false;
    throw error;
  }
}
