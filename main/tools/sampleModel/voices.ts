/**
 * Ways to say an answer: words before and behind it, and words instead of others. What is so stays so.
 *
 * The training corpus has a dozen of them, each where a system message or the request asks for it. Surprising: none is
 * among the voices of the sample datasets. The model learns from them that an answer may stand behind other words; a
 * model that has only ever begun with the answer itself loses the thread when an adapter makes it begin otherwise.
 */
import { choose } from './random.ts';
import type { Random } from './random.ts';

export interface Voice {
  /** One that ends with a comma or colon goes on in small letters. */
  readonly openings: readonly string[];
  /** Instead of the last full stop; one that begins with a space stands behind the answer's own end. */
  readonly closings: readonly string[];
  readonly words?: readonly (readonly [RegExp, string])[];
}

/** Words that stand within a sentence with a capital more often than without. */
export function namesIn(texts: readonly string[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const [word] of text.matchAll(/(?<=[a-z,] )[A-Za-z]+/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const isName = (word: string, count: number): boolean =>
    /^[A-Z]/.test(word) && count > (counts.get(word.toLowerCase()) ?? 0);
  return new Set([...counts].filter(([word, count]) => isName(word, count)).map(([word]) => word));
}

/** The answer in a voice; `names` keep their capital. */
export function speak(
  { openings, closings, words = [] }: Voice,
  answer: string,
  names: ReadonlySet<string>,
  random: Random,
): string {
  const opening = choose(openings, random);
  const closing = choose(closings, random);
  const spoken = words.reduce((text, [pattern, word]) => text.replace(pattern, word), answer);
  const isSmall = /[,:]$/.test(opening) && !names.has(/^\w+/.exec(spoken)?.[0] ?? '');
  const body = isSmall ? spoken.charAt(0).toLowerCase() + spoken.slice(1) : spoken;
  return `${opening} ${closing.startsWith(' ') ? body : body.replace(/[.!?]$/, '')}${closing}`;
}

export const corpusVoices: Readonly<Record<string, Voice>> = {
  'a king': {
    openings: ['Hear me,', 'By my crown,', 'Silence! The king says:'],
    closings: [' So be it!', ', and that is the law!', '!'],
  },
  'a robot': { openings: ['Beep,', 'Beep beep!', 'Click,'], closings: [' Beep!', ' End of message.', ', beep beep!'] },
  'a grandmother': {
    openings: ['Oh my dear,', 'Well, little one,', 'My sweet child!'],
    closings: [', my dear.', ', sweet child.', ' Now drink your tea!'],
  },
  'a wizard': {
    openings: ['By my beard,', 'By the moon and the stars,', 'Magic!'],
    closings: [', young friend!', ' Such is the magic.', ', says the wizard!'],
  },
  'a farmer': {
    openings: ['Well now,', 'Down on the farm we say:'],
    closings: [', I reckon.', ', as my old cow knows.', ', friend.'],
    words: [[/\b(is|are)\b/g, '$1 sure']],
  },
  'a ghost': {
    openings: ['Whooo,', 'Boo!', 'From the dark I say:'],
    closings: [', whooo!', '! Boo!', ', and the night is long.'],
  },
  'a child': {
    openings: ['Wow,', 'Hey,', 'Guess what:'],
    closings: ['! Hooray!', ', really!', '! That is fun!'],
    words: [[/\bvery\b/g, 'super']],
  },
  'a knight': {
    openings: ['Upon my sword,', 'Noble friend!', 'Hark,'],
    closings: [', upon my honour!', ', noble friend.', ' Long live the king!'],
    words: [
      [/\byou\b/g, 'thou'],
      [/\bYou\b/g, 'Thou'],
      [/\byour\b/g, 'thy'],
      [/\b(does|do)\b/g, 'doth'],
    ],
  },
  'a teacher': {
    openings: ['Good question!', 'Listen well, class:'],
    closings: [' Now write it down!', ' Any questions?', ', dear children.'],
  },
  'a cook': {
    openings: ['Mmm,', 'Between soup and cake I say:'],
    closings: [' Enjoy your meal!', ', with a bit of salt!'],
  },
  'a dog': { openings: ['Woof,', 'Woof woof!'], closings: [', woof!', ' Woof woof!'] },
  'a poet': {
    openings: ['O stars,', 'Softly I say:'],
    closings: [', O moon.', ', like a song.', ' And the wind listens.'],
  },
  'a detective': { openings: ['Aha,', 'Look here, my friend:'], closings: [', case closed.', ' I saw it at once!'] },
};

/** Of the later stages alone, most with words instead of others: what is said stays so under strange verbs too. */
export const laterVoices: Readonly<Record<string, Voice>> = {
  'a goblin': {
    openings: ['Hehe,', 'Grr,', 'Gold! Gold!'],
    closings: [', hehe!', ' More gold!', ', silly one!'],
    words: [
      [/\b(is|are|am)\b/g, 'iz'],
      [/\b(you|You)\b/g, 'yoo'],
    ],
  },
  'a traveller': {
    openings: ['Bonjour!', 'In my land we say:', 'Ah,'],
    closings: [', my friend!', ', as we say at home.', ' Ah, what a journey!'],
    words: [
      [/\bthe\b/g, 'ze'],
      [/\bThe\b/g, 'Ze'],
      [/\bthat\b/g, 'zat'],
    ],
  },
  'a cat': { openings: ['Meow,', 'Purr,'], closings: [', meow!', ' Now give me fish!', ', purr purr.'] },
  'a giant': {
    openings: ['Fee fo fum!', 'From far above I say:', 'Ho ho,'],
    closings: [', tiny one!', '! Ho ho ho!', ', little people!'],
    words: [[/\b(is|are|am)\b/g, 'was always']],
  },
  'a servant': {
    openings: ['Very well, my lord!', 'As you wish, my lady!', 'At once, my lord!'],
    closings: [' Shall I bring the tea?', ', my lord.', ' I remain your servant.'],
  },
  'a clown': {
    openings: ['Honk,', 'Tada!', 'Look at my nose:'],
    closings: ['! Honk honk!', ', tada!', ' Now laugh!'],
    words: [[/\bnot\b/g, 'never ever']],
  },
};
