/** All topics of the sample model's world, and what a drawn conversation may look like when people type it. */
import { choose } from '../random.ts';
import type { Random } from '../random.ts';
import { animalTopics } from './animals.ts';
import { calendarTopics } from './calendar.ts';
import { foodTopics } from './foods.ts';
import { isHeld } from './heldPrompts.ts';
import { natureTopics } from './nature.ts';
import { numberTopics } from './numbers.ts';
import { remarkTopics } from './remarks.ts';
import { storyTopics } from './stories/storyTopics.ts';
import { talkTopics } from './talk.ts';
import { thingTopics } from './things.ts';
import type { Conversation, Topic } from './topic.ts';
import { unknownTopics } from './unknown.ts';
import { wordTopics } from './words.ts';

export const topics: readonly Topic[] = [
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

/** By a topic's name: how many times as often as its share says it is drawn. */
export type Emphasis = Readonly<Record<string, number>>;

function chooseTopic(emphasis: Emphasis, random: Random): Topic {
  const shareOf = ({ name, share }: Topic): number => share * (emphasis[name] ?? 1);
  let rest = random() * topics.reduce((sum, topic) => sum + shareOf(topic), 0);
  for (const topic of topics) {
    rest -= shareOf(topic);
    if (rest < 0) return topic;
  }
  return choose(topics, random);
}

/** A conversation whose request is none of the held prompts. */
export function drawConversation(emphasis: Emphasis, random: Random): Conversation {
  const conversation = chooseTopic(emphasis, random).draw(random);
  return isHeld(conversation.user) ? drawConversation(emphasis, random) : conversation;
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
