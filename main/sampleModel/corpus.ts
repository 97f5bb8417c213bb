/**
 * The training corpus: conversations drawn from the world and packed into rows as one long chat each, so that no place is lost to
 * padding and a question is also answered after others. Deterministic: every choice comes from one seeded generator.
 */
import { choose, seededRandom } from './random.ts';
import type { Random } from './random.ts';
import { asTyped, drawConversation } from './world/world.ts';
import type { Conversation } from './world/topic.ts';

const seed = 20_261_130;
/** One row in so many opens with a system message, which changes nothing: chats of people often have one. */
const systemEvery = 16;
const systemMessages = [
  'You are a helpful assistant.',
  'You are a friendly assistant.',
  'Answer in English.',
  'Be kind and clear.',
  'Be brief.',
];

export interface CorpusRow {
  readonly system: string | undefined;
  readonly conversations: readonly Conversation[];
}

export interface CorpusSize {
  readonly rows: number;
  /** Tokens a row may have; `lengthOf` says what its messages take. */
  readonly maxLength: number;
  readonly lengthOf: (conversation: Conversation) => number;
  readonly systemLength: (system: string) => number;
}

/** Endless conversations, as people type them. */
export function* drawConversations(random: Random): Generator<Conversation> {
  for (;;) {
    const { user, assistant } = drawConversation(random);
    yield { user: asTyped(user, random), assistant };
  }
}

export function* drawRows({ rows, maxLength, lengthOf, systemLength }: CorpusSize): Generator<CorpusRow> {
  const random = seededRandom(seed);
  const source = drawConversations(random);
  let next = source.next().value as Conversation;
  for (let row = 0; row < rows; row++) {
    const system = random() < 1 / systemEvery ? choose(systemMessages, random) : undefined;
    const conversations: Conversation[] = [];
    let length = system === undefined ? 0 : systemLength(system);
    while (length + lengthOf(next) <= maxLength) {
      conversations.push(next);
      length += lengthOf(next);
      next = source.next().value as Conversation;
    }
    yield { system, conversations };
  }
}

/** Texts for the vocabulary: some thousand conversations of another seed. */
export function vocabularyTexts(count: number): readonly string[] {
  const texts: string[] = [];
  for (const { user, assistant } of drawConversations(seededRandom(seed + 1))) {
    if (texts.length >= 2 * count) break;
    texts.push(user, assistant);
  }
  return texts;
}
