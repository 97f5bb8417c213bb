/** Things to eat and drink: colour, taste, where they come from, and what is made of them. */
import { factsOf, factTopic, listTopic, readTable, saidLines, withArticle } from './topic.ts';
import type { Fact, Places, Topic } from './topic.ts';

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
/** What is said of a food, with the words that go with one or with many. */
function placesOf(food: Food): Places {
  const places = { ...food, aKind: `a ${food.kind}`, a: food.one && withArticle(food.one) };
  return isSingular(food)
    ? { ...places, is: 'is', does: 'does', tastes: 'tastes', it: 'it', them: 'it', itsKind: places.aKind }
    : { ...places, is: 'are', does: 'do', tastes: 'taste', it: 'they', them: 'them', itsKind: kindOfMany(food.kind) };
}
const kindOfMany = (kind: string): string => (kind === 'vegetable' ? 'vegetables' : kind);

function tasteFacts(food: Food): readonly Fact[] {
  const places = placesOf(food);
  const asked = (word: string): readonly Fact[] =>
    factsOf(
      [{ ...places, asked: word }],
      food.taste.endsWith(word)
        ? '{Is} {name} {asked}? / {Does} {name} taste {asked}? => Yes, {name} {tastes} {taste}.'
        : '{Is} {name} {asked}? / {Does} {name} taste {asked}? => No, {name} {does} not taste {asked}.',
    );
  const facts = factsOf(
    [places],
    `
    What colour {is} {name}? / Which colour {is} {name}? / Tell me the colour of {name}.
      => {Name} {is} usually {colour}.
    How {does} {name} taste? / What {does} {name} taste like? / What is the taste of {name}? => {Name} {tastes} {taste}.
    `,
  );
  return [...facts, ...['sweet', 'sour', 'salty'].flatMap(asked)];
}

const originFacts = factsOf(
  foods.map(placesOf),
  `
  Where {does} {name} come from? / Where do we get {name} from? / Where can I find {name}? => {Name} {origin}.
  What {is} {name}? / What kind of thing {is} {name}? / Explain what {name} {is}.
    => {Name} {is} {itsKind}. {It} {tastes} {taste} and {origin}.
  Tell me about {name}. / Write about {name}. / Tell me something about {name}. / Describe {name}.
    => {Name} {origin}. {It} {is} usually {colour} and {tastes} {taste}. You can use {them} for {use}.
  What can I make with {name}? / What can I do with {name}? / What is made with {name}? / What {is} {name} good for?
    => You can use {name} for {use}.
  `,
);

function answerOfKind(a: string, kind: string, asked: string): string {
  if (asked === kind) return `Yes, ${a} is a ${asked}.`;
  return kind === 'food' ? `No, ${a} is not a ${asked}.` : `No, ${a} is a ${kind}.`;
}

function oneFacts(food: Food): readonly Fact[] {
  if (food.one === '') return [];
  const a = withArticle(food.one);
  const facts = factsOf(
    [placesOf(food)],
    `
    What is {a}? / Explain what {a} is. => {A} is {aKind} that tastes {taste}.
    What colour is {a}? / Which colour does {a} have? => {A} is usually {colour}.
    Describe {a}. / Tell me about {a}. => {A} is usually {colour} and tastes {taste}. It is good for {use}.
    `,
  );
  const kinds = ['fruit', 'vegetable'].map((asked) => ({
    questions: [`Is ${a} a ${asked}?`],
    answers: [answerOfKind(a, food.kind, asked)],
  }));
  return [...facts, ...kinds];
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

const ideas = ({ name, dishes }: (typeof meals)[number]): readonly string[] =>
  dishes
    .split(', ')
    .flatMap((dish) => [`How about ${dish}?`, `For ${name} I would make ${dish}.`, `You could have ${dish}.`]);

const mealFacts = factsOf(
  meals.map((meal) => ({ ...meal, ideas: ideas(meal).join(' / ') })),
  `
  What should I eat for {name}? / What can I have for {name}? / What should I cook for {name}?
    / I need an idea for {name}. => {ideas}
  When do we eat {name}? / When is {name}? / At what time is {name}? => We eat {name} {time}.
  What is {name}? => {Name} is a meal that we eat {time}.
  `,
);

const taste = saidLines(`
  What is your favourite food? / What do you like to eat? / Which food do you like? / What is the best food?
    => I cannot eat, but warm bread with honey sounds very good. / I cannot eat, but I like to talk about apple pie.
  What should I cook tonight? / What can I cook tonight? / What is a good meal for tonight?
    => How about tomato soup and bread? / You could make fish with potatoes. / A bean stew would be good tonight.
  I am hungry. / I am so hungry! / I would like to eat something.
    => Then eat something good. How about bread with cheese? / You should have a bowl of hot soup.
    / An apple is a good little meal.
  I am thirsty. / What should I drink? / What can I drink?
    => Drink a big glass of water. / How about a cup of tea? / A glass of cold water is best.
`);

const named = (those: readonly (typeof foods)[number][]): readonly string[] => those.map(({ name }) => name);

const listed = [
  { noun: 'fruits', of: named(foods.filter(({ kind }) => kind === 'fruit')) },
  { noun: 'vegetables', of: named(foods.filter(({ kind }) => kind === 'vegetable')) },
  { noun: 'sweet things', of: named(foods.filter(({ taste: how }) => how.endsWith('sweet'))) },
  { noun: 'things to eat', of: named(foods.filter(({ kind }) => kind !== 'drink')) },
];

export const foodTopics: readonly Topic[] = [
  factTopic('tastes', 4, foods.flatMap(tasteFacts)),
  factTopic('foods', 5, originFacts),
  factTopic('one fruit', 2, foods.flatMap(oneFacts)),
  factTopic('meals', 3, [...mealFacts, ...taste]),
  listTopic('food lists', 1, listed),
];
