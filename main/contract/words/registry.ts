/** Every file of words: one line each. */
import { fileWords } from './files.ts';
import type { Speaker } from './words.ts';

export const everyWords: readonly Readonly<Record<string, Speaker<never>>>[] = [fileWords];
