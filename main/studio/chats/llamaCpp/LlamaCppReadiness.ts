/** What clients ask about llama.cpp, by names. */
import type { Adapter, Model } from '../../../contract/entities.ts';
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

  /** Bases of the library that something is kept of. */
  async checked(): Promise<readonly CheckedBase[]> {
    const bases: CheckedBase[] = [];
    for (const model of this.#setup.models.list()) {
      const { state, why, storage, checks, names, speeds } = await this.#setup.use.report(model, []);
      const isEmpty = Object.keys(checks).length === 0;
      if (!isEmpty) bases.push({ modelId: model.id, model: model.name, state, why, storage, checks, names, speeds });
    }
    return bases;
  }

  #found({ modelId, adapterIds }: Named): [Model, readonly Adapter[]] {
    const { models, adapters } = this.#setup;
    return [models.get(modelId), adapterIds.map((id) => adapters.get(id))];
  }
}
