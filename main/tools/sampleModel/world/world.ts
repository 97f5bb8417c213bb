/** All topics of the sample model's world, and what a drawn conversation may look like when people type it. */
import { choose } from '../random.ts';
import type { Random } from '../random.ts';
import { animalTopics } from './animals.ts';
import { calendarTopics } from './calendar.ts';
import { comparisonTopics } from './comparisons.ts';
import { foodTopics } from './foods.ts';
import { isHeld } from './heldPrompts.ts';
import { natureTopics } from './nature.ts';
import { numberTopics } from './numbers.ts';
import { otherWordings } from './otherWordings.ts';
import { remarkTopics } from './remarks.ts';
import { saidBeforeTopics } from './saidBefore.ts';
import { storyTopics } from './stories/storyTopics.ts';
import { talkTopics } from './talk.ts';
import { thingTopics } from './things.ts';
import type { Conversation, Topic } from './topic.ts';
import { unknownTopics } from './unknown.ts';
import { wordTopics } from './words.ts';

/** What the first stages of the training and the vocabulary are drawn from. */
const firstTopics: readonly Topic[] = [
  ...animalTopics,
  ...foodTopics,
  ...thingTopics,
  ...natureTopics,
  ...numberTopics,
  ...calendarTopics,
  ...wordTopics,
  ...remarkTopics,
  ...talkTopics,
  ...storyTopics,
  ...unknownTopics,
];

/** Added for what the model had not learned from the first: to choose of two, and to keep to the request's names. */
const laterTopics: readonly Topic[] = [...comparisonTopics, ...saidBeforeTopics, ...otherWordings];

export const topics: readonly Topic[] = [...firstTopics, ...laterTopics];

/** By a topic's name: how many times as often as its share says it is drawn. */
export type Emphasis = Readonly<Record<string, number>>;

export interface WorldView {
  /** Else without what was added later. */
  readonly isWhole: boolean;
  readonly emphasis: Emphasis;
}

function chooseTopic({ isWhole, emphasis }: WorldView, random: Random): Topic {
  const offered = isWhole ? topics : firstTopics;
  const shareOf = ({ name, share }: Topic): number => share * (emphasis[name] ?? 1);
  let rest = random() * offered.reduce((sum, topic) => sum + shareOf(topic), 0);
  for (const topic of offered) {
    rest -= shareOf(topic);
    if (rest < 0) return topic;
  }
  return choose(offered, random);
}

/** A conversation whose request is none of the held prompts. */
export function drawConversation(view: WorldView, random: Random): Conversation {
  const conversation = chooseTopic(view, random).draw(random);
  return isHeld(conversation.user) ? drawConversation(view, random) : conversation;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const habits: readonly ((text: string) => string)[] = [
  (text) => text.toLowerCase(),
  (text) => text.replace(/[.?!]$/, ''),
  (text) => text.toLowerCase().replace(/[.?!]$/, ''),
  (text) => `Please ${lowerFirst(text)}`,
  (text) => text.replaceAll('colour', 'color').replaceAll('favourite', 'favorite'),
  (text) => `Hello! ${text}`,
  (text) => text.replace(/^What is /, "What's ").replace(/I am /, "I'm "),
];

const takesPlease = /^(Tell|Write|Describe|Name|Give|Count|Explain|Say)/;

/** The request as a hurried or polite person would type it: one in six is changed. */
export function asTyped(text: string, random: Random): string {
  if (random() > 1 / 6) return text;
  const index = Math.floor(random() * habits.length);
  if (index === 3 && !takesPlease.test(text)) return text;
  return habits[index]?.(text) ?? text;
}
