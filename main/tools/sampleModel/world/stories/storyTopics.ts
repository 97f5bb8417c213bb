/** Requests for stories, and the stories that answer them. */
import { choose } from '../../random.ts';
import type { Random } from '../../random.ts';
import { alternatives, fill } from '../topic.ts';
import type { Conversation, Topic } from '../topic.ts';
import { heroes } from './heroes.ts';
import type { Hero } from './heroes.ts';
import { friends, plots } from './plots.ts';
import type { Plot } from './plots.ts';

const openRequests = alternatives(
  'Tell me a story. / Write a short story. / Tell me a short story. / Write a story. / Can you tell me a story?',
);
const requests = alternatives(`
  Tell me a story about {it}. / Write a short story about {it}. / Tell me a short story about {it}.
  / Write a story about {it}. / I would like to hear a story about {it}. / Can you tell me a story about {it}?
`);

function friendFor(hero: Hero, random: Random): Hero {
  const friend = choose(friends, random);
  return friend.asked === hero.asked ? friendFor(hero, random) : friend;
}

/** What a request can name of a story, the friend only where the story has one. */
function subjectOf(hero: Hero, friend: Hero | undefined, plot: Plot, random: Random): string {
  const kind = random();
  if (kind < 0.5) return hero.asked;
  if (kind < 0.7) return friend === undefined ? hero.asked : `${hero.asked} and ${friend.asked}`;
  return kind < 0.85 ? plot.about : `${hero.asked} and ${plot.about}`;
}

export function tellStory(random: Random): Conversation {
  const plot = choose(plots, random);
  const hero = choose(heroes.filter(plot.fits), random);
  const friend = friendFor(hero, random);
  const sentences = [hero.opening, ...plot.tell(hero, friend, random)];
  const hasFriend = sentences.slice(1).some((sentence) => sentence.toLowerCase().includes(friend.asked.toLowerCase()));
  const user =
    random() < 0.12
      ? choose(openRequests, random)
      : fill(choose(requests, random), { it: subjectOf(hero, hasFriend ? friend : undefined, plot, random) });
  return { user, assistant: sentences.join(' ') };
}

export const storyTopics: readonly Topic[] = [{ name: 'stories', share: 16, draw: tellStory }];
