/**
 * Rows that are there twice, found once for a dataset and kept beside its rows. Nothing is removed; pre-tokenised rows are
 * compared by their ids, others by their text without regard to case and white space.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../formats/atomicFile.ts';
import { tryParseJson } from '../formats/jsonText.ts';
import type { Example } from './example.ts';
import { asCompletion } from './labelled.ts';
import { readStoredRows } from './storedRows.ts';

const fileName = 'duplicates.json';
const fileSchema = z.object({ version: z.literal(1), duplicates: z.array(z.strictObject({ row: z.int(), of: z.int() })) });

export type Duplicates = readonly { readonly row: number; readonly of: number }[];

/** Each later row with the first that is the same. Throws GraftError('integrity' | 'cancelled'). */
export async function findDuplicates(datasetDir: string, signal?: AbortSignal): Promise<Duplicates> {
  const file = join(datasetDir, fileName);
  const kept = existsSync(file) ? fileSchema.safeParse(tryParseJson(await readFile(file, 'utf8'))).data : undefined;
  if (kept !== undefined) return kept.duplicates;
  const firstRows = new Map<string, number>();
  const duplicates: { row: number; of: number }[] = [];
  for await (const { row, example } of readStoredRows(datasetDir, signal)) {
    const key = createHash('sha256').update(comparable(example)).digest('base64').slice(0, 24);
    const of = firstRows.get(key);
    if (of === undefined) firstRows.set(key, row);
    else duplicates.push({ row, of });
  }
  await writeFileAtomic(file, JSON.stringify({ version: 1, duplicates }));
  return duplicates;
}

function comparable(example: Example): string {
  if (example.kind === 'tokens') return JSON.stringify([example.ids, example.labels]);
  const normalise = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();
  if (example.kind === 'chat') return JSON.stringify(example.messages.map(({ role, content }) => [role, normalise(content)]));
  if (example.kind === 'text') return JSON.stringify([normalise(example.text)]);
  const { prompt, completion } = asCompletion(example);
  return JSON.stringify([normalise(prompt), normalise(completion)]);
}
