/** Of the machine: what computes here, and why it was chosen. */
import { wordsOf } from './words.ts';

interface Cpu {
  readonly cpu: string;
  readonly cores: number;
  readonly hasBf16: boolean;
}

export const machineWords = wordsOf('machine', {
  cpu: {
    en: ({ cpu, cores, hasBf16 }: Cpu) =>
      `${cpu}, ${cores} core${cores === 1 ? '' : 's'}, ${hasBf16 ? 'with' : 'without'} bfloat16 instructions`,
    ja: ({ cpu, cores, hasBf16 }) => `${cpu}、${cores} コア、bfloat16 命令${hasBf16 ? 'あり' : 'なし'}`,
  },
  memory: { en: '{all}, {free} free', ja: '{all}、空き {free}' },
  noDriver: {
    en: 'no NVIDIA driver found (looked for /proc/driver/nvidia and /dev/nvidia0)',
    ja: 'NVIDIA のドライバーはありません（/proc/driver/nvidia と /dev/nvidia0 を調べました）',
  },
  nvidia: { en: 'NVIDIA, {driver}', ja: 'NVIDIA、{driver}' },
});
