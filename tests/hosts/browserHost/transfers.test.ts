import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fc } from '../../support/properties.ts';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { dispositionOf, serveTransfer } from '../../../main/hosts/browserHost/transferRoutes.ts';
import { Transfers } from '../../../main/hosts/browserHost/Transfers.ts';
import { graftErrorOf, graftErrorOfAsync } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { type Answered, ask, enter, originOf, startHost } from './hostFixture.ts';

async function makeTransfers(): Promise<{ readonly transfers: Transfers; readonly root: string }> {
  const root = join(temporaryDir(), 'transfers');
  const transfers = new Transfers(root);
  await transfers.reset();
  return { transfers, root };
}

function receive(transfers: Transfers, uploadId: string, name: string, text: string): Promise<void> {
  return transfers.receive({
    uploadId,
    segments: name.split('/'),
    sizeBytes: undefined,
    content: Readable.from([Buffer.from(text)]),
  });
}

describe('an upload', () => {
  it('of one file is that file, under its own name', async () => {
    const { transfers } = await makeTransfers();
    const uploadId = await transfers.beginUpload();
    await receive(transfers, uploadId, '日本語 データ.csv', 'a,b');
    const path = transfers.pathOf({ uploadId });
    expect(path.endsWith('日本語 データ.csv')).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('a,b');
  });

  it('of a folder is the folder, with what lies deeper in it', async () => {
    const { transfers } = await makeTransfers();
    const uploadId = await transfers.beginUpload();
    for (const name of ['モデル/config.json', 'モデル/parts/a.bin', 'モデル/parts/b.bin'])
      await receive(transfers, uploadId, name, name);
    const path = transfers.pathOf({ uploadId });
    expect(path.endsWith('モデル')).toBe(true);
    expect(readFileSync(join(path, 'parts', 'b.bin'), 'utf8')).toBe('モデル/parts/b.bin');
  });

  it('of several loose files is the folder around them', async () => {
    const { transfers } = await makeTransfers();
    const uploadId = await transfers.beginUpload();
    for (const name of ['a.safetensors', 'b.json']) await receive(transfers, uploadId, name, name);
    expect(readdirSync(transfers.pathOf({ uploadId })).sort()).toEqual(['a.safetensors', 'b.json']);
  });

  it('that breaks off leaves nothing: no half file, no place taken', async () => {
    const { transfers, root } = await makeTransfers();
    const uploadId = await transfers.beginUpload();
    const content = Readable.from(
      (async function* () {
        yield Buffer.alloc(1000);
        throw new Error('the cable was pulled');
      })(),
    );
    expect(
      (
        await graftErrorOfAsync(() =>
          transfers.receive({ uploadId, segments: ['a.csv'], sizeBytes: undefined, content }),
        )
      ).code,
    ).toBe('invalid');
    expect(readdirSync(root)).toEqual(['uploads']);
    expect(readdirSync(join(root, 'uploads', uploadId))).toEqual([]);
    expect(graftErrorOf(() => transfers.pathOf({ uploadId }))).toMatchObject({
      code: 'notFound',
      data: { remedy: expect.any(String) },
    });
  });

  it('larger than the disk is refused before a byte is written', async () => {
    const { transfers } = await makeTransfers();
    const uploadId = await transfers.beginUpload();
    const content = Readable.from([Buffer.alloc(1)]);
    const error = await graftErrorOfAsync(() =>
      transfers.receive({ uploadId, segments: ['big'], sizeBytes: 2 ** 60, content }),
    );
    expect(error.code).toBe('diskFull');
    expect(error.message).toMatch(/has \d+ MB, and only \d+ MB are free/);
  });

  it('whose file would be a folder of another one is refused in words', async () => {
    const { transfers } = await makeTransfers();
    const uploadId = await transfers.beginUpload();
    await receive(transfers, uploadId, 'a', '1');
    expect(await graftErrorOfAsync(() => receive(transfers, uploadId, 'a/b', '2'))).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('a/b'),
    });
  });

  it('is gone after its release and after the host’s end; what a person named by its path is not touched', async () => {
    const { transfers, root } = await makeTransfers();
    const uploadId = await transfers.beginUpload();
    await receive(transfers, uploadId, 'a.csv', '1');
    const [path, own] = [transfers.pathOf({ uploadId }), join(root, '..', 'own.csv')];
    writeFileSync(own, '');
    await transfers.release({ uploadId });
    await transfers.release({ path: own });
    expect([existsSync(path), existsSync(own)]).toEqual([false, true]);
    expect(graftErrorOf(() => transfers.pathOf({ uploadId })).code).toBe('notFound');
    await transfers.clear();
    expect(existsSync(root)).toBe(false);
  });
});

