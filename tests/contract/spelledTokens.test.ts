import { expect, test } from 'vitest';
import { spelledNote } from '../../main/contract/spelledTokens.ts';
import { splitNotes, type SplitSummary } from '../../main/contract/splitSummary.ts';
import { englishOf } from '../../main/contract/words/words.ts';
import { splitNotes as shownNotes } from '../../renderer/components/training/splitTexts.ts';
import { spelledWords } from '../../renderer/i18n/spelled.ts';
import { splitWords } from '../../renderer/i18n/split.ts';

const split: SplitSummary = {
  ...{
    trainingRows: 9,
    evaluationRows: 1,
    trainingPieces: 9,
    evaluationPieces: 1,
    nothingToEvaluate: false,
    equalRows: 0,
  },
  ...{ classesNotEvaluated: [], classesNotEvaluatedCount: 0, classesNotTrained: [] },
};

const reason = englishOf;
const english = { spelled: spelledWords.en, reason };

test('command line, form and run say how many special tokens the rows spell and what they count as, in both languages', () => {
  for (const [countAs, words, japanese] of [
    ['text', 'ordinary text', '普通の文字'],
    ['special', 'they count as such', '特殊トークンとして扱われます'],
    ['plain', 'in plain text', 'プレーンテキスト'],
  ] as const) {
    const spelled = { rows: 3, tokens: 1200, countAs };
    const [note] = splitNotes({ ...split, spelled });
    expect(note).toMatch(/^The text of 3 rows spells special tokens of the model \(1,200 in all\): /);
    expect(note).toContain(words);
    expect(shownNotes({ ...split, spelled }, splitWords.en, english)[0]).toContain('1,200');
    expect(shownNotes({ ...split, spelled }, splitWords.ja, { spelled: spelledWords.ja, reason })[0]).toContain(
      japanese,
    );
  }
});

test('nothing is said where there are none, or where an earlier version did not look', () => {
  const none = { ...split, spelled: { rows: 0, tokens: 0, countAs: 'text' as const } };
  expect(spelledNote(none.spelled)).toBeUndefined();
  for (const summary of [none, split]) {
    expect(splitNotes(summary)).toEqual([]);
    expect(shownNotes(summary, splitWords.en, english)).toEqual([]);
  }
});
