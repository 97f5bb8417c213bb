/**
 * What every refusal of bad input owes: file, field and remedy named, our own fault never claimed, nothing half-written
 * left.
 */
import { expect } from 'vitest';
import type { Graft } from './Graft.ts';
import type { ErrorAnswer } from './jsonContract.ts';

export interface Refusal {
  readonly args: readonly string[];
  /** A part of the path that message or `file` must name. */
  readonly file?: string;
  /** What message, `field` or one of the problems must name. */
  readonly field?: RegExp;
}

export async function expectRefusal(graft: Graft, { args, file, field }: Refusal): Promise<ErrorAnswer> {
  const before = graft.listing();
  const error = await graft.refused(...args);
  const said = JSON.stringify(error);
  expect(error.code, said).not.toBe('internal');
  expect(error.remedy, said).toBeTruthy();
  if (file !== undefined) expect(`${error.file} ${error.message}`).toContain(file);
  const fields = [error.field, ...(error.problems ?? []).map((problem) => problem.field), error.message].join(' ');
  if (field !== undefined) expect(fields).toMatch(field);
  expect(graft.listing(), 'left behind').toEqual(before);
  return error;
}
