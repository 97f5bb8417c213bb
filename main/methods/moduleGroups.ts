/**
 * Modules of one kind across the blocks of a model, for methods that tie layers together. A group is named by what
 * follows the number of the block in a module's path, so that `attention.output.dense` and `output.dense` are two.
 */
import type { LinearShape } from '../contract/families/family.ts';

/** `model.layers.3.self_attn.q_proj` → 3 and `self_attn.q_proj`; a module outside of the blocks is a group alone. */
export function blockOf(module: string): { readonly block: number | null; readonly group: string } {
  const parts = module.split('.');
  const at = parts.findIndex((part) => /^\d+$/.test(part));
  if (at < 0) return { block: null, group: module };
  return { block: Number(parts[at]), group: parts.slice(at + 1).join('.') };
}

/** By name of the group; members in the order of their blocks, of which some may have no target. */
export function moduleGroups<Module extends Pick<LinearShape, 'name'>>(
  targets: readonly Module[],
): ReadonlyMap<string, readonly Module[]> {
  const blockNumber = ({ name }: Module): number => blockOf(name).block ?? 0;
  const ordered = targets.toSorted((a, b) => blockNumber(a) - blockNumber(b));
  return Map.groupBy(ordered, ({ name }) => blockOf(name).group);
}
