import { createServer } from 'node:http';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBrowserHost } from '../../../main/hosts/browserHost/BrowserHost.ts';
import { addressOf, findRunningHost } from '../../../main/hosts/browserHost/runningHost.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { ask, enter, startHost, writeRenderer } from './hostFixture.ts';

/** Any program that has the port now. */
async function occupy(port: number, answer = ''): Promise<void> {
  const server = createServer((_, response) => response.end(answer));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
}

describe('a restart', () => {
  it('has the port and the cookie of before, so that an open tab goes on', async () => {
    const dir = temporaryDir();
    const first = await startHost(dir);
    const cookie = await enter(first);
    const { port } = first;
    const address = addressOf(first.running);
    await first.close();
    const second = await startHost(dir);
    expect(second.port).toBe(port);
    expect(addressOf(second.running)).not.toBe(address);
    expect((await ask(port, { headers: { cookie } })).status).toBe(200);
    expect((await ask(port, { path: `/${new URL(address).search}` })).status).toBe(401);
  });

  it('takes another port when a program has the last one, and says so when it was asked for', async () => {
    const dir = temporaryDir();
    const first = await startHost(dir);
    const { port } = first;
    await first.close();
    await occupy(port);
    const error = await graftErrorOfAsync(() => startHost(dir, { port }));
    expect(error).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(String(port)),
      data: { remedy: expect.any(String) },
    });
    const second = await startHost(dir);
    expect(second.port).not.toBe(port);
  });

  it('after a damaged session file is a first start', async () => {
    const dir = temporaryDir();
    await (await startHost(dir)).close();
    const file = join(dir, 'home', 'browser-host', 'session.json');
    writeFileSync(file, '{"secret":""}');
    await startHost(dir);
    expect(JSON.parse(readFileSync(file, 'utf8')).secret).toHaveLength(43);
  });
});

it('two hosts with two data folders do not take each other’s cookies', async () => {
  const [one, other] = [await startHost(temporaryDir()), await startHost(temporaryDir())];
  const [cookieOfOne, cookieOfOther] = [await enter(one), await enter(other)];
  expect(cookieOfOne.split('=')[0]).not.toBe(cookieOfOther.split('=')[0]);
  const both = `${cookieOfOne}; ${cookieOfOther}`; // as a browser sends them: it does not tell ports apart
  expect((await ask(one.port, { headers: { cookie: both } })).status).toBe(200);
  expect((await ask(other.port, { headers: { cookie: both } })).status).toBe(200);
  expect((await ask(other.port, { headers: { cookie: cookieOfOne } })).status).toBe(401);
});

describe('a second start on the same folder', () => {
  it('finds the first one, and nothing after its end', async () => {
    const dir = temporaryDir();
    const host = await startHost(dir);
    expect(await findRunningHost(join(dir, 'home'))).toEqual({
      port: host.port,
      token: new URL(addressOf(host.running)).searchParams.get('token'),
    });
    await host.close();
    expect(existsSync(join(dir, 'home', 'browser-host', 'running.json'))).toBe(false);
    expect(await findRunningHost(join(dir, 'home'))).toBeUndefined();
  });

  it('that is as quick as the first does not become a second host', async () => {
    const dir = temporaryDir();
    const host = await startHost(dir);
    const options = { studio: { home: join(dir, 'home') }, rendererDir: writeRenderer(join(dir, 'renderer')) };
    expect(await startBrowserHost(options)).toBeUndefined();
    expect((await ask(host.port, { headers: { cookie: await enter(host) } })).status).toBe(200);
  });

  it('does not take what a killed host has left for a host, whoever has its port now', async () => {
    const dir = temporaryDir();
    const host = await startHost(dir);
    const file = join(dir, 'home', 'browser-host', 'running.json');
    const left = readFileSync(file);
    await host.close();
    writeFileSync(file, left);
    expect(await findRunningHost(join(dir, 'home'))).toBeUndefined();
    await occupy(host.port, 'yes, I am Graft');
    expect(await findRunningHost(join(dir, 'home'))).toBeUndefined();
    writeFileSync(file, 'damaged');
    expect(await findRunningHost(join(dir, 'home'))).toBeUndefined();
  });
});

it('without a built renderer no studio is opened, and the error says how to build it', async () => {
  const dir = temporaryDir();
  const error = await graftErrorOfAsync(async () =>
    startBrowserHost({ studio: { home: join(dir, 'home') }, rendererDir: join(dir, 'none') }),
  );
  expect(error).toMatchObject({ code: 'notFound', data: { remedy: expect.stringContaining('npm start') } });
  expect(existsSync(join(dir, 'home'))).toBe(false);
});
