/**
 * Classification: a text (or two that belong together) and its label, which may be a number or true/false. An encoder
 * learns the label itself; to a model that chats the label is the answer, so that it learns to answer a text with it.
 */
import { system as systemNames } from '../../contract/columnNames.ts';
import { labelledSecond, labelledText, labelNames } from '../../contract/labelColumnNames.ts';
import { isBlank, readTexts } from '../example.ts';
import { questionOf } from '../labelled.ts';
import { singleLabelRules } from '../labels/labelRules.ts';
import type { DatasetFormatReader } from './datasetFormat.ts';
import { findLabelledColumns } from './labelledColumns.ts';
import { toTurn } from './messages.ts';
import { valueWords } from '../../contract/words/values.ts';

export const classification: DatasetFormatReader = {
  id: 'classification',
  description: '{"text": "…", "label": "…"}',
  roles: [
    { name: 'text', columns: labelledText, required: true },
    { name: 'second', columns: labelledSecond, required: false },
    { name: 'label', columns: labelNames, required: true },
    { name: 'system', columns: systemNames, required: false },
  ],
  refusesSpeakers: true,
  findColumns: findLabelledColumns,
  parse({ text, second, label, system }, labels = singleLabelRules) {
    const read = readTexts({ text, second: second ?? '' });
    if ('reason' in read) return read;
    const { texts } = read;
    if (isBlank(texts.text)) return { reason: valueWords.empty({ name: valueWords.column({ name: 'text' }) }) };
    const decision = labels.read(label);
    if ('reason' in decision) return decision;
    const row = { text: texts.text, ...(!isBlank(texts.second) && { second: texts.second }), label: decision.label };
    if (system !== undefined && system !== null && system !== '') return toTurn(system, questionOf(row), row.label);
    return { kind: 'labelled', ...row };
  },
};
