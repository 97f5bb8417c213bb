import { fork } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../../support/properties.ts';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Model } from '../../../main/contract/entities.ts';
import type { ProgressUpdate } from '../../../main/contract/progress.ts';
import type { DatasetImportOptions } from '../../../main/contract/workbench.ts';
import { DatasetRepository } from '../../../main/database/datasets.ts';
import { openDatabase } from '../../../main/database/openDatabase.ts';
import type { ImportedDataset } from '../../../main/datasets/importDataset.ts';
import { readTokenFile } from '../../../main/formats/tokenFile.ts';
import { Datasets } from '../../../main/studio/datasets/datasets.ts';
import { Tasks } from '../../../main/studio/shared/Tasks.ts';
import { ggufTokenizerSource } from '../../../main/tokenizers/ggufTokenizer.ts';
import type { Tokenizer } from '../../../main/tokenizers/tokenizer.ts';
import { createTokenizer } from '../../../main/tokenizers/tokenizerEngine.ts';
import { chatml, wordTokenizer } from '../../datasets/wordTokenizer.ts';
import { templates } from '../../support/templates.ts';
import { templateTokenizer } from '../../support/templateTokenizer.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { smollm2Metadata } from '../../tokenizers/smollm2.ts';
import { inEnglish } from '../../support/inEnglish.ts';

function modelOf(changes: Partial<Model> & { readonly vocabSize?: number } = {}): Model {
  const { vocabSize = 10_000, ...rest } = changes;
  return {
    id: 'm1',
    name: 'stand-in',
    family: 'llama',
    parameters: 1,
    format: 'safetensors',
    sizeBytes: 1,
    ...{ contentHash: 'weights', computationHash: 'weights', weightsHash: null },
    dir: temporaryDir(),
    hasTokenizer: true,
    hasChatTemplate: true,
    licence: null,
    source: '',
    notices: [],
    createdAt: 0,
    shape: {
      family: 'llama',
      vocabSize,
      hiddenSize: 1,
      intermediateSize: 1,
      layerCount: 1,
      headCount: 1,
      keyValueHeadCount: 1,
      headDim: 1,
      maxPositions: 64,
      normEpsilon: 1e-5,
      tiedHead: true,
      bosTokenId: null,
      eosTokenIds: [],
      padTokenId: null,
      parameterCount: 1,
      linears: [],
      defaultTargets: [],
    },
    ...rest,
  };
}

interface LittleMemoryReport {
  readonly imported: ImportedDataset;
  readonly done: readonly number[];
  readonly peakBytes: number;
}

interface Setting {
  readonly model?: Model;
  readonly tokenizer?: Tokenizer;
}

function openDatasets({ model = modelOf(), tokenizer = wordTokenizer({ chatTemplate: chatml }) }: Setting = {}) {
  const home = temporaryDir();
  const { database } = openDatabase({ file: ':memory:' });
  onTestFinished(() => void database.close());
  const rows = new DatasetRepository(database, home);
  const changes: string[] = [];
  const openRuns = new Map<string, string>();
  const tasks = new Tasks({ announce: () => undefined });
  const datasets = new Datasets({
    ...{ rows, home, resourcesDir: join(import.meta.dirname, '../../../resources') },
    getModel: () => model,
    loadTokenizer: async () => tokenizer,
    findOpenRun: (id) => openRuns.get(id),
    onChange: () => void changes.push('datasets'),
    tasks,
  });
  const importText = (content: string | Uint8Array, name = 'rows.jsonl', options: DatasetImportOptions = {}) => {
    const file = join(temporaryDir(), name);
    writeFileSync(file, content);
    return datasets.import(file, options);
  };
  return { datasets, rows, home, model, importText, changes, openRuns, tasks };
}

