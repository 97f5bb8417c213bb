/**
 * Rows of an encoder against transformers (tests/fixtures/encoder_tokenizers.py): WordPiece and byte-level BPE, one
 * text and two, special tokens and token types, and what a cut leaves.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { describe, expect, test } from 'vitest';
import { encodeTexts, rowLayoutOf, tokeniseForEncoder } from '../../main/datasets/encoderRows.ts';
import { encoderArrays } from '../../main/engine/models/encoderRows.ts';
import { cutTextPair } from '../../main/formats/cutTextPair.ts';
import { loadTokenizer } from '../../main/tokenizers/loadTokenizer.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { fixturePath } from '../support/fixtures.ts';
import { wordTokenizer } from './wordTokenizer.ts';

interface Case {
  readonly text: string;
  readonly second: string | null;
  readonly maxLength: number;
  readonly ids: readonly number[];
  readonly types: readonly number[];
}

const dir = fixturePath('encoder_tokenizers');
const golden = JSON.parse(readFileSync(join(dir, 'golden.json'), 'utf8')) as Readonly<
  Record<'bert' | 'roberta', readonly Case[]>
>;
const joined = (parts: readonly (readonly number[])[]): readonly number[] => parts.flat();

describe.each(['bert', 'roberta'] as const)('%s', (name) => {
  test('makes the ids and token types of transformers, whole and cut', async () => {
    const tokenizer = await loadTokenizer(join(dir, name));
    const { shape } = inspectModel(fixturePath(`arch_${name}_cls`));
    for (const { text, second, maxLength, ids, types } of golden[name]) {
      const whole = encodeTexts({ text, second: second ?? undefined }, tokenizer);
      const cut = cutTextPair(whole, rowLayoutOf(tokenizer), { maxLength, join: joined });
      expect({ text, maxLength, ids: cut.ids }).toEqual({ text, maxLength, ids });
      expect([...encoderArrays(shape, [cut], ids.length).tokenTypes]).toEqual(types);
    }
  });

  test('one text gives what the tokenizer gives by itself', async () => {
    const tokenizer = await loadTokenizer(join(dir, name));
    for (const { text } of golden[name]) expect(encodeTexts({ text }, tokenizer).ids).toEqual(tokenizer.encode(text));
  });
});

test('a cut never exceeds its length, loses no special token and keeps the beginning of both texts', () => {
  const layout = { before: 1, between: 2, after: 1 };
  fc.assert(
    fc.property(
      fc.nat(30),
      fc.nat(30),
      fc.boolean(),
      fc.integer({ min: 6, max: 40 }),
      (first, second, isPair, maxLength) => {
        const a = Array.from({ length: first }, (_, at) => 100 + at);
        const b = Array.from({ length: second + 1 }, (_, at) => 200 + at);
        const head = isPair ? [1, ...a, 2, 3] : [1, ...a];
        const ids: readonly number[] = [...head, ...(isPair ? b : []), 4];
        const row = { ids, secondStart: isPair ? head.length : ids.length };
        const cut = cutTextPair(row, layout, { maxLength, join: joined });
        const kept = cut.ids.filter((id) => id >= 100);
        expect(cut.ids.length).toBe(Math.min(ids.length, maxLength));
        expect(cut.ids.filter((id) => id < 10)).toEqual(isPair ? [1, 2, 3, 4] : [1, 4]);
        if (isPair) expect(cut.ids[cut.secondStart]).toBe(200);
        else expect(cut.secondStart).toBe(cut.ids.length);
        expect(kept).toEqual([
          ...a.slice(0, kept.filter((id) => id < 200).length),
          ...b.slice(0, kept.filter((id) => id >= 200).length),
        ]);
      },
    ),
  );
});

test('labels of earlier imports, which are completions, serve an encoder too; conversations do not', () => {
  const tokenizer = wordTokenizer();
  const now = tokeniseForEncoder({ kind: 'labelled', text: 'fine', label: ' good ' }, tokenizer);
  expect(tokeniseForEncoder({ kind: 'completion', prompt: 'fine', completion: 'good' }, tokenizer)).toEqual(now);
  expect(now).toMatchObject({ label: 'good', trained: [false, false, false], secondStart: 3 });
  expect(tokeniseForEncoder({ kind: 'text', text: 'fine' }, tokenizer)).toHaveProperty('reason');
});
