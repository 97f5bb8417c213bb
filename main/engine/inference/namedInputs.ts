/** Inputs of compiled functions by name, put together from parts that know nothing of one another. */
import type { NamedTensorMap } from '../tf.ts';

export function prefixed(prefix: string, inputs: NamedTensorMap): NamedTensorMap {
  return Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [prefix + name, tensor]));
}

/** Those that begin with `prefix`, without it. */
export function inputsUnder(inputs: NamedTensorMap, prefix: string): NamedTensorMap {
  const own = Object.entries(inputs).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}
