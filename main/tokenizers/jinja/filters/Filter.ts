/** What a filter is, and what filters of filters need. */
import { bind } from '../arguments.ts';
import type { Arguments, Value } from '../values.ts';

export interface FilterContext {
  /** Throws where there is no such filter. */
  readonly filter: (name: string, value: Value, args: Arguments) => Value;
  readonly test: (name: string, value: Value, args: Arguments) => boolean;
}

export type Filter = (value: Value, args: Arguments, context: FilterContext) => Value;

/** One without arguments. */
export function bare(name: string, work: (value: Value) => Value): Filter {
  return (value, args) => {
    bind({ of: `the filter ${name}`, names: [] }, args);
    return work(value);
  };
}
