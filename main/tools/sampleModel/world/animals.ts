/** Animals: what they eat, where they live, what they can do, and which of two is bigger. */
import { choose, chooseSome } from '../random.ts';
import type { Random } from '../random.ts';
import { capitalise, factsOf, factTopic, listTopic, readTable, withArticle } from './topic.ts';
import type { Conversation, Fact, Topic } from './topic.ts';

/** `size` from 1 (an ant) to 12 (a whale); `known`: what it is known for, after its name. */
export const animals = readTable(
  ['name', 'plural', 'colour', 'size', 'legs', 'food', 'home', 'sound', 'young', 'skills', 'known'],
  `
  cow       | cows        | brown            | 9  | four  | grass             | on a farm           | moo    | calf        | walk, swim  | gives us milk
  horse     | horses      | brown            | 9  | four  | hay               | in a stable         | neigh  | foal        | run, swim   | carries people on its back
  donkey    | donkeys     | grey             | 8  | four  | hay               | in a stable         | hee-haw | foal       | walk        | carries heavy bags
  pig       | pigs        | pink             | 7  | four  | corn              | on a farm           | oink   | piglet      | walk        | likes to roll in the mud
  sheep     | sheep       | white            | 7  | four  | grass             | in a field          | baa    | lamb        | walk        | gives us wool
  goat      | goats       | white            | 7  | four  | leaves            | on a hill           |        | kid         | climb, jump | climbs over rocks
  dog       | dogs        | brown            | 6  | four  | meat              | in a house          | woof   | puppy       | run, swim   | guards the house
  cat       | cats        | black            | 5  | four  | fish              | in a house          | meow   | kitten      | climb, run  | catches mice
  mouse     | mice        | grey             | 2  | four  | cheese            | in a small hole     | squeak |             | run         | is small and quick
  rabbit    | rabbits     | grey             | 4  | four  | carrots           | in a burrow         |        |             | run, jump   | has long ears
  hen       | hens        | brown            | 4  | two   | seeds             | on a farm           | cluck  | chick       | walk        | lays eggs
  duck      | ducks       | white            | 4  | two   | water plants      | on a pond           | quack  | duckling    | swim, fly   | swims on the water
  goose     | geese       | white            | 5  | two   | grass             | on a pond           | honk   | gosling     | swim, fly   | flies south in winter
  owl       | owls        | brown            | 4  | two   | mice              | in a tree           | hoot   |             | fly         | sees well at night
  crow      | crows       | black            | 4  | two   | seeds             | in a tree           | caw    |             | fly         | is a clever bird
  robin     | robins      | brown            | 3  | two   | worms             | in the garden       |        |             | fly, sing   | has a red breast
  eagle     | eagles      | brown            | 5  | two   | fish              | on a high mountain  |        |             | fly         | has very sharp eyes
  parrot    | parrots     | green            | 4  | two   | nuts              | in the jungle       |        |             | fly, talk   | can learn to talk
  penguin   | penguins    | black and white  | 5  | two   | fish              | in the cold south   |        | chick       | swim, walk  | swims very well
  fish      | fish        | silver           | 3  | no    | small plants      | in the water        |        |             | swim        | breathes under water
  whale     | whales      | blue             | 12 | no    | small fish        | in the sea          |        | calf        | swim        | is the biggest animal of all
  shark     | sharks      | grey             | 9  | no    | fish              | in the sea          |        |             | swim        | has many sharp teeth
  dolphin   | dolphins    | grey             | 8  | no    | fish              | in the sea          |        | calf        | swim, jump  | is very clever
  crab      | crabs       | red              | 3  | eight | small fish        | on the beach        |        |             | swim, walk  | walks sideways
  frog      | frogs       | green            | 2  | four  | flies             | in a pond           | croak  | tadpole     | jump, swim  | jumps very far
  snake     | snakes      | green            | 5  | no    | mice              | in the grass        | hiss   |             | swim        | has no legs at all
  turtle    | turtles     | green            | 5  | four  | water plants      | by the sea          |        |             | swim, walk  | carries a hard shell
  snail     | snails      | brown            | 2  | no    | leaves            | in the garden       |        |             | climb       | carries its house on its back
  bee       | bees        | yellow and black | 1  | six   | nectar            | in a hive           | buzz   |             | fly         | makes honey
  ant       | ants        | black            | 1  | six   | crumbs            | in the ground       |        |             | walk, climb | works hard all day
  butterfly | butterflies | yellow           | 1  | six   | nectar            | in the garden       |        | caterpillar | fly         | has four bright wings
  spider    | spiders     | black            | 1  | eight | flies             | in a web            |        |             | climb, walk | makes a web
  fox       | foxes       | red              | 6  | four  | mice and birds    | in the forest       |        | cub         | run, swim   | is very clever
  wolf      | wolves      | grey             | 7  | four  | meat              | in the forest       |        | cub         | run, swim   | hunts at night
  bear      | bears       | brown            | 9  | four  | berries and fish  | in a cave           | growl  | cub         | climb, swim | sleeps all winter
  deer      | deer        | brown            | 8  | four  | leaves            | in the forest       |        | fawn        | run, jump   | runs very fast
  hedgehog  | hedgehogs   | brown            | 3  | four  | worms             | in the garden       |        |             | walk        | has many sharp spines
  squirrel  | squirrels   | red              | 3  | four  | nuts              | in a tree           |        |             | climb, jump | hides nuts for the winter
  lion      | lions       | yellow           | 9  | four  | meat              | in Africa           | roar   | cub         | run         | is called the king of the animals
  tiger     | tigers      | orange and black | 9  | four  | meat              | in the jungle       | roar   | cub         | run, swim   | has dark stripes
  elephant  | elephants   | grey             | 11 | four  | leaves and grass  | in Africa           |        | calf        | walk, swim  | has a long trunk
  giraffe   | giraffes    | yellow and brown | 10 | four  | leaves            | in Africa           |        | calf        | run         | has a very long neck
  zebra     | zebras      | black and white  | 9  | four  | grass             | in Africa           |        | foal        | run         | has black and white stripes
  monkey    | monkeys     | brown            | 5  | two   | bananas           | in the jungle       |        |             | climb, jump | swings from tree to tree
  camel     | camels      | brown            | 9  | four  | dry plants        | in the desert       |        | calf        | walk        | needs very little water
  kangaroo  | kangaroos   | brown            | 8  | two   | grass             | in Australia        |        | joey        | jump        | carries its young in a pouch
  `,
);

