import { screen } from '@testing-library/svelte';
import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import Markdown from '../../../renderer/components/markdown/Markdown.svelte';
import { show, testWindow } from '../support/testWindow.ts';

function shown(text: string, isOpen = false): HTMLElement {
  return answerIn(show(testWindow(), Markdown, { text, isOpen }).container);
}

/** Without what stands around every screen. */
function answerIn(container: HTMLElement): HTMLElement {
  const answer = container.querySelector<HTMLElement>('.markdown');
  if (answer === null) throw new Error('no answer is shown');
  return answer;
}

const attacks = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)><animate onbegin=alert(1)></svg>',
  '<style>*{display:none}</style>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<a href="javascript:alert(1)" onclick="alert(1)">x</a>',
  'text <b onmouseover=alert(1)>bold</b> text',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](java\tscript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:alert(1))',
  '![x](javascript:alert(1))',
  '![x" onerror="alert(1)](http://a.b/c.png)',
  '<javascript:alert(1)>',
  '```html\n<script>alert(1)</script>\n```',
  '| <img src=x onerror=alert(1)> |\n|---|\n| <script>alert(1)</script> |',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '[x](http://a.b "title\\" onclick=\\"alert(1)")',
];
const ours = new Set(
  'div p h3 ul ol li blockquote strong em del code pre span a br hr input table thead tbody tr th td button svg path rect'.split(
    ' ',
  ),
);

/** Nothing but what our own components draw, links to the web alone, and no attribute that runs. */
function expectHarmless(root: HTMLElement): void {
  for (const element of root.querySelectorAll('*')) {
    expect([...ours]).toContain(element.localName);
    for (const { name, value } of element.attributes) {
      expect(name).not.toMatch(/^on/i);
      if (name === 'style')
        expect(value).toMatch(/^(text-align: (left|center|right);|color: var\(--shiki-[a-z-]+\);)$/);
    }
    if (element.localName === 'a') expect(element.getAttribute('href')).toMatch(/^https?:/);
  }
}

describe('an answer that wants to do harm', () => {
  it.each(attacks)('is text: %s', (text) => {
    expectHarmless(shown(text));
    expectHarmless(shown(text, true));
  });

  it('stays harmless however attacks are cut and joined while they stream', () => {
    const pieces = fc.array(fc.oneof(fc.constantFrom(...attacks), fc.string({ maxLength: 6 })), { maxLength: 4 });
    const growing = fc.tuple(pieces, fc.nat({ max: 80 })).map(([parts, end]) => parts.join('\n').slice(0, end));
    fc.assert(
      fc.property(growing, (text) => {
        const { container, unmount } = show(testWindow(), Markdown, { text, isOpen: true });
        expectHarmless(answerIn(container));
        unmount();
      }),
      { numRuns: 100 },
    );
  });

  it('shows tags as they were written, since what a model says about HTML must not vanish', () => {
    expect(shown('Use the <div> tag.').textContent).toContain('Use the <div> tag.');
  });
});

describe('an answer in Markdown', () => {
  it('opens links in another tab that cannot reach this one', () => {
    shown('See [the docs](https://example.com/a?b=1&amp;c=2).');
    const link = screen.getByRole('link', { name: 'the docs' });
    expect(link.getAttribute('href')).toBe('https://example.com/a?b=1&c=2');
    expect([link.getAttribute('target'), link.getAttribute('rel')]).toEqual(['_blank', 'noopener noreferrer']);
  });

  it('fetches no image: its words lead to it', () => {
    const root = shown('![A cat](https://example.com/cat.png)');
    expect(root.querySelector('img')).toBeNull();
    expect(screen.getByRole('link', { name: 'A cat' }).getAttribute('href')).toBe('https://example.com/cat.png');
  });

  it('puts no space between words that had none', () => {
    expect(shown('a**b**c `d`, *e*.').textContent).toBe('abc d, e.');
  });

  it('decodes character references once', () => {
    expect(shown('Tom &amp; Jerry &hellip; &#39;hi&#39; `&amp;` &amp;amp;').textContent).toContain(
      "Tom & Jerry … 'hi' &amp; &amp;",
    );
  });

  it('draws tables with their alignment, nested lists, tasks and numbering that does not begin at one', () => {
    const root = shown('| a | b |\n|---|--:|\n| 1 | 2 |\n\n3. three\n   - inner\n\n- [x] done\n\n$x^2$ stays');
    expect(root.querySelectorAll('td')[1]?.style.textAlign).toBe('right');
    expect(root.querySelector('ol')?.getAttribute('start')).toBe('3');
    expect(root.querySelector('ol ul li')?.textContent).toBe('inner');
    expect(root.querySelector('input')?.checked).toBe(true);
    expect(root.textContent).toContain('$x^2$ stays');
  });

  it('shows a fence that is still open as code, without its marks', () => {
    const root = shown('Look:\n\n```python\nprint("**no bold**', true);
    expect(root.querySelector('pre')?.textContent).toBe('print("**no bold**');
    expect(root.querySelector('strong')).toBeNull();
  });

  it('closes what was begun while the answer goes on, and shows it as written once it has ended', () => {
    expect(shown('This is **very import', true).querySelector('strong')?.textContent).toBe('very import');
    expect(shown('2 ** 3 is **eight').textContent).toContain('2 ** 3 is **eight');
  });

  it('keeps elements of earlier blocks, and the words selected in them, while the answer grows', async () => {
    const { container, rerender } = show(testWindow(), Markdown, { text: 'First.\n\nSec', isOpen: true });
    const [first, second] = container.querySelectorAll('p');
    const textNode = first?.firstChild;
    await rerender({ properties: { text: 'First.\n\nSecond grows\n\n- and more', isOpen: true } });
    const after = container.querySelectorAll('p');
    expect(after[0]).toBe(first);
    expect(after[0]?.firstChild).toBe(textNode);
    expect(after[1]).toBe(second);
    expect(container.querySelector('li')?.textContent).toBe('and more');
  });

  it('keeps code as it was written, spaces and empty lines too, and offers to copy it', () => {
    const code = 'def f():\n\n    return 1  # <b>';
    const root = shown(`\`\`\`unknown\n${code}\n\`\`\``);
    expect(root.querySelector('pre')?.textContent).toBe(code);
    expect(screen.getByRole('button', { name: 'Copy' })).toBeTruthy();
  });

  it('colours closed code without changing a character of it', async () => {
    const code = 'const a = "x";\n\nfunction f() {}';
    const root = shown(`\`\`\`ts\n${code}\n\`\`\``);
    await expect.poll(() => root.querySelectorAll('pre span').length, { timeout: 20_000 }).toBeGreaterThan(3);
    expect(root.querySelector('pre')?.textContent).toBe(code);
  });
});
