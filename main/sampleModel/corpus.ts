/**
 * Training texts out of the books: the chapters themselves, and short conversations whose answers are passages of the books,
 * so that a request for a topic is answered with prose about it. Deterministic: every choice comes from one seeded generator.
 */
import type { Book, Chapter } from './books.ts';
import { continuationForms, requestForms, smallTalk, topics } from './topics.ts';

export interface Conversation {
  readonly user: string;
  readonly assistant: string;
}

export interface Corpus {
  readonly chapters: readonly Chapter[];
  readonly conversations: readonly Conversation[];
}

const passagesPerTopic = 90;
const continuations = 6_000;
const smallTalkRepeats = 12;
const seed = 20_250_101;

/** Uniform numbers in [0, 1): mulberry32. */
function seededRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;

function shuffle<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

function choose<T>(items: readonly T[], random: Random): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('There is nothing to choose from.');
  return item;
}

const titles = /\b(Mr|Mrs|Dr|St|Esq|Capt|No|Rev|Hon|Col|Sir)\.$/;

/** Sentences of a paragraph, as they stand; `Mr.` and the like end none. */
export function splitSentences(paragraph: string): readonly string[] {
  const parts = paragraph.split(/(?<=[.!?]["')]?) (?=["'(]?[A-Z])/);
  const sentences: string[] = [];
  for (const part of parts) {
    const before = sentences.at(-1);
    if (before !== undefined && titles.test(before)) sentences[sentences.length - 1] = `${before} ${part}`;
    else sentences.push(part);
  }
  return sentences;
}

const countWords = (text: string): number => text.split(' ').length;
const hasWholeQuotes = (text: string): boolean => (text.match(/"/g)?.length ?? 0) % 2 === 0;
const isPresentable = (text: string): boolean => /^["']?[A-Z]/.test(text) && /[.!?]["')]?$/.test(text) && hasWholeQuotes(text);

/** The sentence at `start` and those after it, up to about `maxWords`; undefined where that is no whole passage. */
function passageFrom(sentences: readonly string[], start: number, maxWords: number): string | undefined {
  let passage = sentences[start] ?? '';
  for (let next = start + 1; next < sentences.length && countWords(passage) < maxWords * 0.6; next++) {
    const longer = `${passage} ${sentences[next] ?? ''}`;
    if (countWords(longer) > maxWords) break;
    passage = longer;
  }
  const words = countWords(passage);
  return words >= 8 && words <= maxWords && isPresentable(passage) ? passage : undefined;
}

interface Passage {
  readonly firstSentence: string;
  readonly text: string;
}

function collectPassages(chapters: readonly Chapter[]): readonly Passage[] {
  return chapters.flat().flatMap((paragraph) => {
    const sentences = splitSentences(paragraph);
    return sentences.flatMap((firstSentence, start) => {
      const text = passageFrom(sentences, start, 60);
      return text === undefined ? [] : [{ firstSentence, text }];
    });
  });
}

function topicPattern(topic: string): RegExp {
  const name = topic.replace(/^(the|an?) /, '').replace(/s$/, '');
  return new RegExp(`\\b${name.replace('.', '\\.')}s?\\b`);
}

function topicConversations(passages: readonly Passage[], random: Random): readonly Conversation[] {
  return topics.flatMap((topic) => {
    const pattern = topicPattern(topic);
    const fitting = passages.filter(({ firstSentence }) => pattern.test(firstSentence));
    return shuffle(fitting, random)
      .slice(0, passagesPerTopic)
      .map(({ text }) => ({ user: choose(requestForms, random)(topic), assistant: text }));
  });
}

function continuation(text: string, random: Random): Conversation {
  const words = text.split(' ');
  const cut = Math.min(words.length - 4, 4 + Math.floor(random() * 8));
  const form = choose(continuationForms, random);
  return { user: form(words.slice(0, cut).join(' ')), assistant: words.slice(cut).join(' ') };
}

function continuationConversations(passages: readonly Passage[], random: Random): readonly Conversation[] {
  return shuffle(passages, random)
    .slice(0, continuations)
    .map(({ text }) => continuation(text, random));
}

function smallTalkConversations(): readonly Conversation[] {
  return Array.from({ length: smallTalkRepeats }, () => smallTalk.map(([user, assistant]) => ({ user, assistant }))).flat();
}

export function buildCorpus(books: readonly Book[]): Corpus {
  const random = seededRandom(seed);
  const chapters = books.flatMap((book) => book.chapters);
  const literary = books.filter((book) => book.id !== 'addresses').flatMap((book) => book.chapters);
  const passages = collectPassages(chapters);
  const literaryPassages = collectPassages(literary);
  const conversations = [
    ...topicConversations(passages, random),
    ...continuationConversations(literaryPassages, random),
    ...smallTalkConversations(),
  ];
  return { chapters, conversations: shuffle(conversations, random) };
}
