import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import * as columnNames from '../../main/contract/columnNames.ts';
import { columnKeys } from '../../main/contract/columnNames.ts';

/** Every name of every table. */
const tables = Object.entries(columnNames).flatMap(([part, value]): (readonly [string, readonly string[]])[] => {
  if (value instanceof Set) return [[part, [...value]]];
  if (Array.isArray(value)) return [[part, value.flat()]];
  return typeof value === 'object' && 'names' in value ? [[part, [...value.names, ...(value.weak ?? [])]]] : [];
});

describe('the tables of column names', () => {
  it.each(tables)(
    '%s holds names that a column can have (one with a capital or a space would never be found)',
    (_, names) => {
      expect(names.filter((name) => !columnKeys(name).includes(name))).toEqual([]);
      expect(names.length).toBeGreaterThan(0);
    },
  );

  it('are all looked at', () => {
    expect(tables.length).toBeGreaterThan(12);
  });
});

describe('columnKeys', () => {
  it.each([
    ['System Prompt', 'system_prompt'],
    ['systemPrompt', 'system_prompt'],
    ['system-prompt', 'system_prompt'],
    [' Label ', 'label'],
    ['ＬＡＢＥＬ', 'label'],
    ['question_text', 'question'],
    ['text (required)', 'text'],
    ['ﾗﾍﾞﾙ', 'ラベル'],
    ['カテゴリー', 'カテゴリ'],
    ['ご質問内容', '質問'],
    ['評価（5段階）', '評価'],
    ['回答 文', '回答'],
    ['感情ラベル', 'ラベル'],
  ])('takes %s for %s', (column, key) => {
    expect(columnKeys(column)).toContain(key);
  });

  it('takes words within a name for no name', () => {
    expect(columnKeys('text_length')).not.toContain('text');
    expect(columnKeys('label_count')).not.toContain('label');
    expect(columnKeys('質問者番号')).not.toContain('質問');
  });

  it('answers any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (name) => columnKeys(name).every((key) => key !== '')),
    );
  });
});