export type Animal = (typeof animals)[number];

const skills = ['swim', 'fly', 'run', 'climb', 'jump', 'sing', 'talk'] as const;
const foods = [...new Set(animals.map(({ food }) => food))];
const the = (name: string): string => capitalise(withArticle(name));

const facts = (lines: string): readonly Fact[] =>
  factsOf(
    animals.map((animal) => ({
      ...animal,
      a: withArticle(animal.name),
      aYoung: animal.young && withArticle(animal.young),
    })),
    lines,
  );

const lookFacts = facts(`
  What colour is {a}? / What colour are {plural}? / Which colour does {a} have? / Tell me the colour of {a}.
    => {A} is usually {colour}.
  How many legs does {a} have? / How many legs do {plural} have? / Count the legs of {a}. / Does {a} have legs?
    => {A} has {legs} legs.
`);

const lifeFacts = facts(`
  What does {a} eat? / What does {a} like to eat? / What is the food of {a}? / What can I give {a} to eat?
    => {A} eats {food}.
  What do {plural} eat? / What do {plural} like to eat? => {Plural} eat {food}.
  Where does {a} live? / Where is the home of {a}? / Where can I find {a}? / In which place does {a} live?
    => {A} lives {home}.
  Where do {plural} live? / Where can I see {plural}? => {Plural} live {home}.
`);

const soundFacts = facts(`
  What does {a} say? / What sound does {a} make? / Which sound does {a} make? / How does {a} sound?
    => {A} says {sound}.
  Which animal says {sound}? / Who says {sound}? => {A} says {sound}.
  What is a young {name} called? / What do you call a baby {name}? / What is the child of {a} called?
    => A young {name} is called {aYoung}.
`);

