/** Alpaca rows: `instruction`, `input` (may be empty) and `output`. They become a chat of one turn: instruction, blank line, input. */
import { isBlank, readTexts } from '../example.ts';
import type { DatasetFormatReader } from './datasetFormat.ts';
import { toTurn } from './messages.ts';

export const alpaca: DatasetFormatReader = {
  id: 'alpaca',
  description: '{"instruction": "…", "input": "…", "output": "…"}',
  roles: [
    { name: 'instruction', columns: ['instruction'], required: true },
    { name: 'input', columns: ['input', 'context'], required: false },
    { name: 'output', columns: ['output', 'response', 'answer', 'completion'], required: true },
    { name: 'system', columns: ['system', 'system_prompt'], required: false },
  ],
  parse({ instruction, input, output, system }) {
    const read = readTexts({ instruction, input: input ?? '', output });
    if ('reason' in read) return read;
    const { texts } = read;
    if (isBlank(texts.instruction)) return { reason: 'instruction is empty' };
    if (isBlank(texts.output)) return { reason: 'empty answer: output' };
    const question = isBlank(texts.input) ? texts.instruction : `${texts.instruction}\n\n${texts.input}`;
    return toTurn(system, question, texts.output);
  },
};
