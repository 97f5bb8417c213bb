/** Every file of words: one line each. */
import { answeringWords } from './answering.ts';
import { chatCommandWords } from './chatCommand.ts';
import { commonWords } from './common.ts';
import { csvWords } from './csv.ts';
import { exportWords } from './exports.ts';
import { fileKindWords } from './fileKinds.ts';
import { fileWords } from './files.ts';
import { modelFileWords } from './modelFiles.ts';
import { sameContentWords } from './sameContent.ts';
import { folderWords } from './folders.ts';
import { jsonListWords } from './jsonLists.ts';
import { labelWords } from './labels.ts';
import { messageWords } from './messages.ts';
import { parquetWords } from './parquet.ts';
import { readingWords } from './reading.ts';
import { rowWords } from './rows.ts';
import { templateWords } from './templates.ts';
import { textFileWords } from './textFiles.ts';
import { tokenRowWords } from './tokenRows.ts';
import { trainingWords } from './training.ts';
import { trashWords } from './trash.ts';
import { validationWords } from './validation.ts';
import { valueWords } from './values.ts';
import { windowWords } from './window.ts';
import type { Speaker } from './words.ts';

export const everyWords: readonly Readonly<Record<string, Speaker<never>>>[] = [
  answeringWords,
  chatCommandWords,
  commonWords,
  csvWords,
  exportWords,
  fileKindWords,
  fileWords,
  modelFileWords,
  sameContentWords,
  folderWords,
  jsonListWords,
  labelWords,
  messageWords,
  parquetWords,
  readingWords,
  rowWords,
  templateWords,
  textFileWords,
  tokenRowWords,
  trainingWords,
  trashWords,
  validationWords,
  valueWords,
  windowWords,
];
