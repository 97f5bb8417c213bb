/** Assertions about errors that are worded for people. */
import { expect } from 'vitest';
import { GraftError } from '../../main/contract/errors.ts';

/** Runs `action`, which must throw a GraftError, and gives it back. */
export function graftErrorOf(action: () => unknown): GraftError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(GraftError);
    if (error instanceof GraftError) return error;
  }
  throw new Error('no error was thrown');
}

export async function graftErrorOfAsync(action: () => Promise<unknown>): Promise<GraftError> {
  const outcome = await action().then(
    () => undefined,
    (error: unknown) => error,
  );
  return graftErrorOf(() => {
    throw outcome;
  });
}

/** What every parser owes for hostile bytes: a result, or a GraftError that is not our own bug. */
export function parsesOrRefuses(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof GraftError) || error.code === 'internal') throw error;
  }
}
