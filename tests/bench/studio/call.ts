/** Calls of the studio's procedures beside the window, with its cookie: to time what the window waits for. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { BrowserContext } from 'playwright-core';
import { WebSocket } from 'ws';
import type { Api } from '../../../renderer/lib/api.ts';

export interface Caller {
  readonly api: Api;
  close(): void;
}

export async function openCaller(context: BrowserContext, address: string): Promise<Caller> {
  const { origin, host } = new URL(address);
  const cookies = await context.cookies(origin);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const socket = new WebSocket(`ws://${host}/rpc`, { headers: { cookie, origin } });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const api: Api = createORPCClient(new RPCLink({ websocket: socket }));
  return { api, close: () => socket.close() };
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
