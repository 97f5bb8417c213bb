/** A name that every file system takes. */
export function fileNameOf(name: string): string {
  const safe = name
    .replace(/[\p{Cc}<>:"/\\|?*]+/gu, '-')
    .replace(/^[.\s-]+|[.\s-]+$/g, '')
    .slice(0, 80);
  return safe === '' ? 'adapter' : safe;
}
