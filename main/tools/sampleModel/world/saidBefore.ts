/**
 * Questions whose answer stands in the request itself, and words to be said again. They teach the model to take a name
 * from the request rather than one that is like it.
 */
import { choose, chooseSome } from '../random.ts';
import type { Random } from '../random.ts';
import { animals } from './animals.ts';
import { foods } from './foods.ts';
import { owners } from './numbers.ts';
import { things } from './things.ts';
import { capitalise, enumerate, withArticle } from './topic.ts';
import type { Conversation, Topic } from './topic.ts';
import { capitals } from './words.ts';

const colours = ['red', 'blue', 'green', 'yellow', 'white', 'black', 'brown', 'grey', 'pink', 'purple'] as const;
const spots = ['under the table', 'on the shelf', 'behind the door', 'near the window', 'in the garden', 'in the box'];

const nameOf = ({ name }: { readonly name: string }): string => name;
const countries = capitals.map(({ country }) => country);
const possessions = [...animals.map(nameOf), ...things.map(nameOf).filter((name) => name !== 'soap')];
const words = [...possessions, ...foods.map(nameOf)];

const sayings: readonly ((random: Random) => Conversation)[] = [
  (random) => {
    const name = choose(owners, random);
    const user = choose([`My name is ${name}. What is my name?`, `I am ${name}. Who am I?`], random);
    return { user, assistant: `Your name is ${name}.` };
  },
  (random) => {
    const country = choose(countries, random);
    return { user: `I come from ${country}. Where do I come from?`, assistant: `You come from ${country}.` };
  },
  (random) => {
    const a = withArticle(choose(possessions, random));
    return { user: `I have ${a}. What do I have?`, assistant: `You have ${a}.` };
  },
  (random) => {
    const [colour, thing] = [choose(colours, random), choose(possessions, random)];
    const user = choose(
      [`My ${thing} is ${colour}. What colour is it?`, `I have a ${colour} ${thing}. What colour is it?`],
      random,
    );
    return { user, assistant: `Your ${thing} is ${colour}.` };
  },
  (random) => {
    const [one, other] = chooseSome(owners, 2, random);
    const [first, second] = chooseSome(foods, 2, random).map(nameOf);
    const [who, what] = random() < 0.5 ? [one, first] : [other, second];
    return {
      user: `${one} likes ${first}, and ${other} likes ${second}. What does ${who} like?`,
      assistant: `${who} likes ${what}.`,
    };
  },
  (random) => {
    const [one, other] = chooseSome(owners, 2, random);
    const [first, second] = chooseSome(possessions, 2, random).map(withArticle);
    const [who, what] = random() < 0.5 ? [one, first] : [other, second];
    return {
      user: `${one} has ${first}, and ${other} has ${second}. Who has ${what}?`,
      assistant: `${who} has ${what}.`,
    };
  },
  (random) => {
    const [thing, spot] = [choose(possessions, random), choose(spots, random)];
    return { user: `The ${thing} is ${spot}. Where is the ${thing}?`, assistant: `The ${thing} is ${spot}.` };
  },
  (random) => {
    const said = enumerate(chooseSome(words, random() < 0.5 ? 2 : 3, random));
    const user = choose([`Say after me: ${said}.`, `Repeat these words: ${said}.`, `Repeat: ${said}.`], random);
    return { user, assistant: `${capitalise(said)}.` };
  },
];

export const saidBeforeTopics: readonly Topic[] = [
  { name: 'said before', share: 6, draw: (random) => choose(sayings, random)(random) },
];
