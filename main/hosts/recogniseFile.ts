/**
 * What a file or folder that a person hands over is, so that a drop on any screen finds its way. Decided by content;
 * names count only where content leaves it open.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { GraftError } from '../contract/errors.ts';
import { type ForeignKind, adviceFor, foreignKindOf, sayKind } from '../contract/foreignFile.ts';
import type { FileKind } from '../contract/machine.ts';
import { fileKindWords } from '../contract/words/fileKinds.ts';
import { fileWords } from '../contract/words/files.ts';
import { readHead } from '../formats/foreignFile.ts';
import { openGguf } from '../formats/gguf.ts';
import { peftConfigName } from '../formats/peftFolder.ts';
import { databaseEntry, backedUpFolders, manifestEntry } from '../studio/dataFolder/backupManifest.ts';

const archiveList = 'adapters.json';
const pickleEndings = ['.bin', '.pt', '.pth', '.ckpt', '.pkl'];

/** Throws GraftError('unsupported' | 'notFound') that says what it is and what is taken. */
export async function recogniseFile(path: string): Promise<FileKind> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new GraftError('notFound', fileWords.noFile({ file: path }), { file: path, remedy: fileWords.checkPath() });
  return stats.isDirectory() ? kindOfFolder(path) : await kindOfFile(path);
}

/** A folder with nothing but one folder in it is that folder, as unpacked archives have it. */
function kindOfFolder(dir: string): FileKind {
  const kind = contentOf(dir);
  if (kind !== undefined) return kind;
  const [only, ...others] = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const inner = only === undefined || others.length > 0 ? undefined : contentOf(join(dir, only.name));
  if (inner === 'adapter') return inner;
  throw refusal(dir, fileKindWords.emptyFolder({ file: dir }), fileKindWords.whatIsTaken());
}

function contentOf(dir: string): 'adapter' | 'model' | undefined {
  if (existsSync(join(dir, peftConfigName))) return 'adapter';
  if (existsSync(join(dir, 'config.json'))) return 'model';
  const [gguf] = readdirSync(dir).filter((name) => name.toLowerCase().endsWith('.gguf'));
  return gguf === undefined ? undefined : kindOfGguf(join(dir, gguf));
}

async function kindOfFile(path: string): Promise<FileKind> {
  const head = readHead(path);
  const kind = foreignKindOf(head);
  const ending = extname(path).toLowerCase();
  if (ending === '.safetensors')
    throw refusal(path, fileKindWords.weightsAlone({ file: path }), fileKindWords.dropFolder());
  if (kind === 'parquet') return 'dataset';
  if (kind === 'gguf') return kindOfGguf(path);
  if (kind === 'tar' && isBackup(head)) return 'backup';
  if (kind === 'gzip' && (await firstEntryOf(path)) === archiveList) return 'adapterArchive';
  if (kind !== undefined) throw notTaken(path, kind);
  if (pickleEndings.includes(ending)) throw notTaken(path, 'pickle');
  if (isText(head)) return 'dataset';
  throw refusal(path, fileKindWords.unknown({ file: path }), fileKindWords.whatIsTaken());
}

function notTaken(path: string, kind: ForeignKind): GraftError {
  const isTable = ['oldOffice', 'excel', 'openDocument', 'zip', 'gzip', 'tar'].includes(kind);
  const remedy = isTable ? adviceFor(kind) : fileKindWords.whatIsTaken();
  return refusal(path, fileKindWords.notTaken({ file: path, what: sayKind(kind) }), remedy);
}

function refusal(
  file: string,
  ...[message, remedy]: readonly [ReturnType<typeof sayKind>, ReturnType<typeof sayKind>]
): GraftError {
  return new GraftError('unsupported', message, { file, remedy });
}

/** A GGUF says itself that it is an adapter. */
function kindOfGguf(path: string): 'adapter' | 'model' {
  const gguf = openGguf(path);
  try {
    return gguf.metadata.get('general.type') === 'adapter' ? 'adapter' : 'model';
  } finally {
    gguf.close();
  }
}

/** By the name of its first entry: the database, the list, or a file of one of the folders. */
function isBackup(head: Uint8Array): boolean {
  const name = nameInHeader(head);
  return (
    name === databaseEntry || name === manifestEntry || backedUpFolders.some((folder) => name.startsWith(`${folder}/`))
  );
}

function nameInHeader(header: Uint8Array): string {
  const bytes = header.subarray(0, 100);
  const end = bytes.indexOf(0);
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

/** Of a .tar.gz; empty for another gzip, or a damaged one. */
async function firstEntryOf(path: string): Promise<string> {
  const head = readHead(path);
  const unpacked = await new Promise<Uint8Array>((resolve) => {
    const gunzip = createGunzip();
    const pieces: Uint8Array[] = [];
    const end = (): void => resolve(Buffer.concat(pieces));
    // The beginning alone was given: that it stops in the middle is an error that is expected.
    gunzip
      .on('data', (piece: Uint8Array) => pieces.push(piece))
      .on('end', end)
      .on('error', end);
    gunzip.end(head);
  });
  return foreignKindOf(unpacked) === 'tar' ? nameInHeader(unpacked) : '';
}

/** UTF-8 or another encoding of text: zero bytes are in none of them but UTF-16 and UTF-32, which come in pairs. */
function isText(head: Uint8Array): boolean {
  if (head.length === 0) return true;
  const controls = head.filter((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27)).length;
  const zeros = head.filter((byte) => byte === 0).length;
  const isWide = zeros > 0 && zeros / head.length > 0.2 && controls - zeros < head.length * 0.02;
  return isWide || controls <= head.length * 0.02;
}
