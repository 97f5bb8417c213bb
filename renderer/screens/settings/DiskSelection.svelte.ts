/**
 * What a person has marked to be cleared. Only what may go can be marked; what is not there any more is not counted.
 */
import { SvelteSet } from 'svelte/reactivity';
import type { DiskEntry, DiskUsage } from '../../../main/contract/disk.ts';
import type { Said } from '../../../main/contract/words/words.ts';

export class DiskSelection {
  readonly #usage: () => DiskUsage | undefined;
  readonly #ids = new SvelteSet<string>();

  constructor(usage: () => DiskUsage | undefined) {
    this.#usage = usage;
  }

  get entries(): readonly DiskEntry[] {
    const all = this.#usage()?.kinds.flatMap(({ entries }) => entries) ?? [];
    return all.filter((entry) => mayGo(entry) && this.#ids.has(entry.id));
  }

  get bytes(): number {
    return sumBytes(this.entries);
  }

  has(entry: DiskEntry): boolean {
    return mayGo(entry) && this.#ids.has(entry.id);
  }

  toggle(entry: DiskEntry): void {
    if (!mayGo(entry)) return;
    if (!this.#ids.delete(entry.id)) this.#ids.add(entry.id);
  }

  /** All of a kind that may go, or none where all are marked. */
  toggleAll(entries: readonly DiskEntry[]): void {
    const wanted = entries.filter(mayGo);
    const isFull = wanted.every(({ id }) => this.#ids.has(id));
    for (const { id } of wanted) {
      if (isFull) this.#ids.delete(id);
      else this.#ids.add(id);
    }
  }

  clear(): void {
    this.#ids.clear();
  }
}

export function mayGo({ keptBecause }: DiskEntry): boolean {
  return keptBecause === null;
}

export function sumBytes(entries: readonly { readonly bytes: number }[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What is lost by clearing, each said once; the rest counted. */
export function consequencesOf(
  entries: readonly DiskEntry[],
  most: number,
  say: (said: string | Said) => string,
): { readonly texts: readonly string[]; readonly more: number } {
  const texts = [...new Set(entries.map(({ consequence }) => say(consequence)).filter((text) => text !== ''))];
  return { texts: texts.slice(0, most), more: Math.max(0, texts.length - most) };
}
