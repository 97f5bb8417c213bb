/**
 * Rows that are equal in text, found once for a dataset and kept beside its rows. Nothing is removed; a split keeps
 * them on one side. Compared is everything of a row without regard to case and white space, since a copy that differs
 * in those alone gives an answer away all the same; of rows with a label the texts alone, so that a text with two
 * labels is not on both sides. Pre-tokenised rows are compared by their ids.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Dataset } from '../contract/entities.ts';
import type { CallOptions } from '../contract/progress.ts';
import { writeFileAtomic } from '../formats/atomicFile.ts';
import { tryParseJson } from '../formats/jsonText.ts';
import type { Example } from './example.ts';
import { findLabelled } from './labelled.ts';
import { readStoredRows } from './storedRows.ts';
import { progressWords } from '../contract/words/progress.ts';

const fileName = 'duplicates.json';
/** Between two words of how far it is. */
const toldRows = 1000;
const fileSchema = z.object({
  version: z.literal(2),
  duplicates: z.array(z.strictObject({ row: z.int(), of: z.int() })),
});

export type Duplicates = readonly { readonly row: number; readonly of: number }[];

type ComparedDataset = Pick<Dataset, 'dir' | 'format' | 'rows'>;

/** Each later row with the first that is equal. Throws GraftError('integrity' | 'cancelled'). */
export async function findDuplicates(
  { dir, format, rows }: ComparedDataset,
  { signal, onProgress }: CallOptions = {},
): Promise<Duplicates> {
  const file = join(dir, fileName);
  const kept = existsSync(file) ? fileSchema.safeParse(tryParseJson(await readFile(file, 'utf8'))).data : undefined;
  if (kept !== undefined) return kept.duplicates;
  const collector = new DuplicateCollector(format);
  for await (const { row, example } of readStoredRows(dir, signal)) {
    collector.add(row, example);
    if (row % toldRows === 0)
      onProgress?.({ label: progressWords.comparingRows(), done: row, total: rows, unit: 'rows' });
  }
  await collector.write(dir);
  return collector.duplicates;
}

/** Compares rows as they come. */
export class DuplicateCollector {
  readonly duplicates: { row: number; of: number }[] = [];
  readonly #format: Dataset['format'];
  readonly #firstRows = new Map<string, number>();

  constructor(format: Dataset['format']) {
    this.#format = format;
  }

  add(row: number, example: Example): void {
    const key = textKey(example, this.#format);
    const of = this.#firstRows.get(key);
    if (of === undefined) this.#firstRows.set(key, row);
    else this.duplicates.push({ row, of });
  }

  /** Beside the rows, where `findDuplicates` looks. */
  async write(datasetDir: string): Promise<void> {
    await writeFileAtomic(join(datasetDir, fileName), JSON.stringify({ version: 2, duplicates: this.duplicates }));
  }
}

/** The same for rows that are equal in text: 144 bits of their hash. */
export function textKey(example: Example, format: Dataset['format']): string {
  return createHash('sha256').update(comparable(example, format)).digest('base64').slice(0, 24);
}

function comparable(example: Example, format: Dataset['format']): string {
  const labelled = format === 'classification' ? findLabelled(example) : undefined;
  if (labelled) return JSON.stringify([labelled.text, labelled.second].map((text) => text && normalised(text)));
  if (example.kind === 'tokens') return JSON.stringify([example.ids, example.labels]);
  return JSON.stringify(asChat(example), (_field, value: unknown) =>
    typeof value === 'string' ? normalised(value) : value,
  );
}

/** A question with its answer is a conversation, whichever format it came in. */
function asChat(example: Example): unknown {
  if (example.kind !== 'completion') return example;
  const { prompt, completion } = example;
  // oxfmt-ignore
  return { kind: 'chat', messages: [{ role: 'user', content: prompt }, { role: 'assistant', content: completion }] };
}

function normalised(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();
}
