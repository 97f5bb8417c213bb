/**
 * What a dataset for evaluation or test has in common with the one that is trained on, and where it says something
 * else.
 */
import type { Dataset } from '../contract/entities.ts';
import { textKey } from './duplicates.ts';
import { labelIn } from './labelled.ts';
import { readStoredRows } from './storedRows.ts';

type ComparedDataset = Pick<Dataset, 'dir' | 'format'>;

/**
 * How many rows are equal in text (duplicates.ts) to a row of the other. Throws GraftError('integrity' | 'cancelled').
 */
export async function countEqualTo(
  other: ComparedDataset,
  { dir, format }: ComparedDataset,
  signal?: AbortSignal,
): Promise<number> {
  const known = new Set<string>();
  for await (const { example } of readStoredRows(other.dir, signal)) known.add(textKey(example, other.format));
  let equal = 0;
  for await (const { example } of readStoredRows(dir, signal)) if (known.has(textKey(example, format))) equal++;
  return equal;
}

/**
 * Lines of the source file of the first rows with one of these labels. Throws GraftError('integrity' | 'cancelled').
 */
export async function findLabelLines(
  { dir }: ComparedDataset,
  {
    labels,
    most,
    signal,
  }: { readonly labels: readonly string[]; readonly most: number; readonly signal?: AbortSignal | undefined },
): Promise<readonly { readonly line: number; readonly label: string }[]> {
  const wanted = new Set(labels);
  const found: { line: number; label: string }[] = [];
  for await (const { line, example } of readStoredRows(dir, signal)) {
    const label = labelIn(example);
    if (label === undefined || !wanted.has(label)) continue;
    found.push({ line, label });
    if (found.length >= most) break;
  }
  return found;
}
