import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { datasetFormats } from '../../main/contract/entities.ts';
import type { DatasetFormat } from '../../main/contract/entities.ts';
import { GraftError } from '../../main/contract/errors.ts';
import { graftErrorOf } from '../support/graftErrors.ts';
import { exampleSchema } from '../../main/datasets/example.ts';
import { parseExample, recogniseFormat } from '../../main/datasets/recognise.ts';
import type { FieldRow } from '../../main/datasets/recognise.ts';
import { inEnglish } from '../support/inEnglish.ts';

const file = 'rows.jsonl';
const chat = (...contents: string[]) =>
  contents.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content }));

function parse(row: FieldRow, format?: DatasetFormat) {
  return parseExample(row, recogniseFormat([row], { file, format }));
}

describe('recognising formats', () => {
  it.each([
    ['openai', { messages: chat('a', 'b'), prompt: 'a' }],
    [
      'sharegpt',
      {
        conversations: [
          { from: 'human', value: 'a' },
          { from: 'gpt', value: 'b' },
        ],
      },
    ],
    ['openai', { conversations: chat('a', 'b') }],
    ['alpaca', { instruction: 'a', input: '', output: 'b' }],
    ['prompt', { input: 'a', output: 'b' }],
    ['prompt', { Question: 'a', Answer: 'b' }],
    ['text', { text: 'a', source: 'web' }],
    ['tokens', { input_ids: [1, 2], labels: [-100, 2], text: 'x' }],
  ] satisfies [DatasetFormat, FieldRow][])('takes %s from the columns of %j', (format, row) => {
    expect(recogniseFormat([row], { file }).format).toBe(format);
  });

  it('goes by most rows, so that one odd first row does not decide', () => {
    const rows = [{ messages: 'odd', text: 'x' }, { messages: chat('a', 'b') }, { messages: chat('c', 'd') }];
    expect(recogniseFormat(rows, { file }).format).toBe('openai');
  });

  it('obeys a format and a column mapping that are given', () => {
    const row = { text: 'a', reply: 'b', frage: 'c' };
    expect(recogniseFormat([row], { file, format: 'text' })).toMatchObject({
      format: 'text',
      columns: { text: 'text' },
    });
    const mapped = recogniseFormat([row], { file, columns: { prompt: 'frage', answer: 'reply' } });
    expect(mapped).toMatchObject({ format: 'prompt', columns: { prompt: 'frage', completion: 'reply' } });
    expect(parseExample(row, mapped)).toEqual({ kind: 'completion', prompt: 'c', completion: 'b' });
  });

  it('leaves a role out where its column is given as empty, though its name is there', () => {
    const row = { prompt: 'a', completion: 'b', system: 'from another export' };
    const mapped = recogniseFormat([row], { file, columns: { system: '' } });
    expect(mapped.columns).toEqual({ prompt: 'prompt', completion: 'completion' });
    expect(() => recogniseFormat([row], { file, format: 'prompt', columns: { prompt: '' } })).toThrow(
      /needs a column for prompt/,
    );
  });

  it('says which columns it saw and what each format misses', () => {
    const thrown = (): unknown => recogniseFormat([{ foo: 1, bar: 2 }], { file });
    expect(thrown).toThrow(/columns foo, bar/);
    expect(graftErrorOf(thrown).data.problems).toContainEqual(
      expect.objectContaining({ field: 'alpaca', message: expect.stringMatching(/needs a column for instruction/) }),
    );
    expect(() => recogniseFormat([{ q: 'a' }], { file, columns: { prompt: 'nope' } })).toThrow(
      /"nope" given for prompt is not there/,
    );
    expect(() => recogniseFormat([{ q: 'a' }], { file, format: 'text', columns: { prompt: 'q' } })).toThrow(
      /has no role "prompt"/,
    );
    expect(() => recogniseFormat([], { file })).toThrow(GraftError);
  });
});

describe('any rows', () => {
  const names = [
    'text',
    'label',
    'answer',
    'question',
    'role',
    'data',
    '__proto__',
    'constructor',
    'a.b',
    '',
    'ラベル',
    'Unnamed: 0',
  ];
  const cell = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('x', 'y'),
    fc.dictionary(fc.constantFrom(...names), fc.jsonValue(), { maxKeys: 3 }),
  );
  const row = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 6 })), cell, { maxKeys: 6 });

  it('are recognised or refused in words, and what is offered or proposed can be had', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
        let proposals: readonly {
          readonly format: DatasetFormat;
          readonly columns: Readonly<Record<string, string>>;
        }[];
        try {
          proposals = recogniseFormat(rows, { file }).offers;
        } catch (error) {
          expect(error).toBeInstanceOf(GraftError);
          const { proposal } = (error as GraftError).data;
          proposals = proposal === undefined ? [] : [proposal as (typeof proposals)[number]];
        }
        for (const { format, columns } of proposals)
          expect(recogniseFormat(rows, { file, format, columns })).toMatchObject({ format, columns });
      }),
      { numRuns: 300 },
    );
  });
});

