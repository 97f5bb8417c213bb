/**
 * Adapters that come in: folders and archives, dropped or chosen, and those of the hub. An adapter whose base is not
 * here is kept without one, and the person is asked; the answer is checked against the model before it counts.
 */
import type { Adapter } from '../../../main/contract/entities.ts';
import type { ImportNotice } from '../../../main/contract/importNotices.ts';
import type { ImportedAdapter } from '../../../main/contract/library.ts';
import type { PickOptions, PickedFile } from '../../lib/platform.ts';
import type { AdapterLibrary } from './AdapterLibrary.svelte.ts';

export const archiveEndings = ['.tar.gz', '.tgz', '.gz', '.tar', '.zip'] as const;

export class AdapterImport {
  /** Imported without a base; the dialog asks for one. */
  question: BaseQuestion | undefined = $state.raw();
  /** What is to be known of what came in. */
  told: ToldImport | undefined = $state.raw();
  readonly #library: AdapterLibrary;

  constructor(library: AdapterLibrary) {
    this.#library = library;
  }

  /** Dropped on any screen. */
  async takeIn(files: readonly PickedFile[]): Promise<void> {
    const { toasts } = this.#library.studio;
    for (const file of files) await toasts.attempt(async () => this.#import(file));
  }

  async pickFolder(): Promise<void> {
    await this.#take(async (options) => {
      const folder = await this.#library.studio.platform.pickFolder(options);
      return folder === undefined ? [] : [folder];
    });
  }

  async pickArchives(): Promise<void> {
    const accept = archiveEndings.map((ending) => (ending === '.tar.gz' ? '.gz' : ending));
    await this.#take(async (options) =>
      this.#library.studio.platform.pickFiles({ ...options, accept, multiple: true }),
    );
  }

  /** A folder or an archive of the studio's machine. */
  async fromPath(path: string): Promise<void> {
    await this.#take(async () => [{ name: path, source: { path } }]);
  }

  /** `owner/name` or what else names something on the hub. Whether it came. */
  async fromHub(hub: string): Promise<boolean> {
    const { api, tasks, toasts } = this.#library.studio;
    return toasts.attempt(async () => this.#show(await tasks.run(api.adapters.import({ from: { hub } }))));
  }

  /** The answer to `question`. Stays open when the adapter does not fit the model. */
  async useBase(modelId: string): Promise<void> {
    const { question } = this;
    if (question === undefined) return;
    const { studio } = this.#library;
    // The same content is not imported twice: it gets its base.
    const start = async () => {
      const { dir } = question.adapter;
      const { adapter, notices } = await studio.tasks.run(studio.api.adapters.import({ from: { path: dir }, modelId }));
      this.#tell(adapter, notices);
    };
    if (await studio.toasts.attempt(start)) this.question = undefined;
  }

  /** Brings the base that the adapter says, and uses it. */
  async fetchBase(source: string): Promise<void> {
    const { api, tasks, toasts } = this.#library.studio;
    await toasts.attempt(async () => {
      const { model } = await tasks.run(api.models.fetch({ source }));
      await this.useBase(model.id);
    });
  }

  async #take(pick: (options: PickOptions) => Promise<readonly PickedFile[]>): Promise<void> {
    const { toasts, intake } = this.#library.studio;
    await toasts.attempt(async () => this.takeIn(await intake.take(pick)));
  }

  async #import({ name, source }: PickedFile): Promise<void> {
    const { api, tasks } = this.#library.studio;
    if (isArchive(name)) {
      this.#library.announce(await tasks.run(api.adapters.unarchive({ from: source })));
      return;
    }
    this.#show(await tasks.run(api.adapters.import({ from: source })));
  }

  #show({ adapter, notices }: ImportedAdapter): void {
    this.#library.announce({ added: [adapter], known: [] });
    this.#tell(adapter, notices);
    if (adapter.modelId === null)
      this.question = { adapter, missing: notices.find((notice) => notice.kind === 'baseMissing') };
  }

  /** A base that is missing is asked for instead. */
  #tell({ name }: Adapter, notices: readonly ImportNotice[]): void {
    const told = notices.filter((notice) => notice.kind !== 'baseMissing');
    if (told.length > 0) this.told = { name, notices: told };
  }
}

interface BaseQuestion {
  readonly adapter: Adapter;
  /** What the adapter says of its base. */
  readonly missing: Extract<ImportNotice, { kind: 'baseMissing' }> | undefined;
}

export type ToldNotice = Exclude<ImportNotice, { kind: 'baseMissing' }>;

interface ToldImport {
  readonly name: string;
  readonly notices: readonly ToldNotice[];
}

export function isArchive(name: string): boolean {
  return archiveEndings.some((ending) => name.toLowerCase().endsWith(ending));
}
