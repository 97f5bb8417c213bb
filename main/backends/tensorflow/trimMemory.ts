/**
 * Gives memory back to the operating system that only starting and loading needed: heap that is free by now (glibc
 * keeps over 100 MB after a model was loaded), and pages of the TensorFlow libraries, whose symbol tables and start-up
 * code are 250 MB resident after dlopen. Only clean pages mapped from a file are dropped; touched again, they come back
 * from the page cache. Linux alone; elsewhere nothing happens.
 */
import { readFileSync } from 'node:fs';
import type koffi from 'koffi';

const MADV_DONTNEED = 4;

interface Mapping {
  readonly from: bigint;
  readonly to: bigint;
}

/** Mappings of /proc/self/smaps that belong to files under `dir`, are not writable and hold no changed page. */
export function findCleanMappings(smaps: string, dir: string): Mapping[] {
  return smaps.split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/).flatMap((entry) => {
    const head = /^([0-9a-f]+)-([0-9a-f]+) r-[x-]p \S+ \S+ \d+ +(.+)$/m.exec(entry);
    if (!head?.[3].startsWith(dir)) return [];
    const dirtyKb = Number(/^Private_Dirty: +(\d+) kB$/m.exec(entry)?.[1] ?? 1);
    return dirtyKb === 0 ? [{ from: BigInt(`0x${head[1]}`), to: BigInt(`0x${head[2]}`) }] : [];
  });
}

/** `libraryDir` must be the real path that the libraries were loaded from. */
export function createTrim(libc: ReturnType<typeof koffi.load>, libraryDir: string): () => void {
  if (process.platform !== 'linux') return () => undefined;
  const trim = libc.func('int malloc_trim(size_t keep)') as (keep: number) => number;
  const advise = libc.func('int madvise(uintptr_t from, size_t bytes, int advice)') as (
    from: bigint,
    bytes: bigint,
    advice: number,
  ) => number;
  return () => {
    trim(0);
    for (const { from, to } of findCleanMappings(readFileSync('/proc/self/smaps', 'utf8'), libraryDir))
      advise(from, to - from, MADV_DONTNEED);
  };
}