describe('rows of each format', () => {
  it.each([
    [
      { messages: [{ role: 'system', content: 'Be terse.' }, ...chat('a', 'b', 'c', 'd')] },
      { kind: 'chat', messages: [{ role: 'system', content: 'Be terse.' }, ...chat('a', 'b', 'c', 'd')] },
    ],
    [
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'a' },
              { type: 'text', text: 'b' },
            ],
          },
          { role: 'assistant', content: 'c' },
        ],
      },
      { kind: 'chat', messages: chat('ab', 'c') },
    ],
    [
      {
        conversations: [
          { from: 'human', value: 'a' },
          { from: 'gpt', value: 'b' },
        ],
        system: 'S',
      },
      { kind: 'chat', messages: [{ role: 'system', content: 'S' }, ...chat('a', 'b')] },
    ],
    [
      { instruction: 'Add', input: '1 2', output: '3' },
      { kind: 'chat', messages: chat('Add\n\n1 2', '3') },
    ],
    [
      { instruction: 'Hi', output: ' yo ' },
      { kind: 'chat', messages: chat('Hi', ' yo ') },
    ],
    [
      { question: 'a', answer: 'b', system: 'S' },
      { kind: 'chat', messages: [{ role: 'system', content: 'S' }, ...chat('a', 'b')] },
    ],
    [
      { input_ids: [3, 4], labels: [3, -100] },
      { kind: 'tokens', ids: [3, 4], labels: [3, -100] },
    ],
    [
      { input_ids: [3, 4], attention_mask: [1, 1] },
      { kind: 'tokens', ids: [3, 4] },
    ],
  ] satisfies [FieldRow, object][])('reads %j', (row, example) => {
    expect(parse(row)).toEqual(example);
  });

  it.each([
    [{ messages: chat('a') }, /last question has no answer/],
    [{ messages: chat('a', '  ') }, /empty answer: message 2/],
    [{ messages: [] }, /empty/],
    [{ messages: [{ role: 'assistant', content: 'a' }] }, /wrong role order: message 1 is the assistant's/],
    [{ messages: [...chat('a', 'b'), { role: 'system', content: 'c' }] }, /wrong role order: message 3/],
    [
      {
        messages: [
          { role: 'user', content: 42 },
          { role: 'assistant', content: 'b' },
        ],
      },
      /message 1 \(user\) is a number/,
    ],
    [{ messages: [{ role: 'narrator', content: 'x' }] }, /role "narrator"/],
    [{ messages: [{ role: 'tool', content: 'x' }] }, /message 1 is the tool's/],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, /part that is not text/],
    [{ messages: 'hello' }, /neither a list nor JSON/],
    [{ messages: "[{'role': 'user', 'content': 'q'}]" }, /Python's notation/],
    [
      {
        conversations: [
          { from: 'gpt', value: 'a' },
          { from: 'human', value: 'b' },
        ],
      },
      /wrong role order/,
    ],
    [{ conversations: [{ from: '__proto__', value: 'a' }] }, /turn 1 is from/],
    [{ instruction: 'a', output: '' }, /empty answer/],
    [{ prompt: 'a', completion: 7 }, /completion is a number/],
    [{ prompt: 'a\u0000', completion: 'b' }, /control character U\+0000/],
    [{ text: 'half \ud83d pair' }, /surrogate/],
    [{ text: ' \n' }, /text is empty/],
    [{ input_ids: [1, -1] }, /input_ids\[1\] is -1/],
    [{ input_ids: [1, 1.5] }, /whole numbers/],
    [{ input_ids: [1, 2], labels: [1] }, /labels has 1 values for 2/],
    [{ input_ids: [1, 2], labels: [1, 9] }, /labels\[1\] is 9/],
    [{ input_ids: [1, 0], attention_mask: [1, 0] }, /without padding/],
  ] satisfies [FieldRow, RegExp][])('lists %j as a bad row', (row, reason) => {
    expect(inEnglish(parse(row))).toMatchObject({ reason: expect.stringMatching(reason) });
  });

  it('answers any JSON in any column with an example of the schema or a reason', () => {
    const roles = [
      'messages',
      'conversations',
      'system',
      'instruction',
      'input',
      'output',
      'prompt',
      'completion',
      'text',
      'input_ids',
      'labels',
    ];
    const message = fc.record({
      role: fc.constantFrom('user', 'assistant', 'system', 7),
      content: fc.jsonValue(),
      from: fc.constantFrom('human', 'gpt'),
      value: fc.jsonValue(),
    });
    const value = fc.oneof(
      fc.jsonValue(),
      fc.array(message, { maxLength: 4 }),
      fc.array(fc.integer({ min: -101, max: 5 }), { maxLength: 4 }),
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...roles), value),
        fc.constantFrom(...datasetFormats),
        (row, format) => {
          const columns = Object.fromEntries(roles.map((role) => [role, role]));
          const parsed = parseExample(row, { format, columns });
          if (!('reason' in parsed)) exampleSchema.parse(parsed);
        },
      ),
      { numRuns: 500 },
    );
  });
});
