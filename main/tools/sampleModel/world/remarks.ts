/** What people say without asking, and questions about kinds: whether one thing is an animal, a food or a person. */
import { choose } from '../random.ts';
import type { Random } from '../random.ts';
import { animals } from './animals.ts';
import { foods, isSingular } from './foods.ts';
import { people, things } from './things.ts';
import { factsOf, factTopic, withArticle } from './topic.ts';
import type { Conversation, Topic } from './topic.ts';

const withOne = <Named extends { readonly name: string }>(each: Named): Named & { readonly a: string } => ({
  ...each,
  a: withArticle(each.name),
});

const animalRemarks = factsOf(
  animals.map(withOne),
  `
  I like {plural}. / I love {plural}! => That is nice. {A} {known}.
  Do you like {plural}? / Do you like {a}? => Yes, I like {plural}. {A} {known}.
  I have {a}. / I have {a} at home. => How nice! {A} eats {food}.
  I saw {a} today. / Yesterday I saw {a}. => How nice! {A} lives {home}.
  I am afraid of {plural}. => Do not be afraid. {A} only wants {food}.
  `,
);

const foodRemarks = factsOf(
  foods.map((food) => ({ ...food, tastes: isSingular(food) ? 'tastes' : 'taste' })),
  `
  I like {name}. / I love {name}! => That is nice. {Name} {tastes} {taste}.
  Do you like {name}? => I cannot eat, but I know that {name} {tastes} {taste}.
  I do not like {name}. => That is all right. You can eat something else.
  I have {name} at home. / I bought {name}. => Good. You can use {name} for {use}.
  `,
);

const workRemarks = factsOf(
  people.map(withOne),
  `
  I am {a}. / I work as {a}. => That is a good job. {A} {work}.
  I want to be {a}. / I would like to be {a}. => That is a good idea. {A} {work}.
  My father is {a}. / My mother is {a}. / My friend is {a}. => How nice! {A} works {place}.
  `,
);

const kinds = [
  ...animals.map(({ name }) => ({ name, kind: 'an animal' })),
  ...foods.filter(({ one }) => one !== '').map(({ one, kind }) => ({ name: one, kind: withArticle(kind) })),
  ...things.filter(({ name }) => name !== 'soap').map(({ name }) => ({ name, kind: 'a thing' })),
  ...people.map(({ name }) => ({ name, kind: 'a person' })),
];
const askedKinds = ['an animal', 'a fruit', 'a vegetable', 'a thing', 'a person'] as const;

function kindQuestion(random: Random): Conversation {
  const { name, kind } = choose(kinds, random);
  const asked = random() < 0.45 ? kind : choose(askedKinds, random);
  const a = withArticle(name);
  return { user: `Is ${a} ${asked}?`, assistant: asked === kind ? `Yes, ${a} is ${kind}.` : `No, ${a} is ${kind}.` };
}

export const remarkTopics: readonly Topic[] = [
  factTopic('remarks about animals', 2, animalRemarks),
  factTopic('remarks about food', 1.5, foodRemarks),
  factTopic('remarks about work', 1.5, workRemarks),
  { name: 'kinds', share: 2, draw: kindQuestion },
];
