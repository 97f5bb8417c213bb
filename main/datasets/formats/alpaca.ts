/**
 * Alpaca rows: `instruction`, `input` (may be empty) and `output`. They become a chat of one turn: instruction, blank
 * line, input.
 */
import {
  instruction as instructionNames,
  instructionInput,
  instructionOutput,
  system as systemNames,
} from '../../contract/columnNames.ts';
import { isBlank, readTexts } from '../example.ts';
import type { DatasetFormatReader } from './datasetFormat.ts';
import { toTurn } from './messages.ts';
import { messageWords } from '../../contract/words/messages.ts';
import { valueWords } from '../../contract/words/values.ts';

export const alpaca: DatasetFormatReader = {
  id: 'alpaca',
  description: '{"instruction": "…", "input": "…", "output": "…"}',
  roles: [
    { name: 'instruction', columns: instructionNames, required: true },
    { name: 'input', columns: instructionInput, required: false },
    { name: 'output', columns: instructionOutput, required: true },
    { name: 'system', columns: systemNames, required: false },
  ],
  parse({ instruction, input, output, system }) {
    const read = readTexts({ instruction, input: input ?? '', output });
    if ('reason' in read) return read;
    const { texts } = read;
    if (isBlank(texts.instruction))
      return { reason: valueWords.empty({ name: valueWords.column({ name: 'instruction' }) }) };
    if (isBlank(texts.output)) return { reason: messageWords.emptyAnswer({ title: 'output' }) };
    const question = isBlank(texts.input) ? texts.instruction : `${texts.instruction}\n\n${texts.input}`;
    return toTurn(system, question, texts.output);
  },
};
