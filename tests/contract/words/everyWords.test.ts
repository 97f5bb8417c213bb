/**
 * Every sentence of the core in both languages: one that is English in Japanese would stand so on a Japanese screen.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { backendSpecs } from '../../../main/backends/registry.ts';
import { everyWords } from '../../../main/contract/words/registry.ts';
import { methodSpecs } from '../../../main/methods/registry.ts';
import { trainingParts } from '../../../main/training/registry.ts';
import { type Speaker, type WordLanguage, phrase } from '../../../main/contract/words/words.ts';

const folder = new URL('../../../main/contract/words/', import.meta.url);
const helpers = ['inLanguage.ts', 'registry.ts', 'words.ts'];
const speakers = everyWords.flatMap((file) => Object.values<Speaker<never>>(file));

/** What stands for every parameter: text, number and list at once, told from a sentence's own words. */
const placeholder = '※';
const anything = new Proxy({}, { get: () => sample() });

function sample(): unknown {
  const asText = () => placeholder;
  const list = Object.assign([placeholder], {
    toLocaleString: asText,
    toFixed: asText,
    charAt: asText,
    replace: asText,
  });
  return Object.assign(list, { toString: () => placeholder, [Symbol.toPrimitive]: () => placeholder });
}

function said(speaker: Speaker<never>, language: WordLanguage): string {
  return ''.concat(phrase(speaker.words, language, anything)); // an entry may give back a parameter as it is
}

/**
 * Commands, code, names of files and of programs, addresses: what stands between backquotes, and the flags of commands.
 */
function withoutCode(text: string): string {
  return text
    .replace(/`[^`]*`/g, '')
    .replace(/--[\w-]+(?:[ =][\w=.-]+)?/g, '')
    .replace(/「[^」]*」/g, '');
}

describe('words of the core', () => {
  it('are all in the registry: a file that is not would be said in English for ever', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !helpers.includes(name));
    const registry = readFileSync(new URL('registry.ts', folder), 'utf8');
    for (const file of files) expect(registry, file).toContain(`from './${file}';`);
    const others = [...backendSpecs, ...trainingParts, ...Object.values(methodSpecs)];
    expect(everyWords).toHaveLength(files.length + others.filter(({ words }) => words !== undefined).length);
  });

  it.each(speakers.map((speaker) => [speaker.code, speaker] as const))('%s has Japanese', (_code, speaker) => {
    const [english, japanese] = [said(speaker, 'en'), said(speaker, 'ja')];
    expect(english).not.toBe('');
    if (/[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}/.test(withoutCode(english)))
      expect(japanese).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
    expect(withoutCode(japanese)).not.toMatch(/[A-Za-z]{2,}(?: [A-Za-z]{2,}){3,}/);
  });

  it('use every parameter in both languages: one that is lost in Japanese would hide a file or a number', () => {
    const lost = speakers.filter((speaker) =>
      [...namesIn(speaker, 'en')].some((name) => !namesIn(speaker, 'ja').has(name)),
    );
    expect(lost.map(({ code }) => code).sort()).toEqual([...deliberatelyShorter].sort());
  });

  it('ask for no parameter in Japanese that the English has not: nobody would give it', () => {
    const unknown = speakers.filter((speaker) =>
      [...namesIn(speaker, 'ja')].some((name) => !namesIn(speaker, 'en').has(name)),
    );
    expect(unknown.map(({ code }) => code)).toEqual([]);
  });
});

/** Where the Japanese says the same without it. */
const deliberatelyShorter: readonly string[] = [];

function namesIn({ words }: Speaker<never>, language: WordLanguage): Set<string> {
  const asked = new Set<string>();
  const recorder = new Proxy({}, { get: (_, name) => (asked.add(String(name)), sample()) });
  phrase(words, language, recorder);
  return asked;
}
