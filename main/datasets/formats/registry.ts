/** All dataset formats, in the order in which they are preferred where several fit a file equally well. */
import type { DatasetFormat } from '../../contract/entities.ts';
import { alpaca } from './alpaca.ts';
import { classification } from './classification.ts';
import type { DatasetFormatReader } from './datasetFormat.ts';
import { openai } from './openai.ts';
import { prompt } from './prompt.ts';
import { sharegpt } from './sharegpt.ts';
import { text } from './text.ts';
import { tokens } from './tokens.ts';

const byId = { tokens, openai, sharegpt, alpaca, prompt, classification, text } satisfies Record<
  DatasetFormat,
  DatasetFormatReader
>;

export const datasetFormatReaders: readonly DatasetFormatReader[] = Object.values(byId);

export function getDatasetFormat(id: DatasetFormat): DatasetFormatReader {
  return byId[id];
}