const jsonLines = (...rows: unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const turn = (question: string, answer: string) => ({ prompt: question, completion: answer });
const folders = (home: string): string[] =>
  existsSync(join(home, 'datasets')) ? readdirSync(join(home, 'datasets')) : [];

describe('import', () => {
  it('keeps the file as it was, its rows as examples with their lines, and counts every bad row', async () => {
    const { importText, home } = openDatasets();
    const text = `${jsonLines(turn('a', 'b'))}\n{"prompt": "c", "completion": ""}\nnonsense\n${jsonLines(turn('d', 'e'))}`;
    const dataset = await importText(text, 'my rows.jsonl');
    expect(dataset).toMatchObject({ name: 'my rows', format: 'prompt', rows: 2, badRowCount: 2, trainOn: 'answers' });
    expect(inEnglish(dataset.badRows)).toEqual([
      { line: 3, reason: 'empty answer: completion' },
      { line: 4, reason: expect.stringContaining('not JSON') },
    ]);
    expect(dataset.dir).toBe(join(home, 'datasets', dataset.contentHash));
    expect(readFileSync(join(dataset.dir, 'source.jsonl'), 'utf8')).toBe(text);
    const stored = readFileSync(join(dataset.dir, 'rows.jsonl'), 'utf8').trim().split('\n');
    expect(stored.map((line) => JSON.parse(line).line)).toEqual([1, 5]);
    expect(folders(home)).toEqual([dataset.contentHash]);
  });

  it.each([
    ['rows.json', JSON.stringify([turn('a', 'b')])],
    ['rows.json', JSON.stringify({ version: 1, data: [turn('a', 'b')] })],
    ['lines.json', jsonLines(turn('a', 'b'), turn('c', 'd'))],
    ['rows.csv', 'question,answer\r\na,b\r\n'],
    ['rows.csv', 'question;answer\na;b\n'],
    ['rows.tsv', 'question\tanswer\na\tb\n'],
    ['rows', JSON.stringify([turn('a', 'b')])],
  ])('reads %s with %j', async (name, text) => {
    expect(await openDatasets().importText(text, name)).toMatchObject({ format: 'prompt', badRowCount: 0 });
  });

  it('takes one conversation in a .json file for a row, not for a list of messages', async () => {
    const row = {
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b' },
      ],
    };
    expect(await openDatasets().importText(JSON.stringify(row), 'one.json')).toMatchObject({
      format: 'openai',
      rows: 1,
    });
  });

  it('does not take the messages of one conversation for rows of text', async () => {
    const row = {
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b' },
      ],
    };
    const error = await graftErrorOfAsync(() => openDatasets().importText(JSON.stringify(row, null, 2), 'one.json'));
    expect(error.message).toMatch(/columns role, content.*belongs to the messages of a conversation/);
  });

  it('reads plain text by paragraphs, or by lines where there are none', async () => {
    const { importText } = openDatasets();
    expect(await importText('one\ntwo\n\nthree\n', 'a.txt')).toMatchObject({ format: 'text', rows: 2 });
    expect(await importText('one\ntwo\nthree\n', 'b.txt')).toMatchObject({ format: 'text', rows: 3 });
  });

  it.each([
    ['Shift-JIS', Buffer.from('7b2274657874223a2282b182f182c982bf82cd227d0a', 'hex')],
    ['EUC-JP', Buffer.from('7b2274657874223a22a4b3a4f3a4cba4c1a4cf227d0a', 'hex')],
    ['UTF-16', Buffer.from('\ufeff{"text":"こんにちは"}\n', 'utf16le')],
    ['UTF-8 with a mark', Buffer.from('\ufeff{"text":"こんにちは"}\n')],
  ])('reads Japanese in %s', async (_, bytes) => {
    const dataset = await openDatasets().importText(bytes);
    expect(JSON.parse(readFileSync(join(dataset.dir, 'rows.jsonl'), 'utf8')).example).toEqual({
      kind: 'text',
      text: 'こんにちは',
    });
  });

  it('gives the same id for the same content read the same way, and another for another way', async () => {
    const { importText, datasets, home } = openDatasets();
    const first = await importText(jsonLines(turn('a', 'b')), 'first.jsonl');
    expect(await importText(jsonLines(turn('a', 'b')), 'second.json', { name: 'first', format: 'prompt' })).toEqual(
      first,
    );
    expect((await importText(jsonLines(turn('a', 'b')), 'first.jsonl', { trainOn: 'all' })).id).not.toBe(first.id);
    await datasets.remove(first.id);
    expect(existsSync(first.dir)).toBe(false);
    expect(readdirSync(join(home, 'trash'))).toEqual([`dataset-${first.contentHash}`]);
    expect((await importText(jsonLines(turn('a', 'b')))).id).toBe(first.id);
  });

  it('gives one dataset for two imports at the same time', async () => {
    const { importText, home } = openDatasets();
    const imported = await Promise.all([1, 2, 3].map(() => importText(jsonLines(turn('a', 'b')))));
    expect(new Set(imported.map(({ id }) => id)).size).toBe(1);
    expect(folders(home)).toHaveLength(1);
  });

  it.each([
    [
      'only bad rows',
      jsonLines(turn('a', ''), turn('', 'b')),
      /no usable row: line 1: empty answer.*line 2: prompt is empty/,
    ],
    ['no row', '\n\n', /holds no row at all/],
    ['no known columns', jsonLines({ foo: 1 }), /columns foo/],
    ['nothing but broken lines', '{"a"\n{"b"\n', /no usable row: line 1: not JSON/],
    [
      'control bytes in most rows',
      '{"text":"a"}\n{"text":"b\u0001"}\n{"text":"\u0002"}',
      /line 2: the control character U\+0001 .*faults: 2; rows without: 1/,
    ],
    ['undecodable bytes alone', Buffer.from([0xff, 0xfe, 0x41].reverse()), /line 1: byte 0xfe is not utf-8 text/],
    ['a pickle', Buffer.from([0x80, 0x04, 0x95, 0x00]), /pickle/],
    ['half a Parquet file', Buffer.from('PAR1\u0015\u0004'), /cannot be read as Parquet/],
    ['no byte', '', /is empty/],
  ])('refuses a file with %s and leaves nothing behind', async (_, content, message) => {
    const { importText, datasets, home } = openDatasets();
    const error = await graftErrorOfAsync(() => importText(content));
    expect(error.message).toMatch(message);
    expect(error.data.file).toContain('rows.jsonl');
    expect(error.data.remedy).toBeTruthy();
    expect(datasets.list()).toEqual([]);
    expect(folders(home)).toEqual([]);
  });

  it('refuses a folder and a file that is not there', async () => {
    const { datasets } = openDatasets();
    expect((await graftErrorOfAsync(() => datasets.import(temporaryDir()))).message).toMatch(/is a folder/);
    expect((await graftErrorOfAsync(() => datasets.import('/nowhere/rows.jsonl'))).code).toBe('notFound');
  });

  it('refuses an encoding that contradicts the mark at the start of the file', async () => {
    const { importText } = openDatasets();
    const error = await graftErrorOfAsync(() =>
      importText('\ufeff{"text":"a"}\n', 'rows.jsonl', { encoding: 'shift_jis' }),
    );
    expect(error.data).toMatchObject({ field: 'encoding' });
    const bigEndian = Buffer.from('\ufeff{"text":"a"}\n', 'utf16le').swap16();
    expect(await importText(bigEndian, 'rows.jsonl', { encoding: 'utf-16' })).toMatchObject({ rows: 1 });
  });

  it('takes 20,000 rows of 80 MB in a heap of 48 MB, with steady progress, keeping the first 1,000 bad ones', async () => {
    const file = join(temporaryDir(), 'many.jsonl');
    const filler = 'x'.repeat(4000);
    for (let from = 0; from < 20_000; from += 1000) {
      const rows = Array.from({ length: 1000 }, (_, index) =>
        turn(`${from + index} ${filler}`, index % 10 === 9 ? '' : 'yes'),
      );
      appendFileSync(file, jsonLines(...rows));
    }
    const child = fork(new URL('importInLittleMemory.ts', import.meta.url), [file, temporaryDir()], {
      execArgv: ['--max-old-space-size=48'],
    });
    const { imported, done, peakBytes } = await new Promise<LittleMemoryReport>((resolve, reject) => {
      child.once('message', (report) => resolve(report as LittleMemoryReport));
      child.once('exit', (code) => reject(new Error(`the import ended with status ${String(code)}`)));
    });
    expect(imported).toMatchObject({ rows: 18_000, badRowCount: 2000 });
    expect(imported.badRows).toHaveLength(1000);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(20_000);
    // Bytes outside the heap count too.
    expect(peakBytes).toBeLessThan(350 * 2 ** 20);
  });

  it('leaves nothing when it is cancelled in the middle', async () => {
    const { datasets, home } = openDatasets();
    const file = join(temporaryDir(), 'many.jsonl');
    writeFileSync(
      file,
      jsonLines(...Array.from({ length: 20_000 }, (_, row) => turn(`${row} ${'x'.repeat(200)}`, 'yes'))),
    );
    const controller = new AbortController();
    const onProgress = ({ unit }: { readonly unit: string }): void => {
      if (unit === 'rows') controller.abort();
    };
    const error = await graftErrorOfAsync(() => datasets.import(file, { signal: controller.signal, onProgress }));
    expect(error.code).toBe('cancelled');
    expect(folders(home)).toEqual([]);
  });

  it('answers any bytes in any container with a dataset or a GraftError, and leaves no half of one', async () => {
    const { importText, home, datasets } = openDatasets();
    const names = ['a.jsonl', 'a.json', 'a.csv', 'a.tsv', 'a.txt', 'a'];
    const jsonLike = fc
      .string({ unit: fc.constantFrom('{', '}', '[', ']', '"text"', ':', ',', '"あ"', '\n', '1') })
      .map((text) => Buffer.from(text));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.uint8Array({ maxLength: 60 }), jsonLike),
        fc.constantFrom(...names),
        async (bytes, name) => {
          const outcome = await importText(bytes, name).catch((error: unknown) => error);
          if (!(outcome instanceof Error)) return;
          expect(outcome.name).toBe('GraftError');
          expect(outcome).not.toMatchObject({ code: 'internal' });
        },
      ),
      { numRuns: 120 },
    );
    expect(folders(home).sort()).toEqual(
      datasets
        .list()
        .map(({ contentHash }) => contentHash)
        .sort(),
    );
  });
});

