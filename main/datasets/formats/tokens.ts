/**
 * Pre-tokenised rows: `input_ids`, and `labels` that repeat them or are -100 where nothing is trained; or one `label`
 * of the row, which an encoder learns. Taken as they are; a row that the trainer could not honour exactly (padding,
 * labels of their own) is a bad row rather than changed.
 */
import type { Example, RowFault } from '../example.ts';
import { singleLabelRules } from '../labels/labelRules.ts';
import type { LabelRules } from '../labels/labelRules.ts';
import type { DatasetFormatReader } from './datasetFormat.ts';
import { tokenRowWords as words } from '../../contract/words/tokenRows.ts';

const maxId = 2 ** 31 - 1;
export const ignoredLabel = -100;

export const tokens: DatasetFormatReader = {
  id: 'tokens',
  description: '{"input_ids": [1, 2, 3], "labels": [-100, 2, 3]}',
  roles: [
    { name: 'input_ids', columns: { names: ['input_ids', 'ids', 'tokens', 'token_ids'] }, required: true },
    { name: 'labels', columns: { names: ['labels'] }, required: false },
    { name: 'label', columns: { names: ['label'] }, required: false },
    { name: 'attention_mask', columns: { names: ['attention_mask'] }, required: false },
  ],
  isWhole: true,
  parse({ input_ids: ids, labels, label, attention_mask: mask }, rules = singleLabelRules) {
    if (ids === undefined) return { reason: words.idsMissing() };
    if (!isIntegerList(ids)) return { reason: words.idsNoList() };
    if (ids.length === 0) return { reason: words.idsEmpty() };
    const wrong = ids.findIndex((id) => id < 0 || id > maxId);
    if (wrong >= 0) return { reason: words.noTokenId({ index: wrong, value: String(ids[wrong]) }) };
    return findMaskFault(mask, ids) ?? withLabel(withLabels(ids, labels), label, rules);
  },
};

function findMaskFault(mask: unknown, ids: readonly number[]): RowFault | undefined {
  if (mask === undefined || mask === null) return undefined;
  const whole = isIntegerList(mask) && mask.length === ids.length && mask.every((value) => value === 1);
  return whole ? undefined : { reason: words.padding() };
}

function withLabels(ids: number[], labels: unknown): Example | RowFault {
  if (labels === undefined || labels === null) return { kind: 'tokens', ids };
  if (!isIntegerList(labels)) return { reason: words.labelsNoList() };
  if (labels.length !== ids.length) return { reason: words.labelsCount({ labels: labels.length, ids: ids.length }) };
  const other = labels.findIndex((label, index) => label !== ignoredLabel && label !== ids[index]);
  if (other >= 0)
    return { reason: words.otherLabel({ index: other, value: String(labels[other]), id: String(ids[other]) }) };
  return { kind: 'tokens', ids, labels };
}

/** Of a dataset that has the column. */
function withLabel(row: Example | RowFault, label: unknown, rules: LabelRules): Example | RowFault {
  if (label === undefined || 'reason' in row || row.kind !== 'tokens') return row;
  const decision = rules.read(label);
  return 'reason' in decision ? decision : { ...row, label: decision.label };
}

function isIntegerList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item));
}