describe('a path that a person typed', () => {
  it('must be whole; ~ is the own folder; a folder takes the file’s name', async () => {
    const { transfers, root } = await makeTransfers();
    expect(graftErrorOf(() => transfers.pathOf({ path: 'data/rows.csv' }))).toMatchObject({
      code: 'invalid',
      data: { remedy: expect.any(String) },
    });
    expect(transfers.pathOf({ path: '~/rows.csv' })).not.toContain('~');
    expect(transfers.targetFor({ path: root }, 'backup.tar').path).toBe(join(root, 'backup.tar'));
    expect(transfers.targetFor({ path: join(root, 'mine.tar') }, 'backup.tar').path).toBe(join(root, 'mine.tar'));
  });

  it('that was written is told with its size, a folder with that of all in it', async () => {
    const { transfers, root } = await makeTransfers();
    const target = transfers.targetFor({ path: join(root, 'out') }, 'x');
    mkdirSync(join(target.path, 'deep'), { recursive: true });
    writeFileSync(join(target.path, 'a'), '12345');
    writeFileSync(join(target.path, 'deep', 'b'), '678');
    expect(await target.written()).toEqual({ path: join(root, 'out'), sizeBytes: 8, downloadId: null });
  });
});

describe('over HTTP', () => {
  async function openTransfer() {
    const dir = temporaryDir();
    const host = await startHost(dir);
    const headers = { cookie: await enter(host), origin: originOf(host) };
    const send = (method: string, path: string, body?: string | Buffer): Promise<Answered> =>
      ask(host.port, { method, path, headers, ...(body !== undefined && { body }) });
    const uploadId = async (): Promise<string> => JSON.parse((await send('POST', '/uploads')).text).uploadId;
    return { host, headers, send, uploadId, transfersDir: join(dir, 'home', 'browser-host', 'transfers') };
  }

  it('a file arrives byte for byte under a name that is not ASCII', async () => {
    const { send, uploadId, transfersDir } = await openTransfer();
    const id = await uploadId();
    const body = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
    const answer = await send(
      'PUT',
      `/uploads/${id}/${encodeURIComponent('表 1')}/${encodeURIComponent('行.bin')}`,
      body,
    );
    expect(answer.status).toBe(204);
    expect(readFileSync(join(transfersDir, 'uploads', id, '表 1', '行.bin')).equals(body)).toBe(true);
    expect((await send('DELETE', `/uploads/${id}`)).status).toBe(204);
    expect(existsSync(join(transfersDir, 'uploads', id))).toBe(false);
  });

  it.each(['..%2fout', '../out', '%2e%2e/out', '..%5cout', 'a//b', 'a%00b', '%2Fetc%2Fout'])(
    'the name %s is refused and nothing written',
    async (name) => {
      const { send, uploadId, transfersDir } = await openTransfer();
      const id = await uploadId();
      expect((await send('PUT', `/uploads/${id}/${name}`, 'x')).status).toBe(400);
      expect(readdirSync(transfersDir)).toEqual(['uploads']);
      expect(readdirSync(join(transfersDir, 'uploads', id))).toEqual([]);
    },
  );

  it('an unknown upload, an unknown download and a wrong method are told as Graft tells errors', async () => {
    const { send } = await openTransfer();
    for (const [method, path, code, status] of [
      ['PUT', '/uploads/none/a', 'notFound', 404],
      ['GET', '/downloads/none', 'notFound', 404],
      ['DELETE', '/downloads/none', 'unsupported', 405],
      ['GET', '/uploads', 'unsupported', 405],
    ] as const) {
      const answer = await send(method, path);
      expect(answer.status).toBe(status);
      expect(JSON.parse(answer.text)).toMatchObject({ code, message: expect.any(String) });
    }
  });

  it('a window that goes away in the middle of an upload leaves no half file', async () => {
    const { host, headers, uploadId, transfersDir } = await openTransfer();
    const id = await uploadId();
    const socket = connect(host.port, '127.0.0.1');
    const lines = [
      `PUT /uploads/${id}/a.csv HTTP/1.1`,
      `Host: 127.0.0.1:${host.port}`,
      `Origin: ${headers.origin}`,
      `Cookie: ${headers.cookie}`,
      'Content-Length: 1000',
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n${'x'.repeat(500)}`);
    await vi.waitFor(() => expect(readdirSync(transfersDir)).toHaveLength(2));
    socket.destroy();
    await vi.waitFor(() => expect(readdirSync(transfersDir)).toEqual(['uploads']));
    expect(readdirSync(join(transfersDir, 'uploads', id))).toEqual([]);
  });

  it('nothing of the last host is left at the next start, nor after the end', async () => {
    const dir = temporaryDir();
    const transfersDir = join(dir, 'home', 'browser-host', 'transfers');
    mkdirSync(join(transfersDir, 'uploads', 'of-a-killed-host'), { recursive: true });
    const host = await startHost(dir);
    expect(readdirSync(transfersDir)).toEqual([]);
    await host.close();
    expect(existsSync(transfersDir)).toBe(false);
  });
});

describe('a download', () => {
  async function serve(transfers: Transfers): Promise<number> {
    const server = createServer((request, response) => {
      const segments = (request.url ?? '').slice(1).split('/');
      void serveTransfer({ request, response, segments }, transfers);
    });
    server.listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  it('is there from the moment that it is written, whole, under its name, and can be fetched again', async () => {
    const { transfers } = await makeTransfers();
    const port = await serve(transfers);
    const target = transfers.targetFor({ download: true }, '会話 1.md');
    writeFileSync(target.path, 'half');
    expect((await ask(port, { path: `/downloads/${target.path.split('/').at(-2) ?? ''}` })).status).toBe(404);
    const body = 'あ'.repeat(100_000);
    writeFileSync(target.path, body);
    const { path, sizeBytes, downloadId } = await target.written();
    expect({ path, sizeBytes }).toEqual({ path: '会話 1.md', sizeBytes: 300_000 });
    for (let fetches = 0; fetches < 2; fetches++) {
      const { status, headers, text } = await ask(port, { path: `/downloads/${downloadId ?? ''}` });
      expect({ status, isWhole: text === body, length: headers['content-length'] }).toEqual({
        status: 200,
        isWhole: true,
        length: '300000',
      });
      expect(headers['content-disposition']).toBe(dispositionOf('会話 1.md'));
    }
    const head = await ask(port, { method: 'HEAD', path: `/downloads/${downloadId ?? ''}` });
    expect(head).toMatchObject({ status: 200, text: '' });
  });
});

describe('the name of a download', () => {
  it('is whole for browsers that read UTF-8, and harmless for others', () => {
    expect(dispositionOf('VeRA "海" (1).zip')).toBe(
      `attachment; filename="VeRA ___ (1).zip"; filename*=UTF-8''VeRA%20%22%E6%B5%B7%22%20%281%29.zip`,
    );
  });

  it('is one header, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const disposition = dispositionOf(name);
        expect(disposition).toMatch(/^attachment; filename="[ !#-$&-[\]-~]*"; filename\*=UTF-8''[\w.!~%-]*$/);
        const encoded = disposition.slice(disposition.indexOf("''") + 2);
        expect(decodeURIComponent(encoded)).toBe(name.toWellFormed());
      }),
    );
  });
});
