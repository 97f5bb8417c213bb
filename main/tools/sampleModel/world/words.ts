/** Words and names: opposites, colours that are mixed, capitals, meanings. */
import { factsOf, factTopic, readTable, saidLines, withArticle } from './topic.ts';
import type { Topic } from './topic.ts';

const opposites =
  `hot cold, big small, long short, old new, fast slow, light dark, day night, happy sad, good bad, high low, hard soft,
  wet dry, rich poor, strong weak, open closed, early late, full empty, near far, heavy light, loud quiet, clean dirty, young old,
  up down, left right, in out, black white, first last, easy difficult, thick thin, warm cool, sweet sour, deep shallow, wide narrow,
  brave afraid, kind unkind, begin end, buy sell, give take, come go, love hate, win lose, laugh cry, push pull, above below,
  always never, before after, friend enemy, question answer, summer winter, east west, north south, king queen, boy girl, man woman`
    .split(',')
    .map((pair) => pair.trim().split(' '));

const oneWay = new Set(['light', 'old']);

const bothWays = ([first = '', second = '']: readonly string[]): readonly (readonly [string, string])[] => [
  [first, second],
  [second, first],
];

const oppositeFacts = factsOf(
  opposites
    .flatMap(bothWays)
    .filter(([word]) => !oneWay.has(word))
    .map(([word, other]) => ({ word, other })),
  `
  What is the opposite of {word}? / Tell me the opposite of {word}. / Which word is the opposite of {word}?
    / Give me the opposite of {word}. => The opposite of {word} is {other}.
  `,
);

const mixtures = readTable(
  ['one', 'other', 'result'],
  `
  red    | yellow | orange
  red    | blue   | purple
  blue   | yellow | green
  red    | white  | pink
  black  | white  | grey
  red    | green  | brown
  `,
);

const mixtureFacts = factsOf(
  mixtures.flatMap(({ one, other, result }) => bothWays([one, other]).map(([a, b]) => ({ a, b, result }))),
  `
  What do I get when I mix {a} and {b}? / Which colour do {a} and {b} make? / What colour is {a} mixed with {b}?
    / Mix {a} and {b}. => {A} and {b} make {result}.
  `,
);

export const capitals = readTable(
  ['country', 'capital', 'language', 'continent'],
  `
  France      | Paris      | French     | Europe
  England     | London     | English    | Europe
  Germany     | Berlin     | German     | Europe
  Italy       | Rome       | Italian    | Europe
  Spain       | Madrid     | Spanish    | Europe
  Portugal    | Lisbon     | Portuguese | Europe
  Greece      | Athens     | Greek      | Europe
  Austria     | Vienna     | German     | Europe
  Ireland     | Dublin     | English    | Europe
  Poland      | Warsaw     | Polish     | Europe
  Sweden      | Stockholm  | Swedish    | Europe
  Norway      | Oslo       | Norwegian  | Europe
  Russia      | Moscow     | Russian    | Europe
  Egypt       | Cairo      | Arabic     | Africa
  Kenya       | Nairobi    | English    | Africa
  Japan       | Tokyo      | Japanese   | Asia
  China       | Beijing    | Chinese    | Asia
  India       | Delhi      | Hindi      | Asia
  Canada      | Ottawa     | English    | America
  Mexico      | Mexico City | Spanish   | America
  Brazil      | Brasilia   | Portuguese | America
  the United States | Washington | English | America
  Australia   | Canberra   | English    | Australia
  `,
);

const capitalFacts = factsOf(
  capitals.map((each) => ({ ...each, within: each.country === each.continent ? '' : each.continent })),
  `
  What is the capital of {country}? / Which city is the capital of {country}? / Tell me the capital of {country}.
    / Name the capital of {country}. => The capital of {country} is {capital}.
  Where is {capital}? / In which country is {capital}? / Where does {capital} lie? => {capital} is in {country}.
  Which language do people speak in {country}? / What do people speak in {country}? / What is the language of {country}?
    => People in {country} speak {language}.
  Where is {country}? / On which continent is {country}? => {Country} is in {within}.
  Tell me about {capital}. / What is {capital}? => {capital} is the capital of {country}. People there speak {language}.
  Tell me about {country}. / What do you know about {country}? / Write about {country}.
    => The capital of {country} is {capital}. People there speak {language}.
  `,
);

const body = readTable(
  ['part', 'use'],
  `
  eyes  | see
  ears  | hear
  nose  | smell
  mouth | speak and eat
  hands | hold things
  legs  | walk
  teeth | bite
  feet  | stand
  `,
);

const bodyFacts = factsOf(
  body.map(({ part, use }) => {
    const isOne = part === 'nose' || part === 'mouth';
    return { part, use, are: isOne ? `is a ${part}` : `are ${part}`, such: isOne ? withArticle(part) : part };
  }),
  'What do we do with our {part}? / What {are} for? / Why do we have {such}? => We use our {part} to {use}.',
);

const meanings = saidLines(`
  What is courage? / What does courage mean? => Courage means that you do the right thing although you are afraid.
  What is a friend? / Who is a friend? => A friend is a person who likes you and helps you.
  What is a secret? => A secret is a thing that only a few people know.
  What is a story? => A story tells what happened to somebody.
  What is a poem? => A poem is a short text with a rhythm and often with rhymes.
  What is a song? => A song is music with words.
  What is a question? => A question is what you ask when you want to know something.
  What is a word? => A word is a small part of language that means something.
  What is a family? => A family is a group of people who belong together.
  What is money? / What is money for? => Money is what we use to buy things.
  What is a holiday? => A holiday is a day on which people do not work.
  What is a dream? => A dream is a story that you see when you sleep.
  What is peace? => Peace means that nobody fights.
  What is truth? => Truth is what is really so.
  What is time? => Time is what a clock shows.
  What is a computer? => A computer is a machine that works with numbers and words.
  What is a language model? / What is a model? => A language model is a program that guesses the next word.
  What is an adapter? / What does an adapter do? => An adapter is a small file that teaches a model a new way to speak.
  What is a house? / What is a house for? => A house is a place where people live.
  What is a shop? / What is a shop for? => A shop is a place where you can buy things.
  What is a library? => A library is a place where you can read and borrow books.
  What is a hospital? => A hospital is a place where sick people get help.
  What is a bridge? => A bridge is a road over a river.
  What is a road? => A road is a way for cars and people.
  What is a treasure? => A treasure is gold or another thing that is worth very much.
  What makes a good leader? / What is a good leader? => A good leader listens, decides and is fair.
  What makes a good friend? / What is a good friend? => A good friend listens to you and helps you.
  What makes a good day? / What is a good day? => A good day has a little work, good food and a friend.
  What makes people happy? / How can I be happy? => Good friends, good food and enough sleep make people happy.
  What makes a good story? => A good story has a problem and a happy end.
  Why is reading good? => Reading is good because you learn new words.
  What do bees make? => Bees make honey.
  What do hens lay? => Hens lay eggs.
  What do cows give us? => Cows give us milk.
  What do sheep give us? => Sheep give us wool.
  What is bread made of? / What do I need to make bread? => Bread is made of flour and water.
  What is butter made of? => Butter is made of milk.
  What is a window made of? => A window is made of glass and wood.
`);

export const wordTopics: readonly Topic[] = [
  factTopic('opposites', 4, oppositeFacts),
  factTopic('colours', 1, mixtureFacts),
  factTopic('countries', 4, capitalFacts),
  factTopic('body', 0.7, bodyFacts),
  factTopic('meanings', 3, meanings),
];
