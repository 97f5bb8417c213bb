/**
 * Which questions of the world a sample dataset asks: some of every topic, none of the held prompts, no question or
 * answer twice. Answers with somebody's speech in them are left out: a voice would speak in another's.
 */
import { chooseSome } from '../random.ts';
import type { Random } from '../random.ts';
import { isHeld } from '../world/heldPrompts.ts';
import type { Conversation, Topic } from '../world/topic.ts';

const mostTries = 200;

export interface QuestionChoice {
  readonly topics: readonly Topic[];
  readonly count: number;
  readonly isWanted: (conversation: Conversation) => boolean;
}

/** One more of the topic; undefined where it has nothing new to offer. */
function drawNew(
  topic: Topic,
  known: readonly Conversation[],
  isWanted: QuestionChoice['isWanted'],
  random: Random,
): Conversation | undefined {
  for (let attempt = 0; attempt < mostTries; attempt++) {
    const drawn = topic.draw(random);
    const isKnown = known.some(({ user, assistant }) => user === drawn.user || assistant === drawn.assistant);
    if (!isKnown && !isHeld(drawn.user) && !drawn.assistant.includes('"') && isWanted(drawn)) return drawn;
  }
  return undefined;
}

/** `count` conversations: one of each topic, then more of those with a large share, until there are enough. */
export function drawQuestions({ topics, count, isWanted }: QuestionChoice, random: Random): readonly Conversation[] {
  const drawn: Conversation[] = [];
  for (let round = 0; drawn.length < count; round++) {
    const due = topics.filter(({ share }) => round === 0 || share >= 3 * round || round > 6);
    if (due.length === 0) continue;
    for (const topic of chooseSome(due, due.length, random)) {
      const next = drawn.length < count ? drawNew(topic, drawn, isWanted, random) : undefined;
      if (next !== undefined) drawn.push(next);
    }
  }
  return chooseSome(drawn, count, random);
}
