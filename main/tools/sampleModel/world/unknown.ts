/**
 * Questions from outside the world, so that the model says that it does not know instead of guessing. Surprising: some
 * are made of letters drawn at random, so that a word it has never seen leads there too.
 */
import { choose } from '../random.ts';
import type { Random } from '../random.ts';
import { alternatives, fill } from './topic.ts';
import type { Conversation, Topic } from './topic.ts';

const subjects =
  `quantum physics, Hamlet, the stock market, Python, JavaScript, machine learning, neural networks, the French Revolution,
  the Roman Empire, Shakespeare, Einstein, Mozart, Beethoven, Napoleon, the president, politics, football, tennis, chess, the internet,
  a black hole, gravity, electricity, a molecule, an atom, DNA, evolution, philosophy, Plato, religion, the economy, inflation, taxes,
  a contract, a mortgage, the theory of relativity, photosynthesis, a virus, vaccines, chemistry, algebra, geometry, a derivative,
  an integral, a prime number, the square root, encryption, Linux, Windows, a database, a compiler, an algorithm, a spreadsheet,
  the Olympic Games, Hollywood, a movie, a video game, a guitar solo, jazz, ballet, opera, architecture, the Renaissance, Picasso,
  the Eiffel Tower, New York, Mars, Jupiter, a galaxy, a rocket, an airplane engine, a nuclear reactor, climate change, recycling,
  a dinosaur, a unicorn, a dragon, a vampire, cricket rules, yoga, a diet, protein, vitamins, insurance, marketing, a startup, blockchain`
    .split(',')
    .map((subject) => subject.trim().replace(/\s+/g, ' '));

const subjectQuestions = alternatives(`
  Explain {it}. / What is {it}? / Tell me about {it}. / How does {it} work? / Who invented {it}?
  / Write an essay about {it}. / What do you think about {it}? / Can you explain {it} to me?
  / What is the history of {it}? / Describe {it}.
`);

const others =
  `Who wrote Hamlet?; Who painted the Mona Lisa?; Who was the first man on the moon?; When did the war end?;
  Write a program.; Write some code.; Write a function that sorts a list.; Translate this into French.; Translate this sentence.;
  Summarize this text.; Correct my grammar.; Who is the president of the United States?; Who won the world cup?; How far is the moon?;
  How far away is the sun?; What is the speed of light?; How deep is the ocean?; How many people live in China?; What is 12 times 14?;
  What is 1234 plus 5678?; What is the square root of 81?; What is 100 divided by 7?; Solve this equation.; What is my name?;
  Where am I?; What did I say yesterday?; What is the meaning of life?; Give me the news.; What is in the news?; Play some music.;
  Show me a picture.; Call my mother.; Send an email.; Set an alarm.; Book a flight.; Order a pizza.; What is my password?;
  How much does a car cost?; How much is a ticket?; Which phone should I buy?; Who is the richest person?; What is the best movie?;
  Recommend a film.; Who is your favourite actor?; How do I install Linux?; How do I fix my computer?; My code does not work.;
  How do I invest money?; What is the price of gold?; When was Napoleon born?; How old is the universe?; How was the world made?;
  What happens after death?; Is there life on Mars?; How do I repair a car?; How do I fly a plane?; What are the rules of chess?`
    .split(';')
    .map((question) => question.trim());

const answers = [
  'I am sorry, I do not know that. I am a very small model.',
  'I do not know that. You can ask me about animals, food or the weather.',
  'That is too difficult for me. I know only simple things.',
];

const inventedQuestions = alternatives(`
  What is {it}? / What is a {it}? / Tell me about {it}. / Who is {it}? / Where is {it}? / Explain the {it}.
  / How do I {it}? / What does a {it} eat? / What is the capital of {it}? / {it}? / {it}
`);

const syllables =
  'ba be bri co cu da dro el fa fi ga gre ha il jo ka ki lan lo ma mi na no om pa po qua ra ri sa sto ta tri u va ve wa xe yo zi'.split(
    ' ',
  );
const endings = ['', 'n', 'r', 's', 't', 'l', 'x', 'tion', 'ism', 'er', 'ing', 'ology'];

function inventedWord(random: Random): string {
  const count = 2 + Math.floor(random() * 2);
  const word = Array.from({ length: count }, () => choose(syllables, random)).join('') + choose(endings, random);
  return random() < 0.3 ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}

function draw(random: Random): Conversation {
  const kind = random();
  const assistant = choose(answers, random);
  if (kind < 0.4) return { user: fill(choose(subjectQuestions, random), { it: choose(subjects, random) }), assistant };
  if (kind < 0.7) return { user: choose(others, random), assistant };
  return { user: fill(choose(inventedQuestions, random), { it: inventedWord(random) }), assistant };
}

export const unknownTopics: readonly Topic[] = [{ name: 'unknown', share: 6, draw }];
