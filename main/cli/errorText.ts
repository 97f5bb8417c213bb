/** An error as a person and as a script see it: what happened, why, what to do. */
import type { GraftError } from '../contract/errors.ts';
import type { Terminal } from './terminal.ts';

/** `{ error: { code, message, …data } }`. */
export function errorJson({ code, message, data }: Pick<GraftError, 'code' | 'message' | 'data'>): {
  readonly error: Readonly<Record<string, unknown>>;
} {
  const first = { code, message };
  return { error: { ...first, ...data, ...first } };
}

export function renderError({ message, data }: GraftError, terminal: Terminal): string {
  const several = (data.problems?.length ?? 0) > 1 ? (data.problems ?? []) : [];
  const problems = several.map(({ field, message: problem }) => `  ${field}: ${problem}`);
  const remedy = data.remedy === undefined ? [] : [`${terminal.cyan('→')} ${data.remedy}`];
  return [`${terminal.red('Error:')} ${message}`, ...problems, ...remedy].join('\n');
}
