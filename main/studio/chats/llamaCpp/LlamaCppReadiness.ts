/** What clients ask about llama.cpp, by names. */
import type { Adapter, Model } from '../../../contract/entities.ts';
import { GraftError } from '../../../contract/errors.ts';
import type { CheckedBase, LlamaCppReport } from '../../../contract/llamaCppUse.ts';
import type { CallOptions } from '../../../contract/progress.ts';
import type { LlamaCppService } from '../../../contract/services.ts';
import type { TaskTicket } from '../../../contract/tasks.ts';
import type { LlamaCppUse } from './LlamaCppUse.ts';

interface Named {
  readonly modelId: string;
  readonly adapterIds: readonly string[];
}

interface ReadinessSetup {
  readonly use: LlamaCppUse;
  readonly models: { get(idOrName: string): Model; list(): readonly Model[] };
  readonly adapters: { get(idOrName: string): Adapter };
}

export class LlamaCppReadiness implements LlamaCppService {
  readonly #setup: ReadinessSetup;

  constructor(setup: ReadinessSetup) {
    this.#setup = setup;
  }

  async report(named: Named): Promise<LlamaCppReport> {
    return this.#setup.use.report(...this.#found(named));
  }

  async prepare(named: Named): Promise<TaskTicket<LlamaCppReport> | null> {
    return (await this.#setup.use.prepare(...this.#found(named), { agreed: true })) ?? null;
  }

  async makeReady(named: Named, options: CallOptions = {}): Promise<LlamaCppReport> {
    return this.#setup.use.makeReady(...this.#found(named), options);
  }

  /** Bases of the library that something is kept of; not those whose files are gone, as the list of models says. */
  async checked(): Promise<readonly CheckedBase[]> {
    const bases: CheckedBase[] = [];
    for (const model of this.#setup.models.list()) {
      const report = await this.#reportUnlessGone(model);
      if (report === undefined) continue;
      const { state, why, storage, checks, names, speeds } = report;
      const isEmpty = Object.keys(checks).length === 0;
      if (!isEmpty) bases.push({ modelId: model.id, model: model.name, state, why, storage, checks, names, speeds });
    }
    return bases;
  }

  async #reportUnlessGone(model: Model): Promise<LlamaCppReport | undefined> {
    try {
      return await this.#setup.use.report(model, []);
    } catch (error) {
      if (error instanceof GraftError) return undefined;
      throw error;
    }
  }

  #found({ modelId, adapterIds }: Named): [Model, readonly Adapter[]] {
    const { models, adapters } = this.#setup;
    return [models.get(modelId), adapterIds.map((id) => adapters.get(id))];
  }
}
