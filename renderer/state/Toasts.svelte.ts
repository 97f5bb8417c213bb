/** Short messages at the edge of the window. Errors stay until they are closed; the rest goes by itself. */
import type { GraftError } from '../../main/contract/errors.ts';
import { fromWire } from '../lib/wireErrors.ts';

export interface ToastAction {
  readonly label: string;
  readonly run: () => void | Promise<void>;
}

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly error: GraftError | null;
  readonly action: ToastAction | null;
}

const shownMs = 6000;

export class ToastState {
  toasts: readonly Toast[] = $state.raw([]);
  #lastId = 0;

  say(text: string, action: ToastAction | null = null): void {
    const id = this.#add({ text, error: null, action });
    setTimeout(() => this.close(id), shownMs);
  }

  /** Anything thrown; a cancelled call says nothing. */
  fail(thrown: unknown): void {
    const error = fromWire(thrown);
    if (error.code === 'cancelled') return;
    this.#add({ text: error.message, error, action: null });
  }

  /** Runs what a click asks for and shows what goes wrong. Returns whether it went well. */
  async attempt(work: () => unknown): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  close(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }

  #add(toast: Omit<Toast, 'id'>): number {
    const id = ++this.#lastId;
    this.toasts = [...this.toasts.slice(-3), { ...toast, id }];
    return id;
  }
}
