/** What is known of bases for llama.cpp: how they are stored, whether they were converted, what was found of them. */
import type { LlamaCppSettings } from '../../../contract/engine.ts';
import type { Adapter, Model } from '../../../contract/entities.ts';
import { GraftError } from '../../../contract/errors.ts';
import type { LlamaCppStorage } from '../../../contract/llamaCppUse.ts';
import { chatEngineWords as words } from '../../../contract/words/chatEngines.ts';
import type { Said } from '../../../contract/words/words.ts';
import { type BackendWorld, chooseBackend, llamaCppSettings } from '../../machine/backendChoice.ts';
import { chatMemory } from '../../models/modelFit.ts';
import { baseKey, convertedBytes, findConverted } from './convertedModels.ts';
import { type EngineRecord, readRecord, type RecordPlace } from './engineRecords.ts';
import { baseFacts, type BaseFacts } from './whyTensors.ts';

export interface Subject {
  readonly model: Model;
  readonly adapters: readonly Adapter[];
}

/** Everything that is known of a base, read anew each time. */
export interface Known extends Subject {
  readonly key: string;
  readonly storage: LlamaCppStorage;
  /** Of a base that was converted. */
  readonly ggufFile: string | undefined;
  readonly isConverted: boolean;
  readonly settings: LlamaCppSettings;
  readonly place: RecordPlace;
  readonly record: EngineRecord;
}

interface KnownBasesSetup {
  readonly cacheDir: string;
  readonly world: () => BackendWorld;
}

export class KnownBases {
  readonly #setup: KnownBasesSetup;
  readonly #facts = new Map<string, BaseFacts>();

  constructor(setup: KnownBasesSetup) {
    this.#setup = setup;
  }

  /** Throws GraftError('backendUnavailable') where llama.cpp is not installed. */
  settings(): LlamaCppSettings {
    const settings = llamaCppSettings({}, this.#setup.world());
    if (settings !== undefined) return settings;
    throw new GraftError('backendUnavailable', words.notInstalled(), { field: 'engine', remedy: words.install() });
  }

  async of({ model, adapters }: Subject, settings = this.settings()): Promise<Known> {
    const key = await baseKey(model);
    const version = this.#setup.world().findRuntime('llama.cpp')?.version ?? '';
    const { ownStorage } = this.facts(key, model);
    const found = ownStorage === undefined ? findConverted(this.#setup.cacheDir, key) : undefined;
    const storage = ownStorage ?? found?.precision ?? this.#precision(model);
    const place = { key, storage, version };
    const isConverted = ownStorage !== undefined || found !== undefined;
    const record = readRecord(this.#setup.cacheDir, place);
    return { model, adapters, key, settings, storage, ggufFile: found?.file, isConverted, place, record };
  }

  facts(key: string, model: Model): BaseFacts {
    const facts = this.#facts.get(key) ?? baseFacts(model);
    this.#facts.set(key, facts);
    return facts;
  }

  /** Why it cannot be checked: both engines have it in memory then, the tensors as float32. */
  noMemory({ model, storage }: Pick<Known, 'model' | 'storage'>): Said | undefined {
    const needed = this.#checkMemory(model, fileBytes(model, storage));
    const free = this.#setup.world().machine.freeMemoryBytes;
    if (needed <= free) return undefined;
    const [asked, there] = [needed, free].map((bytes) => `${(bytes / 1e9).toFixed(1)} GB`);
    return words.noMemoryToCheck({ needed: asked, free: there });
  }

  /** Throws GraftError('outOfMemory'). */
  requireMemory(known: Pick<Known, 'model' | 'storage'>): void {
    const why = this.noMemory(known);
    if (why !== undefined) throw new GraftError('outOfMemory', why, { remedy: words.noMemoryRemedy() });
  }

  /** q8_0 where bf16 beside the float32 reference is more than the memory has. */
  #precision(model: Model): 'bf16' | 'q8_0' {
    const { machine } = this.#setup.world();
    return this.#checkMemory(model, convertedBytes(model, 'bf16')) <= machine.freeMemoryBytes ? 'bf16' : 'q8_0';
  }

  #checkMemory(model: Model, ggufBytes: number): number {
    const { settings } = chooseBackend({ precision: 'float32' }, this.#setup.world());
    return chatMemory(model.shape, settings) + ggufBytes;
  }
}

function fileBytes(model: Model, storage: LlamaCppStorage): number {
  return storage === 'bf16' || storage === 'q8_0' ? convertedBytes(model, storage) : model.sizeBytes;
}
