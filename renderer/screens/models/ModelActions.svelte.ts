/** What can be done with models from more than one place of the screen. Everything long is a task of the studio. */
import type { Model } from '../../../main/contract/entities.ts';
import type { CorrectedModel, ImportedModel } from '../../../main/contract/modelImport.ts';
import type { FileSource } from '../../../main/contract/procedures/procedure.ts';
import type { Task } from '../../../main/contract/tasks.ts';
import { commonWords } from '../../i18n/common.ts';
import { modelWords } from '../../i18n/models.ts';
import type { StudioWindow } from '../../state/studio.ts';

export class ModelActions {
  readonly #studio: StudioWindow;
  readonly #t;
  #fetching: Readonly<Record<string, Task>> = $state.raw({});

  constructor(studio: StudioWindow) {
    this.#studio = studio;
    this.#t = studio.i18n.words(modelWords);
  }

  /** The fetch of a source that is under way, here or begun before a reload. */
  fetchOf(...names: readonly string[]): Task | undefined {
    const own = names.map((name) => this.#fetching[name]?.id);
    return this.#studio.tasks.running.find(
      ({ id, kind, subject }) =>
        own.includes(id) || (kind === 'fetchModel' && typeof subject === 'string' && names.includes(subject)),
    );
  }

  fetch(source: string): Promise<boolean> {
    const { api, tasks, toasts } = this.#studio;
    return toasts.attempt(async () => {
      const fetched = await tasks.run(
        api.models.fetch({ source }),
        (task) => (this.#fetching = { ...this.#fetching, [source]: task }),
      );
      this.#show(fetched);
    });
  }

  import(from: FileSource): Promise<boolean> {
    const { api, tasks, toasts } = this.#studio;
    return toasts.attempt(async () => this.#show(await tasks.run(api.models.import({ from }))));
  }

  /** Other files for the same weights, in place; the way back is in the message. */
  correct({ id }: Model, from: FileSource): Promise<boolean> {
    const { api, tasks, toasts, i18n } = this.#studio;
    return toasts.attempt(async () => {
      const corrected = await tasks.run(api.models.correct({ id, from }));
      const undo = { label: i18n.words(commonWords).undo, run: async () => this.#undoCorrection(id) };
      const isSame = changedFiles(corrected).length === 0;
      this.#studio.refresh(['models']);
      if (isSame) toasts.say(this.#t.correctedNothing(corrected.model.name));
      else toasts.say(this.#t.corrected(corrected.model.name, changedFiles(corrected).join(', ')), undo);
    });
  }

  async #undoCorrection(id: string): Promise<void> {
    const { api, tasks, toasts, refresh } = this.#studio;
    const { model } = await tasks.run(api.models.undoCorrection({ id }));
    refresh(['models']);
    toasts.say(this.#t.correctionUndone(model.name));
  }

  cancel({ id }: Task): Promise<boolean> {
    return this.#studio.toasts.attempt(async () => this.#studio.tasks.cancel(id));
  }

  async rename({ id }: Model, name: string): Promise<void> {
    await this.#studio.api.models.rename({ id, name });
    this.#studio.refresh(['models']);
  }

  /** To the trash: asks first, and says what refers to the model. */
  async remove(model: Model): Promise<void> {
    const { api, confirmations, toasts, i18n, router, refresh } = this.#studio;
    const common = i18n.words(commonWords);
    await toasts.attempt(async () => {
      const references = await this.#references(model);
      const answer = await confirmations.ask({
        title: this.#t.removeTitle(model.name),
        text: `${references === '' ? '' : this.#t.removeRefers(references)}${this.#t.removeText}`,
        answers: [{ id: 'remove', label: common.moveToTrash, kind: 'danger' }],
      });
      if (answer !== 'remove') return;
      await api.models.remove({ id: model.id });
      refresh(['models']);
      if (router.path === '/models') router.setQuery({ model: null });
      toasts.say(this.#t.removed(model.name), { label: common.undo, run: async () => this.#restoreQuietly(model) });
    });
  }

  /** Out of the trash. Returns whether it went well; an error is shown. */
  restore(model: Model): Promise<boolean> {
    const { toasts } = this.#studio;
    return toasts.attempt(async () => {
      const { name } = await this.#putBack(model);
      toasts.say(this.#t.restored(name));
    });
  }

  async #restoreQuietly(model: Model): Promise<void> {
    await this.#putBack(model);
  }

  async #putBack({ id }: Model): Promise<Model> {
    const restored = await this.#studio.api.models.restore({ id });
    this.#studio.refresh(['models']);
    return restored;
  }

  async #references({ id }: Model): Promise<string> {
    const { api } = this.#studio;
    const [{ models }, projects] = await Promise.all([api.adapters.facets(), api.projects.list()]);
    const adapters = models.find((model) => model.id === id)?.count ?? 0;
    const names = projects.filter(({ modelId }) => modelId === id).map(({ name }) => name);
    const ofProjects =
      names.length === 1 ? this.#t.refersProject(names[0] ?? '') : this.#t.refersProjects(names.join(', '));
    return [adapters > 0 ? this.#t.refersAdapters(adapters) : '', names.length > 0 ? ofProjects : '']
      .filter((part) => part !== '')
      .join(this.#t.and);
  }

  #show({ model, alreadyThere, keptDocuments, sameWeights }: ImportedModel): void {
    const { toasts, refresh, router } = this.#studio;
    refresh(['models']);
    const said = [
      alreadyThere ? this.#t.alreadyThere(model.name) : this.#t.added(model.name),
      ...(keptDocuments.length > 0 ? [this.#t.keptDocuments(keptDocuments.join(', '))] : []),
      ...(sameWeights === null ? [] : [this.#t.sameWeights(sameWeights.name)]),
    ];
    toasts.say(said.join(this.#t.sentences));
    if (router.path === '/models') router.setQuery({ model: model.id });
  }
}

function changedFiles({ replaced, added, removed }: CorrectedModel): readonly string[] {
  return [...replaced, ...added, ...removed];
}
