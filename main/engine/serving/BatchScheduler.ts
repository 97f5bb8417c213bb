/**
 * Continuous batching: between two tokens of the rows that are written, one chunk of waiting prompts is read, rows that
 * have ended leave and those whose prompt was read join. Nobody waits for the slowest of a batch, and a long prompt
 * holds the others up for one chunk at a time.
 *
 * Alone (see SchedulerLimits): every row is a batch of its own, one after the other between two tokens, so that nothing
 * of how it is computed depends on the others.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CompletionRequest, CompletionResult } from '../../contract/engine.ts';
import type { GraftError } from '../../contract/errors.ts';
import { toGraftError } from '../../contract/errors.ts';
import { AnswerRow } from './AnswerRow.ts';
import type { RowListeners } from './AnswerRow.ts';
import type { BatchModel } from './BatchModel.ts';
import { batchSize, type NewRow, RowGroup } from './RowGroup.ts';
import { rowCapacity } from './RowsCache.ts';

export interface SchedulerLimits {
  /** Most answers that are written at once. */
  readonly maxRows: number;
  /** Keys and values of all rows together; a single row may take more. */
  readonly maxCacheBytes: number;
  /**
   * Each row in products of its own: its last bits are the same whatever runs beside it, and the weights are read for
   * each row anew.
   */
  readonly alone: boolean;
}

/** Tokens of a prompt that are read in one call, the last ones padded to one of these. */
const chunkSizes = [16, 32, 64, 128, 256] as const;
const largestChunk = 256;
/**
 * After a rest: requests that come in one breath are read together, which costs the first of them less than reading
 * alone.
 */
const gatherMs = 10;
/** Rows times tokens of one call: what the others wait for. */
const mostTokensRead = 512;
/** Tokens that need not be read where a row waits until another has read what both begin with. */
const worthWaiting = 64;

export class BatchScheduler {
  readonly #shared: BatchModel;
  readonly #limits: SchedulerLimits;
  readonly #waiting: AnswerRow[] = [];
  #reading: RowGroup | undefined;
  /** One, or where rows are computed alone one for each. */
  #writing: readonly RowGroup[] = [];
  #isRunning = false;

  constructor(shared: BatchModel, limits: SchedulerLimits) {
    this.#shared = shared;
    this.#limits = limits;
  }

