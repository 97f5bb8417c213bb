/** What this process and those it has started hold in memory: the studio with its engines. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

interface ProcessMemory {
  readonly pid: number;
  readonly parent: number;
  readonly bytes: number;
}

/** Of this process alone where the system tells nothing cheaply about others (Windows). */
export async function usedMemoryBytes(): Promise<number> {
  if (process.platform === 'linux') return treeBytes(processesOfProc(), process.pid);
  if (process.platform === 'darwin') return treeBytes(await processesOfPs(), process.pid);
  return process.memoryUsage.rss();
}

/** Bytes of `pid` and of all that descend from it. */
export function treeBytes(processes: readonly ProcessMemory[], pid: number): number {
  const own = processes.find((each) => each.pid === pid)?.bytes ?? 0;
  const children = processes.filter(({ parent }) => parent === pid);
  return children.reduce((sum, child) => sum + treeBytes(processes, child.pid), own);
}

function processesOfProc(): ProcessMemory[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      return [parseStatus(Number(pid), readFileSync(`/proc/${pid}/status`, 'utf8'))];
    } catch {
      return []; // ended since it was listed
    }
  });
}

/** `/proc/<pid>/status`; kernel threads have no VmRSS. */
export function parseStatus(pid: number, status: string): ProcessMemory {
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { pid, parent: field('PPid'), bytes: field('VmRSS') * 1024 };
}

async function processesOfPs(): Promise<ProcessMemory[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,rss=']);
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, kilobytes] = line.trim().split(/\s+/).map(Number);
    return pid === undefined || parent === undefined || kilobytes === undefined
      ? []
      : [{ pid, parent, bytes: kilobytes * 1024 }];
  });
}
