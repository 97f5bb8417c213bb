/**
 * Classification: a text (or two that belong together) and its label, which may be a number or true/false. An encoder learns
 * the label itself; to a model that chats the label is the answer, so that it learns to answer a text with it.
 */
import { isBlank, readTexts } from '../example.ts';
import { secondTextColumns, textColumns } from '../../contract/labels.ts';
import { questionOf } from '../labelled.ts';
import { singleLabelRules } from '../labels/labelRules.ts';
import type { DatasetFormatReader } from './datasetFormat.ts';
import { toTurn } from './messages.ts';

export const classification: DatasetFormatReader = {
  id: 'classification',
  description: '{"text": "…", "label": "…"}',
  roles: [
    { name: 'text', columns: textColumns, required: true },
    { name: 'second', columns: secondTextColumns, required: false },
    { name: 'label', columns: ['label', 'category', 'class', 'sentiment', 'intent', 'topic', 'score'], required: true },
    { name: 'system', columns: ['system', 'system_prompt'], required: false },
  ],
  foreignColumns: ['role', 'from'],
  parse({ text, second, label, system }, labels = singleLabelRules) {
    const read = readTexts({ text, second: second ?? '' });
    if ('reason' in read) return read;
    const { texts } = read;
    if (isBlank(texts.text)) return { reason: 'text is empty' };
    const decision = labels.read(label);
    if ('reason' in decision) return decision;
    const row = { text: texts.text, ...(!isBlank(texts.second) && { second: texts.second }), label: decision.label };
    if (system !== undefined && system !== null && system !== '') return toTurn(system, questionOf(row), row.label);
    return { kind: 'labelled', ...row };
  },
};
