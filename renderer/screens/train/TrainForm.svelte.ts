/**
 * The form's state: the draft, what it was filled from, and how it changes. After every change the address is written,
 * which is what a reload comes back to and others can be sent, and the project's draft in the studio, which is there
 * again after another screen and a restart. A method's options are kept while another method is looked at.
 */
import { methodSpecs } from '../../../main/methods/registry.ts';
import type { KeptTrainingForm, TrainingDraft } from '../../../main/contract/trainingForm.ts';
import type { TrainRequest } from '../../../main/contract/trainRequest.ts';
import type { Router } from '../../lib/Router.svelte.ts';
import {
  type Draft,
  type Settings,
  draftOf,
  draftOfQuery,
  draftQuery,
  emptyDraft,
  isUntouched,
  withSetting,
} from './draft.ts';

export interface FormSources {
  /** Whose form it is; null where there is no project yet. */
  readonly projectId: string | null;
  /** What the studio keeps of it. */
  readonly kept: KeptTrainingForm;
  /** The model of the project, and the dataset where there is only one. */
  readonly modelId: string | null;
  readonly datasetId: string | null;
  readonly readRun: (id: string) => Promise<TrainRequest>;
}

/** Writes a project's draft where it outlives the window; null: nothing is begun. */
export type KeepDraft = (projectId: string, draft: TrainingDraft | null) => void;

const writeAfterMs = 200;

export class TrainForm {
  draft: Draft = $state.raw(emptyDraft);
  /** False until it was filled. */
  isReady = $state(false);
  /** What the last run was asked for, to be taken over by whoever wants it. */
  last: TrainingDraft | null = $state.raw(null);
  /** Whether it goes on from the project's draft. */
  wasKept = $state(false);
  readonly #router: Router;
  readonly #keepDraft: KeepDraft;
  readonly #path: string;
  #otherOptions = new Map<string, Settings>();
  #fresh: Draft = emptyDraft;
  #projectId: string | null = null;
  #written = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(router: Router, keepDraft: KeepDraft) {
    this.#router = router;
    this.#keepDraft = keepDraft;
    this.#path = router.path;
  }

  /** Whether nothing but model and dataset was chosen yet. */
  get isUntouched(): boolean {
    return isUntouched(this.draft);
  }

  /** Whether this project's form has to be filled: it is new, another's, or somebody else has changed the address. */
  needsFill(projectId: string | null): boolean {
    if (this.#router.path !== this.#path) return false; // on the way to another screen
    return !this.isReady || projectId !== this.#projectId || this.#router.query.toString() !== this.#written;
  }

  /**
   * From the address where it says anything, else from the project's draft, else with what is recommended. Gives the
   * draft that another run's settings took the place of. Throws what reading a run throws.
   */
  async fill({ projectId, kept, modelId, datasetId, readRun }: FormSources): Promise<Draft | undefined> {
    const isOther = this.isReady && projectId !== this.#projectId;
    const query = isOther ? new URLSearchParams() : this.#router.query;
    const from = query.get('from');
    const chosen = query.get('choose');
    const draft = kept.draft === null ? undefined : draftOf(kept.draft);
    this.#fresh = { ...emptyDraft, model: modelId ?? '', dataset: datasetId ?? '' };
    const base = from === null ? (draftOfQuery(query) ?? draft ?? this.#fresh) : draftOf(await readRun(from));
    const training = withMaxLength(base.training, query.get('maxLength'));
    const model = query.get('model') ?? (base.model || this.#fresh.model);
    const dataset = query.get('dataset') ?? (base.dataset || this.#fresh.dataset);
    this.#projectId = projectId;
    this.#otherOptions = optionsOf(kept.draft);
    this.last = kept.last;
    this.wasKept = base === draft;
    this.draft = { ...base, name: from === null ? base.name : '', training, model, dataset };
    this.isReady = true;
    if (chosen !== null && Object.hasOwn(methodSpecs, chosen)) this.choose(chosen);
    this.#write();
    return from !== null && draft !== undefined && !isUntouched(draft) ? draft : undefined;
  }

  /** Everything but the name: another run's or a file's settings. Gives what was there before. */
  replace(request: Settings | TrainRequest): Draft {
    const before = this.draft;
    this.#change({ ...draftOf(request), name: '' });
    return before;
  }

  /** What is recommended, with the model and the dataset that are chosen. Gives what was there before. */
  clear(): Draft {
    const before = this.draft;
    this.#otherOptions.clear();
    this.#change({ ...this.#fresh, model: before.model, dataset: before.dataset });
    return before;
  }

  /** The run is on its way: the next one begins anew, and may take these settings over. */
  started(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#projectId !== null) this.#keepDraft(this.#projectId, null);
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

  /** A field of the request by its name; undefined: as its schema has it. */
  setRequest(name: string, value: unknown): void {
    this.set({ [name]: value ?? emptyDraft[name as keyof Draft] });
  }

  /** undefined: as recommended. */
  setOption(name: string, value: unknown): void {
    this.set({ methodOptions: withSetting(this.draft.methodOptions, name, value) });
  }

  setTraining(name: string, value: unknown): void {
    this.set({ training: withSetting(this.draft.training, name, value) });
  }

  /** Keeps at once what would be kept in a moment: the form is about to be filled anew, or the window closes. */
  keepNow(): void {
    if (this.#timer !== undefined && this.#projectId !== null) this.#keepDraft(this.#projectId, this.#keptDraft());
  }

  /** The person has gone to another screen. */
  leave(): void {
    this.keepNow();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #change(draft: Draft): void {
    this.draft = draft;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), writeAfterMs);
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#projectId !== null) this.#keepDraft(this.#projectId, this.#keptDraft());
    if (this.#router.path !== this.#path) return;
    this.#router.setQuery({ ...draftQuery(this.draft), from: null, maxLength: null, choose: null });
    this.#written = this.#router.query.toString();
  }

  /** null where a fresh form would be the same. */
  #keptDraft(): TrainingDraft | null {
    const { draft } = this;
    const isFresh = this.isUntouched && draft.model === this.#fresh.model && draft.dataset === this.#fresh.dataset;
    return isFresh ? null : { ...draft, otherOptions: Object.fromEntries(this.#otherOptions) };
  }
}

/** The options of methods that were looked at before. */
function optionsOf(kept: TrainingDraft | null): Map<string, Settings> {
  const others = kept?.['otherOptions'];
  return new Map(
    typeof others === 'object' && others !== null ? Object.entries(others as Readonly<Record<string, Settings>>) : [],
  );
}

/** The cut that was moved by hand in a dataset's lengths. */
function withMaxLength(training: Settings, text: string | null): Settings {
  return text !== null && /^[1-9]\d{0,5}$/.test(text) ? withSetting(training, 'maxLength', Number(text)) : training;
}
