/**
 * Pre-tokenised rows: `input_ids`, and `labels` that repeat them or are -100 where nothing is trained. Taken as they are;
 * a row that the trainer could not honour exactly (padding, labels of their own) is a bad row rather than changed.
 */
import type { Example, RowFault } from '../example.ts';
import type { DatasetFormatReader } from './datasetFormat.ts';

const maxId = 2 ** 31 - 1;
export const ignoredLabel = -100;

export const tokens: DatasetFormatReader = {
  id: 'tokens',
  description: '{"input_ids": [1, 2, 3], "labels": [-100, 2, 3]}',
  roles: [
    { name: 'input_ids', columns: { names: ['input_ids', 'ids', 'tokens', 'token_ids'] }, required: true },
    { name: 'labels', columns: { names: ['labels'] }, required: false },
    { name: 'attention_mask', columns: { names: ['attention_mask'] }, required: false },
  ],
  isWhole: true,
  parse({ input_ids: ids, labels, attention_mask: mask }) {
    if (ids === undefined) return { reason: 'input_ids is missing' };
    if (!isIntegerList(ids)) return { reason: 'input_ids is not a list of whole numbers' };
    if (ids.length === 0) return { reason: 'input_ids is empty' };
    const wrong = ids.findIndex((id) => id < 0 || id > maxId);
    if (wrong >= 0) return { reason: `input_ids[${wrong}] is ${ids[wrong] ?? ''}, not a token id` };
    return findMaskFault(mask, ids) ?? withLabels(ids, labels);
  },
};

function findMaskFault(mask: unknown, ids: readonly number[]): RowFault | undefined {
  if (mask === undefined || mask === null) return undefined;
  const whole = isIntegerList(mask) && mask.length === ids.length && mask.every((value) => value === 1);
  return whole ? undefined : { reason: 'attention_mask is not 1 for every token: give rows without padding' };
}

function withLabels(ids: number[], labels: unknown): Example | RowFault {
  if (labels === undefined || labels === null) return { kind: 'tokens', ids };
  if (!isIntegerList(labels)) return { reason: 'labels is not a list of whole numbers' };
  if (labels.length !== ids.length) return { reason: `labels has ${labels.length} values for ${ids.length} input_ids` };
  const other = labels.findIndex((label, index) => label !== ignoredLabel && label !== ids[index]);
  if (other >= 0) return { reason: `labels[${other}] is ${labels[other] ?? ''}; it must be ${ids[other] ?? ''} as in input_ids, or -100` };
  return { kind: 'tokens', ids, labels };
}

function isIntegerList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item));
}