  /** Resolves with `cancelled` soon after an abort. */
  async complete(request: CompletionRequest, listeners: RowListeners): Promise<CompletionResult> {
    const row = new AnswerRow(request, this.#shared.contextLength, listeners);
    this.#waiting.push(row);
    if (!this.#isRunning) void this.#run();
    return row.ended;
  }

  isUsing(adapterKey: string): boolean {
    return [...this.#waiting, ...this.#rows()].some(({ request }) => request.adapter?.key === adapterKey);
  }

  /** Ends every request with `error`. */
  dispose(error: GraftError): void {
    this.#waiting.splice(0).forEach((row) => row.fail(error));
    this.#giveUp(error, this.#reading, ...this.#writing);
  }

  #rows(): readonly AnswerRow[] {
    return [...(this.#reading?.rows ?? []), ...this.#writing.flatMap(({ rows }) => rows)];
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    await sleep(gatherMs);
    for (;;) {
      await new Promise(setImmediate); // requests and cancels come in between two tokens
      this.#dropCancelled();
      if (this.#waiting.length === 0 && this.#reading === undefined && this.#writing.length === 0) break;
      await this.#attempt(async () => this.#readPrompts());
      for (const group of this.#writing) await this.#attempt(async () => this.#writeToken(group));
    }
    this.#isRunning = false;
  }

  /** A failure ends the rows that were in the model; those that wait go on. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.#giveUp(toGraftError(thrown), this.#reading, ...this.#writing);
    }
  }

  #giveUp(error: GraftError, ...groups: readonly (RowGroup | undefined)[]): void {
    this.#reading = undefined;
    this.#writing = [];
    for (const group of groups) {
      group?.rows.forEach((row) => row.fail(error));
      group?.dispose();
    }
  }

  #dropCancelled(): void {
    for (const row of this.#waiting) row.endIfCancelled();
    const still = this.#waiting.filter(({ hasEnded }) => !hasEnded);
    this.#waiting.splice(0, this.#waiting.length, ...still);
  }

  async #readPrompts(): Promise<void> {
    this.#reading ??= this.#admit();
    const group = this.#reading;
    if (group === undefined) return;
    const unread = Math.max(...group.rows.map((row) => group.unread(row)));
    if (unread > 1) await group.feed(chunkSizeFor(unread));
    if (this.#reading !== group) return; // given up meanwhile
    if (group.rows.some((row) => group.unread(row) > 1)) return;
    if (this.#limits.alone) this.#writing = [...this.#writing, group];
    else this.#regroup([...this.#writing, group]);
    this.#reading = undefined; // not before: where regrouping fails, its rows must hear of it
  }

  async #writeToken(group: RowGroup): Promise<void> {
    if (!this.#writing.includes(group)) return; // given up meanwhile
    await group.feed(1);
    if (!this.#writing.includes(group)) return;
    const left = group.rows.length;
    if (left === 0) {
      this.#writing = this.#writing.filter((other) => other !== group);
      group.dispose();
    } else if (batchSize(left) <= group.size / 4) this.#regroup([group]);
  }

  /** All living rows of these groups are written from now on. */
  #regroup(groups: readonly RowGroup[]): void {
    const isEmpty = groups.every(({ rows }) => rows.length === 0);
    this.#writing = isEmpty ? [] : [RowGroup.merged(this.#shared, groups)];
    groups.forEach((group) => group.dispose());
  }

  /**
   * The first that waits and those that have chunks of the same size to read. None of them while there is no room for
   * the first: smaller ones would pass it for as long as they come. Of those that begin alike one is read first.
   */
  #admit(): RowGroup | undefined {
    const [first] = this.#waiting;
    if (first === undefined || !this.#hasRoom([first])) return undefined;
    const living = this.#writing.flatMap(({ sequences }) => sequences);
    const found = new Map(this.#waiting.map((row) => [row, this.#shared.prefixes.find(row.request, living)]));
    const unread = (row: AnswerRow): number => row.ids.length - (found.get(row)?.length ?? 0);
    const chunk = chunkSizeFor(unread(first));
    const alike = this.#waiting.filter(
      (row) => row === first || (unread(row) <= largestChunk && chunkSizeFor(unread(row)) === chunk),
    );
    const isSingle = this.#limits.alone || unread(first) > largestChunk;
    const most = isSingle ? 1 : Math.max(1, Math.floor(mostTokensRead / chunk));
    const admitted: AnswerRow[] = [];
    for (const row of alike) {
      if (admitted.length === most) break;
      const read = row.ids.length - unread(row);
      const soonRead = Math.max(
        0,
        ...admitted.map((other) => this.#shared.prefixes.shared(row.request, other.request)),
      );
      if (soonRead - read < worthWaiting && this.#hasRoom([...admitted, row])) admitted.push(row);
    }
    this.#waiting.splice(0, this.#waiting.length, ...this.#waiting.filter((row) => !admitted.includes(row)));
    const rows = admitted.map((answer) => ({ answer, read: found.get(answer) }));
    for (const { answer, read } of rows) answer.start(read?.length ?? 0);
    const longest = Math.max(...admitted.map(({ ids }) => ids.length));
    return this.#open(rows, rowCapacity(longest, this.#shared.contextLength));
  }

  /** A failure ends these rows, and no others. */
  #open(rows: readonly NewRow[], capacity: number): RowGroup | undefined {
    try {
      return RowGroup.fresh(this.#shared, rows, capacity);
    } catch (thrown) {
      rows.forEach(({ answer }) => answer.fail(toGraftError(thrown)));
      return undefined;
    }
  }

  #hasRoom(more: readonly AnswerRow[]): boolean {
    const rows = [...this.#rows(), ...more];
    if (rows.length === 1) return true;
    const capacity = rowCapacity(Math.max(...rows.map(({ longest }) => longest)), this.#shared.contextLength);
    const bytes = batchSize(rows.length) * this.#shared.caches.rowBytes(capacity);
    return rows.length <= this.#limits.maxRows && bytes <= this.#limits.maxCacheBytes;
  }
}

/** The smallest that holds what remains, or the largest. */
function chunkSizeFor(remaining: number): number {
  return chunkSizes.find((size) => size >= remaining) ?? largestChunk;
}
