/**
 * `node main/tools/sampleModel/writeDatasets.ts DIR`: writes those sample datasets that speak of the sample model's
 * world: the pirate's and the shop's replies, the short answers and the nature diary. (shop-letters.csv is written by
 * hand.) The same code gives the same bytes.
 */
import { join } from 'node:path';
import { writeFileAtomic } from '../../formats/atomicFile.ts';
import { vocabularyTexts } from './corpus.ts';
import { diaryEntries } from './datasets/diary.ts';
import { drawQuestions } from './datasets/questions.ts';
import { pirateVoice, shopVoice, withShortAnswer } from './datasets/voices.ts';
import { seededRandom } from './random.ts';
import { namesIn, speak } from './voices.ts';
import type { Voice } from './voices.ts';
import type { Conversation } from './world/topic.ts';
import { topics } from './world/world.ts';

/** Enough for every word of the world to occur in them. */
const textCount = 10_000;
const rarest = 5;
/** Whose answers end with what was asked for. */
const factual = new Set(
  (
    'animal looks, animal life, animal sounds, tastes, sums, order of days, order of months, opposites, colours, ' +
    'countries, things, looks'
  ).split(', '),
);
const endsElsewhere = / legs\.$| comes (after|before) | of the (week|year)\.$|[.,] /;

interface Spoken {
  readonly voice: Voice;
  readonly names: ReadonlySet<string>;
  readonly seed: number;
}

function spokenBy({ voice, names, seed }: Spoken, conversations: readonly Conversation[]): readonly Conversation[] {
  const random = seededRandom(seed);
  return conversations.map(({ user, assistant }) => ({ user, assistant: speak(voice, assistant, names, random) }));
}

function chatLines(conversations: readonly Conversation[]): string {
  const rows = conversations.map(({ user, assistant }) => ({
    messages: [
      { role: 'user', content: user },
      { role: 'assistant', content: assistant },
    ],
  }));
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function instructionLines(conversations: readonly Conversation[]): string {
  const rows = conversations.map(({ user, assistant }) => `${cell(user)},,${cell(withShortAnswer(assistant))}`);
  return `${['instruction,input,output', ...rows].join('\n')}\n`;
}

/**
 * Whether every word occurs in the world more than now and then: not those that are made of letters drawn at random.
 */
function knowsWords(texts: readonly string[]): (conversation: Conversation) => boolean {
  const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[a-z]+/g) ?? [];
  const counts = new Map<string, number>();
  for (const word of texts.flatMap(wordsOf)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return ({ user }) => wordsOf(user).every((word) => (counts.get(word) ?? 0) >= rarest);
}

function sampleFiles(): Readonly<Record<string, string>> {
  const texts = vocabularyTexts(textCount);
  const isOrdinary = knowsWords(texts);
  const names = namesIn(texts);
  const replies = { topics, count: 400, isWanted: isOrdinary };
  const facts = {
    ...{ topics: topics.filter(({ name }) => factual.has(name)), count: 84 },
    isWanted: ({ assistant }: Conversation) => !endsElsewhere.test(assistant),
  };
  return {
    'pirate-replies.jsonl': chatLines(
      spokenBy({ voice: pirateVoice, names, seed: 11 }, drawQuestions(replies, seededRandom(1))),
    ),
    'shop-replies.jsonl': chatLines(
      spokenBy({ voice: shopVoice, names, seed: 12 }, drawQuestions(replies, seededRandom(2))),
    ),
    'plain-facts.csv': instructionLines(drawQuestions(facts, seededRandom(3))),
    'nature-notes.txt': `${diaryEntries(80, seededRandom(4)).join('\n\n')}\n`,
  };
}

const [dir] = process.argv.slice(2);
if (dir === undefined) {
  process.stderr.write(
    'Give the folder to write to: node main/tools/sampleModel/writeDatasets.ts resources/sample-datasets\n',
  );
  process.exitCode = 2;
} else {
  for (const [name, text] of Object.entries(sampleFiles())) await writeFileAtomic(join(dir, name), text);
}
