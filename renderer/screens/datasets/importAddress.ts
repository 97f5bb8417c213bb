/**
 * What the import screen shows, as its address: the file (or several, one after another), and how the person wants it
 * read. Several files are several `import=`; the first is shown.
 */
import { type DatasetFormat, datasetFormats } from '../../../main/contract/entities.ts';
import type { FileSource } from '../../../main/contract/procedures/procedure.ts';
import type { Columns } from './columnMapping.ts';

export interface WantedReading {
  readonly format?: DatasetFormat;
  readonly encoding?: string;
  readonly columns?: Columns;
}

export interface ImportAddress extends WantedReading {
  readonly sources: readonly [FileSource, ...FileSource[]];
}

/** Undefined where the address asks for no import, or for one that cannot be read. */
export function readImportAddress(query: URLSearchParams): ImportAddress | undefined {
  const [first, ...others] = query
    .getAll('import')
    .map(parseSource)
    .filter((source) => source !== undefined);
  if (first === undefined) return undefined;
  const format = datasetFormats.find((id) => id === query.get('format'));
  const encoding = query.get('encoding');
  const columns = parseColumns(query.get('columns'));
  return {
    sources: [first, ...others],
    ...(format === undefined ? {} : { format }),
    ...(encoding === null ? {} : { encoding }),
    ...(columns === undefined ? {} : { columns }),
  };
}

export function writeImportAddress({ sources, format, encoding, columns }: ImportAddress): string {
  const query = new URLSearchParams();
  for (const source of sources)
    query.append('import', 'path' in source ? `path:${source.path}` : `upload:${source.uploadId}`);
  if (format !== undefined) query.set('format', format);
  if (encoding !== undefined) query.set('encoding', encoding);
  if (columns !== undefined && Object.keys(columns).length > 0) query.set('columns', JSON.stringify(columns));
  return `/datasets?${query.toString()}`;
}

function parseSource(text: string): FileSource | undefined {
  const [, kind, value = ''] = /^(path|upload):(.+)$/s.exec(text) ?? [];
  if (kind === undefined) return undefined;
  return kind === 'path' ? { path: value } : { uploadId: value };
}

function parseColumns(text: string | null): Columns | undefined {
  if (text === null) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    return Object.fromEntries(
      Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return undefined; // an address that somebody changed by hand: as if no column had been chosen
  }
}
