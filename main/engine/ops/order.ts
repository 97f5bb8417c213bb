/**
 * Execution order for memory. A recorded graph runs every op as soon as its inputs are there, so what a backward pass
 * recomputes would run (and stay alive) during the forward pass. `runAfter` holds it back until given tensors exist.
 * Backends that run eagerly are in program order anyway.
 */
import type { Tensor } from '../tf.ts';

export type RunAfter = <T>(after: readonly Tensor[], body: () => T) => T;

const inProgramOrder: RunAfter = (_after, body) => body();
let current: RunAfter = inProgramOrder;

/** Set by a backend when it becomes the current one. */
export function setExecutionOrder(runAfter: RunAfter | null): void {
  current = runAfter ?? inProgramOrder;
}

/** Runs `body`; what it computes starts only after all of `after` has been computed. */
export function runAfter<T>(after: readonly Tensor[], body: () => T): T {
  return current(after, body);
}
