/** How often each label of a dataset occurs, counted once and kept beside its rows. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { LabelCount } from '../contract/labels.ts';
import { sortLabels } from '../contract/labels.ts';
import { writeFileAtomic } from '../formats/atomicFile.ts';
import { tryParseJson } from '../formats/jsonText.ts';
import { labelIn } from './labelled.ts';
import { readStoredRows } from './storedRows.ts';

const fileName = 'labels.json';
const fileSchema = z.object({
  version: z.literal(1),
  labels: z.array(z.strictObject({ label: z.string(), rows: z.int() })),
});

/**
 * Of a dataset of the format `classification`, in the order of contract/labels.ts. Throws GraftError('integrity' |
 * 'cancelled').
 */
export async function countLabels(datasetDir: string, signal?: AbortSignal): Promise<readonly LabelCount[]> {
  const file = join(datasetDir, fileName);
  const kept = existsSync(file) ? fileSchema.safeParse(tryParseJson(await readFile(file, 'utf8'))).data : undefined;
  if (kept !== undefined) return kept.labels;
  const counts = new Map<string, number>();
  for await (const { example } of readStoredRows(datasetDir, signal)) {
    const label = labelIn(example);
    if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const labels = sortLabels([...counts.keys()]).map((label) => ({ label, rows: counts.get(label) ?? 0 }));
  await writeFileAtomic(file, JSON.stringify({ version: 1, labels }));
  return labels;
}
