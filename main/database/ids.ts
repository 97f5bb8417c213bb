/**
 * Ids: nine characters of the time in milliseconds and four of chance, in Crockford's base 32 (no i, l, o, u), so that
 * they sort by creation and can be read aloud. Within one process a later id always sorts after an earlier one.
 */
import { randomInt } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const timeCharacters = 9; // 45 bits: enough until the year 3084
const chanceCharacters = 4;

let lastTime = 0;

/** A new id of 13 characters. `now` in milliseconds since 1970. */
export function newId(now: number = Date.now()): string {
  lastTime = Math.max(now, lastTime + 1);
  return base32(lastTime, timeCharacters) + base32(randomInt(32 ** chanceCharacters), chanceCharacters);
}

function base32(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) text = alphabet.charAt(rest % 32) + text;
  return text;
}
