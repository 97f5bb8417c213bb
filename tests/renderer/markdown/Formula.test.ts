import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import Markdown from '../../../renderer/components/markdown/Markdown.svelte';
import { show, testWindow } from '../support/testWindow.ts';

function shown(text: string, isOpen = false): HTMLElement {
  const { container } = show(testWindow(), Markdown, { text, isOpen });
  return container;
}

describe('a formula in an answer', () => {
  it('is set, with its source for screen readers, and no HTML text of it is ever made', async () => {
    const root = shown('Then \\(\\frac{a}{b}\\) and\n\n\\[x^2\\]');
    await waitFor(() => expect(root.querySelectorAll('.katex')).toHaveLength(2));
    expect(root.querySelectorAll('.katex-display')).toHaveLength(1);
    expect([...root.querySelectorAll('annotation')].map(({ textContent }) => textContent)).toEqual([
      '\\frac{a}{b}',
      'x^2',
    ]);
    expect(root.querySelector('math mfrac')).toBeTruthy();
  });

  it('that cannot be set is shown as it is written, the others all the same', async () => {
    const root = shown('\\(\\frac{a\\) but \\(b\\)');
    await waitFor(() => expect(root.querySelectorAll('.katex')).toHaveLength(1));
    expect(screen.getByText('\\(\\frac{a\\)').localName).toBe('code');
  });

  it('is not set before it ends', async () => {
    const root = shown('so \\(\\frac{a}{', true);
    expect(root.textContent.trim()).toBe('so \\(\\frac{a}{');
    expect(root.querySelector('.katex')).toBeNull();
  });

  it.each([
    '\\href{javascript:alert(1)}{x}',
    '\\url{javascript:alert(1)}',
    '\\includegraphics{http://a.b/c.png}',
    '\\htmlStyle{position:fixed}{x}',
    '\\htmlData{a=b}{x}',
    '\\text{<img src=x onerror=alert(1)>}',
    '\\def\\a{\\a\\a}\\a',
    '\\rule{100000em}{100000em}',
  ])('neither links, fetches, covers the window nor runs for ever: %s', async (tex) => {
    const root = shown(`\\(y\\) \\(${tex}\\)`);
    await waitFor(() => expect(root.querySelector('.katex')).toBeTruthy());
    expect(root.querySelector('a, img, script, iframe')).toBeNull();
    for (const element of root.querySelectorAll<HTMLElement>('[style]')) {
      expect(element.style.position === 'fixed').toBe(false);
      for (const length of [element.style.width, element.style.height, element.style.borderTopWidth]) {
        if (length.endsWith('em')) expect(Math.abs(parseFloat(length))).toBeLessThanOrEqual(50);
      }
    }
    for (const element of root.querySelectorAll('*'))
      for (const { name } of element.attributes) expect(name).not.toMatch(/^on/i);
  });
});
