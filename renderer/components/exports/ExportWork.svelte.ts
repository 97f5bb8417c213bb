/**
 * One export from the question to the proof: the form with its options, the task with its progress, and how it
 * answered.
 */
import type { Adapter, Model } from '../../../main/contract/entities.ts';
import type { GraftError } from '../../../main/contract/errors.ts';
import { exportSuffix, hasGgufForm } from '../../../main/contract/exports/exportSpec.ts';
import type { ExportSpec } from '../../../main/contract/exports/exportSpec.ts';
import { adapterExports, modelExports } from '../../../main/contract/exports/registry.ts';
import { findMethodSpec, methodWith } from '../../../main/methods/registry.ts';
import type { WrittenExport } from '../../../main/contract/procedures/exportChoice.ts';
import type { FileTarget } from '../../../main/contract/procedures/procedure.ts';
import type { Said } from '../../../main/contract/words/words.ts';
import type { Task, TaskTicket } from '../../../main/contract/tasks.ts';
import { fileNameOf } from '../../lib/fileName.ts';
import { fromWire } from '../../lib/wireErrors.ts';
import type { StudioWindow } from '../../state/studio.ts';

/** An adapter with its base, where that is known; or a model alone. */
export type ExportSubject =
  | {
      readonly adapter: Pick<Adapter, 'id' | 'name' | 'method'>;
      /** Of its method, as its folder has them; null where it cannot be read. */
      readonly options: object | null;
      readonly model: Pick<Model, 'shape'> | null;
    }
  | { readonly adapter: null; readonly model: Pick<Model, 'id' | 'name' | 'shape'> };

export interface ExportForm {
  /** As the studio is asked for it. */
  readonly to: string;
  readonly spec: ExportSpec;
  /** `needsBase`: the base is not here, whatever it is. Undefined where it can be had. */
  readonly refusal: Said | 'needsBase' | undefined;
  /** What is to be known before. */
  readonly caution: Said | undefined;
}

export function nameOf({ adapter, model }: ExportSubject): string {
  return adapter?.name ?? (model !== null && 'name' in model ? model.name : '');
}

export function idOf({ adapter, model }: ExportSubject): string {
  return adapter === null ? model.id : adapter.id;
}

/** Every form there is, those that this cannot take with the reason. */
export function formsOf(subject: ExportSubject): readonly ExportForm[] {
  const all =
    subject.adapter === null ? Object.entries(modelExports) : adapterExports.map((spec) => [spec.id, spec] as const);
  const method = methodOf(subject);
  return all.map(([to, spec]) => ({
    ...{ to, spec, refusal: refusalOf(spec, subject, method) },
    caution: spec.caution?.(factsOf(subject, method)),
  }));
}

/** With what its options make of it; null for a model alone, and for a method that this build does not know. */
export function methodOf(subject: ExportSubject): Method {
  if (subject.adapter === null) return null;
  const { method } = subject.adapter;
  return subject.options === null ? (findMethodSpec(method) ?? null) : methodWith(method, subject.options);
}

type Method = Parameters<ExportSpec['refusal']>[0]['method'];

function factsOf({ model }: ExportSubject, method: Method): Parameters<ExportSpec['refusal']>[0] {
  return { method, hasGguf: model === null || hasGgufForm(model.shape) };
}

function refusalOf(spec: ExportSpec, subject: ExportSubject, method: Method): ExportForm['refusal'] {
  const refusal = spec.refusal(factsOf(subject, method));
  if (refusal !== undefined) return refusal;
  return subject.model === null && !['peft', 'graft'].includes(spec.id) ? 'needsBase' : undefined;
}

/** The export of each subject: one that runs is found again, and is not shown as another's. */
export class ExportWorks {
  readonly #studio: StudioWindow;
  readonly #works = new Map<string, ExportWork>();

  constructor(studio: StudioWindow) {
    this.#studio = studio;
  }

  of(subjectId: string): ExportWork {
    const work = this.#works.get(subjectId) ?? new ExportWork(this.#studio);
    this.#works.set(subjectId, work);
    return work;
  }
}

export class ExportWork {
  to: string = $state('');
  /** Those that were changed, of the form that is chosen. */
  options: Readonly<Record<string, unknown>> = $state.raw({});
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

  choose(to: string): void {
    this.to = to;
    this.options = {};
  }

  /** Undefined: as the schema has it. */
  setOption(name: string, value: unknown): void {
    const { [name]: _, ...others } = this.options;
    this.options = value === undefined ? others : { ...others, [name]: value };
  }

  /** Into one file that the person gets. */
  async save(subject: ExportSubject): Promise<void> {
    const spec = formsOf(subject).find(({ to }) => to === this.to)?.spec;
    const fileName = `${fileNameOf(nameOf(subject))}${exportSuffix(this.to, spec ?? {})}${spec?.singleFile ?? '.tar.gz'}`;
    const target = await this.#studio.platform.saveTarget(fileName);
    if (target !== undefined) await this.write(subject, target);
  }

  async write(subject: ExportSubject, target: FileTarget): Promise<void> {
    const { platform, tasks } = this.#studio;
    this.error = undefined;
    try {
      this.result = await tasks.run(this.#ask(subject, target), (task) => (this.task = task));
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
  reset(subject: ExportSubject): void {
    if (this.isRunning) return;
    this.result = undefined;
    this.error = undefined;
    this.choose(formsOf(subject).find(({ refusal }) => refusal === undefined)?.to ?? '');
  }

  #ask({ adapter, model }: ExportSubject, target: FileTarget): Promise<TaskTicket<WrittenExport>> {
    const { api } = this.#studio;
    const asked = { to: this.to, options: this.options, target };
    return adapter === null
      ? api.models.export({ id: model.id, ...asked })
      : api.adapters.export({ id: adapter.id, ...asked });
  }
}
