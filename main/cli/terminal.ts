/**
 * Where output goes: results on stdout, everything else on stderr. On a terminal one live line is rewritten in place;
 * elsewhere it becomes plain lines, a few a minute. Colours only on a terminal and never with NO_COLOR.
 */
import { once } from 'node:events';
import { styleText } from 'node:util';
import { ownSurroundings, type Surroundings } from './surroundings.ts';
import { plainJson } from './plainJson.ts';

export interface TerminalOptions {
  readonly json: boolean;
  readonly surroundings?: Surroundings;
}

type Style = Parameters<typeof styleText>[0];

const plainLineEveryMs = 5_000;

export class Terminal {
  readonly json: boolean;
  readonly #surroundings: Surroundings;
  readonly #stdout: NodeJS.WriteStream;
  readonly #stderr: NodeJS.WriteStream;
  readonly #colours: boolean;
  #liveWidth = 0;
  #lastPlainMs = -Infinity;

  constructor({ json, surroundings = ownSurroundings() }: TerminalOptions) {
    const { stdout, stderr, env } = surroundings;
    this.json = json;
    this.#surroundings = surroundings;
    this.#stdout = stdout;
    this.#stderr = stderr;
    const wanted = env.NO_COLOR === undefined || env.NO_COLOR === '';
    this.#colours = wanted && env.TERM !== 'dumb' && stderr.isTTY && stdout.isTTY;
  }

  get isInteractive(): boolean {
    return this.#stdout.isTTY && this.#surroundings.stdin.isTTY;
  }

  get width(): number {
    return this.#stderr.columns || 100;
  }

  /** A line of the result, on stdout. */
  print(text: string): void {
    this.endLive();
    this.#stdout.write(`${text}\n`);
  }

  /** A piece of the result without an end of line: streamed answers. */
  write(text: string): void {
    this.endLive();
    this.#stdout.write(text);
  }

  /** The one value of --json. Infinite and NaN become null. */
  printJson(value: unknown): void {
    this.endLive();
    this.#stdout.write(`${plainJson(value)}\n`);
  }

  /** The one value of --json where it may be too long for one string: its text in pieces. */
  async printPieces(pieces: Iterable<string>): Promise<void> {
    this.endLive();
    for (const piece of pieces) {
      if (!this.#stdout.write(piece)) await once(this.#stdout, 'drain');
    }
    this.#stdout.write('\n');
  }

  /** A line beside the result, on stderr, in place of the live line. */
  note(text: string): void {
    this.clearLive();
    this.#stderr.write(`${text}\n`);
  }

  /** Replaces the live line; `important` lines are printed also where there is no terminal. */
  live(text: string, important = false): void {
    if (this.#stderr.isTTY) {
      const shown = cut(text, this.width - 1);
      this.#stderr.write(`\r${shown}${' '.repeat(Math.max(0, this.#liveWidth - displayWidth(shown)))}`);
      this.#liveWidth = displayWidth(shown);
      return;
    }
    const now = performance.now();
    if (!important && now - this.#lastPlainMs < plainLineEveryMs) return;
    this.#lastPlainMs = now;
    this.#stderr.write(`${text}\n`);
  }

  /** Leaves the live line as it is and goes on below it. */
  endLive(): void {
    if (this.#liveWidth > 0) this.#stderr.write('\n');
    this.#liveWidth = 0;
  }

  /** Wipes the live line. */
  clearLive(): void {
    if (this.#liveWidth > 0) this.#stderr.write(`\r${' '.repeat(this.#liveWidth)}\r`);
    this.#liveWidth = 0;
  }

  bold(text: string): string {
    return this.#style('bold', text);
  }

  dim(text: string): string {
    return this.#style('dim', text);
  }

  red(text: string): string {
    return this.#style('red', text);
  }

  green(text: string): string {
    return this.#style('green', text);
  }

  cyan(text: string): string {
    return this.#style('cyan', text);
  }

  underline(text: string): string {
    return this.#style('underline', text);
  }

  #style(style: Style, text: string): string {
    return this.#colours ? styleText(style, text, { validateStream: false }) : text;
  }
}

const escapes = /\u001b\[[0-9;]*m/g;
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Columns that a text takes: escapes none, East Asian characters two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text.replace(escapes, '')) width += wide.test(character) ? 2 : 1;
  return width;
}

function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  for (const character of text.replace(escapes, '')) {
    if (displayWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
