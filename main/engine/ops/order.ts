/**
 * Execution order for memory, and what need not run at all. A recorded graph runs every op as soon as its inputs are
 * there, so what a backward pass recomputes would run (and stay alive) during the forward pass: `runAfter` holds it
 * back until given tensors exist. Backends that run eagerly are in program order anyway.
 */
import type { Tensor } from '../tf.ts';

export type RunAfter = <T>(after: readonly Tensor[], body: () => T) => T;

/** Computes outputs from `given`, and from what is constant; of `given` at least one each. */
export type Body = (given: readonly Tensor[]) => readonly Tensor[];

/** `then(given)` where `condition` (a scalar) is not zero, else `otherwise(given)`; both give tensors of one shape. */
export type Choose = (
  condition: Tensor,
  given: readonly Tensor[],
  bodies: { readonly then: Body; readonly otherwise: Body },
) => readonly Tensor[];

export interface ExecutionOrder {
  /** Whether ops become a graph, which keeps of its tensors what its own ops still read. */
  readonly isRecorded: boolean;
  readonly runAfter: RunAfter;
  /** Absent where a value cannot decide what runs. */
  readonly choose?: Choose | undefined;
}

const inProgramOrder: RunAfter = (_after, body) => body();
const asWritten: ExecutionOrder = { isRecorded: false, runAfter: inProgramOrder };
let current = asWritten;

/** Set by a backend when it becomes the current one. */
export function setExecutionOrder(order: Partial<ExecutionOrder>): void {
  current = { ...asWritten, ...order };
}

export function executionOrder(): ExecutionOrder {
  return current;
}

/** Runs `body`; what it computes starts only after all of `after` has been computed. */
export function runAfter<T>(after: readonly Tensor[], body: () => T): T {
  return current.runAfter(after, body);
}
