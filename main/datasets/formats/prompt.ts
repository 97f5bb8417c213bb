/**
 * Prompt and completion, question and answer and the like: two columns of text. With instructions in a system column the
 * row is a chat; without, it stays a completion, so that a model without a chat template sees the two joined as they stand.
 */
import { isBlank, readTexts } from '../example.ts';
import type { DatasetFormatReader } from './datasetFormat.ts';
import { toTurn } from './messages.ts';

export const prompt: DatasetFormatReader = {
  id: 'prompt',
  description: '{"prompt": "…", "completion": "…"}',
  roles: [
    { name: 'prompt', columns: ['prompt', 'question', 'query', 'input', 'instruction', 'source', 'user'], required: true },
    {
      name: 'completion',
      columns: ['completion', 'answer', 'response', 'output', 'reply', 'target', 'assistant', 'chosen'],
      required: true,
    },
    { name: 'system', columns: ['system', 'system_prompt'], required: false },
  ],
  parse({ prompt: question, completion, system }) {
    const read = readTexts({ prompt: question, completion });
    if ('reason' in read) return read;
    const { texts } = read;
    if (isBlank(texts.prompt)) return { reason: 'prompt is empty' };
    if (isBlank(texts.completion)) return { reason: 'empty answer: completion' };
    if (system !== undefined && system !== null && system !== '') return toTurn(system, texts.prompt, texts.completion);
    return { kind: 'completion', prompt: texts.prompt, completion: texts.completion };
  },
};
