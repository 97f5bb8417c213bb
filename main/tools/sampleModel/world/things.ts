/** Things of a house, and people at work. */
import { factsOf, factTopic, readTable, withArticle } from './topic.ts';
import type { Fact, Topic } from './topic.ts';

export const things = readTable(
  ['name', 'use', 'place', 'material'],
  `
  knife      | cut bread               | in the kitchen      | steel
  spoon      | eat soup                | in the kitchen      | steel
  fork       | eat meat and potatoes   | in the kitchen      | steel
  cup        | drink tea               | in the kitchen      | clay
  glass      | drink water             | in the kitchen      | glass
  plate      | hold our food           | in the kitchen      | clay
  pot        | cook soup               | in the kitchen      | iron
  kettle     | boil water              | in the kitchen      | steel
  oven       | bake bread              | in the kitchen      | iron
  table      | eat and write on        | in the kitchen      | wood
  chair      | sit on                  | beside the table    | wood
  bed        | sleep in                | in the bedroom      | wood
  pillow     | rest our heads on       | on the bed          | cotton
  blanket    | keep warm at night      | on the bed          | wool
  lamp       | see in the dark         | on the table        | glass
  candle     | make a little light     | on the table        | wax
  clock      | tell the time           | on the wall         | wood
  mirror     | see our own face        | on the wall         | glass
  window     | look outside            | in the wall         | glass
  door       | go in and out           | in the wall         | wood
  key        | open a door             | in a pocket         | iron
  book       | read stories            | on the shelf        | paper
  pen        | write letters           | on the desk         | steel
  pencil     | draw pictures           | on the desk         | wood
  letter     | send news to a friend   | in an envelope      | paper
  bag        | carry things            | near the door       | cloth
  basket     | carry apples            | near the door       | straw
  umbrella   | stay dry in the rain    | near the door       | cloth
  coat       | keep warm in winter     | in the wardrobe     | wool
  hat        | cover our heads         | in the wardrobe     | felt
  shoe       | protect our feet        | near the door       | leather
  scarf      | keep our necks warm     | in the wardrobe     | wool
  brush      | clean our teeth         | in the bathroom     | wood
  soap       | wash our hands          | in the bathroom     | oil
  towel      | dry our hands           | in the bathroom     | cotton
  broom      | sweep the floor         | in the corner       | straw
  bucket     | carry water             | in the garden       | tin
  spade      | dig in the garden       | in the shed         | steel
  ladder     | climb up high           | in the shed         | wood
  hammer     | hit nails               | in the shed         | steel
  saw        | cut wood                | in the shed         | steel
  rope       | tie things together     | in the shed         | hemp
  needle     | sew clothes             | in a small box      | steel
  bicycle    | ride to school          | in the shed         | steel
  boat       | cross the water         | in the harbour      | wood
  ship       | sail over the sea       | in the harbour      | wood
  car        | drive along the road    | in the street       | steel
  train      | travel to another town  | at the station      | steel
  bell       | call people             | in the tower        | bronze
  drum       | make music              | in the music room   | wood
  fiddle     | make music              | in the music room   | wood
  ball       | play in the park        | in a box            | rubber
  kite       | play in the wind        | in a box            | paper
  coin       | pay for things          | in a purse          | silver
  map        | find the way            | in a pocket         | paper
  compass    | find the north          | in a pocket         | brass
  anchor     | hold a ship             | on the ship         | iron
  lighthouse | warn ships at night     | by the sea          | stone
  `,
);

