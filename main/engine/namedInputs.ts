/** Records that are put together from parts that know nothing of one another: inputs of compiled functions, states. */

export function prefixed<Value>(prefix: string, values: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}

/** Those that begin with `prefix`, without it. */
export function inputsUnder<Value>(values: Readonly<Record<string, Value>>, prefix: string): Record<string, Value> {
  const own = Object.entries(values).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}
