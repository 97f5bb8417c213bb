/** Rows of a file that is read where it lies, as an import would read them. */
import { headBytes } from '../contract/foreignFile.ts';
import { EncodingDetector } from '../formats/text/encodings.ts';
import { readBytes } from '../formats/text/readBytes.ts';
import type { RawRows } from '../formats/text/rows.ts';
import { sizeOfFile } from './importDataset.ts';
import { findContainer, isParquet, openRows, refuseBinary } from './openRows.ts';
import type { RowSource } from './openRows.ts';
import { chooseEncoding } from './sourceEncoding.ts';

/**
 * Throws GraftError: `notFound`, `invalid` for what holds no rows, `unsupported` for what is neither text nor Parquet.
 */
export async function* readFileRows(file: string, listeners: Pick<RowSource, 'onNotice' | 'signal'> = {}): RawRows {
  await sizeOfFile(file);
  const detector = new EncodingDetector();
  let start: Uint8Array = new Uint8Array();
  for await (const chunk of readBytes(file, listeners.signal)) {
    if (start.byteLength === 0) refuseBinary((start = chunk.slice(0, headBytes)), file);
    if (isParquet(start)) break;
    detector.add(chunk);
  }
  const encoding = chooseEncoding(detector, { file, start, name: undefined, isWhole: true });
  const source: RowSource = { path: file, file, encoding, start, ...listeners };
  yield* openRows(source, await findContainer(source));
}
