/**
 * The corpus as rows of token ids with a loss mask. Chapters are cut between sentences into rows of at most `maxLength`; each
 * row opens with the end-of-text token, so that its first word is trained too. Of conversations only the answer counts.
 */
import type { TokenRows } from '../formats/tokenFile.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { splitSentences } from './corpus.ts';
import type { Conversation, Corpus } from './corpus.ts';
import type { Chapter } from './books.ts';
import { endOfTextId, endOfTurnId } from './sampleTokenizer.ts';

interface Row {
  readonly ids: readonly number[];
  /** First position that is a trained target. */
  readonly trainedFrom: number;
}

export interface SplitRows {
  readonly train: TokenRows;
  readonly validation: TokenRows;
}

const validationEvery = 50;

/** Whole sentences as ids; a sentence longer than `maxIds` in pieces. */
function sentenceIds(chapter: Chapter, tokenizer: Tokenizer, maxIds: number): readonly (readonly number[])[] {
  const texts = chapter.flatMap((paragraph) => {
    const sentences = splitSentences(paragraph);
    return sentences.map((sentence, index) => `${index === 0 ? '' : ' '}${sentence}${index === sentences.length - 1 ? '\n' : ''}`);
  });
  return texts.flatMap((text) => cut(tokenizer.encode(text, { addSpecialTokens: false }), maxIds));
}

function cut(ids: readonly number[], length: number): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(ids.length / length) }, (_, piece) => ids.slice(piece * length, (piece + 1) * length));
}

function chapterRows(chapter: Chapter, tokenizer: Tokenizer, maxLength: number): readonly Row[] {
  const rows: number[][] = [];
  let row: number[] = [endOfTextId];
  for (const sentence of sentenceIds(chapter, tokenizer, maxLength - 2)) {
    if (row.length + sentence.length > maxLength - 1) {
      rows.push(row);
      row = [endOfTextId];
    }
    row.push(...sentence);
  }
  rows.push([...row, endOfTextId]);
  return rows.map((ids) => ({ ids, trainedFrom: 1 }));
}

function conversationRow({ user, assistant }: Conversation, tokenizer: Tokenizer): Row {
  const prompt = tokenizer.encode(`<|user|>${user}<|end|><|assistant|>`, { addSpecialTokens: false });
  const answer = tokenizer.encode(assistant, { addSpecialTokens: false });
  return { ids: [...prompt, ...answer, endOfTurnId], trainedFrom: prompt.length };
}

function packRows(rows: readonly Row[]): TokenRows {
  const length = rows.reduce((sum, { ids }) => sum + ids.length, 0);
  const packed = { ids: new Int32Array(length), lossMask: new Uint8Array(length), offsets: new Int32Array(rows.length + 1) };
  let position = 0;
  for (const [index, { ids, trainedFrom }] of rows.entries()) {
    packed.ids.set(ids, position);
    packed.lossMask.fill(1, position + trainedFrom, position + ids.length);
    position += ids.length;
    packed.offsets[index + 1] = position;
  }
  return packed;
}

/** One row in fifty is for validation. */
export function buildTokenRows(corpus: Corpus, tokenizer: Tokenizer, maxLength: number): SplitRows {
  const chapters = corpus.chapters.flatMap((chapter) => chapterRows(chapter, tokenizer, maxLength));
  const conversations = corpus.conversations
    .map((conversation) => conversationRow(conversation, tokenizer))
    .filter(({ ids }) => ids.length <= maxLength);
  const rows = [...chapters, ...conversations];
  const isValidation = (_: Row, index: number): boolean => index % validationEvery === validationEvery - 1;
  return {
    train: packRows(rows.filter((row, index) => !isValidation(row, index))),
    validation: packRows(rows.filter(isValidation)),
  };
}