export const people = readTable(
  ['name', 'work', 'place', 'tool'],
  `
  baker      | bakes bread            | in a bakery      | an oven
  cook       | makes warm meals       | in a kitchen     | a pot
  farmer     | grows corn and keeps cows | on a farm     | a tractor
  gardener   | looks after plants     | in a garden      | a spade
  teacher    | teaches children       | in a school      | a book
  doctor     | helps sick people      | in a hospital    | medicine
  nurse      | cares for sick people  | in a hospital    | a bandage
  fisherman  | catches fish           | at sea           | a net
  sailor     | sails a ship           | at sea           | a rope
  captain    | leads the ship         | on a ship        | a map
  pirate     | looks for gold         | at sea           | a ship
  shopkeeper | sells things           | in a shop        | a till
  tailor     | makes clothes          | in a workshop    | a needle
  shoemaker  | makes shoes            | in a workshop    | leather
  carpenter  | makes tables and chairs | in a workshop   | a saw
  builder    | builds houses          | in the street    | a ladder
  smith      | works with hot iron    | in a forge       | a hammer
  miller     | makes flour            | in a mill        | a big stone
  postman    | brings letters         | in the town      | a bag
  painter    | paints pictures        | in a bright room | a brush
  writer     | writes books           | at a desk        | a pen
  singer     | sings songs            | on a stage       | a good voice
  musician   | plays music            | on a stage       | a fiddle
  driver     | drives a bus           | on the road      | a bus
  pilot      | flies a plane          | in the air       | a plane
  king       | rules a country        | in a castle      | a crown
  queen      | rules a country        | in a castle      | a crown
  shepherd   | looks after sheep      | on a hill        | a dog
  firefighter | puts out fires        | in the town      | a long ladder
  policeman  | keeps people safe      | in the town      | a whistle
  librarian  | looks after books      | in a library     | many shelves
  dentist    | looks after teeth      | in a bright room | a small mirror
  `,
);

function ingForm(verb: string): string {
  if (verb === 'tie') return 'tying';
  if (/^(cut|sit|dig|hit)$/.test(verb)) return `${verb}${verb.slice(-1)}ing`;
  return `${verb.replace(/(?<=[^e])e$/, '')}ing`;
}

/** `cut bread` as `cutting bread`. */
function gerund(phrase: string): string {
  const [verb = '', ...rest] = phrase.split(' ');
  return [ingForm(verb), ...rest].join(' ');
}

const thingFacts = factsOf(
  things.map((thing) => ({
    ...thing,
    a: thing.name === 'soap' ? 'soap' : withArticle(thing.name),
    using: gerund(thing.use),
  })),
  `
  What is {a}? / Explain what {a} is. / What kind of thing is {a}? => {A} is a thing that we use to {use}.
  What is {a} for? / What do we use {a} for? / What can I do with {a}? / Why do people have {a}?
    / What do I need {a} for? => We use {a} to {use}.
  Where is {a} kept? / Where can I find {a}? / Where do we keep {a}? / Where should I look for {a}?
    => You can find {a} {place}.
  What is {a} made of? / What material is {a} made of? / From what is {a} made? => {A} is often made of {material}.
  Tell me about {a}. / Describe {a}. / Write about {a}. / Tell me something about {a}.
    => {A} is often made of {material}. We use {a} to {use}. You can find it {place}.
  What do we need to {use}? / What do we use to {use}? / What is good for {using}? => We use {a} to {use}.
  `,
);

/** Of two things for one use neither is the answer. */
const sharedUses = things
  .filter(({ use }) => things.filter((other) => other.use === use).length > 1)
  .map(({ use }) => use);
const isUnclear = ({ questions }: Fact): boolean =>
  sharedUses.some((use) => questions[0] === `What do we need to ${use}?`);

/** Of two who do the same neither is the answer. */
const ofTwo = 'rules a country';

const personFacts = factsOf(
  people.map((person) => ({
    ...person,
    a: withArticle(person.name),
    ownWork: person.work === ofTwo ? '' : person.work,
  })),
  `
  What does {a} do? / What is the work of {a}? / What is the job of {a}? / What does {a} do all day? => {A} {work}.
  Where does {a} work? / Where can I find {a}? / Where can I meet {a}? => {A} works {place}.
  What does {a} need? / What does {a} use? / What does {a} need for work? => {A} needs {tool}.
  Who is {a}? / What is {a}? / Explain what {a} is. => {A} is a person who {work}.
  Tell me about {a}. / Describe {a}. / Write about {a}. / Tell me something about the {name}.
    => {A} works {place} and needs {tool}. {A} {work}.
  Who {ownWork}? / Which person {ownWork}? => {A} {work}.
  `,
);

export const thingTopics: readonly Topic[] = [
  factTopic(
    'things',
    8,
    thingFacts.filter((fact) => !isUnclear(fact)),
  ),
  factTopic('people', 5, personFacts),
];
