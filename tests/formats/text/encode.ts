/** Text in encodings that Node decodes and does not encode: by decoding every pair of bytes once. */
import type { TextEncoding } from '../../../main/contract/textEncodings.ts';

const tables = new Map<TextEncoding, ReadonlyMap<string, readonly number[]>>();

export function encode(text: string, encoding: TextEncoding): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  const table = tables.get(encoding) ?? tableOf(encoding);
  tables.set(encoding, table);
  return Buffer.from(Array.from(text).flatMap((character) => table.get(character) ?? [0x3f]));
}

function tableOf(encoding: TextEncoding): ReadonlyMap<string, readonly number[]> {
  const decoder = new TextDecoder(encoding);
  const table = new Map<string, readonly number[]>();
  for (let first = 0; first < 0x100; first++) {
    const single = decoder.decode(Uint8Array.of(first));
    if (!single.includes('\ufffd')) table.set(single, [first]);
  }
  for (let first = 0x81; first < 0x100; first++) {
    for (let second = 0x40; second < 0x100; second++) {
      const pair = decoder.decode(Uint8Array.of(first, second));
      if (Array.from(pair).length === 1 && !pair.includes('\ufffd') && !table.has(pair))
        table.set(pair, [first, second]);
    }
  }
  return table;
}
