/** How many answers may be written and wait: what comes beyond is refused at once instead of waiting for ever. */
import { ApiError } from './apiError.ts';

export interface GateLimits {
  /** Answers that the engine writes at once. */
  readonly rows: number;
  /** Answers that may wait besides. */
  readonly queue: number;
}

export class Gate {
  readonly #limits: GateLimits;
  readonly #onChange: () => void;
  #inside = 0;
  #answered = 0;

  constructor(limits: GateLimits, onChange: () => void) {
    this.#limits = limits;
    this.#onChange = onChange;
  }

  get writing(): number {
    return Math.min(this.#inside, this.#limits.rows);
  }

  get waiting(): number {
    return this.#inside - this.writing;
  }

  /** Since the start. */
  get answered(): number {
    return this.#answered;
  }

  /** Throws ApiError 429 where so many more do not fit; 400 where they never will. */
  async pass<Result>(answers: number, work: () => Promise<Result>): Promise<Result> {
    const most = this.#limits.rows + this.#limits.queue;
    if (answers > most)
      throw new ApiError(400, `This server takes at most ${most} answers at once.`, {
        type: 'invalid_request_error',
        param: 'n',
      });
    if (this.#inside + answers > most) throw full(this.#inside);
    this.#move(answers);
    try {
      const result = await work();
      this.#answered += answers;
      return result;
    } finally {
      this.#move(-answers);
    }
  }

  #move(answers: number): void {
    this.#inside += answers;
    this.#onChange();
  }
}

function full(inside: number): ApiError {
  const message = `The server is busy: ${inside} answers are being written or wait. Try again in a moment.`;
  return new ApiError(429, message, {
    type: 'rate_limit_error',
    code: 'rate_limit_exceeded',
    headers: { 'Retry-After': '1' },
  });
}
