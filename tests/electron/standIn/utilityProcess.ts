/**
 * Electron's `utilityProcess.fork` over Node's, with what is particular to it: no id before `spawn` and after `exit`,
 * `kill` does nothing before there is an id, and the output loses its listeners with the exit.
 */
import { type ChildProcess, fork as forkNode } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { UtilityChild, UtilityOptions } from '../../../electron/utilityChildren.ts';

const shim = pathToFileURL(join(import.meta.dirname, 'parentPort.ts')).href;

class UtilityProcess extends EventEmitter implements UtilityChild {
  readonly stdout: PassThrough | null;
  readonly stderr: PassThrough | null;
  readonly #child: ChildProcess;
  #isThere = false;

  constructor(file: string, args: readonly string[], { env, stdio }: Pick<UtilityOptions, 'env' | 'stdio'>) {
    super();
    this.#child = forkNode(file, args, {
      ...{ env, serialization: 'advanced', stdio: ['ignore', stdio, stdio, 'ipc'] },
      execArgv: ['--disable-warning=ExperimentalWarning', '--import', shim],
    });
    this.stdout = this.#child.stdout?.pipe(new PassThrough()) ?? null;
    this.stderr = this.#child.stderr?.pipe(new PassThrough()) ?? null;
    this.#child.on('message', (message) => this.emit('message', message));
    this.#child.once('spawn', () => {
      this.#isThere = true;
      this.emit('spawn');
    });
    this.#child.once('exit', (code, signal) => {
      this.#isThere = false;
      this.emit('exit', code ?? { SIGKILL: 9, SIGSEGV: 11, SIGABRT: 6, SIGTERM: 0 }[String(signal)] ?? 1);
      this.stdout?.removeAllListeners();
      this.stderr?.removeAllListeners();
    });
  }

  get pid(): number | undefined {
    return this.#isThere ? this.#child.pid : undefined;
  }

  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send(message as object, () => undefined);
  }

  kill(): boolean {
    return this.#isThere && this.#child.kill('SIGTERM');
  }
}

export function forkUtility(
  file: string,
  args: readonly string[],
  options: Pick<UtilityOptions, 'env' | 'stdio'>,
): UtilityChild {
  return new UtilityProcess(file, args, options);
}
