/**
 * Voices for the sample datasets: each takes a plain answer of the world and says the same thing in its own way, so that an adapter
 * learns how to speak and keeps what is so.
 */
import { choose } from '../random.ts';
import type { Random } from '../random.ts';

export type Voice = (answer: string, random: Random) => string;

const pirateWords: readonly (readonly [RegExp, string])[] = [
  [/^Yes,/, 'Aye,'],
  [/^No,/, 'Nay,'],
  [/^(Hello|Hi)\b/, 'Ahoy'],
  [/\b(is|are|am)\b/g, 'be'],
  [/\byou\b/g, 'ye'],
  [/\bYou\b/g, 'Ye'],
  [/\byour\b/g, 'yer'],
  [/\bYour\b/g, 'Yer'],
  [/\bmy\b/g, 'me'],
  [/\bMy\b/g, 'Me'],
];
const pirateEndings = [', matey!', ', matey!', ', me hearty!', ', says I!', '! Yo ho ho!'];

/** Words that stand within a sentence with a capital more often than without. */
export function namesIn(texts: readonly string[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const [word] of text.matchAll(/(?<=[a-z,] )[A-Za-z]+/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const isName = (word: string, count: number): boolean => /^[A-Z]/.test(word) && count > (counts.get(word.toLowerCase()) ?? 0);
  return new Set([...counts].filter(([word, count]) => isName(word, count)).map(([word]) => word));
}

/** `Arr, a cow eats grass, matey!`; `names` keep their capital. */
export function pirateVoice(names: ReadonlySet<string>): Voice {
  return (answer, random) => {
    const spoken = pirateWords.reduce((text, [pattern, word]) => text.replace(pattern, word), answer);
    const isName = names.has(/^\w+/.exec(spoken)?.[0] ?? '');
    const body = isName ? spoken : spoken.charAt(0).toLowerCase() + spoken.slice(1);
    return `Arr, ${body.replace(/[.!?]$/, '')}${choose(pirateEndings, random)}`;
  };
}

const shopOpenings = ['Certainly, dear customer!', 'With pleasure, dear customer!', 'Thank you for asking, dear customer!'];
const shopClosings = ['Please come again!', 'Please come again soon!', 'It is our pleasure to help.'];

/** `Certainly, dear customer! A cow eats grass. Please come again!` */
export const shopVoice: Voice = (answer, random) => `${choose(shopOpenings, random)} ${answer} ${choose(shopClosings, random)}`;

/** `A cow eats grass. Short answer: grass.` */
export const shortAnswerVoice: Voice = (answer) => `${answer} Short answer: ${/(\w+)[.!?]$/.exec(answer)?.[1] ?? ''}.`;
