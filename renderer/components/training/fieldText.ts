/**
 * Lists as people type them: `q_proj, v_proj` is a list, what has signs of a regular expression or is `all-linear` is
 * one pattern.
 */
import { parseNames } from '../../../main/contract/nameList.ts';
import { halfWidth } from '../../../main/contract/numberText.ts';

export function namesText(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : '';
}

/** Undefined for nothing. */
export function namesOf(text: string): string | string[] | undefined {
  const names = parseNames(text.trim().replace(/[，、､]/g, ','));
  if (typeof names === 'string') return names;
  const given = names.map(String).filter((name) => name !== '');
  return given.length === 0 ? undefined : given;
}

/** `0-3, 8`: numbers and stretches of them. null where it is neither. */
export function parseIndices(text: string): number[] | undefined | null {
  const parts = halfWidth(text)
    .replace(/[~〜]/g, '-')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) return undefined;
  const indices: number[] = [];
  for (const part of parts) {
    const [, from, to = from] = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(part) ?? [];
    if (from === undefined || Number(to) < Number(from)) return null;
    for (let index = Number(from); index <= Number(to); index++) indices.push(index);
  }
  return [...new Set(indices)].sort((a, b) => a - b);
}

export function indicesText(value: unknown): string {
  if (!Array.isArray(value)) return '';
  const numbers = value.filter((each) => typeof each === 'number');
  const stretches: [number, number][] = [];
  for (const index of numbers) {
    const last = stretches.at(-1);
    if (last !== undefined && index === last[1] + 1) last[1] = index;
    else stretches.push([index, index]);
  }
  return stretches.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(', ');
}
