import { describe, expect, test } from 'vitest';
import { buildCorpus, splitSentences } from '../../main/sampleModel/corpus.ts';
import type { Book } from '../../main/sampleModel/books.ts';
import { tokenizerJson } from '../../main/sampleModel/sampleTokenizer.ts';
import { buildTokenRows } from '../../main/sampleModel/tokenRows.ts';
import { trainBpe } from '../../main/sampleModel/trainBpe.ts';
import { createTokenizer } from '../../main/tokenizers/tokenizerEngine.ts';

const chapter = Array.from(
  { length: 60 },
  (_, day) =>
    `On day ${day} the sea was calm and the captain slept below. "Land!" cried Mr. Starbuck, and all the crew ran to see it. The whale went down again under the cold grey water.`,
);
const books: readonly Book[] = [{ id: 'mobyDick', chapters: [chapter, chapter.slice(3)] }];
const corpus = buildCorpus(books);
const tokenizer = createTokenizer({
  file: 'test',
  pipeline: tokenizerJson(trainBpe(chapter, 300)),
  bosToken: null,
  eosToken: '<|end|>',
  padToken: null,
  stopTokenIds: [],
  chatTemplate: null,
});

describe('sentences', () => {
  test('a title does not end a sentence, a closing quote belongs to its own', () => {
    expect(splitSentences('Mr. Darcy bowed. "I am sorry." She left! Did he?')).toEqual([
      'Mr. Darcy bowed.',
      '"I am sorry."',
      'She left!',
      'Did he?',
    ]);
  });
});

describe('corpus', () => {
  test('is the same every time', () => {
    expect(buildCorpus(books)).toEqual(corpus);
  });

  test('an answer about a topic holds its word', () => {
    const aboutWhales = corpus.conversations.filter(({ user }) => /the whale[.?]/.test(user));
    expect(aboutWhales.length).toBeGreaterThan(0);
    expect(aboutWhales.filter(({ assistant }) => !assistant.includes('whale'))).toEqual([]);
  });

  test('a continuation goes on exactly where the request stops', () => {
    const continued = corpus.conversations.filter(({ user }) => user.startsWith('Continue: '));
    expect(continued.length).toBeGreaterThan(0);
    const text = chapter.join(' ');
    expect(continued.filter(({ user, assistant }) => !text.includes(`${user.slice('Continue: '.length)} ${assistant}`))).toEqual([]);
  });
});

describe('rows to train on', () => {
  const maxLength = 64;
  const { train, validation } = buildTokenRows(corpus, tokenizer, maxLength);
  const rows = [train, validation].flatMap(({ ids, lossMask, offsets }) =>
    Array.from({ length: offsets.length - 1 }, (_, row) => ({
      ids: [...ids.subarray(offsets[row], offsets[row + 1])],
      mask: [...lossMask.subarray(offsets[row], offsets[row + 1])],
    })),
  );
  const isChat = ({ ids }: { ids: number[] }): boolean => ids.includes(3);

  test('no row is longer than allowed, none starts with a trained token', () => {
    expect(rows.every(({ ids }) => ids.length >= 2 && ids.length <= maxLength)).toBe(true);
    expect(rows.every(({ mask }) => mask[0] === 0)).toBe(true);
  });

  test('of a conversation the answer and its end are trained, and nothing before them', () => {
    for (const { ids, mask } of rows.filter(isChat)) {
      expect(mask.indexOf(1)).toBe(ids.indexOf(3) + 1);
      expect(mask.lastIndexOf(1)).toBe(ids.length - 1);
      expect(ids.at(-1)).toBe(4);
    }
  });

  test('chapters are whole: no sentence is lost between rows', () => {
    const { train: everything } = buildTokenRows({ chapters: [chapter], conversations: [] }, tokenizer, 1000);
    const text = tokenizer.decode([...everything.ids], { skipSpecialTokens: true });
    expect(text).toBe(`${chapter.join('\n')}\n`);
  });
});
