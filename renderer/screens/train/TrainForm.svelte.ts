/**
 * The form's state: the draft, what it was filled from, and how it changes. The address is written after every change and
 * read when somebody else changes it; a method's options are kept while another method is looked at.
 */
import type { TrainRequest } from '../../../main/contract/trainRequest.ts';
import type { Router } from '../../lib/Router.svelte.ts';
import { type Draft, type Settings, draftOf, draftOfQuery, draftQuery, emptyDraft, withSetting } from './draft.ts';

export interface FormSources {
  /** The configuration last started; null where there was none. */
  readonly last: Settings | null;
  /** The model of the project, and the dataset where there is only one. */
  readonly modelId: string | null;
  readonly datasetId: string | null;
  readonly readRun: (id: string) => Promise<TrainRequest>;
}

const writeAfterMs = 200;

export class TrainForm {
  draft: Draft = $state.raw(emptyDraft);
  /** False until it was filled. */
  isReady = $state(false);
  readonly #router: Router;
  readonly #path: string;
  readonly #otherOptions = new Map<string, Settings>();
  #written = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(router: Router) {
    this.#router = router;
    this.#path = router.path;
  }

  /** From the address where it says anything, else from what was last started. Throws what reading a run throws. */
  async fill({ last, modelId, datasetId, readRun }: FormSources): Promise<void> {
    const { query, path } = this.#router;
    if (path !== this.#path) return; // on the way to another screen
    if (this.isReady && query.toString() === this.#written) return;
    const from = query.get('from');
    const base = from === null ? (draftOfQuery(query) ?? draftOf(last ?? {})) : draftOf(await readRun(from));
    const name = from === null && query.get('set') !== null ? base.name : '';
    const training = withMaxLength(base.training, query.get('maxLength'));
    const model = query.get('model') ?? (base.model || (modelId ?? ''));
    const dataset = query.get('dataset') ?? (base.dataset || (datasetId ?? ''));
    this.draft = { ...base, name, training, model, dataset };
    this.isReady = true;
    this.#write();
  }

  /** Everything but where it was filled from: another run's or a file's settings. */
  replace(request: Settings | TrainRequest): void {
    this.#change({ ...draftOf(request), name: '' });
  }

  set(changes: Partial<Draft>): void {
    this.#change({ ...this.draft, ...changes });
  }

  choose(method: string): void {
    const { draft } = this;
    if (method === draft.method) return;
    this.#otherOptions.set(draft.method, draft.methodOptions);
    // Learning rates of groups belong to a method.
    const training = withSetting(draft.training, 'learningRates', undefined);
    this.#change({ ...draft, method, training, methodOptions: this.#otherOptions.get(method) ?? {} });
  }

  /** undefined: a share of the dataset is evaluated again. The two ways exclude each other. */
  setEvalDataset(evalDataset: string | undefined): void {
    const { training } = this.draft;
    this.set({ evalDataset, training: withSetting(training, 'evaluationSplit', undefined) });
  }

  /** undefined: as recommended. */
  setOption(name: string, value: unknown): void {
    this.set({ methodOptions: withSetting(this.draft.methodOptions, name, value) });
  }

  setTraining(name: string, value: unknown): void {
    this.set({ training: withSetting(this.draft.training, name, value) });
  }

  /** Nothing is written any more: the person has gone to another screen. */
  leave(): void {
    clearTimeout(this.#timer);
  }

  #change(draft: Draft): void {
    this.draft = draft;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), writeAfterMs);
  }

  #write(): void {
    if (this.#router.path !== this.#path) return;
    this.#router.setQuery({ ...draftQuery(this.draft), from: null, maxLength: null });
    this.#written = this.#router.query.toString();
  }
}

/** The cut that was moved by hand in a dataset's lengths. */
function withMaxLength(training: Settings, text: string | null): Settings {
  return text !== null && /^[1-9]\d{0,5}$/.test(text) ? withSetting(training, 'maxLength', Number(text)) : training;
}
