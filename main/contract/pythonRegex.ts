/**
 * PEFT configurations hold Python regular expressions (target_modules, rank_pattern). They are read here as JavaScript
 * ones. They come out of downloaded files, so one that could backtrack for ever is refused before it is run.
 */
import { GraftError } from './errors.ts';
import { targetWords as words } from './words/targets.ts';
import type { Said } from './words/words.ts';

const maxPatternLength = 1000;
const maxUnboundedQuantifiers = 8;

/** The same expression in JavaScript. Throws GraftError('invalid' | 'unsupported') naming `field`. */
export function parsePythonRegex(pattern: string, field: string): RegExp {
  const danger = findBacktrackingDanger(pattern);
  if (danger) {
    throw new GraftError(
      'unsupported',
      words.dangerous({ field, pattern: JSON.stringify(pattern.slice(0, 80)), danger }),
      {
        field,
        remedy: words.listNames(),
      },
    );
  }
  try {
    return new RegExp(
      pattern
        .replaceAll('(?P<', '(?<')
        .replaceAll(/\(\?P=(\w+)\)/g, '\\k<$1>')
        .replaceAll('\\Z', '$')
        .replaceAll('\\A', '^'),
    );
  } catch (error) {
    throw new GraftError('invalid', words.noRegex({ field, pattern: JSON.stringify(pattern) }), { field }, error);
  }
}

/** Whether the whole of `text` matches, as Python's `re.fullmatch`. */
export function fullMatch(pattern: RegExp, text: string): boolean {
  return new RegExp(`^(?:${pattern.source})$`).test(text);
}

/**
 * Time of a match is exponential only where something repeated is itself repeated or has alternatives; that is looked
 * for.
 */
function findBacktrackingDanger(pattern: string): Said | undefined {
  if (pattern.length > maxPatternLength) return words.longerThan({ most: maxPatternLength });
  const groups: { risky: boolean }[] = [{ risky: false }];
  let closed: { risky: boolean } | undefined;
  let unbounded = 0;
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i] ?? '';
    const current = groups.at(-1) ?? { risky: false };
    const repeats = character === '*' || character === '+' || character === '{';
    if (repeats && closed?.risky) return words.repeatsGroup();
    if (repeats) {
      unbounded++;
      current.risky = true;
    }
    if (character === '|') current.risky = true;
    closed = undefined;
    if (character === '\\') i++;
    else if (character === '[') i = endOfClass(pattern, i);
    else if (character === '(') groups.push({ risky: false });
    else if (character === ')' && groups.length > 1) {
      closed = groups.pop();
      const outer = groups.at(-1);
      if (outer && closed?.risky) outer.risky = true;
    }
  }
  return unbounded > maxUnboundedQuantifiers ? words.manyRepeats({ most: maxUnboundedQuantifiers }) : undefined;
}

/** Position of the bracket that closes the character class opened at `start`. */
function endOfClass(pattern: string, start: number): number {
  for (let i = start + 2; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === ']') return i;
  }
  return pattern.length;
}
