/**
 * An npm registry on 127.0.0.1 with one package, made by hand: a tarball, its integrity and the document that names it.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { RuntimePackage } from '../../main/runtimes/runtimePackage.ts';

export interface NpmRegistry {
  readonly url: string;
  readonly runtimePackage: RuntimePackage;
  close(): void;
}

const name = 'graft-fake-engine';
const entries = {
  'package/package.json': JSON.stringify({ name, version: '1.0.0', main: 'index.js', scripts: { install: 'exit 1' } }),
  'package/index.js': 'export const answer = 42;\n',
  'package/index.d.ts': 'export const answer: 42;\n',
  'package/LICENSE': 'Do as you like.\n',
};

/** `hangs`: the tarball never comes. */
export async function startNpmRegistry({ hangs = false } = {}): Promise<NpmRegistry> {
  const tarball = await makeTarball();
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  const server = createServer((request, response) => {
    if (request.url === `/${name}`) {
      const dist = { tarball: `${url}/${name}/-/${name}-1.0.0.tgz`, integrity };
      const versions = { '1.0.0': { name, version: '1.0.0', dist } };
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ name, 'dist-tags': { latest: '1.0.0' }, versions }));
    } else if (!request.url?.startsWith(`/${name}/`)) response.writeHead(404).end('{}');
    else if (!hangs) response.end(tarball);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const runtimePackage: RuntimePackage = {
    ...{
      id: 'fake-npm',
      title: 'Fake',
      purpose: 'chat',
      version: '1.0',
      platform: 'any',
      experimental: false,
      otherwise: 'nothing',
    },
    ...{ downloadBytes: 1_000, unpackedBytes: 10_000, required: [`node_modules/${name}/index.js`] },
    contents: {
      kind: 'npm',
      dependencies: { [name]: '1.0.0' },
      lock: { [`node_modules/${name}`]: { version: '1.0.0', integrity, optional: true } },
      unneeded: /\.d\.ts$|\/\.package-lock\.json$/,
    },
  };
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url, runtimePackage, close };
}

async function makeTarball(): Promise<Buffer> {
  const archive = pack();
  for (const [path, text] of Object.entries(entries)) archive.entry({ name: path }, text);
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive as AsyncIterable<Buffer>) pieces.push(piece);
  return gzipSync(Buffer.concat(pieces));
}
