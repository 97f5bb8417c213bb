/**
 * What a command works with: the terminal, the Ctrl-C signal, and the studio, opened at the first use so that help
 * and usage errors cost nothing.
 */
import { resolve } from 'node:path';
import type { Studio } from '../contract/services.ts';
import type { CallOptions } from '../contract/progress.ts';
import type { Interrupt } from './interrupt.ts';
import { ProgressLine } from './progressLine.ts';
import { ownSurroundings, type Surroundings } from './surroundings.ts';
import type { Terminal } from './terminal.ts';
import { englishOf, type Said } from '../contract/words/words.ts';

export class CommandSession {
  readonly terminal: Terminal;
  readonly interrupt: Interrupt;
  readonly surroundings: Surroundings;
  /** The status the process ends with when nothing is thrown. */
  exitStatus = 0;
  /** Set from --home before a command's action runs. */
  home: string | undefined;
  #studio: Promise<Studio> | undefined;

  constructor(terminal: Terminal, interrupt: Interrupt, surroundings: Surroundings = ownSurroundings()) {
    this.terminal = terminal;
    this.interrupt = interrupt;
    this.surroundings = surroundings;
  }

  studio(): Promise<Studio> {
    return (this.#studio ??= this.#open());
  }

  /** A path as the caller means it. */
  path(path: string): string {
    return resolve(this.surroundings.cwd, path);
  }

  /** Prints `json` with --json, else the lines of `render`. */
  result(json: unknown, render: () => string | readonly string[]): void {
    if (this.terminal.json) this.terminal.printJson(json);
    else this.terminal.print([render()].flat().join('\n'));
  }

  /** Signal and progress line for long work; the line is wiped when the work ends. */
  async working<T>(work: (options: Required<CallOptions>) => Promise<T>): Promise<T> {
    const line = new ProgressLine(this.terminal);
    try {
      return await work({ signal: this.interrupt.signal, onProgress: (update) => line.update(update) });
    } finally {
      this.terminal.clearLive();
    }
  }

  async close(): Promise<void> {
    const studio = await this.#studio?.catch(() => undefined); // a failure to open was reported where it happened
    await studio?.close();
  }

  async #open(): Promise<Studio> {
    const { openStudio } = await import('../studio/openStudio.ts');
    const { env } = this.surroundings;
    const onNotice = (notice: string | Said): void => this.terminal.note(this.terminal.dim(englishOf(notice)));
    const studio = await openStudio({ home: this.home, env, onNotice });
    for (const notice of studio.notices) onNotice(notice);
    return studio;
  }
}
