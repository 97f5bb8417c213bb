import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { settledCount, splitBlocks } from '../../../renderer/components/markdown/blocks.ts';

const lines = [
  ...[
    'Plain words',
    '# Heading',
    '- item',
    '  - deeper',
    '1. one',
    '2',
    '* star',
    '> quote',
    '```js',
    '```',
    '~~~',
    '    code',
    '',
  ],
  ...[
    '| a | b |',
    '|---|---|',
    '| 1 | 2 |',
    '---',
    '===',
    '<div>',
    '</div>',
    '<pre>',
    '<!-- note',
    '-->',
    '[a]: http://a.b',
    '"title"',
  ],
  ...[
    '**bold',
    '`span',
    '[link](http://x',
    '\t',
    '   ',
    ' x',
    '+ ',
    '[^1]: foot',
    '<b>x</b>',
    '- [ ] task',
    '日本語。',
  ],
];
const markdown = fc.array(fc.constantFrom(...lines), { maxLength: 24 }).map((parts) => parts.join('\n'));

/** The splits of every beginning of the text, each made from the one before. */
function stream(text: string, pieces: readonly number[]): readonly (readonly string[])[] {
  const states: (readonly string[])[] = [];
  let end = 0;
  for (let turn = 0; end < text.length; turn++) {
    end = Math.min(text.length, end + (pieces[turn % pieces.length] ?? 1));
    states.push(splitBlocks(text.slice(0, end), states.at(-1)));
  }
  return states;
}

describe('splitting Markdown into blocks', () => {
  it('loses or doubles no character', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        expect(splitBlocks(text).join('')).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves settled blocks as they are while the text grows', () => {
    fc.assert(
      fc.property(
        markdown,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        (text, pieces) => {
          const states = stream(text, pieces);
          for (const [index, after] of states.entries()) {
            const before = states[index - 1] ?? [];
            const settled = before.slice(0, settledCount(before));
            expect(after.slice(0, settled.length)).toEqual(settled);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('ends with the blocks that the whole text has at once, so that the end of an answer moves nothing', () => {
    fc.assert(
      fc.property(
        markdown,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        (text, pieces) => {
          expect(stream(text, pieces).at(-1) ?? []).toEqual(splitBlocks(text));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('keeps a block of code with empty lines in one piece while its fence is open', () => {
    expect(splitBlocks('Look:\n\n```js\na\n\nb')).toEqual(['Look:\n\n', '```js\na\n\nb']);
  });

  it('starts over when the text is another one', () => {
    const before = splitBlocks('a\n\nb\n\nc\n\nd');
    expect(splitBlocks('x\n\ny', before)).toEqual(['x\n\n', 'y']);
  });

  it('reads line ends of any system as one', () => {
    expect(splitBlocks('a\r\n\r\nb\rc')).toEqual(['a\n\n', 'b\nc']);
  });
});
