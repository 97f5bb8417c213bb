/**
 * Facts about this machine that decide defaults: cores, memory, whether the CPU multiplies bfloat16. Read from what the
 * kernel says; where it says nothing the cautious answer is given.
 */
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';

export interface Machine {
  readonly platform: string;
  readonly cpu: string;
  /** Physical cores that this process may use. */
  readonly cores: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  /** Bfloat16 matrix instructions: AVX512-BF16, AMX or Arm's. */
  readonly hasBf16: boolean;
  readonly nvidiaGpu: string | null;
}

/** As it is now. Memory in bytes, within the limit of a container where there is one. */
export function readMachine(): Machine {
  const cpuInfo = readOr('/proc/cpuinfo', '');
  return {
    platform: `${process.platform}-${process.arch}`,
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: Math.max(1, Math.min(os.availableParallelism(), physicalCores(cpuInfo))),
    memoryBytes: process.constrainedMemory() > 0 ? Math.min(process.constrainedMemory(), os.totalmem()) : os.totalmem(),
    freeMemoryBytes: process.availableMemory(),
    hasBf16: cpuHasBf16(cpuInfo),
    nvidiaGpu: nvidiaGpu(),
  };
}

/** `flags` on x86, `Features` on Arm. */
export function cpuHasBf16(cpuInfo: string): boolean {
  const flags = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuInfo)?.[1]?.split(/\s+/) ?? [];
  return ['avx512_bf16', 'amx_bf16', 'bf16'].some((flag) => flags.includes(flag));
}

/**
 * Hyper-threads share one core's arithmetic, so that more threads than cores only cost. Without a word: all of them.
 */
export function physicalCores(cpuInfo: string): number {
  const blocks = cpuInfo.split(/\n\s*\n/).filter((block) => block.includes('core id'));
  const field = (block: string, name: string): string =>
    new RegExp(`^${name}\\s*:\\s*(\\d+)`, 'm').exec(block)?.[1] ?? '';
  const cores = new Set(blocks.map((block) => `${field(block, 'physical id')}.${field(block, 'core id')}`));
  return cores.size === 0 ? os.availableParallelism() : cores.size;
}

/** In WSL 2 Windows' driver lends its library, and neither file nor device says so. */
const signsOfDriver = ['/proc/driver/nvidia/version', '/dev/nvidia0', '/usr/lib/wsl/lib/libcuda.so.1'];

function nvidiaGpu(): string | null {
  if (!signsOfDriver.some((file) => existsSync(file))) return null;
  return (
    /Kernel Module\s+(?:for \S+\s+)?([\d.]+)/.exec(readOr('/proc/driver/nvidia/version', ''))?.[1] ??
    'driver of unknown version'
  );
}

function readOr(file: string, fallback: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return fallback; // not Linux, or a sandbox without /proc
  }
}
