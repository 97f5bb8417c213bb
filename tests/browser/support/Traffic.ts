/**
 * What a page asks of the studio: frames that it sends over its sockets and its requests over HTTP, each with its
 * moment.
 */
import type { Page } from 'playwright-core';

interface Question {
  readonly atMs: number;
  /** The procedure, or the address. */
  readonly what: string;
}

export class Traffic {
  readonly #questions: Question[] = [];

  constructor(page: Page) {
    page.on('request', (request) => this.#note(new URL(request.url()).pathname));
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => this.#note(procedureOf(payload))));
  }

  get count(): number {
    return this.#questions.length;
  }

  /** How long nothing was asked, in milliseconds; since the page began if nothing ever was. */
  quietMs(nowMs = performance.now()): number {
    return nowMs - (this.#questions.at(-1)?.atMs ?? -Infinity);
  }

  /** What was asked within the last `ms` milliseconds, with how often: `runs.samples × 412`. */
  lately(ms: number): string {
    const since = performance.now() - ms;
    const counts = new Map<string, number>();
    for (const { atMs, what } of this.#questions) if (atMs >= since) counts.set(what, (counts.get(what) ?? 0) + 1);
    return [...counts].map(([what, times]) => `${what} × ${times}`).join(', ');
  }

  #note(what: string): void {
    this.#questions.push({ atMs: performance.now(), what });
  }
}

function procedureOf(payload: string | Buffer): string {
  const text = payload.toString();
  return /"u":"[^"]*?\/([\w/]+)["?]/.exec(text)?.[1]?.replaceAll('/', '.') ?? text.slice(0, 200);
}
