/** Which of two or three is the bigger, the older or the sweeter: animals beside things, foods, numbers of years. */
import { choose, chooseSome } from '../random.ts';
import type { Random } from '../random.ts';
import { animals } from './animals.ts';
import { foods, isSingular } from './foods.ts';
import { owners } from './numbers.ts';
import { capitalise, readTable, withArticle } from './topic.ts';
import type { Conversation, Topic } from './topic.ts';

/** By the animals' measure, from 1 (an ant) to 12 (a whale). */
const thingSizes = readTable(
  ['name', 'size'],
  `
  coin  | 1
  key   | 1
  spoon | 2
  cup   | 2
  book  | 3
  hat   | 3
  ball  | 4
  pot   | 4
  chair | 6
  table | 7
  bed   | 8
  boat  | 9
  car   | 9
  house | 12
  ship  | 12
  train | 12
  `,
);
const bodies = [
  ...animals.map(({ name, size }) => ({ name, size: Number(size) })),
  ...thingSizes.map(({ name, size }) => ({ name, size: Number(size) })),
];
/** Below this an answer would be a matter of opinion. */
const leastDifference = 2;

const the = (name: string): string => capitalise(withArticle(name));

interface Body {
  readonly name: string;
  readonly size: number;
}

/** Of different sizes, in random order. */
function drawBodies(count: 2 | 3, random: Random): readonly Body[] {
  const drawn = chooseSome(bodies, count, random);
  const sizes = drawn.map(({ size }) => size).sort((a, b) => a - b);
  const isClear = sizes.every((size, index) => index === 0 || size - (sizes[index - 1] ?? 0) >= leastDifference);
  return isClear ? drawn : drawBodies(count, random);
}

function ofTwo(random: Random): Conversation {
  const drawn = drawBodies(2, random);
  const [one = '', other = ''] = drawn.map(({ name }) => name);
  const [small = '', big = ''] = [...drawn].sort((a, b) => a.size - b.size).map(({ name }) => name);
  const [a, b] = [withArticle(one), withArticle(other)];
  const [word, first, second] = random() < 0.6 ? ['bigger', big, small] : ['smaller', small, big];
  const answer = `${the(first)} is ${word} than ${withArticle(second)}.`;
  if (random() < 0.25) {
    const isSo = one === first;
    const said = isSo ? `Yes, ${a} is ${word} than ${b}.` : `No, ${a} is not ${word} than ${b}.`;
    return { user: `Is ${a} ${word} than ${b}?`, assistant: said };
  }
  const questions = [
    `Which is ${word}, ${a} or ${b}?`,
    `Which of the two is ${word}, ${a} or ${b}?`,
    `What is ${word}, ${a} or ${b}?`,
    `Tell me which is ${word}, ${a} or ${b}.`,
    `Is ${a} or ${b} ${word}?`,
    `Compare ${a} and ${b}. Which is ${word}?`,
  ];
  return { user: choose(questions, random), assistant: answer };
}

function ofThree(random: Random): Conversation {
  const drawn = drawBodies(3, random);
  const [a, b, c] = drawn.map(({ name }) => withArticle(name));
  const sorted = [...drawn].sort((one, other) => one.size - other.size).map(({ name }) => name);
  const [word, name] = random() < 0.6 ? ['biggest', sorted.at(-1)] : ['smallest', sorted[0]];
  return {
    user: choose([`Which is the ${word}: ${a}, ${b} or ${c}?`, `What is the ${word}, ${a}, ${b} or ${c}?`], random),
    assistant: `${the(name ?? '')} is the ${word} of the three.`,
  };
}

const sweet = foods.filter(({ taste, kind }) => taste.endsWith('sweet') && kind !== 'vegetable');
const notSweet = foods.filter(({ taste }) => /sour|salty|sharp|bitter/.test(taste));

function sweetness(random: Random): Conversation {
  const [much, little] = [choose(sweet, random), choose(notSweet, random)];
  const [a, b] = chooseSome([much.name, little.name], 2, random);
  return {
    user: choose([`What is sweeter, ${a} or ${b}?`, `What tastes sweeter, ${a} or ${b}?`], random),
    assistant: `${capitalise(much.name)} ${isSingular(much) ? 'is' : 'are'} sweeter than ${little.name}.`,
  };
}

function ages(random: Random): Conversation {
  const [one = '', other = ''] = chooseSome(owners, 2, random);
  const [a = 0, b = 0] = chooseSome([3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 2, random);
  const word = random() < 0.5 ? 'older' : 'younger';
  const [who, whom] = a > b === (word === 'older') ? [one, other] : [other, one];
  return {
    user: `${one} is ${a} years old, and ${other} is ${b} years old. Who is ${word}?`,
    assistant: `${who} is ${word} than ${whom}.`,
  };
}

export const comparisonTopics: readonly Topic[] = [
  { name: 'sizes of two', share: 5, draw: ofTwo },
  { name: 'sizes of three', share: 1, draw: ofThree },
  { name: 'sweetness', share: 0.7, draw: sweetness },
  { name: 'ages', share: 1, draw: ages },
];
