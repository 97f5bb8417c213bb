/** What a backup file holds and how its entries may be called: shared by writing and reading. */
import { z } from 'zod';
import { GraftError } from '../../contract/errors.ts';
import { dataFolderWords } from '../../contract/words/dataFolder.ts';
import type { Said } from '../../contract/words/words.ts';

export const backupFormat = 'graft-backup-1';
export const databaseEntry = 'graft.db';
export const manifestEntry = 'manifest.json';
/** Logs, locks and older backups stay behind. */
export const backedUpFolders = ['models', 'datasets', 'runs', 'adapters', 'trash'] as const;

const fileSchema = z.object({ name: z.string(), sizeBytes: z.int().nonnegative(), sha256: z.string().length(64) });
export type ManifestFile = z.infer<typeof fileSchema>;

export const manifestSchema = z.object({
  format: z.literal(backupFormat),
  codeVersion: z.string(),
  createdAt: z.number(),
  files: z.array(fileSchema),
});
export type BackupManifest = z.infer<typeof manifestSchema>;

export interface ArchiveEntry {
  readonly name: string;
  readonly type?: string | null | undefined;
}

/**
 * The entry's path in parts, if it is a plain file that a backup may hold. Throws GraftError('invalid') for links,
 * devices and every path that could lead out of the folder on any platform.
 */
export function checkEntry({ name, type }: ArchiveEntry, file: string): readonly string[] {
  const refuse = (why: Said): GraftError =>
    new GraftError('invalid', dataFolderWords.strangeEntry({ why, name: JSON.stringify(name) }), {
      file,
      field: name,
      remedy: dataFolderWords.onlyOwn(),
    });
  if (type !== undefined && type !== null && type !== 'file' && type !== 'contiguous-file')
    throw refuse(dataFolderWords.noPlainFile({ type }));
  const parts = name.split('/');
  const isPlain = parts.every((part) => part !== '' && part !== '.' && part !== '..' && !hasUnsafeCharacter(part));
  if (!isPlain) throw refuse(dataFolderWords.leadsOut());
  const [top = ''] = parts;
  const isKnown =
    parts.length === 1
      ? top === databaseEntry || top === manifestEntry
      : backedUpFolders.some((folder) => folder === top);
  if (!isKnown) throw refuse(dataFolderWords.doesNotBelong());
  return parts;
}

/** Backslashes and colons lead elsewhere on Windows, control characters fool terminals. */
function hasUnsafeCharacter(part: string): boolean {
  return /[\\:]/.test(part) || Array.from(part).some((character) => character < ' ' || character === '\u007f');
}
