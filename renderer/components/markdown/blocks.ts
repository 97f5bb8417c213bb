/**
 * A growing text as top-level blocks of Markdown. Blocks that a longer text can no longer change are taken over from
 * the split before, so that a piece of an answer costs the end of it alone and what stands above never moves.
 */
import { Lexer } from 'marked';
import { markdownOptions } from './formulas.ts';

/**
 * A list takes a later paragraph in, and what follows a definition can become its title: the last two may still change.
 */
const openBlocks = 2;

/** `before` is the split of an earlier, shorter state of the same text. Joined, the blocks are the text again. */
export function splitBlocks(text: string, before: readonly string[] = []): readonly string[] {
  const lines = text.replaceAll(/\r\n?/g, '\n');
  const settled = before.slice(0, settledCount(before));
  const start = settled.join('');
  if (!lines.startsWith(start)) return lex(lines);
  return [...settled, ...lex(lines.slice(start.length))];
}

/**
 * How many blocks no longer text can change. Only after an empty line does a block read the same without those above
 * it.
 */
export function settledCount(blocks: readonly string[]): number {
  let count = Math.max(0, blocks.length - openBlocks);
  while (count > 0 && !/\n[ \t]*\n$/.test(blocks[count - 1] ?? '')) count--;
  return count;
}

/**
 * Empty lines belong to the block before them. `raw` is now and then reworded, but its length is what the lexer went on
 * by.
 */
function lex(text: string): readonly string[] {
  const blocks: string[] = [];
  let end = 0;
  for (const { type, raw } of new Lexer(markdownOptions).blockTokens(text, [])) {
    const source = text.slice(end, end + raw.length);
    end += raw.length;
    const above = blocks.at(-1);
    if (above !== undefined && (type === 'space' || above.trim() === '')) blocks[blocks.length - 1] = above + source;
    else blocks.push(source);
  }
  return blocks;
}
