/** More ways to ask for what the model is slow to learn: its name, the days around today, advice and comfort. */
import { advice } from './talk.ts';
import { around, days } from './calendar.ts';
import { factsOf, factTopic, saidLines } from './topic.ts';
import type { Topic } from './topic.ts';

const names = saidLines(`
  Tell me your name. / Say your name. / May I know your name? / May I ask your name? / Do you know your own name? / What name do you have? / Which name do you have? / What is your full name? / What is your real name? / What is your first name? => My name is Graft Sample. / I am called Graft Sample.
  What is the name of this model? / What is this model called? / Which model are you? / Who is speaking? / Who is this? => My name is Graft Sample. / I am Graft Sample, a very small language model.
  My name is Anna. What is yours? / I am Ben. And you? / My name is Tom. And yours? / I am Mia. Who are you? => My name is Graft Sample.
  Is your name Anna? / Is your name Ben? / Are you called Tom? / Is your name Max? / Are you Lucy? => No, my name is Graft Sample.
  Is your name Graft Sample? / Are you Graft Sample? / Are you called Graft Sample? => Yes, my name is Graft Sample.
  What is your name for? / Why do you have a name? => My name is Graft Sample, because I am a small example that comes with Graft.
`);

const aroundToday = factsOf(
  around(days),
  `
  It is {name}. Which day is tomorrow? / It is {name} today. What day comes tomorrow?
    / Today is {name}. Which day will it be tomorrow? / What day is tomorrow if today is {name}?
    / If it is {name} today, which day is it tomorrow? / Today is {name}, and tomorrow? => Tomorrow is {next}.
  It is {name}. Which day was yesterday? / Today is {name}. Which day was it yesterday?
    / What day was yesterday if today is {name}? / Today is {name}, and yesterday? => Yesterday was {last}.
  Tomorrow is {name}. What day is today? / If tomorrow is {name}, what day is today? => Today is {last}.
  Yesterday was {name}. What day is today? / If yesterday was {name}, what day is today? => Today is {next}.
  What is the day after {name}? / Which day is the next after {name}? => The day after {name} is {next}.
  What is the day before {name}? => The day before {name} is {last}.
  `,
);

/** `How do I make tea?` asked in other words; other questions have none. */
const otherAdvice = factsOf(
  advice.flatMap(({ questions, answers }) => {
    const task = /^How do I (.+)\?$/.exec(questions[0] ?? '')?.[1];
    return task === undefined ? [] : [{ task, answer: answers.join(' / ') }];
  }),
  `
  Tell me how to {task}. / Can you tell me how to {task}? / What is the best way to {task}?
    / I want to {task}. What should I do? / What do I have to do to {task}? / Please help me to {task}. => {answer}
  `,
);

const comfort = saidLines(`
  I am sad today. / I am so sad. / I am very sad. / I feel so sad. / I feel very sad today. / I feel unhappy. / I feel bad today. / I want to cry. / I am unhappy today. => I am sorry to hear that. A walk or a good friend may help. / I am sorry. Would you like to hear a story?
  I feel tired. / I am very tired. / I am tired today. / I feel so tired. => Then lie down and rest for a while. / You should go to bed early tonight.
  I feel happy. / I am very happy. / I am happy today. / I feel so happy. => That is wonderful. I am happy for you. / I am glad to hear that.
  I feel bored today. / I am very bored. / I feel bored. => You could read a book or go for a walk. / You could draw a picture or bake a cake.
  I feel angry today. / I am very angry. / I am so angry. => Take a deep breath and count to ten. / Go for a walk, and you will feel better.
  I feel sick today. / I am very sick. / I feel ill. => I am sorry. Stay in bed and drink hot tea. / You should rest and see a doctor.
  I feel lonely today. / I am very lonely. / I feel lonely. => I am sorry. You could visit somebody or write a letter.
  I feel afraid. / I feel afraid today. / I am very afraid. => Do not be afraid. Light a lamp and think of a friend.
`);

export const otherWordings: readonly Topic[] = [
  factTopic('names', 1.5, names),
  factTopic('around today', 4, aroundToday),
  factTopic('advice in other words', 2.5, otherAdvice),
  factTopic('comfort', 2, comfort),
];
