/** The variable `loop`. Calling it goes one level deeper in a loop that is `recursive`. */
import { equal } from './equality.ts';
import { TemplateFailure } from './errors.ts';
import { Callable, Tuple, Undefined, type Value } from './values.ts';

export interface LoopPlan {
  readonly items: readonly Value[];
  /** From 0. */
  readonly depth: number;
  /** Undefined: the loop is not recursive. */
  readonly deeper: ((items: Value, depth: number) => Value) | undefined;
}

export class LoopContext extends Callable {
  override readonly typeName = 'LoopContext';
  readonly #plan: LoopPlan;
  #at = -1;
  #lastChanged: Value | undefined;

  constructor(plan: LoopPlan) {
    super('loop', ({ positional }) => {
      if (plan.deeper === undefined)
        throw new TemplateFailure("a loop can call itself only where it is marked 'recursive'");
      return plan.deeper(
        positional[0] ?? new Undefined('the loop was called without anything to go through'),
        plan.depth + 1,
      );
    });
    this.#plan = plan;
  }

  next(): void {
    this.#at++;
  }

  override repr(): string {
    return `<LoopContext ${this.#at + 1}/${this.#plan.items.length}>`;
  }

  override get size(): number {
    return this.#plan.items.length;
  }

  override attribute(name: string): Value | undefined {
    const { items, depth } = this.#plan;
    const at = this.#at;
    switch (name) {
      case 'index':
        return BigInt(at + 1);
      case 'index0':
        return BigInt(at);
      case 'revindex':
        return BigInt(items.length - at);
      case 'revindex0':
        return BigInt(items.length - at - 1);
      case 'first':
        return at === 0;
      case 'last':
        return at === items.length - 1;
      case 'length':
        return BigInt(items.length);
      case 'depth':
        return BigInt(depth + 1);
      case 'depth0':
        return BigInt(depth);
      case 'previtem':
        return at > 0 ? items[at - 1] : new Undefined('there is no previous item');
      case 'nextitem':
        return at + 1 < items.length ? items[at + 1] : new Undefined('there is no next item');
      case 'cycle':
        return new Callable(name, ({ positional }) => this.#cycle(positional));
      case 'changed':
        return new Callable(name, ({ positional }) => this.#changed(positional));
      default:
        return undefined;
    }
  }

  #cycle(values: readonly Value[]): Value {
    if (values.length === 0) throw new TemplateFailure('loop.cycle() needs at least one value');
    return values[this.#at % values.length];
  }

  #changed(values: readonly Value[]): boolean {
    const current = new Tuple(values);
    const isNew = this.#lastChanged === undefined || !equal(this.#lastChanged, current);
    this.#lastChanged = current;
    return isNew;
  }
}
