/** What becomes of the matches when a text is cut by a pattern: the five behaviours of the Rust tokenizers. */
import type { Span } from './patterns.ts';
import type { StepConfig } from './stepConfig.ts';
import { tokenizerWords as words } from '../../contract/words/tokenizer.ts';

type Cut = readonly [start: number, end: number];
export type SplitBehaviour = (spans: readonly Span[]) => Cut[];

const isolated: SplitBehaviour = (spans) => spans.map(([start, end]) => [start, end]);

const removed: SplitBehaviour = (spans) =>
  spans.filter(([, , isMatch]) => !isMatch).map(([start, end]) => [start, end]);

/** Neighbours of the same kind stay together. */
const contiguous: SplitBehaviour = (spans) => joinToPrevious(spans, (isMatch, wasMatch) => isMatch === wasMatch);

/** A match ends the part before it; of several matches in a row only the first does. */
const mergedWithPrevious: SplitBehaviour = (spans) =>
  joinToPrevious(spans, (isMatch, wasMatch) => isMatch && !wasMatch);

function joinToPrevious(spans: readonly Span[], joins: (isMatch: boolean, wasMatch: boolean) => boolean): Cut[] {
  const cuts: [number, number][] = [];
  let wasMatch = false;
  for (const [start, end, isMatch] of spans) {
    const last = cuts.at(-1);
    if (last !== undefined && joins(isMatch, wasMatch)) last[1] = end;
    else cuts.push([start, end]);
    wasMatch = isMatch;
  }
  return cuts;
}

/** A match begins the part after it; of several matches in a row only the last does. */
const mergedWithNext: SplitBehaviour = (spans) => {
  const cuts: [number, number][] = [];
  let wasMatch = false;
  for (const [start, end, isMatch] of [...spans].reverse()) {
    const next = cuts.at(-1);
    if (next !== undefined && isMatch && !wasMatch) next[0] = start;
    else cuts.push([start, end]);
    wasMatch = isMatch;
  }
  return cuts.reverse();
};

export const splitBehaviours = { isolated, removed, contiguous, mergedWithPrevious, mergedWithNext } as const;

const byName: ReadonlyMap<string, SplitBehaviour> = new Map([
  ['Isolated', isolated],
  ['Removed', removed],
  ['Contiguous', contiguous],
  ['MergedWithPrevious', mergedWithPrevious],
  ['MergedWithNext', mergedWithNext],
]);

/** The `behavior` of a step. */
export function readBehaviour(config: StepConfig, fallback?: string): SplitBehaviour {
  const name = config.text('behavior', fallback);
  const behaviour = byName.get(name);
  if (behaviour === undefined) throw config.unsupported(words.splitNamed({ name }), 'behavior');
  return behaviour;
}
