/** What only the whole column tells: missing or class, value or number, one label or several. */
import { describe, expect, test } from 'vitest';
import { hasDecimalCommas, LabelCensus } from '../../../main/datasets/labels/labelRules.ts';
import { inEnglish } from '../../support/inEnglish.ts';

function rulesFor(values: readonly unknown[], declared: readonly string[] | null = null) {
  const census = new LabelCensus(() => declared);
  for (const value of values) census.add(value);
  const { read, ...said } = census.rules();
  return { read: (value: unknown) => inEnglish(read(value)), ...inEnglish(said) };
}

function read(values: readonly unknown[], declared: readonly string[] | null = null): readonly string[] {
  const rules = rulesFor(values, declared);
  return values.map((value) => {
    const decision = rules.read(value);
    return 'reason' in decision ? `! ${decision.reason}` : decision.label;
  });
}

const times = (count: number, ...values: readonly unknown[]): unknown[] =>
  Array.from({ length: count }, () => values).flat();
const kept = (values: readonly unknown[]): ReadonlySet<string> =>
  new Set(read(values).filter((label) => !label.startsWith('!')));

describe('numbers', () => {
  test('1 and 1.0 are one class, written as people write it', () => {
    expect(read(['1', '1.0', '0', '0.0'])).toEqual(['1', '1', '0', '0']);
    expect(read(['0.0', '1.0', ''])).toEqual(['0', '1', '! no label']);
    expect(read(['1', '1.0', 'other'])).toEqual(['1', '1', 'other']);
  });

  test('fractions stay as they are written', () => {
    expect(read(['2.50', '3.00'])).toEqual(['2.50', '3.00']);
  });

  test('a version number beside a word is no float', () => {
    expect(read(['1.0', '2.0', 'beta'])).toEqual(['1.0', '2.0', 'beta']);
  });

  test('whole numbers past 2^53 stay apart', () => {
    expect(read(['9007199254740993', '9007199254740992'])).toEqual(['9007199254740993', '9007199254740992']);
  });

  test('what programs write for a missing value is no number', () => {
    expect(read(['1.5', 'NA', 'None', '-', '2.5', null, NaN])).toEqual([
      '1.5',
      ...['! no label (NA)', '! no label (None)', '! no label (-)'],
      '2.5',
      ...['! no label', '! no label (NaN)'],
    ]);
  });

  test('a rare word among fractions is a bad row, one of many a class', () => {
    expect(read([...times(10, '1.5', '2.5'), 'unknown']).at(-1)).toBe(
      '! label "unknown" is no number, as the other labels are',
    );
    expect(read(['1.5', '2.5', 'unknown']).at(-1)).toBe('unknown');
    expect(read([...times(10, '1', '2'), 'other']).at(-1)).toBe('other');
  });

  test('what is not finite is no value to come near to', () => {
    expect(read(['1.5', 'inf', '-Infinity', '1e999'])).toEqual([
      '1.5',
      '! label "inf" is no finite number',
      '! label "-Infinity" is no finite number',
      '! label "1e999" is no finite number',
    ]);
    expect(read(['inf', 'one']).at(0)).toBe('inf');
  });

  test('a decimal comma, where it can be nothing else', () => {
    expect(read(['2,5', '3', '4,0'])).toEqual(['2.5', '3', '4.0']);
    expect(rulesFor(['2,5', '3']).notices).toEqual(['Labels such as "2,5" are read as the number 2.5.']);
    expect(read(['1,234', '12,500'])).toEqual(['1,234', '12,500']);
    expect(rulesFor(['1,234', '12,500']).notices[0]).toContain('"1,234" are taken as texts');
    expect([hasDecimalCommas(['0,125']), hasDecimalCommas(['1,5', '1.5']), hasDecimalCommas(['1', '2'])]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('full width and the sign U+2212 are numbers too', () => {
    expect(read(['２．５', '\u22121.5'])).toEqual(['2.5', '-1.5']);
  });
});

describe('-1', () => {
  test('is no label where every row has it', () => {
    const rules = rulesFor([-1, '-1', '-1.0']);
    expect(rules.problem).toMatch(/every label is -1/);
    expect(rules.read(-1)).toEqual({ reason: 'no label (-1 in every row)' });
  });

  test('is a value elsewhere, and said where it may be none', () => {
    expect(read(['-1', '0', '1'])).toEqual(['-1', '0', '1']);
    expect(rulesFor(['-1', '0', '1', '-1.0']).notices.at(-1)).toContain('-1 is a label like the others, of 2 rows');
    expect(rulesFor(['-1', '1']).notices).toEqual([]);
  });
});

describe('spellings of a missing value that may be a class', () => {
  test('few are missing, many a class; either is said', () => {
    expect(kept([...times(20, 'mild', 'severe'), 'None'])).toEqual(new Set(['mild', 'severe']));
    expect(kept(times(5, 'mild', 'severe', 'None'))).toEqual(new Set(['mild', 'severe', 'None']));
    expect(rulesFor([...times(20, 'mild', 'severe'), 'None']).notices).toEqual([
      'Left out as missing: 1 row with the label "None". Where it is a class, call it otherwise in the file.',
    ]);
    expect(rulesFor(times(5, 'mild', 'severe', 'None')).notices[0]).toContain('"None" is a class, of 5 rows');
  });

  test('NA among codes of two letters is Namibia', () => {
    expect(kept([...times(50, 'DE', 'FR'), 'NA'])).toEqual(new Set(['DE', 'FR', 'NA']));
  });

  test('a file of nothing else has no labels', () => {
    expect(rulesFor(['NA', 'None', '']).problem).toBe('no row has a label');
    expect(rulesFor([null, undefined]).problem).toBe('no row has a label');
  });
});

describe('several labels in one text', () => {
  test('are bad rows where each is found elsewhere too', () => {
    expect(read(['joy', 'anger', 'joy,anger'])).toEqual(['joy', 'anger', '! more than one label: "joy,anger"']);
    expect(kept(['joy;fear', 'fear;anger', 'anger;joy'])).toEqual(new Set());
  });

  test('a comma in a name makes no two labels', () => {
    const names = ['Food, drink', 'Arts, crafts', 'Paris, France', 'Lyon, France', 'Clothing, shoes, jewelry'];
    expect(read(names)).toEqual(names);
  });
});

describe('look-alikes', () => {
  test('stay apart and are said', () => {
    const labels = ['Positive', 'positive', 'ﾎﾟｼﾞﾃｨﾌﾞ', 'ポジティブ'];
    expect(read(labels)).toEqual(labels);
    expect(rulesFor(labels).notices).toEqual([
      'Labels that look alike are classes of their own: "Positive" and "positive"; "ﾎﾟｼﾞﾃｨﾌﾞ" and "ポジティブ". Write them alike in the file where they mean the same.',
    ]);
  });

  test('an id with a leading zero is not the number', () => {
    expect(read(['01', '1'])).toEqual(['01', '1']);
    expect(rulesFor(['01', '1']).notices[0]).toContain('"01" and "1"');
  });

  test('spellings of one class are said', () => {
    expect(rulesFor(['1', '1.0', '2']).notices).toEqual(['Labels that mean the same are one class: "1" and "1.0".']);
    expect(read(['True', 'True', 'true', 'False'])).toEqual(['True', 'True', 'True', 'False']);
  });
});

describe('classes that the file lists', () => {
  test('are names as they stand, whatever they look like', () => {
    const names = ['NA', '-1', '1.0', 'a,b', 'a', 'b'];
    expect(read(names, names)).toEqual(names);
    expect(read([null], names)).toEqual(['! no label']);
  });

  test('without a row are said', () => {
    expect(rulesFor(['a', 'b'], ['a', 'b', 'c']).notices).toEqual([
      'The file lists the class "c" that no row has: an encoder keeps an output for it and never learns it.',
    ]);
  });
});
