/** English sentences that a window shows: runs of words that are neither code nor what a person wrote. */
import { readFileSync, readdirSync } from 'node:fs';
import type { Page } from 'playwright-core';

const wordsInARow = 4;
const run = /[A-Za-z][A-Za-z'’]*(?: +[A-Za-z][A-Za-z'’]*){3,}/g;

/** What the seeded studio quotes: its rows, chats, names and prompts. */
const quoted = plain(sourcesOf(new URL('seed/', import.meta.url)) + sourcesOf(new URL('./', import.meta.url)));

/** Each with the element that holds it. `given`: further texts that the screen quotes. */
export async function englishText(page: Page, given: readonly string[] = []): Promise<readonly string[]> {
  const known = quoted + given.map(plain).join(' ');
  const shown = await page.evaluate(textsShown);
  return [...new Set(shown)].filter((text) => (text.match(run) ?? []).some((words) => !isQuoted(words, known)));
}

function isQuoted(words: string, known: string): boolean {
  const all = plain(words).trim().split(' ');
  return all.slice(wordsInARow - 1).some((_, at) => known.includes(` ${all.slice(at, at + wordsInARow).join(' ')} `));
}

function plain(text: string): string {
  return ` ${text.replace(/[^A-Za-z]+/g, ' ').toLowerCase()} `;
}

function sourcesOf(folder: URL): string {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ name }) => readFileSync(new URL(name, folder), 'utf8')).join(' ');
}

/** Runs in the page. */
function textsShown(): string[] {
  const skipped = 'script, style, code, pre, kbd, samp, textarea, option, [translate="no"], [hidden]';
  const texts: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.parentElement?.closest(skipped) === null) texts.push(node.textContent ?? '');
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
    if (element.closest(skipped) !== null && element.tagName !== 'TEXTAREA') continue;
    for (const name of ['aria-label', 'title', 'placeholder']) texts.push(element.getAttribute(name) ?? '');
  }
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}
