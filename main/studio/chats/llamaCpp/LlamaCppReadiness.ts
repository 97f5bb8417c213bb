/** What clients ask about llama.cpp, by names. */
import type { Adapter, Model } from '../../../contract/entities.ts';
import type { LlamaCppReport } from '../../../contract/llamaCppUse.ts';
import type { CallOptions } from '../../../contract/progress.ts';
import type { LlamaCppService } from '../../../contract/services.ts';
import type { TaskTicket } from '../../../contract/tasks.ts';
import { type LlamaCppUse, toReport } from './LlamaCppUse.ts';

interface Named {
  readonly modelId: string;
  readonly adapterIds: readonly string[];
}

interface ReadinessSetup {
  readonly use: LlamaCppUse;
  readonly models: { get(idOrName: string): Model };
  readonly adapters: { get(idOrName: string): Adapter };
}

export class LlamaCppReadiness implements LlamaCppService {
  readonly #setup: ReadinessSetup;

  constructor(setup: ReadinessSetup) {
    this.#setup = setup;
  }

  async report(named: Named): Promise<LlamaCppReport> {
    return toReport(await this.#setup.use.standing(...this.#found(named)));
  }

  async prepare(named: Named): Promise<TaskTicket<LlamaCppReport> | null> {
    return (await this.#setup.use.prepare(...this.#found(named), { agreed: true })) ?? null;
  }

  async makeReady(named: Named, options: CallOptions = {}): Promise<LlamaCppReport> {
    return this.#setup.use.makeReady(...this.#found(named), options);
  }

  #found({ modelId, adapterIds }: Named): [Model, readonly Adapter[]] {
    const { models, adapters } = this.#setup;
    return [models.get(modelId), adapterIds.map((id) => adapters.get(id))];
  }
}
