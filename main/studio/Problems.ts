/** Collects everything that is wrong, to be told at once; a single error of its own kind keeps its code. */
import { GraftError, type Problem, problemOf, saidOf, toGraftError } from '../contract/errors.ts';

export class Problems {
  readonly #all: Problem[] = [];
  readonly #errors: GraftError[] = [];

  add(...problems: readonly Problem[]): void {
    this.#all.push(...problems);
  }

  /** What `work` gives, or its error among the problems. */
  try<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (thrown) {
      const error = toGraftError(thrown);
      this.take(error);
      return undefined;
    }
  }

  /** An error's own problems where it has some, else the error as one of them. */
  take(error: GraftError): void {
    this.#errors.push(error);
    this.#all.push(...(error.data.problems ?? [problemOf(error.data.field ?? '', saidOf(error))]));
  }

  throwIfAny(): void {
    const [first] = this.#all;
    if (first === undefined) return;
    const [error] = this.#errors;
    if (error !== undefined && this.#all.length === Math.max(1, error.data.problems?.length ?? 1)) throw error;
    const told = this.#all.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
    const message = told.length === 1 ? (told[0] ?? '') : `${told.length} things are wrong with this run.`;
    const remedy = 'Change what is named here; every option has a default that fits.';
    throw new GraftError('invalid', message, { field: first.field, problems: this.#all, remedy });
  }
}
