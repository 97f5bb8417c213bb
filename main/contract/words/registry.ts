/** Every file of words: one line each. */
import { answeringWords } from './answering.ts';
import { fileWords } from './files.ts';
import type { Speaker } from './words.ts';

export const everyWords: readonly Readonly<Record<string, Speaker<never>>>[] = [answeringWords, fileWords];