const knownFacts = facts(`
  What is {a}? / What kind of thing is {a}? / Explain what {a} is. / Who or what is {a}?
    => {A} is an animal that lives {home} and {known}.
  Tell me about {plural}. / Tell me something about {plural}. / Write about {plural}. / What do you know about {plural}?
    => {Plural} live {home} and eat {food}. {A} {known}.
  Tell me about {a}. / Describe {a}. / Write a few lines about {a}. / Tell me something about {a}.
    => {A} lives {home} and eats {food}. It is usually {colour} and has {legs} legs. {A} {known}.
  Which animal {known}? / Which animal is it that {known}? => {A} {known}.
`);

function skillFacts({ name, skills: own }: Animal): readonly Fact[] {
  const a = withArticle(name);
  const can = own.split(', ');
  return skills.map((skill) => ({
    questions: [`Can ${a} ${skill}?`, `Is ${a} able to ${skill}?`],
    answers: [
      can.includes(skill) ? `Yes, ${a} can ${skill}.` : `No, ${a} cannot ${skill}, but it can ${can[0] ?? ''}.`,
    ],
  }));
}

function comparison(random: Random): Conversation {
  const [one, other] = chooseSome(animals, 2, random);
  if (one === undefined || other === undefined || one.size === other.size) return comparison(random);
  const [small, big] = Number(one.size) < Number(other.size) ? [one, other] : [other, one];
  const [a, b] = [withArticle(one.name), withArticle(other.name)];
  const asksBig = random() < 0.6;
  const bigger = `${the(big.name)} is bigger than ${withArticle(small.name)}.`;
  const smaller = `${the(small.name)} is smaller than ${withArticle(big.name)}.`;
  if (random() < 0.4) {
    const isSo = one === big;
    return {
      user: `Is ${a} bigger than ${b}?`,
      assistant: isSo ? `Yes, ${a} is bigger than ${b}.` : `No, ${a} is smaller than ${b}.`,
    };
  }
  const word = asksBig ? 'bigger' : 'smaller';
  const user = choose(
    [`Which is ${word}, ${a} or ${b}?`, `Which animal is ${word}, ${a} or ${b}?`, `Who is ${word}, ${a} or ${b}?`],
    random,
  );
  return { user, assistant: asksBig ? bigger : smaller };
}

function diet(random: Random): Conversation {
  const animal = choose(animals, random);
  const food = random() < 0.5 ? animal.food : choose(foods, random);
  const a = withArticle(animal.name);
  return {
    user: choose([`Does ${a} eat ${food}?`, `Do ${animal.plural} eat ${food}?`], random),
    assistant: food === animal.food ? `Yes, ${a} eats ${food}.` : `No, ${a} eats ${animal.food}.`,
  };
}

const named = (those: readonly (typeof animals)[number][]): readonly string[] =>
  those.map(({ name }) => withArticle(name));

const listed = [
  { noun: 'animals', of: named(animals) },
  { noun: 'farm animals', of: named(animals.filter(({ home }) => /farm|stable|field/.test(home))) },
  { noun: 'animals that can fly', of: named(animals.filter(({ skills: own }) => own.includes('fly'))) },
  { noun: 'animals that can swim', of: named(animals.filter(({ skills: own }) => own.includes('swim'))) },
  { noun: 'animals that live in Africa', of: named(animals.filter(({ home }) => home === 'in Africa')) },
  { noun: 'animals of the sea', of: named(animals.filter(({ home }) => /sea|beach/.test(home))) },
];

export const animalTopics: readonly Topic[] = [
  factTopic('animal looks', 3, lookFacts),
  factTopic('animal life', 6, lifeFacts),
  factTopic('animal sounds', 2, soundFacts),
  factTopic('animals', 7, knownFacts),
  factTopic('animal skills', 4, animals.flatMap(skillFacts)),
  { name: 'animal sizes', share: 3, draw: comparison },
  { name: 'animal diets', share: 2, draw: diet },
  listTopic('animal lists', 1.5, listed),
];
