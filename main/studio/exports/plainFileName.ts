/** A name that a person gave, as the name of a file on any platform. */
export function plainFileName(name: string): string {
  const plain = Array.from(name.normalize('NFC'), (character) =>
    character < ' ' || '\\/:*?"<>|\u007f'.includes(character) ? '-' : character,
  )
    .join('')
    .trim()
    .replace(/^\.+|[. ]+$/g, '')
    .slice(0, 80);
  return plain === '' ? 'adapter' : plain;
}
