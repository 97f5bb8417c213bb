/** An error as a person and as a script see it: what happened, why, what to do. */
import type { GraftError } from '../contract/errors.ts';
import type { Terminal } from './terminal.ts';

/** `{ error: { code, message, …data } }`. */
export function errorJson(error: GraftError): { readonly error: Readonly<Record<string, unknown>> } {
  return { error: { ...error.data, code: error.code, message: error.message } };
}

export function renderError({ message, data }: GraftError, terminal: Terminal): string {
  const problems = (data.problems ?? []).map(({ field, message: problem }) => `  ${field}: ${problem}`);
  const remedy = data.remedy === undefined ? [] : [`${terminal.cyan('→')} ${data.remedy}`];
  return [`${terminal.red('Error:')} ${message}`, ...problems, ...remedy].join('\n');
}
