/** Colours of the kinds in the bar: the largest have one of the curves' colours, the rest are grey. */
import type { DiskKind } from '../../../main/contract/disk.ts';

const palette = ['var(--c1)', 'var(--c2)', 'var(--c3)', 'var(--c4)', 'var(--c5)', 'var(--c6)'] as const;
const rest = 'var(--ink-3)';

/** `kinds` by size, the largest first. */
export function kindColours(kinds: readonly { readonly kind: DiskKind }[]): ReadonlyMap<DiskKind, string> {
  return new Map(kinds.map(({ kind }, index) => [kind, palette[index] ?? rest]));
}
