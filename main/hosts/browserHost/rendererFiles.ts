/**
 * The built renderer, read whole at the start: what is not in this map cannot be served, whatever a path says, and a
 * build that changes under a running host does not mix with the old one.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { GraftError } from '../../contract/errors.ts';
import { hostWords } from '../../contract/words/hosts.ts';

interface RendererFile {
  readonly content: Buffer;
  readonly type: string;
}

/** By path without the leading slash. */
export type RendererFiles = ReadonlyMap<string, RendererFile>;

const indexFile = 'index.html';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/** Names that carry a hash of their content, as vite makes them. */
const hashedName = /[.-][\w-]{8}\.\w+$/;

/** Throws GraftError('notFound') where nothing was built. */
export function readRenderer(dir: string): RendererFiles {
  if (!existsSync(join(dir, indexFile))) {
    throw new GraftError('notFound', hostWords.notBuilt({ dir }), {
      file: dir,
      remedy: hostWords.npmStart(),
    });
  }
  return new Map(
    filesBelow(dir).map((file) => {
      const path = relative(dir, file).split(sep).join('/');
      const type = types[extname(file)] ?? 'application/octet-stream';
      return [path, { content: readFileSync(file), type }];
    }),
  );
}

/** Without hidden ones. Asked folder by folder: inside the archive of a packed app nothing else is sure to work. */
function filesBelow(dir: string): readonly string[] {
  const names = readdirSync(dir).filter((name) => !name.startsWith('.'));
  return names.flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** The file, or the page itself for an address of a screen (`/runs/abc`). */
export function rendererFileFor(
  files: RendererFiles,
  segments: readonly string[],
): { readonly name: string; readonly file: RendererFile } | undefined {
  const path = segments.join('/');
  const isScreen = !(segments.at(-1) ?? '').includes('.');
  const name = files.has(path) ? path : isScreen ? indexFile : undefined;
  const file = name === undefined ? undefined : files.get(name);
  return name === undefined || file === undefined ? undefined : { name, file };
}

/** Answers with that file, the page itself as `dress` makes it; false where there is none. */
export function serveRenderer(
  files: RendererFiles,
  segments: readonly string[],
  { response, dress }: { readonly response: ServerResponse; readonly dress: (page: Buffer) => Buffer },
): boolean {
  const found = rendererFileFor(files, segments);
  if (found === undefined) return false;
  const { name, file } = found;
  const content = name === indexFile ? dress(file.content) : file.content;
  const isImmutable = name.startsWith('assets/') && hashedName.test(name);
  response.writeHead(200, {
    'Content-Type': file.type,
    'Content-Length': content.byteLength,
    'Cache-Control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  response.end(response.req.method === 'HEAD' ? undefined : content);
  return true;
}
