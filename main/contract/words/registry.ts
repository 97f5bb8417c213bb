/** Every file of words: one line each. */
import { answeringWords } from './answering.ts';
import { commonWords } from './common.ts';
import { exportWords } from './exports.ts';
import { fileKindWords } from './fileKinds.ts';
import { fileWords } from './files.ts';
import { modelFileWords } from './modelFiles.ts';
import { sameContentWords } from './sameContent.ts';
import { folderWords } from './folders.ts';
import { trainingWords } from './training.ts';
import { trashWords } from './trash.ts';
import { validationWords } from './validation.ts';
import { windowWords } from './window.ts';
import type { Speaker } from './words.ts';

export const everyWords: readonly Readonly<Record<string, Speaker<never>>>[] = [
  answeringWords,
  commonWords,
  exportWords,
  fileKindWords,
  fileWords,
  modelFileWords,
  sameContentWords,
  folderWords,
  trainingWords,
  trashWords,
  validationWords,
  windowWords,
];
