/** Puts what the palette can find into groups: the best group first, the best of each group first. */
import type { Component } from 'svelte';
import { matchText } from './matchText.ts';

export const findGroups = [
  'recent',
  'screens',
  'commands',
  'projects',
  'models',
  'datasets',
  'runs',
  'adapters',
  'chats',
  'messages',
] as const;
export type FindGroup = (typeof findGroups)[number];

export interface Find {
  /** Kept in the preferences when it was chosen. */
  readonly id: string;
  readonly group: Exclude<FindGroup, 'recent'>;
  readonly label: string;
  readonly note?: string | undefined;
  /** Other words for it, in any language. */
  readonly keywords?: string | undefined;
  /** The studio has found it already, perhaps by words that are not shown. */
  readonly isFound?: boolean;
  readonly icon: Component<{ size?: number; strokeWidth?: number; class?: string }>;
  readonly run: () => unknown;
}

export interface RankedFind {
  readonly find: Find;
  readonly score: number;
  /** Of the letters of the label that were typed. */
  readonly positions: readonly number[];
}

export interface RankedGroup {
  readonly group: FindGroup;
  readonly finds: readonly RankedFind[];
}

interface Wanted {
  readonly query: string;
  readonly finds: readonly Find[];
  /** Ids, the newest first. */
  readonly recent: readonly string[];
}

const mostInGroup = 6;
const mostRecent = 5;
const keywordShare = 0.7;
const noteShare = 0.4;
const foundScore = 100;
/** Less than the distance between two classes of matches. */
const recentBonus = 60;

export function rankFinds({ query, finds, recent }: Wanted): readonly RankedGroup[] {
  return query.trim() === '' ? unasked(finds, recent) : asked({ query, finds, recent });
}

/** Before anything is typed: what was used last, where one can go, what one can do. */
function unasked(finds: readonly Find[], recent: readonly string[]): readonly RankedGroup[] {
  const recentFinds = recent.map((id) => finds.find((find) => find.id === id)).filter((find) => find !== undefined);
  const shown = recentFinds.slice(0, mostRecent);
  const rest = finds.filter((find) => !shown.includes(find) && (find.group === 'screens' || find.group === 'commands'));
  return [
    { group: 'recent' as const, finds: shown.map(plain) },
    { group: 'screens' as const, finds: rest.filter(({ group }) => group === 'screens').map(plain) },
    { group: 'commands' as const, finds: rest.filter(({ group }) => group === 'commands').map(plain) },
  ].filter((group) => group.finds.length > 0);
}

function asked({ query, finds, recent }: Wanted): readonly RankedGroup[] {
  const ranked = finds.map((find) => rank(find, query, recent)).filter((find) => find !== undefined);
  const groups = findGroups.map((group) => ({
    group,
    finds: ranked
      .filter(({ find }) => find.group === group)
      .sort((a, b) => b.score - a.score)
      .slice(0, mostInGroup),
  }));
  const best = (group: RankedGroup): number => group.finds[0]?.score ?? 0;
  return groups.filter((group) => group.finds.length > 0).sort((a, b) => best(b) - best(a));
}

function rank(find: Find, query: string, recent: readonly string[]): RankedFind | undefined {
  const label = matchText(query, find.label);
  const others = [
    find.isFound === true ? foundScore : 0,
    keywordShare * (matchText(query, find.keywords ?? '')?.score ?? 0),
    noteShare * (matchText(query, find.note ?? '')?.score ?? 0),
    // `adapter haiku`: some words of the label, some of what stands beside it.
    noteShare * (matchText(query, `${find.label} ${find.keywords ?? ''} ${find.note ?? ''}`)?.score ?? 0),
  ];
  const score = Math.max(label?.score ?? 0, ...others);
  if (score <= 0) return undefined;
  return { find, score: score + (recent.includes(find.id) ? recentBonus : 0), positions: label?.positions ?? [] };
}

function plain(find: Find): RankedFind {
  return { find, score: 0, positions: [] };
}

/** `id` in front, each id once. */
export function withRecent(recent: readonly string[], id: string, most = 12): string[] {
  return [id, ...recent.filter((other) => other !== id)].slice(0, most);
}
