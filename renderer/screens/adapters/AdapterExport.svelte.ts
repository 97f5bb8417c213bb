/** One export from the question to the proof: the format, the task with its progress, and how well the result answers. */
import type { Adapter } from '../../../main/contract/entities.ts';
import type { GraftError } from '../../../main/contract/errors.ts';
import type { WrittenExport } from '../../../main/contract/procedures/exportChoice.ts';
import type { Task } from '../../../main/contract/tasks.ts';
import { fromWire } from '../../lib/wireErrors.ts';
import type { StudioWindow } from '../../state/studio.ts';
import { fileNameOf } from './AdapterLibrary.svelte.ts';

export const exportFormats = ['peft', 'lora'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Of float32 logits; a larger difference can change an answer. */
export const goodParity = 1e-3;

export class AdapterExport {
  format: ExportFormat = $state('peft');
  task: Task | undefined = $state.raw();
  result: WrittenExport | undefined = $state.raw();
  error: GraftError | undefined = $state.raw();
  readonly #studio: StudioWindow;

  constructor(studio: StudioWindow) {
    this.#studio = studio;
  }

  get isRunning(): boolean {
    return this.task?.state === 'running';
  }

  async start(adapter: Pick<Adapter, 'id' | 'name'>): Promise<void> {
    const { api, platform, tasks } = this.#studio;
    this.error = undefined;
    try {
      const target = await platform.saveTarget(`${fileNameOf(adapter.name)}-${this.format}.tar.gz`);
      if (target === undefined) return;
      const ticket = api.adapters.export({ id: adapter.id, to: this.format, target });
      this.result = await tasks.run(ticket, (task) => (this.task = task));
      platform.deliver(this.result);
    } catch (thrown) {
      const error = fromWire(thrown);
      if (error.code !== 'cancelled') this.error = error;
    } finally {
      this.task = undefined;
    }
  }

  async cancel(): Promise<void> {
    if (this.task !== undefined) await this.#studio.tasks.cancel(this.task.id);
  }

  /** For another export; one that still runs goes on. */
  reset(): void {
    if (this.isRunning) return;
    this.result = undefined;
    this.error = undefined;
  }
}
