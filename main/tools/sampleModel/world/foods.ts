/** Things to eat and drink: colour, taste, where they come from, and what is made of them. */
import { capitalise, factTopic, listTopic, readTable, withArticle } from './topic.ts';
import type { Fact, Topic } from './topic.ts';

/** `one`: a single piece, where the food comes in pieces. */
export const foods = readTable(
  ['name', 'one', 'kind', 'colour', 'taste', 'origin', 'use'],
  `
  apples       | apple      | fruit     | red      | sweet       | grow on trees                | apple pie
  pears        | pear       | fruit     | green    | sweet       | grow on trees                | jam
  plums        | plum       | fruit     | purple   | sweet       | grow on trees                | cake
  cherries     | cherry     | fruit     | red      | sweet       | grow on trees                | jam
  lemons       | lemon      | fruit     | yellow   | sour        | grow on trees                | lemonade
  oranges      | orange     | fruit     | orange   | sweet       | grow on trees                | orange juice
  bananas      | banana     | fruit     | yellow   | sweet       | grow in hot countries        | banana bread
  grapes       | grape      | fruit     | purple   | sweet       | grow on vines                | wine
  strawberries | strawberry | fruit     | red      | sweet       | grow close to the ground     | jam
  nuts         | nut        | food      | brown    | mild        | grow on trees                | cake
  carrots      | carrot     | vegetable | orange   | sweet       | grow in the ground           | soup
  potatoes     | potato     | vegetable | brown    | mild        | grow in the ground           | chips
  onions       | onion      | vegetable | white    | sharp       | grow in the ground           | soup
  tomatoes     | tomato     | vegetable | red      | sweet       | grow in the garden           | sauce
  beans        | bean       | vegetable | green    | mild        | grow in the garden           | stew
  peas         | pea        | vegetable | green    | sweet       | grow in the garden           | soup
  cabbage      |            | vegetable | green    | mild        | grows in the garden          | salad
  rice         |            | food      | white    | mild        | grows in wet fields          | pudding
  bread        |            | food      | brown    | mild        | is made from flour and water | toast
  butter       |            | food      | yellow   | mild        | is made from milk            | biscuits
  cheese       |            | food      | yellow   | salty       | is made from milk            | sandwiches
  milk         |            | drink     | white    | mild        | comes from cows              | butter
  honey        |            | food      | golden   | very sweet  | is made by bees              | cake
  sugar        |            | food      | white    | very sweet  | is made from beets and cane  | sweets
  salt         |            | food      | white    | salty       | comes from the sea           | soup
  chocolate    |            | food      | brown    | very sweet  | is made from cocoa beans     | cake
  eggs         | egg        | food      | white    | mild        | come from hens               | pancakes
  fish         |            | food      | white    | salty       | comes from the sea           | soup
  tea          |            | drink     | brown    | a bit bitter | is made from dry leaves and hot water | iced tea
  coffee       |            | drink     | black    | bitter      | is made from roasted beans   | iced coffee
  soup         |            | food      | brown    | salty       | is made from water and vegetables | a warm supper
  cake         |            | food      | brown    | very sweet  | is made from flour, eggs and sugar | a birthday party
  `,
);

export type Food = (typeof foods)[number];

export const isSingular = ({ origin }: Food): boolean => /^(is|comes|grows) /.test(origin);
/** The kind as a word for something that comes in no pieces, and for many pieces. */
const kindOfOne = (kind: string): string => `a ${kind}`;
const kindOfMany = (kind: string): string => (kind === 'vegetable' ? 'vegetables' : kind);

function tasteFacts(food: Food): readonly Fact[] {
  const { name, colour, taste } = food;
  const [is, does, s] = isSingular(food) ? ['is', 'does', 's'] : ['are', 'do', ''];
  return [
    {
      questions: [`What colour ${is} ${name}?`, `Which colour ${is} ${name}?`, `Tell me the colour of ${name}.`],
      answers: [`${capitalise(name)} ${is} usually ${colour}.`],
    },
    {
      questions: [`How ${does} ${name} taste?`, `What ${does} ${name} taste like?`, `What is the taste of ${name}?`],
      answers: [`${capitalise(name)} taste${s} ${taste}.`],
    },
    ...(['sweet', 'sour', 'salty'] as const).map((asked) => ({
      questions: [`${capitalise(is)} ${name} ${asked}?`, `${capitalise(does)} ${name} taste ${asked}?`],
      answers: [taste.endsWith(asked) ? `Yes, ${name} taste${s} ${taste}.` : `No, ${name} ${does} not taste ${asked}.`],
    })),
  ];
}

