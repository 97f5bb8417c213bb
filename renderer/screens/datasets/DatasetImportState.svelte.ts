/**
 * The import of one file: its preview follows the address, so that a reload keeps what was chosen; the import itself is
 * a task of the studio and is found again by its subject.
 */
import { createQuery, keepPreviousData } from '@tanstack/svelte-query';
import { type Dataset, type DatasetReading, unknownReading } from '../../../main/contract/entities.ts';
import type { Task } from '../../../main/contract/tasks.ts';
import type { StudioWindow } from '../../state/studio.ts';
import { type Columns, assignRole, mappingOf, missingRoles, roleOf } from './columnMapping.ts';
import { type ImportAddress, type WantedReading, writeImportAddress } from './importAddress.ts';

export class DatasetImportState {
  name = $state('');
  trainOn: 'answers' | 'all' = $state('answers');
  readonly #studio: StudioWindow;
  readonly #address: () => ImportAddress;
  readonly preview;
  #started: Task | undefined = $state.raw();

  constructor(studio: StudioWindow, address: () => ImportAddress) {
    this.#studio = studio;
    this.#address = address;
    this.preview = createQuery(() => {
      const { sources, ...reading } = this.#address();
      const options = studio.queries.datasets.preview.queryOptions({ input: { from: sources[0], ...reading } });
      return { ...options, placeholderData: keepPreviousData, staleTime: 0, gcTime: 60_000 };
    });
  }

  /** The import of this file that is under way, here or begun before a reload. */
  get running(): Task | undefined {
    const fileName = this.preview.data?.fileName;
    const candidates = this.#studio.tasks.running.filter(({ kind }) => kind === 'importDataset');
    return candidates.find(
      ({ id, subject }) => id === this.#started?.id || subject === fileName || subject === this.shownName,
    );
  }

  /** What the dataset will be called: as typed, else after the file. */
  get shownName(): string {
    return this.name.trim() === '' ? this.nameOfFile : this.name.trim();
  }

  get nameOfFile(): string {
    return (this.preview.data?.fileName ?? '').replace(/\.[^.]+$/, '');
  }

  get mapping(): Columns {
    const { data } = this.preview;
    return data === undefined ? {} : mappingOf(data);
  }

  get missing(): readonly string[] {
    const { data } = this.preview;
    return data === undefined ? [] : missingRoles(data, this.mapping);
  }

  /** What the beginning of the file shows of it. */
  get reading(): DatasetReading {
    const { data } = this.preview;
    if (data === undefined) return unknownReading;
    const { mapping } = this;
    const used = Object.entries(mapping).filter(([, column]) => column !== '');
    const unused = data.columns.map(({ name }) => name).filter((name) => roleOf(mapping, name) === null);
    return {
      ...unknownReading,
      usedColumns: used.map(([role, column]) => ({ role, column })),
      unusedColumns: unused,
      notices: data.notices,
    };
  }

  /** Whether the mapping is what the values suggest, and nothing that a person or a name has said. */
  get isProposal(): boolean {
    const { data } = this.preview;
    if (data === undefined || data.proposal === null || data.format !== data.proposal.format) return false;
    const { columns } = data.proposal;
    return Object.entries(this.mapping).every(([role, column]) => column === (columns[role] ?? ''));
  }

  get canImport(): boolean {
    const { data, isPlaceholderData } = this.preview;
    return (
      data !== undefined &&
      !isPlaceholderData &&
      data.format !== null &&
      data.problem === null &&
      this.missing.length === 0
    );
  }

  /** Everything in it replaces what the address says; undefined takes it out. */
  read(changes: { readonly [Key in keyof WantedReading]: WantedReading[Key] | undefined }): void {
    this.#studio.router.go(writeImportAddress({ ...this.#address(), ...changes }), { replace: true });
  }

  assign(column: string, role: string | null): void {
    const { format } = this.preview.data ?? {};
    this.read({ format: format ?? undefined, columns: assignRole(this.mapping, column, role) });
  }

  /** Throws what the import throws; `cancelled` when it was cancelled. */
  async import(): Promise<Dataset> {
    const { api, tasks, refresh } = this.#studio;
    const { sources, ...reading } = this.#address();
    const wanted = { from: sources[0], ...reading, name: this.shownName, trainOn: this.trainOn };
    const dataset = await tasks.run(api.datasets.import(wanted), (task) => (this.#started = task));
    refresh(['datasets']);
    return dataset;
  }

  async cancel(): Promise<void> {
    const { running } = this;
    if (running !== undefined) await this.#studio.tasks.cancel(running.id);
  }

  /** The next of several files, or undefined after the last. */
  get next(): string | undefined {
    const [, first, ...others] = this.#address().sources;
    return first === undefined ? undefined : writeImportAddress({ sources: [first, ...others] });
  }
}
