/** The compiled shell in a process of its own, on the stand-in for Electron: a test plays window, system and person. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { onTestFinished } from 'vitest';
import type { Client } from '../hosts/browserHost/hostFixture.ts';
import type { Ask, Frame, Look, Said } from './standIn/protocol.ts';

export const ownFrame: Frame = { url: 'app://graft/' };

interface Start {
  readonly entry: string;
  /** Holds the data folder, the cache and what Electron would keep. */
  readonly dir: string;
  readonly args?: readonly string[];
  readonly isSecond?: boolean;
}

interface Answered {
  readonly id: number;
  readonly answer?: unknown;
  readonly failure?: string;
}

export class ShellProcess {
  readonly said: Said[] = [];
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answered: Answered) => void>();
  #output = '';
  #asked = 0;

  constructor({ entry, dir, args = [], isSecond = false }: Start) {
    this.#child = fork(entry, ['--home', join(dir, 'home'), ...args], {
      ...{ serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
      execArgv: [
        '--disable-warning=ExperimentalWarning',
        '--import',
        join(import.meta.dirname, 'standIn', 'register.ts'),
      ],
      env: {
        ...process.env,
        ...{ GRAFT_CACHE: join(dir, 'cache'), STAND_IN_FOLDER: join(dir, 'electron') },
        ...(isSecond && { STAND_IN_SECOND: '1' }),
      },
    });
    this.exited = once(this.#child, 'exit').then(([code]) => code as number | null);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
    this.#child.on('message', (message) => this.#receive(message as Answered | Said));
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  /** All that it wrote. */
  get output(): string {
    return this.#output;
  }

  async ask(ask: Ask): Promise<unknown> {
    const id = this.#asked++;
    const { promise, resolve } = Promise.withResolvers<Answered>();
    this.#waiting.set(id, resolve);
    this.#child.send({ id, ask });
    const { answer, failure } = await Promise.race([
      promise,
      this.exited.then(() => ({ answer: undefined, failure: undefined })),
    ]);
    if (failure !== undefined) throw new Error(failure);
    return answer;
  }

  async look(): Promise<Look> {
    return (await this.ask({ do: 'look' })) as Look;
  }

  /** Resolves with the first thing said that `is` takes, also in the past. */
  async heard<Wanted extends Said>(is: (said: Said) => said is Wanted): Promise<Wanted> {
    for (;;) {
      const found = this.said.find(is);
      if (found !== undefined) return found;
      const isGone = await Promise.race([once(this.#child, 'message').then(() => false), this.exited.then(() => true)]);
      if (isGone) throw new Error(`The shell has ended:\n${this.#output}`);
    }
  }

  /** What the page does at each load: asks for a port and speaks oRPC over it. */
  async connect(): Promise<{ readonly api: Client; readonly port: number }> {
    const port = await this.ask({ do: 'connect', frame: ownFrame });
    if (typeof port !== 'number') throw new Error('The shell handed over no port.');
    const on = (event: string, listener: (event?: { data: unknown }) => void): void => {
      this.#child.on('message', (message) => {
        const said = message as Said;
        if (event === 'message' && said.said === 'port' && said.port === port) listener({ data: said.data });
        if (event === 'close' && said.said === 'portClosed' && said.port === port) listener();
      });
    };
    const link = new RPCLink({ port: { on, postMessage: (data: unknown) => void this.#child.send({ port, data }) } });
    return { api: createORPCClient(link), port };
  }

  #receive(message: Answered | Said): void {
    if ('said' in message) {
      this.said.push(message);
      return;
    }
    this.#waiting.get(message.id)?.(message);
    this.#waiting.delete(message.id);
  }
}
