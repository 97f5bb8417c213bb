/**
 * Classification: a text and its label, which may be a number or true/false. A row is a completion, the label being the answer
 * that is trained; so the same model that chats learns to answer a text with its label.
 */
import { isBlank, readTexts } from '../example.ts';
import type { DatasetFormatReader } from './datasetFormat.ts';
import { toTurn } from './messages.ts';

export const classification: DatasetFormatReader = {
  id: 'classification',
  description: '{"text": "…", "label": "…"}',
  roles: [
    { name: 'text', columns: ['text', 'sentence', 'review', 'content', 'document', 'body', 'title', 'tweet', 'message'], required: true },
    { name: 'label', columns: ['label', 'category', 'class', 'sentiment', 'intent', 'topic'], required: true },
    { name: 'system', columns: ['system', 'system_prompt'], required: false },
  ],
  foreignColumns: ['role', 'from'],
  parse({ text, label, system }) {
    const read = readTexts({ text, label: typeof label === 'number' || typeof label === 'boolean' ? String(label) : label });
    if ('reason' in read) return read;
    const { texts } = read;
    if (isBlank(texts.text)) return { reason: 'text is empty' };
    if (isBlank(texts.label)) return { reason: 'empty answer: label' };
    if (system !== undefined && system !== null && system !== '') return toTurn(system, texts.text, texts.label);
    return { kind: 'completion', prompt: texts.text, completion: texts.label };
  },
};