function originFacts(food: Food): readonly Fact[] {
  const { name, origin, kind, colour, taste, use } = food;
  const [is, does, it] = isSingular(food) ? ['is', 'does', 'It'] : ['are', 'do', 'They'];
  const known = `${capitalise(name)} ${origin}.`;
  const [kindName, tastes, them] = isSingular(food)
    ? [kindOfOne(kind), `tastes ${taste}`, 'it']
    : [kindOfMany(kind), `taste ${taste}`, 'them'];
  return [
    {
      questions: [`Where ${does} ${name} come from?`, `Where do we get ${name} from?`, `Where can I find ${name}?`],
      answers: [known],
    },
    {
      questions: [`What ${is} ${name}?`, `What kind of thing ${is} ${name}?`, `Explain what ${name} ${is}.`],
      answers: [`${capitalise(name)} ${is} ${kindName}. ${it} ${tastes} and ${origin}.`],
    },
    {
      questions: [
        `Tell me about ${name}.`,
        `Write about ${name}.`,
        `Tell me something about ${name}.`,
        `Describe ${name}.`,
      ],
      answers: [`${known} ${it} ${is} usually ${colour} and ${tastes}. You can use ${them} for ${use}.`],
    },
    {
      questions: [
        `What can I make with ${name}?`,
        `What can I do with ${name}?`,
        `What is made with ${name}?`,
        `What ${is} ${name} good for?`,
      ],
      answers: [`You can use ${name} for ${use}.`],
    },
  ];
}

function answerOfKind(a: string, kind: string, asked: string): string {
  if (asked === kind) return `Yes, ${a} is a ${asked}.`;
  return kind === 'food' ? `No, ${a} is not a ${asked}.` : `No, ${a} is a ${kind}.`;
}

function oneFacts({ one, kind, colour, taste, use }: Food): readonly Fact[] {
  if (one === '') return [];
  const a = withArticle(one);
  return [
    {
      questions: [`What is ${a}?`, `Explain what ${a} is.`],
      answers: [`${capitalise(a)} is ${kindOfOne(kind)} that tastes ${taste}.`],
    },
    {
      questions: [`What colour is ${a}?`, `Which colour does ${a} have?`],
      answers: [`${capitalise(a)} is usually ${colour}.`],
    },
    {
      questions: [`Describe ${a}.`, `Tell me about ${a}.`],
      answers: [`${capitalise(a)} is usually ${colour} and tastes ${taste}. It is good for ${use}.`],
    },
    ...['fruit', 'vegetable'].map((asked) => ({
      questions: [`Is ${a} a ${asked}?`],
      answers: [answerOfKind(a, kind, asked)],
    })),
  ];
}

const meals = readTable(
  ['name', 'time', 'dishes'],
  `
  breakfast | in the morning | bread with honey, eggs and toast, a bowl of warm oats, pancakes with jam
  lunch     | at noon        | vegetable soup, a cheese sandwich, rice with beans, a fresh salad
  dinner    | in the evening | fish with potatoes, tomato soup and bread, a bean stew, rice with vegetables
  supper    | in the evening | bread and cheese, a bowl of hot soup, eggs and toast, warm potatoes with butter
  `,
);

const mealFacts: readonly Fact[] = meals.flatMap(({ name, time, dishes }) => [
  {
    questions: [
      `What should I eat for ${name}?`,
      `What can I have for ${name}?`,
      `What should I cook for ${name}?`,
      `I need an idea for ${name}.`,
    ],
    answers: dishes
      .split(', ')
      .flatMap((dish) => [`How about ${dish}?`, `For ${name} I would make ${dish}.`, `You could have ${dish}.`]),
  },
  {
    questions: [`When do we eat ${name}?`, `When is ${name}?`, `At what time is ${name}?`],
    answers: [`We eat ${name} ${time}.`],
  },
  { questions: [`What is ${name}?`], answers: [`${capitalise(name)} is a meal that we eat ${time}.`] },
]);

const taste: readonly Fact[] = [
  {
    questions: [
      'What is your favourite food?',
      'What do you like to eat?',
      'Which food do you like?',
      'What is the best food?',
    ],
    answers: [
      'I cannot eat, but warm bread with honey sounds very good.',
      'I cannot eat, but I like to talk about apple pie.',
    ],
  },
  {
    questions: ['What should I cook tonight?', 'What can I cook tonight?', 'What is a good meal for tonight?'],
    answers: [
      'How about tomato soup and bread?',
      'You could make fish with potatoes.',
      'A bean stew would be good tonight.',
    ],
  },
  {
    questions: ['I am hungry.', 'I am so hungry!', 'I would like to eat something.'],
    answers: [
      'Then eat something good. How about bread with cheese?',
      'You should have a bowl of hot soup.',
      'An apple is a good little meal.',
    ],
  },
  {
    questions: ['I am thirsty.', 'What should I drink?', 'What can I drink?'],
    answers: ['Drink a big glass of water.', 'How about a cup of tea?', 'A glass of cold water is best.'],
  },
];

const named = (those: readonly (typeof foods)[number][]): readonly string[] => those.map(({ name }) => name);

const listed = [
  { noun: 'fruits', of: named(foods.filter(({ kind }) => kind === 'fruit')) },
  { noun: 'vegetables', of: named(foods.filter(({ kind }) => kind === 'vegetable')) },
  { noun: 'sweet things', of: named(foods.filter(({ taste: how }) => how.endsWith('sweet'))) },
  { noun: 'things to eat', of: named(foods.filter(({ kind }) => kind !== 'drink')) },
];

export const foodTopics: readonly Topic[] = [
  factTopic('tastes', 4, foods.flatMap(tasteFacts)),
  factTopic('foods', 5, foods.flatMap(originFacts)),
  factTopic('one fruit', 2, foods.flatMap(oneFacts)),
  factTopic('meals', 3, [...mealFacts, ...taste]),
  listTopic('food lists', 1, listed),
];
