/** Small sums, counting, and how many there are of this and that. */
import { choose } from '../random.ts';
import type { Random } from '../random.ts';
import { capitalise, factTopic, saidLines } from './topic.ts';
import type { Conversation, Topic } from './topic.ts';

const numerals = (
  'zero one two three four five six seven eight nine ten ' +
  'eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'
).split(' ');

const between = (least: number, most: number, random: Random): number =>
  least + Math.floor(random() * (most - least + 1));

/** Sums up to twenty; a question in figures is answered in figures, one in words in words. */
function sum(random: Random): Conversation {
  const isPlus = random() < 0.65;
  const [first, second] = [between(0, 10, random), between(0, 10, random)];
  const [a, b, result] = isPlus ? [first, second, first + second] : [first + second, second, first];
  const inWords = random() < 0.4;
  const say = (value: number): string => (inWords ? (numerals[value] ?? '') : String(value));
  const word = isPlus ? 'plus' : 'minus';
  const sign = !inWords && random() < 0.25 ? (isPlus ? '+' : '-') : word;
  const written = `${say(a)} ${sign} ${say(b)}`;
  const user = choose(
    [`What is ${written}?`, `How much is ${written}?`, `Can you tell me what ${written} is?`, `Add up: ${written}`],
    random,
  );
  return { user, assistant: `${capitalise(say(a))} ${word} ${say(b)} is ${say(result)}.` };
}

function neighbour(random: Random): Conversation {
  const value = between(1, 19, random);
  const isAfter = random() < 0.6;
  const inWords = random() < 0.5;
  const say = (number: number): string => (inWords ? (numerals[number] ?? '') : String(number));
  const answer = say(isAfter ? value + 1 : value - 1);
  const word = isAfter ? 'after' : 'before';
  const user = choose([`Which number comes ${word} ${say(value)}?`, `What comes ${word} ${say(value)}?`], random);
  return { user, assistant: `The number ${answer} comes ${word} ${say(value)}.` };
}

function larger(random: Random): Conversation {
  const [a, b] = [between(0, 20, random), between(0, 20, random)];
  if (a === b) return larger(random);
  const [word, big, small] =
    random() < 0.6 ? ['bigger', Math.max(a, b), Math.min(a, b)] : ['smaller', Math.min(a, b), Math.max(a, b)];
  return { user: `Which number is ${word}, ${a} or ${b}?`, assistant: `The number ${big} is ${word} than ${small}.` };
}

function counting(random: Random): Conversation {
  const last = between(3, 12, random);
  const words = numerals.slice(1, last + 1);
  const isBack = random() < 0.25;
  const listed = (isBack ? [...words].reverse() : words).join(', ');
  const name = random() < 0.5 ? String(last) : (numerals[last] ?? '');
  const user = isBack
    ? `Count down from ${name}.`
    : choose([`Count to ${name}.`, `Can you count to ${name}?`, `Please count to ${name}.`], random);
  return { user, assistant: `${capitalise(listed)}.` };
}

const purchases = ['apples', 'pears', 'eggs', 'nuts', 'coins', 'books', 'cups', 'pencils', 'balls', 'cakes'] as const;
/** People of small problems. */
export const owners = ['Anna', 'Ben', 'Clara', 'Tom', 'Mia', 'Leo', 'Lucy', 'Sam', 'Nora', 'Max'] as const;

function wordProblem(random: Random): Conversation {
  const [what, who] = [choose(purchases, random), choose(owners, random)];
  const [a, b] = [between(2, 6, random), between(1, 5, random)];
  const isPlus = random() < 0.6 || b >= a - 1;
  const result = isPlus ? a + b : a - b;
  const change = isPlus
    ? choose([`finds ${numerals[b]} more`, `gets ${numerals[b]} more`], random)
    : `gives away ${numerals[b]}`;
  const one = result === 1 ? what.slice(0, -1) : what;
  return {
    user: `${who} has ${numerals[a]} ${what} and ${change}. How many ${what} does ${who} have now?`,
    assistant: `Now ${who} has ${numerals[result]} ${one}.`,
  };
}

const howMany = saidLines(`
  How many days are there in a week? / How many days does a week have? => A week has seven days.
  How many months are there in a year? / How many months does a year have? => A year has twelve months.
  How many days are there in a year? / How many days does a year have? => A year has 365 days.
  How many hours are there in a day? / How many hours does a day have? => A day has 24 hours.
  How many minutes are there in an hour? / How many minutes does an hour have? => An hour has 60 minutes.
  How many seconds are there in a minute? / How many seconds does a minute have? => A minute has 60 seconds.
  How many seasons are there? / How many seasons does a year have? => A year has four seasons.
  How many weeks are there in a year? / How many weeks does a year have? => A year has 52 weeks.
  How many fingers do you have? / How many fingers does a hand have? / How many fingers are there on one hand? => A hand has five fingers.
  How many eyes do people have? / How many eyes does a person have? => A person has two eyes.
  How many legs do people have? / How many legs does a person have? => A person has two legs.
  How many wheels does a bicycle have? => A bicycle has two wheels.
  How many wheels does a car have? => A car has four wheels.
  How many sides does a triangle have? => A triangle has three sides.
  How many sides does a square have? => A square has four sides.
  How many corners does a square have? => A square has four corners.
  How many letters are there in the alphabet? / How many letters does the alphabet have? => The alphabet has 26 letters.
  How many eggs are there in a dozen? / How many is a dozen? / What is a dozen? => A dozen is twelve.
  What is half of ten? => Half of ten is five.
  What is half of eight? => Half of eight is four.
  What is half of twenty? => Half of twenty is ten.
  What is two times two? => Two times two is four.
  What is two times three? => Two times three is six.
  What is three times three? => Three times three is nine.
  What is two times five? => Two times five is ten.
`);

export const numberTopics: readonly Topic[] = [
  { name: 'sums', share: 9, draw: sum },
  { name: 'neighbours', share: 1.5, draw: neighbour },
  { name: 'larger numbers', share: 1, draw: larger },
  { name: 'counting', share: 1, draw: counting },
  { name: 'word problems', share: 2, draw: wordProblem },
  factTopic('how many', 2, howMany),
];
