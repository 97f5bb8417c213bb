import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { splitBlocks } from '../../../renderer/components/markdown/blocks.ts';
import { formulaAt, openFormulaAt } from '../../../renderer/components/markdown/formulas.ts';
import { type Node, parseMarkdown } from '../../../renderer/components/markdown/nodes.ts';

/** Formulas in a text, with `D` before those that stand alone; `…` after one that is not written to its end. */
function formulasIn(text: string, isOpen = false): string[] {
  const walk = (nodes: readonly Node[]): string[] =>
    nodes.flatMap((node) => {
      if (node.kind === 'formula') return [`${node.isDisplay ? 'D ' : ''}${node.tex}${node.isClosed ? '' : '…'}`];
      if (node.kind === 'list') return node.items.flatMap(walk);
      if (node.kind === 'table') return [...node.header, ...node.rows.flat()].flatMap(({ children }) => walk(children));
      return 'children' in node ? walk(node.children) : [];
    });
  const blocks = splitBlocks(text);
  return blocks.flatMap((block, index) => walk(parseMarkdown(block, isOpen && index === blocks.length - 1)));
}

function textOf(nodes: readonly Node[]): string {
  return nodes
    .map((node) =>
      'text' in node ? node.text : 'source' in node ? node.source : 'children' in node ? textOf(node.children) : '',
    )
    .join('');
}

describe('formulas in an answer', () => {
  it.each([
    ['a \\(x^2\\) b', ['x^2']],
    ['\\[\nE = mc^2\n\\]', ['D E = mc^2']],
    ['$$\\frac{a}{b}$$', ['D \\frac{a}{b}']],
    ['We have $x_1 + y_1$, so $z$.', ['x_1 + y_1', 'z']],
    ['Then:\n$$\na\n- b\n= c\n$$\nso', ['D a\n- b\n= c']],
    ['- first \\(a*b*c\\)\n- second $d$', ['a*b*c', 'd']],
    ['| a | b |\n|---|---|\n| $x$ | \\(y\\) |', ['x', 'y']],
    ['**bold $a_b$ and** $c_d$', ['a_b', 'c_d']],
    ['\\[ \\begin{bmatrix} 1 \\\\[2pt] 2 \\end{bmatrix} \\]', ['D \\begin{bmatrix} 1 \\\\[2pt] 2 \\end{bmatrix}']],
    ['値は$x^2$です。', []], // a dollar after a letter is an amount's
    ['値は \\(x^2\\) です。', ['x^2']],
    ['$2x + 3$ and $5$', ['2x + 3', '5']],
    ['the price $p = 5\\$$ here', ['p = 5\\$']],
  ])('%j', (text, expected) => {
    expect(formulasIn(text)).toEqual(expected);
  });

  it.each([
    'It costs $5 and $10.',
    'It costs $5 or 10$.',
    'Between $5-$10 a month, or $10-20$ a year',
    'US$ 5, A$ 6',
    '$HOME/bin:$PATH and ${HOME} and ${PATH}',
    '`$x$` and `\\(y\\)`',
    '```\n$$\nx\n$$\n```',
    'A \\[link that is none\\] and \\(an aside\\)',
    '$ x $ and $$ $$',
    '\\$5 and \\$6$',
    'I paid $20, she paid $30, in total $50.',
    '$1,000 to $2,000',
    'price: $5/month, $10/month',
  ])('is none: %j', (text) => {
    expect(formulasIn(text)).toEqual([]);
  });

  it('leaves prices as they are written', () => {
    expect(textOf(parseMarkdown('It costs $5 and $10.'))).toBe('It costs $5 and $10.');
  });
});

describe('formulas while they are written', () => {
  const grown = (text: string): string[][] =>
    Array.from({ length: text.length }, (_, end) => formulasIn(text.slice(0, end + 1), true));

  it('are shown as their source until they end, and never as Markdown', () => {
    const text = 'so \\(a_1 * b_1 * c_{1}\\) holds';
    const states = grown(text);
    const begun = text.indexOf('\\(') + 2;
    for (const [index, state] of states.entries()) {
      const isBegun = index + 1 >= begun && index + 1 < text.indexOf('\\)') + 2;
      if (isBegun) expect(state).toEqual([`${text.slice(begun, index + 1)}…`]);
    }
    expect(states.at(-1)).toEqual(['a_1 * b_1 * c_{1}']);
  });

  it('do not become lists, headings or quotes for a moment', () => {
    const kinds = new Set<string>();
    const text = '$$\na\n- b\n# c\n> d\n$$\n';
    for (let end = 3; end <= text.length; end++) {
      for (const block of splitBlocks(text.slice(0, end)))
        for (const { kind } of parseMarkdown(block, true)) kinds.add(kind);
    }
    expect([...kinds].sort()).toEqual(['formula', 'paragraph']);
  });

  it('keep what stands before them, with nothing added by what closes half-written Markdown', () => {
    const text = 'The value \\(x_{1}\\) is **large';
    expect(textOf(parseMarkdown(text, true))).toBe('The value \\(x_{1}\\) is large');
    expect(openFormulaAt('a `\\(` b')).toBe('a `\\(` b'.length);
    expect(openFormulaAt('a \\(x')).toBe(2);
  });

  it('end as the whole text has them, and settled blocks stay, whatever is in between', () => {
    const piece = fc.constantFrom(
      '$$',
      '$',
      '\\[',
      '\\]',
      '\\(',
      '\\)',
      'x',
      ' ',
      '\n',
      '\n\n',
      '- a',
      '# h',
      '5',
      '**',
      '`',
      '| a |\n|---|\n',
      '\\\\',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        let before: readonly string[] = [];
        for (let end = 1; end <= text.length; end++) before = splitBlocks(text.slice(0, end), before);
        expect(before).toEqual(text === '' ? [] : splitBlocks(text));
        expect(before.join('')).toBe(text);
        parseMarkdown(text);
        parseMarkdown(text, true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('one formula', () => {
  it('ends at its own sign and takes escapes with it', () => {
    expect(formulaAt('$$a \\$ b$$ c')).toMatchObject({ tex: 'a \\$ b', raw: '$$a \\$ b$$' });
    expect(formulaAt('\\[a\n\nb\\]')).toBeUndefined();
    expect(formulaAt('$x$2')).toBeUndefined();
    expect(formulaAt('x$')).toBeUndefined();
  });
});
