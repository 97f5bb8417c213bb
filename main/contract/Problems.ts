/**
 * Collects everything that is wrong, to be told at once; a single error of its own kind keeps its code, and what cannot
 * be at all is `unsupported`.
 */
import { GraftError, type Problem, problemOf, saidOf, toGraftError } from './errors.ts';
import { verbatim } from './words/words.ts';
import { runRequestWords as words } from './words/runRequests.ts';
import { commonWords } from './words/common.ts';

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
    const only =
      first.field === ''
        ? (first.reason ?? verbatim(first.message))
        : commonWords.ofField({ field: first.field, problem: saidOf(first) });
    const message = this.#all.length === 1 ? only : words.severalWrong({ count: this.#all.length });
    const code = this.#all.every((problem) => problem.code === 'unsupported') ? 'unsupported' : 'invalid';
    throw new GraftError(code, message, { field: first.field, problems: this.#all, remedy: words.changeNamed() });
  }
}
