import { describe, expect, it } from 'vitest';
import { GraftError, toGraftError } from '../../../main/contract/errors.ts';
import { inLanguage } from '../../../main/contract/words/inLanguage.ts';
import { fileWords } from '../../../main/contract/words/files.ts';
import { everyWords } from '../../../main/contract/words/registry.ts';
import { type Speaker, phrase, wordsOf } from '../../../main/contract/words/words.ts';

const words = wordsOf('test', {
  plain: { en: 'Nothing to do.', ja: 'することはありません。' },
  lines: { en: ({ lines }: { readonly lines: number }) => `${lines} lines`, ja: ({ lines }) => `${lines} 行` },
  why: { en: 'Because {why}: {files, list}.', ja: '理由は{why}です: {files, list}。' },
  problems: { en: '{file}: {problems, clauses}.', ja: '{file}: {problems, clauses}。' },
  counted: { en: '{rows, row is|rows are} ({shape, sizes})', ja: '{rows} 行 ({shape, sizes})' },
  json: { en: 'Write {"lines": [1]}.', ja: '{"lines": [1]} と書いてください。' },
});

describe('words of the core', () => {
  it('gives a code, parameters and the English', () => {
    expect(words.lines({ lines: 3 })).toEqual({ code: 'test.lines', parameters: { lines: 3 }, text: '3 lines' });
    expect(words.plain().text).toBe('Nothing to do.');
  });

  it('takes a sentence where a text may stand', () => {
    const said = words.why({ why: words.lines({ lines: 2 }), files: ['a', words.plain()] });
    expect(said.text).toBe('Because 2 lines: a, Nothing to do..');
  });

  it('is checked by the compiler: a parameter too few, one too many, a wrong kind', () => {
    // @ts-expect-error a parameter is missing
    const calls = [() => words.lines(), () => words.lines({ lines: 1 })];
    // @ts-expect-error a text is no number
    calls.push(() => words.lines({ lines: 'x' }));
    // @ts-expect-error it takes none
    calls.push(() => words.plain({ lines: 1 }));
    // @ts-expect-error a place of the pattern is missing
    calls.push(() => words.why({ files: [] }));
    // @ts-expect-error a text is no list
    calls.push(() => words.why({ why: 'x', files: 'a' }));
    // @ts-expect-error the pattern has no such place
    calls.push(() => words.why({ why: 'x', files: [], lines: 1 }));
    expect(calls).toHaveLength(7);
  });

  it('fills the places of a pattern, lists as the language sets them apart', () => {
    const problems = words.problems({ file: 'a', problems: [words.plain(), words.lines({ lines: 0 })] });
    expect(problems.text).toBe('a: Nothing to do.; 0 lines.');
    expect(phrase(words.problems.words, 'ja', { file: 'a', problems: ['b', 'c'] })).toBe('a: b／c。');
    expect(phrase(words.why.words, 'ja', { why: 1, files: ['{why}', 'c'] })).toBe('理由は1です: {why}、c。');
  });

  it('counts one or many, and sets sizes apart alike in every language', () => {
    const texts = [0, 1, 2].map((rows) => words.counted({ rows, shape: [4, 8] }).text);
    expect(texts).toEqual(['0 rows are (4, 8)', '1 row is (4, 8)', '2 rows are (4, 8)']);
    expect(phrase(words.counted.words, 'ja', { rows: 1, shape: [4, 8] })).toBe('1 行 (4, 8)');
  });

  it('leaves JSON in a sentence as it is', () => {
    expect(words.json().text).toBe('Write {"lines": [1]}.');
  });

  it('says inner sentences in the same language, also after a wire', () => {
    const inner = fileWords.aFile();
    const said = JSON.parse(JSON.stringify(fileWords.noPermission({ file: inner }))) as ReturnType<
      typeof fileWords.aFile
    >;
    expect(inLanguage(said, 'ja')).toBe('ファイル を使う権限がありません。');
    expect(inLanguage(said, 'en')).toBe('No permission to use a file.');
  });

  it('leaves a code that it does not know, and a text of before, as they are', () => {
    expect(inLanguage(words.plain(), 'ja')).toBe('Nothing to do.');
    expect(inLanguage('as it was kept', 'ja')).toBe('as it was kept');
  });

  it('has every code once, and Japanese that is no English', () => {
    const speakers = everyWords.flatMap((file) => Object.values<Speaker<never>>(file));
    expect(new Set(speakers.map(({ code }) => code)).size).toBe(speakers.length);
    for (const { code, words: entry } of speakers) {
      const isWhole = typeof entry.ja === 'string' && !/\{\w/.test(entry.ja); // a name with a value may be alike
      if (isWhole) expect(entry.ja, code).not.toBe(entry.en);
    }
  });
});

describe('an error', () => {
  it('keeps its words over a wire, the remedy among them', () => {
    const error = toGraftError(Object.assign(new Error('x'), { code: 'ENOENT', path: 'rows.csv' }));
    const back = GraftError.fromJson(JSON.parse(JSON.stringify(error)) as ReturnType<GraftError['toJSON']>);
    expect(back.message).toBe('There is no file rows.csv.');
    expect(back.data.remedy).toBe('Check the path.');
    expect(inLanguage(back.reason ?? back.message, 'ja')).toBe('ファイル rows.csv がありません。');
    expect(inLanguage(back.remedyReason ?? '', 'ja')).toBe('パスを確かめてください。');
  });

  it('of before, without words, stays what it was', () => {
    const json = { code: 'invalid', message: 'No.', data: { remedy: 'Do.' } } as const;
    expect(GraftError.fromJson(json).toJSON()).toEqual(json);
  });
});
