/** JSON files that others wrote: strict UTF-8, a size limit, no key twice in one object, no endless nesting. */
import { readFileSync, statSync } from 'node:fs';
import { GraftError, toGraftError } from '../contract/errors.ts';
import { findJsonTrap } from './jsonTraps.ts';
import { fileWords } from '../contract/words/files.ts';
import type { Said } from '../contract/words/words.ts';
import { valueWords } from '../contract/words/values.ts';

const maxJsonBytes = 1 << 28;

/**
 * Reads a file that must hold one JSON object. A leading byte order mark is skipped. Throws GraftError naming the file.
 */
export function readJsonObject(path: string): Readonly<Record<string, unknown>> {
  const text = readText(path);
  const value = parseJson(text, path);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw notHolding(path, fileWords.noJsonObject());
  return Object.fromEntries(Object.entries(value));
}

function parseJson(text: string, path: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw notHolding(
      path,
      error instanceof Error ? valueWords.jsonFault({ why: error.message }) : fileWords.noJson(),
      error,
    );
  }
  const trap = findJsonTrap(text);
  if (trap !== undefined) throw notHolding(path, trap);
  return value;
}

function readText(path: string): string {
  let bytes: Uint8Array;
  try {
    const { size } = statSync(path);
    if (size > maxJsonBytes) throw notHolding(path, fileWords.tooLarge({ bytes: size }));
    bytes = readFileSync(path);
  } catch (error) {
    throw toGraftError(error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw notHolding(path, fileWords.noUtf8(), error);
  }
}

function notHolding(file: string, why: string | Said, cause?: unknown): GraftError {
  return new GraftError('invalid', fileWords.unreadable({ file, why }), { file, remedy: fileWords.saveAgain() }, cause);
}
