import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseStatus, treeBytes, usedMemoryBytes } from '../../../main/studio/machine/usedMemory.ts';

describe('used memory', () => {
  it('is that of a process and all below it, and of nobody else', () => {
    const of = (pid: number, parent: number, bytes: number) => ({ pid, parent, bytes });
    expect(treeBytes([of(1, 0, 1), of(5, 1, 10), of(6, 5, 100), of(7, 6, 1000), of(8, 1, 10_000)], 5)).toBe(1110);
  });

  it('is read from the kernel’s own words; a thread of the kernel holds none', () => {
    expect(parseStatus(7, 'Name:\tnode\nPPid:\t3\nVmPeak:\t  99 kB\nVmRSS:\t   12 kB\n')).toEqual({
      pid: 7,
      parent: 3,
      bytes: 12 * 1024,
    });
    expect(parseStatus(2, 'Name:\tkthreadd\nPPid:\t0\n')).toEqual({ pid: 2, parent: 0, bytes: 0 });
  });

  it.skipIf(process.platform === 'win32')('counts an engine process', async () => {
    const script = "const held = Buffer.alloc(150e6, 1); console.log('ready'); setInterval(() => held.length, 1000)";
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void child.kill());
    await once(child.stdout, 'data');
    expect((await usedMemoryBytes()) - process.memoryUsage.rss()).toBeGreaterThan(140e6);
  });
});
