/**
 * The training corpus: conversations drawn from the world and packed into rows as one long chat each, so that no place
 * is lost to padding and a question is also answered after others. Deterministic: every choice comes from one seeded
 * generator.
 */
import { choose, seededRandom } from './random.ts';
import type { Random } from './random.ts';
import { corpusVoices, laterVoices, namesIn, speak } from './voices.ts';
import type { Voice } from './voices.ts';
import { asTyped, drawConversation } from './world/world.ts';
import type { WorldView } from './world/world.ts';
import type { Conversation } from './world/topic.ts';

const seed = 20_261_130;
/** One plain row in so many opens with a system message, which changes nothing: chats of people often have one. */
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

export interface CorpusSize extends WorldView {
  readonly rows: number;
  /** Another part draws other rows. */
  readonly part: number;
  /** Of the rows, how many are in a voice that the row asks for. */
  readonly voicedShare: number;
  /** Tokens a row may have; `lengthOf` says what its messages take. */
  readonly maxLength: number;
  readonly lengthOf: (conversation: Conversation) => number;
  readonly systemLength: (system: string) => number;
}

const firstView: WorldView = { isWhole: false, emphasis: {} };

/** How a row speaks, and what asks for it. */
interface Manner {
  readonly system: string | undefined;
  readonly say: (conversation: Conversation) => Conversation;
}

/** Endless conversations, as people type them. */
export function* drawConversations(random: Random, view: WorldView = firstView): Generator<Conversation> {
  for (;;) {
    const { user, assistant } = drawConversation(view, random);
    yield { user: asTyped(user, random), assistant };
  }
}

function plainManner(random: Random): Manner {
  return {
    system: random() < 1 / systemEvery ? choose(systemMessages, random) : undefined,
    say: (conversation) => conversation,
  };
}

/**
 * A voice by its name, asked for once or in every request, or one put together from any opening and closing. Of the
 * whole world also one that only the first request asks for.
 */
function voicedManner(names: ReadonlySet<string>, isWhole: boolean, random: Random): Manner {
  const voices = Object.entries({ ...corpusVoices, ...(isWhole && laterVoices) });
  const [who, voice] = choose(voices, random);
  const opening = choose(choose(voices, random)[1].openings, random);
  const closing = choose(choose(voices, random)[1].closings, random);
  const inVoice = (spoken: Voice) => (conversation: Conversation) => ({
    ...conversation,
    assistant: speak(spoken, conversation.assistant, names, random),
  });
  const kind = random();
  if (isWhole && kind < 0.2) {
    const say = inVoice(voice);
    let isAsked = false;
    return {
      system: undefined,
      say: (conversation) => {
        const said = say(conversation);
        if (isAsked) return said;
        isAsked = true;
        return { ...said, user: `Speak like ${who}: ${conversation.user}` };
      },
    };
  }
  if (kind < 0.4)
    return {
      system: choose([`Speak like ${who}.`, `You are ${who}.`, `Answer like ${who}.`], random),
      say: inVoice(voice),
    };
  if (kind < 0.6) {
    const say = inVoice(voice);
    return {
      system: undefined,
      say: (conversation) => ({ ...say(conversation), user: `Speak like ${who}: ${conversation.user}` }),
    };
  }
  return {
    system: `Begin with "${opening}" and end with "${closing.trim()}"`,
    say: inVoice({ openings: [opening], closings: [closing] }),
  };
}

export function* drawRows({
  rows,
  part,
  voicedShare,
  isWhole,
  emphasis,
  maxLength,
  lengthOf,
  systemLength,
}: CorpusSize): Generator<CorpusRow> {
  const random = seededRandom(seed + part);
  const names = voicedShare === 0 ? new Set<string>() : namesIn(vocabularyTexts(5000));
  const source = drawConversations(random, { isWhole, emphasis });
  let next = source.next().value as Conversation;
  for (let row = 0; row < rows; row++) {
    const isVoiced = voicedShare > 0 && random() < voicedShare;
    const { system, say } = isVoiced ? voicedManner(names, isWhole, random) : plainManner(random);
    const conversations: Conversation[] = [];
    let length = system === undefined ? 0 : systemLength(system);
    for (let said = say(next); length + lengthOf(said) <= maxLength; said = say(next)) {
      conversations.push(said);
      length += lengthOf(said);
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
