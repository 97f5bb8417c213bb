/** Names and paths of backups; the paths are those of the studio's machine, whose separator they show. */

/** `graft-2026-11-22.tar`, by the local day. */
export function backupFileName(now: Date): string {
  const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0'));
  return `graft-${parts.join('-')}.tar`;
}

export function fileIn(folder: string, fileName: string): string {
  const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/';
  return folder.endsWith(separator) ? `${folder}${fileName}` : `${folder}${separator}${fileName}`;
}

export function lastPart(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path;
}