describe('view', () => {
  const rows = jsonLines(
    turn('one', 'two three'),
    turn('ONE ', 'two  three'),
    turn('four', 'five six seven eight nine'),
  );

  it('shows rows as the model sees them, with trained tokens, cuts and duplicates', async () => {
    const { datasets, importText } = openDatasets();
    const dataset = await importText(rows);
    const view = await datasets.view(dataset.id, 'm1', { maxLength: 13, from: 1, count: 2 });
    expect(view.rows.map(({ row, truncated }) => [row, truncated])).toEqual([
      [1, 2],
      [2, 3],
    ]);
    const shown = view.rows[1];
    expect(shown?.text).toBe('<|im_start|>user\nfour<|im_end|>\n<|im_start|>assistant\nfive six seven eight');
    expect(shown?.tokens.filter(({ trained }) => trained).map(({ text }) => text)).toEqual([
      'five',
      ' six',
      ' seven',
      ' eight',
    ]);
    expect(view).toMatchObject({ truncatedRows: 2, emptyRows: 0, duplicates: [{ row: 1, of: 0 }], unusable: [] });
    expect(view.lengths).toMatchObject({ min: 13, max: 16, median: 15 });
    expect(view.lengths.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(3);
    expect(view.trainedTokens).toBe(3 + 3 + 4);
  });

  it('counts rows whose trained tokens are all cut away, and refuses when that is all of them', async () => {
    const { datasets, importText } = openDatasets();
    const long = 'w '.repeat(20);
    const dataset = await importText(jsonLines(turn('a', 'b'), turn(long, 'c')));
    expect(await datasets.view(dataset.id, 'm1', { maxLength: 12 })).toMatchObject({ emptyRows: 1, truncatedRows: 1 });
    expect((await graftErrorOfAsync(() => datasets.view(dataset.id, 'm1', { maxLength: 4 }))).message).toMatch(
      /no token of it is trained/,
    );
  });

  it('takes ids as they are without a tokenizer, and lists rows with ids the model does not have', async () => {
    const { datasets, importText } = openDatasets({ model: modelOf({ hasTokenizer: false, vocabSize: 100 }) });
    const dataset = await importText(
      jsonLines(
        { input_ids: [1, 2, 3], labels: [-100, 2, -100] },
        { input_ids: [5, 100] },
        { input_ids: [1, 2, 3], labels: [-100, 2, -100] },
      ),
    );
    const view = await datasets.view(dataset.id, 'm1');
    expect(
      view.rows.map(({ tokens }) => tokens.map(({ id, trained }) => (trained ? `[${id}]` : `${id}`)).join(' ')),
    ).toEqual(['1 [2] 3', '1 [2] 3']);
    expect(inEnglish(view.unusable)).toEqual([{ row: 1, line: 2, reason: expect.stringContaining('token id 100') }]);
    expect(view.duplicates).toEqual([{ row: 2, of: 0 }]);
    const text = await importText(rows);
    expect((await graftErrorOfAsync(() => datasets.view(text.id, 'm1'))).code).toBe('unsupported');
  });

  it('marks the right tokens of SmolLM2: the answer and <|im_end|>, by id', async () => {
    const source = ggufTokenizerSource(smollm2Metadata(), 'smollm2.gguf');
    if (source === undefined) throw new Error('the fixture holds no tokenizer');
    const { datasets, importText } = openDatasets({
      model: modelOf({ vocabSize: 49_152 }),
      tokenizer: createTokenizer(source),
    });
    const messages = [
      { role: 'system', content: 'Be terse.' },
      { role: 'user', content: '2+2?' },
      { role: 'assistant', content: '4' },
      { role: 'user', content: 'and 3+3?' },
      { role: 'assistant', content: '1234567890 12 345' },
    ];
    const dataset = await importText(jsonLines({ messages }));
    const row = (await datasets.view(dataset.id, 'm1')).rows[0];
    const trained = row?.tokens.filter((token) => token.trained).map(({ id }) => id);
    expect(trained).toEqual([36, 2, 33, 34, 35, 36, 37, 38, 39, 40, 41, 32, 216, 33, 34, 216, 35, 36, 37, 2]);
    expect(
      row?.text.startsWith(
        '<|im_start|>system\nBe terse.<|im_end|>\n<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n4<|im_end|>',
      ),
    ).toBe(true);
  });
});

describe('token files', () => {
  it('keeps them by content: one file for every cut, another for a changed template, the same is not made again', async () => {
    const { datasets, importText, model } = openDatasets();
    const dataset = await importText(jsonLines(turn('a', 'b')));
    const first = await datasets.tokenise(dataset, model, { maxLength: 64 });
    let rendered = 0;
    const again = await datasets.tokenise(dataset, model, { maxLength: 64, onProgress: () => rendered++ });
    expect([again.path, again.pieces(), rendered]).toEqual([first.path, first.pieces(), 0]);
    const cut = await datasets.tokenise(dataset, model, { maxLength: 10 });
    expect(cut).toMatchObject({ path: first.path, longestRow: 10, truncatedRows: 1 });
    expect(first.longestRow).toBe(readTokenFile(first.path).fullLengths[0]);
    writeFileSync(join(model.dir, 'chat_template.jinja'), 'other');
    expect((await datasets.tokenise(dataset, model, { maxLength: 64 })).path).not.toBe(first.path);
    rmSync(first.path);
    expect(
      readTokenFile((await datasets.tokenise(dataset, { ...model, dir: temporaryDir() }, { maxLength: 64 })).path).rows,
    ).toBe(1);
  });

  it('that take long to make are listed as a task, for whoever asks; cancelling it there gives them up', async () => {
    const { datasets, importText, tasks } = openDatasets();
    const rows = Array.from({ length: 3000 }, (_, row) => turn(`what is ${row}`, 'this and that'));
    const dataset = await importText(jsonLines(...rows));
    const progress: number[] = [];
    // Long on the fastest machine: each of the 47 words of progress takes a while.
    const onProgress = ({ done }: ProgressUpdate): void => {
      progress.push(done);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
    };
    const pending = datasets.statistics(dataset.id, 'm1', { onProgress });
    const failed = graftErrorOfAsync(async () => pending);
    await vi.waitFor(() => expect(tasks.list()).toMatchObject([{ kind: 'countTokens', state: 'running' }]), {
      timeout: 120_000,
    });
    tasks.cancel(tasks.list()[0]?.id ?? '');
    expect((await failed).code).toBe('cancelled');
    expect(progress.length).toBeGreaterThan(0);
    expect(existsSync(join(dataset.dir, 'tokens')) ? readdirSync(join(dataset.dir, 'tokens')) : []).toEqual([]);
  });

  it('says how many special tokens rows spell, and keeps other tokens where these count', async () => {
    const source = ggufTokenizerSource(smollm2Metadata(), 'smollm2.gguf');
    if (source === undefined) throw new Error('the fixture holds no tokenizer');
    const { datasets, importText, model } = openDatasets({
      model: modelOf({ vocabSize: 49_152 }),
      tokenizer: createTokenizer(source),
    });
    const dataset = await importText(jsonLines(turn('a<|im_end|>b<|im_start|>', 'c'), turn('d', 'e')));
    const ordinary = await datasets.tokenise(dataset, model, { maxLength: 64 });
    const special = await datasets.tokenise(dataset, model, { maxLength: 64, specialTokens: 'special' });
    expect(ordinary.spelled).toEqual({ rows: 1, tokens: 2, countAs: 'text' });
    expect(special.spelled).toEqual({ rows: 1, tokens: 2, countAs: 'special' });
    expect(special.path).not.toBe(ordinary.path);
    const ends = (path: string): number => readTokenFile(path).ids.filter((id) => id === 2).length;
    expect([ends(ordinary.path), ends(special.path)]).toEqual([6, 7]);
    expect((await datasets.statistics(dataset.id, 'm1')).spelled).toEqual(ordinary.spelled);
    const shown = await datasets.view(dataset.id, 'm1', { specialTokens: 'special' });
    expect(shown.spelled.countAs).toBe('special');
    expect(shown.rows[0]?.tokens.filter(({ id }) => id === 2)).toHaveLength(4);
    const plain = await importText(jsonLines({ text: 'a<|im_end|>b' }));
    expect((await datasets.statistics(plain.id, 'm1')).spelled).toEqual({ rows: 1, tokens: 1, countAs: 'plain' });
  });

  it('leaves none when it is cancelled', async () => {
    const { datasets, importText, model } = openDatasets();
    const dataset = await importText(jsonLines(...Array.from({ length: 200 }, (_, row) => turn(String(row), 'b'))));
    const controller = new AbortController();
    const pending = datasets.tokenise(dataset, model, {
      maxLength: 64,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    expect((await graftErrorOfAsync(() => pending)).code).toBe('cancelled');
    mkdirSync(join(dataset.dir, 'tokens'), { recursive: true });
    expect(readdirSync(join(dataset.dir, 'tokens'))).toEqual([]);
  });

  it('says where the rows are damaged instead of training on what is left', async () => {
    const { datasets, importText, model } = openDatasets();
    const dataset = await importText(jsonLines(turn('a', 'b'), turn('c', 'd')));
    const file = join(dataset.dir, 'rows.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -10));
    const error = await graftErrorOfAsync(() => datasets.tokenise(dataset, model, { maxLength: 64 }));
    expect(error).toMatchObject({ code: 'integrity', data: { file, line: 2 } });
  });
});

describe('rows', () => {
  it('gives pages of what was kept, with the lines of the file, and pages of what a search finds', async () => {
    const { datasets, importText } = openDatasets();
    const text = `${jsonLines(turn('a', 'one'))}nonsense\n${jsonLines(turn('b', 'two'), turn('c', 'One more'))}`;
    const { id } = await importText(text);
    expect(await datasets.rows(id, { offset: 1, limit: 1 })).toEqual({
      items: [
        {
          row: 1,
          line: 3,
          turns: [
            { role: 'prompt', text: 'b' },
            { role: 'completion', text: 'two' },
          ],
        },
      ],
      total: 3,
    });
    const found = await datasets.rows(id, { offset: 1, limit: 5, search: ' one ' });
    expect([found.total, found.items.map(({ row }) => row)]).toEqual([2, [2]]);
    expect(await datasets.rows(id, { offset: 9, limit: 5 })).toEqual({ items: [], total: 3 });
  });

  it('renders a window as training has it, without making a token file', async () => {
    const { datasets, importText, model } = openDatasets();
    const dataset = await importText(
      jsonLines(...Array.from({ length: 30 }, (_, row) => turn(`q ${row}`, `a ${row} b`))),
    );
    const shown = await datasets.renderRows(dataset.id, 'm1', { from: 20, count: 3, maxLength: 12 });
    expect(existsSync(join(dataset.dir, 'tokens'))).toBe(false);
    const tokens = readTokenFile((await datasets.tokenise(dataset, model, { maxLength: 12 })).path);
    for (const { row, tokens: marked } of shown) {
      const start = tokens.offsets[row] ?? 0;
      expect(marked.map(({ id }) => id)).toEqual([...tokens.ids.subarray(start, start + 12)]);
      expect(marked.map(({ trained }) => Number(trained))).toEqual([...tokens.lossMask.subarray(start, start + 12)]);
    }
    expect(shown.map(({ row }) => row)).toEqual([20, 21, 22]);
  });

  it('trains a row in the pieces that its template needs, and says how many', async () => {
    const tokenizer = templateTokenizer(templates.get('thoughts-of-last-turn') ?? '');
    const { datasets, importText, model } = openDatasets({ tokenizer });
    const exchange = (thoughts: string, answer: string) => [
      { role: 'user', content: 'q' },
      { role: 'assistant', content: answer, reasoning_content: thoughts },
    ];
    const rows = [exchange('a', 'one'), [...exchange('a', 'one'), ...exchange('b', 'two')], exchange('c', 'three')];
    const dataset = await importText(jsonLines(...rows.map((messages) => ({ messages }))));
    const { pieceCounts, lengths } = await datasets.statistics(dataset.id, 'm1');
    expect(pieceCounts).toEqual({
      pieces: 4,
      splitRows: 1,
      splitPieces: 2,
      ownWords: 0,
      closedThoughts: 0,
      leavesOut: 0,
    });
    expect(lengths.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(4);
    const file = readTokenFile((await datasets.tokenise(dataset, model, { maxLength: 4096 })).path);
    expect([...file.sourceRows]).toEqual([0, 1, 1, 2]);
    expect([...(file.groups ?? [])]).toEqual([0, 1, 1, 2]);
    const shown = await datasets.renderRows(dataset.id, 'm1', { from: 1, count: 1, maxLength: 4096 });
    expect(shown.map(({ row, piece, pieces }) => [row, piece, pieces])).toEqual([
      [1, 0, 2],
      [1, 1, 2],
    ]);
    for (const [index, { tokens }] of shown.entries())
      expect(tokens.map(({ id }) => id)).toEqual([
        ...file.ids.subarray(file.offsets[index + 1] ?? 0, file.offsets[index + 2] ?? 0),
      ]);
  });

  it('names the fields of messages that nothing reads', async () => {
    const { importText } = openDatasets();
    const messages = [{ role: 'user', content: 'q', score: 1 }, { role: 'assistant', content: 'a' }]; // oxfmt-ignore
    expect(inEnglish((await importText(jsonLines({ messages }))).reading.notices)).toEqual([
      'The field "score" of messages is left aside.',
    ]);
  });

  it('writes no tokens that nobody could train on', async () => {
    const { datasets, importText } = openDatasets();
    const { id, dir } = await importText(jsonLines({ input_ids: [1, 2], labels: [-100, -100] }));
    expect((await graftErrorOfAsync(() => datasets.statistics(id, 'm1'))).message).toMatch(/no token of it is trained/);
    expect(readdirSync(join(dir, 'tokens'))).toEqual([]);
  });

  it('counts what a cut leaves without refusing one that leaves nothing', async () => {
    const { datasets, importText } = openDatasets();
    const { id } = await importText(jsonLines(turn('a', 'b'), turn('a', 'b')));
    expect(await datasets.statistics(id, 'm1', { maxLength: 2 })).toMatchObject({
      ...{ trainedTokens: 0, emptyRows: 2, truncatedRows: 2, longestRow: 2, duplicates: [{ row: 1, of: 0 }] },
    });
  });
});

describe('rows equal in text', () => {
  it('are in one group, those with labels by their texts alone, and their labels are there for a model that writes', async () => {
    const { datasets, importText, model } = openDatasets();
    const dataset = await importText('text,label\nGood  day,x\nbad,y\ngood day,y\nBAD,y\nother,x\n', 'rows.csv');
    expect(dataset.equalRows).toBe(2);
    const { pieces } = await datasets.tokenise(dataset, model, { maxLength: 64 });
    const { groups = [], labels, sourceRows } = pieces();
    expect([[...Array.from(groups)], labels, [...Array.from(sourceRows)]]).toEqual([
      [0, 1, 0, 1, 4],
      ['x', 'y', 'y', 'y', 'x'],
      [0, 1, 2, 3, 4],
    ]);
  });

  it('are told apart by answer and by turns, and a question with its answer is a conversation', async () => {
    const { importText } = openDatasets();
    const answers = await importText(jsonLines(turn('a', 'b'), turn('a', 'c'), turn('A', 'b ')), 'answers.jsonl');
    expect(answers.equalRows).toBe(1);
    // oxfmt-ignore
    const chats = ['a', 'b', 'a'].map((content) => ({ messages: [{ role: 'user', content }, { role: 'assistant', content: 'x' }] }));
    expect((await importText(jsonLines(...chats), 'chats.jsonl')).equalRows).toBe(1);
  });

  it('are counted when a dataset of an earlier version is imported again', async () => {
    const { datasets, rows, importText } = openDatasets();
    const first = await importText(jsonLines(turn('a', 'b'), turn('a', 'b')));
    rows.insert({ ...first, equalRows: null });
    expect(datasets.get(first.id).equalRows).toBeNull();
    expect((await importText(jsonLines(turn('a', 'b'), turn('a', 'b')))).equalRows).toBe(1);
  });
});

describe('the library', () => {
  it('trains on a text and its label, which may be a number', async () => {
    const { datasets, importText } = openDatasets();
    const { id, format } = await importText('sentence,label\ngood,1\nbad,0\n', 'rows.csv');
    expect(format).toBe('classification');
    expect((await datasets.rows(id, { offset: 0, limit: 1 })).items[0]?.turns[1]).toEqual({ role: 'label', text: '1' });
  });

  it('reads Parquet as it reads JSON Lines', async () => {
    const { datasets } = openDatasets();
    const dataset = await datasets.import(join(import.meta.dirname, '../../fixtures/parquet/messages_snappy.parquet'));
    expect(dataset).toMatchObject({ format: 'openai', rows: 12, badRowCount: 0 });
    const missing = await datasets.import(join(import.meta.dirname, '../../fixtures/parquet/prompt_zstd.parquet'));
    expect(missing).toMatchObject({
      rows: 11,
      badRows: [{ line: 4, reason: { text: 'completion is null, not text' } }],
    });
  });

  it('holds the samples it says, each in its format', async () => {
    const { datasets } = openDatasets();
    for (const { id, name, rows } of datasets.samples()) {
      const dataset = await datasets.importSample(id);
      expect(dataset).toMatchObject({ name, rows, badRowCount: 0 });
      expect((await datasets.importSample(id)).id).toBe(dataset.id);
    }
    expect((await graftErrorOfAsync(() => datasets.importSample('none'))).data.remedy).toMatch(/plain-facts/);
  });

  it('renames, but not to a name that is taken', async () => {
    const { datasets, importText, changes } = openDatasets();
    const [first, second] = [
      await importText(jsonLines(turn('a', 'b')), 'a.jsonl'),
      await importText(jsonLines(turn('c', 'd')), 'b.jsonl'),
    ];
    const before = changes.length;
    expect(datasets.rename(first.id, 'letters').name).toBe('letters');
    expect(changes.length).toBe(before + 1);
    expect((await graftErrorOfAsync(async () => datasets.rename(second.id, 'letters'))).code).toBe('conflict');
    expect(datasets.rename(first.id, 'letters').name).toBe('letters');
  });

  it('puts into the trash and back, under a free name, and knows what the trash has lost', async () => {
    const { datasets, importText, home } = openDatasets();
    const dataset = await importText(jsonLines(turn('a', 'b')), 'a.jsonl');
    await datasets.remove(dataset.id);
    expect(datasets.listTrashed().map(({ id }) => id)).toEqual([dataset.id]);
    const other = await importText(jsonLines(turn('c', 'd')), 'a.jsonl');
    expect(await datasets.restore(dataset.id)).toEqual({ ...dataset, name: 'a-2' });
    expect((await datasets.rows(dataset.id, { offset: 0, limit: 1 })).total).toBe(1);
    expect(datasets.listTrashed()).toEqual([]);
    await datasets.remove(other.id);
    rmSync(join(home, 'trash'), { recursive: true });
    expect(datasets.listTrashed()).toEqual([]);
    expect((await graftErrorOfAsync(() => datasets.restore(other.id))).code).toBe('notFound');
  });

  it('leaves nothing in the trash of what was imported again', async () => {
    const { datasets, importText, home } = openDatasets();
    const dataset = await importText(jsonLines(turn('a', 'b')));
    await datasets.remove(dataset.id);
    await importText(jsonLines(turn('a', 'b')));
    expect(readdirSync(join(home, 'trash'))).toEqual([]);
    expect(datasets.listTrashed()).toEqual([]);
  });

  it('keeps what a run trains on', async () => {
    const { datasets, importText, openRuns } = openDatasets();
    const dataset = await importText(jsonLines(turn('a', 'b')));
    openRuns.set(dataset.id, 'haiku voice');
    expect((await graftErrorOfAsync(() => datasets.remove(dataset.id))).message).toMatch(/haiku voice/);
    expect(existsSync(dataset.dir)).toBe(true);
  });
});
