/**
 * A ZIP archive of stored entries, as far as its first bytes go: local headers with their content, and no directory.
 */

export function zipOf(entries: readonly { readonly name: string; readonly content: string }[]): Uint8Array {
  return Buffer.concat(
    entries.map(({ name, content }) => {
      const header = Buffer.alloc(30);
      header.write('PK\x03\x04', 'latin1');
      header.writeUInt32LE(content.length, 18);
      header.writeUInt32LE(content.length, 22);
      header.writeUInt16LE(name.length, 26);
      return Buffer.concat([header, Buffer.from(name + content)]);
    }),
  );
}
