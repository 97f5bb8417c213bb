/** Progress of long work on the live line: label, share, amount, speed. */
import type { ProgressUpdate } from '../contract/progress.ts';
import { bytes, integer } from './format.ts';
import type { Terminal } from './terminal.ts';
import { englishOf } from '../contract/words/words.ts';

export class ProgressLine {
  readonly #terminal: Terminal;
  #label = '';
  #startMs = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  update(update: ProgressUpdate): void {
    const label = englishOf(update.label);
    const isNew = label !== this.#label;
    if (isNew) {
      this.#label = label;
      this.#startMs = performance.now();
    }
    this.#terminal.live(progressText(update, (performance.now() - this.#startMs) / 1000), isNew);
  }
}

/** `Unpacking  42 %  360 of 860 MB  95 MB/s`. */
export function progressText({ label: said, done, total, unit }: ProgressUpdate, elapsedSeconds: number): string {
  const label = englishOf(said);
  const amount = (count: number): string => (unit === 'bytes' ? bytes(count) : integer(count));
  const share = total === null || total === 0 ? '' : `  ${Math.floor((100 * done) / total)} %`;
  const of = total === null ? '' : ` of ${amount(total)}`;
  const speed = unit === 'bytes' && elapsedSeconds >= 1 ? `  ${bytes(done / elapsedSeconds)}/s` : '';
  return done === 0 && total === null
    ? label
    : `${label}${share}  ${amount(done)}${of}${unit === 'bytes' ? '' : ` ${unit}`}${speed}`;
}
