/** Of llama.cpp with a base: whether it answers, and what its checks found. */
import type { CheckedBase } from '../contract/llamaCppUse.ts';
import { englishOf } from '../contract/words/words.ts';
import { bytes, integer, table } from './format.ts';

export function reportText({ state, why }: Pick<CheckedBase, 'state' | 'why'>): string {
  return state === 'ready' ? 'answers in chats' : `does not answer in chats: ${englishOf(why ?? '')}`;
}

/** `clearedBytes`: what a killed conversion had left, which was removed. */
export function checkLines({
  checks,
  names,
  speeds,
  storage,
  clearedBytes = 0,
}: Pick<CheckedBase, 'checks' | 'names' | 'speeds' | 'storage'> & { readonly clearedBytes?: number }): string[] {
  const rows = Object.entries(checks).map(([key, { tokens, difference, bound, sameTop }]) => [
    englishOf(names[key] ?? key),
    integer(tokens),
    `${difference.toExponential(1)} (at most ${bound.toExponential(0)})`,
    `${(100 * sameTop).toFixed(1)} %`,
  ]);
  const written = speeds && `${speeds.llamaCpp.toFixed(0)} tokens/s, the tensors ${speeds.tensors.toFixed(0)}`;
  const cleared = `${bytes(clearedBytes)} that a killed conversion had left are removed; it began again.`;
  return [
    ...(rows.length === 0 ? [] : ['', ...table([`${storage}, of`, '>tokens', 'logits differ by', 'same token'], rows)]),
    ...(written === null ? [] : ['', `llama.cpp writes ${written}`]),
    ...(clearedBytes === 0 ? [] : ['', cleared]),
  ];
}
