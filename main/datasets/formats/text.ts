/** Plain text rows: every token is trained, whatever `trainOn` says, as there is no answer to tell apart. */
import { plainText } from '../../contract/columnNames.ts';
import { isBlank, readTexts } from '../example.ts';
import type { DatasetFormatReader } from './datasetFormat.ts';
import { valueWords } from '../../contract/words/values.ts';

export const text: DatasetFormatReader = {
  id: 'text',
  description: '{"text": "…"}, or a file of plain text',
  roles: [{ name: 'text', columns: plainText, required: true }],
  refusesSpeakers: true,
  parse({ text: value }) {
    const read = readTexts({ text: value });
    if ('reason' in read) return read;
    return isBlank(read.texts.text)
      ? { reason: valueWords.empty({ name: valueWords.column({ name: 'text' }) }) }
      : { kind: 'text', text: read.texts.text };
  },
};
