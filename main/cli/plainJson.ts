/** What --json prints: English, and beside a message its code with parameters. */
import { type Said, isSaid } from '../contract/words/words.ts';

/** One line. Infinite and NaN become null. A sentence is its English; those beside a message are for scripts. */
export function plainJson(value: unknown): string {
  return JSON.stringify(plain(JSON.parse(JSON.stringify(value))));
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (isSaid(value)) return value.text;
  if (typeof value !== 'object' || value === null) return value;
  const isMessage = 'message' in value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      isMessage && reasonKeys.includes(key) ? withCode(field) : plain(field),
    ]),
  );
}

const reasonKeys = ['reason', 'remedyReason'];

function withCode(field: unknown): unknown {
  if (!isSaid(field)) return field;
  const { code, parameters } = field satisfies Said;
  return { code, parameters };
}
