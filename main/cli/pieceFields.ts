/**
 * What a model's chat template made of the rows of a dataset, as lines of a list; none where it is one piece for each
 * row.
 */
import type { PieceCounts } from '../contract/workbench.ts';
import { integer } from './format.ts';

export function pieceFields(counts: PieceCounts): readonly [string, string][] {
  const { pieces, splitRows, splitPieces, ownWords, closedThoughts, leavesOut } = counts;
  const lines: (readonly [number, string, string])[] = [
    [
      splitRows,
      'pieces',
      `${integer(pieces)}: this chat template shows earlier turns otherwise later on; ${rows(splitRows)} became ${integer(splitPieces)} pieces, ` +
        'each answer trained once behind what a chat shows before it (cut rows and steps count pieces)',
    ],
    [
      ownWords,
      'own words',
      `${rows(ownWords)}: the chat template leaves a part of the answer out; it is trained as the data has it`,
    ],
    [
      closedThoughts,
      'no thoughts',
      `${rows(closedThoughts)}: the prompt opens a block of thoughts, which the answer closes at once`,
    ],
    [
      leavesOut,
      'left out',
      `${rows(leavesOut)}: the chat template leaves a part of the conversation out; it is not trained`,
    ],
  ];
  return lines.filter(([count]) => count > 0).map(([, name, text]) => [name, text]);
}

function rows(count: number): string {
  return `${integer(count)} ${count === 1 ? 'row' : 'rows'}`;
}
