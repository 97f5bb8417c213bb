/** An error as a person and as a script see it: what happened, why, what to do. */
import type { ErrorJson, GraftError } from '../contract/errors.ts';
import type { Said } from '../contract/words/words.ts';
import type { Terminal } from './terminal.ts';

/**
 * `{ error: { code, message, …data, reason, remedyReason } }`: the last two are codes with parameters, where there are
 * words.
 */
export function errorJson({ code, message, data, reason, remedyReason }: ErrorJson): {
  readonly error: Readonly<Record<string, unknown>>;
} {
  const first = { code, message };
  return { error: { ...first, ...data, ...first, ...coded('reason', reason), ...coded('remedyReason', remedyReason) } };
}

function coded(key: string, said: Said | undefined): Readonly<Record<string, object>> {
  return said === undefined ? {} : { [key]: { code: said.code, parameters: said.parameters } };
}

export function renderError({ message, data }: GraftError, terminal: Terminal): string {
  const several = (data.problems?.length ?? 0) > 1 ? (data.problems ?? []) : [];
  const problems = several.map(({ field, message: problem }) => `  ${field}: ${problem}`);
  const remedy = data.remedy === undefined ? [] : [`${terminal.cyan('→')} ${data.remedy}`];
  return [`${terminal.red('Error:')} ${message}`, ...problems, ...remedy].join('\n');
}
