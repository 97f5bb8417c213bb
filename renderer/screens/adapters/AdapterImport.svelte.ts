/**
 * Adapters that come in: PEFT folders and archives, dropped or chosen. An adapter whose base cannot be told is kept
 * without one, and the person is asked; the answer is checked against the model before it counts.
 */
import type { Adapter } from '../../../main/contract/entities.ts';
import { FileIntake } from '../../components/FileIntake.svelte.ts';
import type { PickOptions, PickedFile } from '../../lib/platform.ts';
import type { AdapterLibrary } from './AdapterLibrary.svelte.ts';

export const archiveEndings = ['.tar.gz', '.tgz', '.tar', '.zip'] as const;

export class AdapterImport {
  readonly intake = new FileIntake();
  /** Imported without a base; the dialog asks for one. */
  question: Adapter | undefined = $state.raw();
  readonly #library: AdapterLibrary;

  constructor(library: AdapterLibrary) {
    this.#library = library;
  }

  async drop(transfer: DataTransfer): Promise<void> {
    await this.#take(async (options) => this.#library.studio.platform.dropped(transfer, options));
  }

  async pickFolder(): Promise<void> {
    await this.#take(async (options) => {
      const folder = await this.#library.studio.platform.pickFolder(options);
      return folder === undefined ? [] : [folder];
    });
  }

  async pickArchives(): Promise<void> {
    const accept = archiveEndings.map((ending) => (ending === '.tar.gz' ? '.gz' : ending));
    await this.#take(async (options) => this.#library.studio.platform.pickFiles({ ...options, accept, multiple: true }));
  }

  /** A folder or an archive of the studio's machine. */
  async fromPath(path: string): Promise<void> {
    await this.#take(async () => [{ name: path, source: { path } }]);
  }

  /** The answer to `question`. Stays open when the adapter does not fit the model. */
  async useBase(modelId: string): Promise<void> {
    const adapter = this.question;
    if (adapter === undefined) return;
    const { studio } = this.#library;
    // The same content is not imported twice: it gets its base.
    const start = async () => studio.tasks.run(studio.api.adapters.import({ from: { path: adapter.dir }, modelId }));
    if (await studio.toasts.attempt(start)) this.question = undefined;
  }

  async #take(pick: (options: PickOptions) => Promise<readonly PickedFile[]>): Promise<void> {
    const { toasts } = this.#library.studio;
    await toasts.attempt(async () => {
      for (const file of await this.intake.take(pick)) await toasts.attempt(async () => this.#import(file));
    });
  }

  async #import({ name, source }: PickedFile): Promise<void> {
    const { api, tasks } = this.#library.studio;
    if (isArchive(name)) {
      this.#library.announce(await tasks.run(api.adapters.unarchive({ from: source })));
      return;
    }
    const adapter = await tasks.run(api.adapters.import({ from: source }));
    this.#library.announce({ added: [adapter], known: [] });
    if (adapter.modelId === null) this.question = adapter;
  }
}

export function isArchive(name: string): boolean {
  return archiveEndings.some((ending) => name.toLowerCase().endsWith(ending));
}
