/** Says again in a window's language what the core said in English. */
import { everyWords } from './registry.ts';
import { type Entry, type Said, type Speaker, type WordLanguage, phrase, texts } from './words.ts';

const entries: ReadonlyMap<string, Entry<never>> = new Map(
  everyWords.flatMap((words) => Object.values<Speaker<never>>(words).map((speaker) => [speaker.code, speaker.words])),
);

/**
 * A sentence whose code is not known here (of a later Graft, say) stays English; a text that was kept before is as it
 * is.
 */
export function inLanguage(said: string | Said, language: WordLanguage): string {
  if (typeof said === 'string') return said;
  const words = entries.get(said.code);
  if (words === undefined || language === 'en') return said.text;
  return phrase(
    words,
    language,
    texts(said.parameters, (inner) => inLanguage(inner, language)),
  );
}
