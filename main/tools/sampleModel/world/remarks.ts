/** What people say without asking, and questions about kinds: whether one thing is an animal, a food or a person. */
import { choose } from '../random.ts';
import type { Random } from '../random.ts';
import { animals } from './animals.ts';
import { foods, isSingular } from './foods.ts';
import { people, things } from './things.ts';
import { capitalise, factTopic, withArticle } from './topic.ts';
import type { Conversation, Fact, Topic } from './topic.ts';

const animalRemarks: readonly Fact[] = animals.flatMap(({ name, plural, known, food, home }) => {
  const a = withArticle(name);
  const fact = `${capitalise(a)} ${known}.`;
  return [
    { questions: [`I like ${plural}.`, `I love ${plural}!`], answers: [`That is nice. ${fact}`] },
    { questions: [`Do you like ${plural}?`, `Do you like ${a}?`], answers: [`Yes, I like ${plural}. ${fact}`] },
    { questions: [`I have ${a}.`, `I have ${a} at home.`], answers: [`How nice! ${capitalise(a)} eats ${food}.`] },
    {
      questions: [`I saw ${a} today.`, `Yesterday I saw ${a}.`],
      answers: [`How nice! ${capitalise(a)} lives ${home}.`],
    },
    { questions: [`I am afraid of ${plural}.`], answers: [`Do not be afraid. ${capitalise(a)} only wants ${food}.`] },
  ];
});

const foodRemarks: readonly Fact[] = foods.flatMap((food) => {
  const { name, taste } = food;
  const s = isSingular(food) ? 's' : '';
  return [
    {
      questions: [`I like ${name}.`, `I love ${name}!`],
      answers: [`That is nice. ${capitalise(name)} taste${s} ${taste}.`],
    },
    { questions: [`Do you like ${name}?`], answers: [`I cannot eat, but I know that ${name} taste${s} ${taste}.`] },
    { questions: [`I do not like ${name}.`], answers: ['That is all right. You can eat something else.'] },
    {
      questions: [`I have ${name} at home.`, `I bought ${name}.`],
      answers: [`Good. You can use ${name} for ${food.use}.`],
    },
  ];
});

const workRemarks: readonly Fact[] = people.flatMap(({ name, work, place }) => {
  const a = withArticle(name);
  return [
    { questions: [`I am ${a}.`, `I work as ${a}.`], answers: [`That is a good job. ${capitalise(a)} ${work}.`] },
    {
      questions: [`I want to be ${a}.`, `I would like to be ${a}.`],
      answers: [`That is a good idea. ${capitalise(a)} ${work}.`],
    },
    {
      questions: [`My father is ${a}.`, `My mother is ${a}.`, `My friend is ${a}.`],
      answers: [`How nice! ${capitalise(a)} works ${place}.`],
    },
  ];
});

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
