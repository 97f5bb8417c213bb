/**
 * Comparing without knowing who answered: names are hidden and columns shuffled until the vote. The order follows from
 * the round's id, so that a reload and a second window show the same one.
 */
import { isComparable } from '../../../main/contract/conversations.ts';
import type { Round } from './conversationTree.ts';

/**
 * The answers of a round in the order in which they are shown. A round voted blind keeps its order after the names are
 * told.
 */
export function columnsOf(round: Round, isBlind: boolean): Round['answers'] {
  if (!isBlind && round.vote?.blind !== true) return round.answers;
  return round.answers
    .map((answer) => ({ answer, key: mixed(`${round.id}:${answer.lane}`) }))
    .sort((one, other) => one.key - other.key)
    .map(({ answer }) => answer);
}

/** Until the vote; where answers failed and no vote is left to give, hiding their names would help nobody. */
export function isHidden(round: Round, isBlindOn: boolean): boolean {
  const hasEnded = round.answers.every(({ state }) => state !== 'answering');
  return isBlindOn && round.answers.length > 1 && round.vote === null && (!hasEnded || isVotable(round));
}

/** Two answers or more that can be compared. */
export function isVotable(round: Round): boolean {
  return round.answers.filter(isComparable).length > 1;
}

/** FNV-1a with a last stir: ids that differ in one character are far apart. */
function mixed(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
