/** What `range()` gives: numbers that are counted, not kept. */
import { TemplateFailure } from './errors.ts';
import { type Bounds, places } from './slices.ts';
import { numberOf, PythonObject, type Value } from './values.ts';

/** Of Jinja's sandbox. */
const mostNumbers = 100_000n;

export class Range extends PythonObject {
  readonly typeName = 'range';
  readonly start: bigint;
  readonly stop: bigint;
  readonly step: bigint;

  /** Throws for a step of 0 and for more numbers than the sandbox allows. */
  constructor(start: bigint, stop: bigint, step: bigint) {
    super();
    if (step === 0n) throw new TemplateFailure('range() step must not be zero');
    [this.start, this.stop, this.step] = [start, stop, step];
    const count = this.#count();
    if (count > mostNumbers)
      throw new TemplateFailure(`range() of ${count} numbers is too long; at most ${mostNumbers} are allowed`);
  }

  #count(): bigint {
    const { start, stop, step } = this;
    const span = step > 0n ? stop - start + step - 1n : start - stop - step - 1n;
    const count = span / (step > 0n ? step : -step);
    return count > 0n ? count : 0n;
  }

  override get truth(): boolean {
    return this.size > 0;
  }

  override get size(): number {
    return Number(this.#count());
  }

  override repr(): string {
    return `range(${this.start}, ${this.stop}${this.step === 1n ? '' : `, ${this.step}`})`;
  }

  override *iterate(): Iterable<Value> {
    for (let at = 0n; at < this.#count(); at++) yield this.start + at * this.step;
  }

  override item(key: Value): Value | undefined {
    const at = numberOf(key);
    if (typeof at !== 'bigint') return undefined;
    const place = at < 0n ? at + this.#count() : at;
    return place < 0n || place >= this.#count() ? undefined : this.start + place * this.step;
  }

  part(bounds: Bounds): Range {
    const { start, step, count } = places(this.size, bounds);
    const from = this.start + BigInt(start) * this.step;
    const by = this.step * BigInt(step);
    return new Range(from, from + by * BigInt(count), by);
  }
}
