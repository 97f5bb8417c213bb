/** TensorFlow's C library, which the user installs: recorded functions, many threads, bf16; CUDA on Linux. */
import { backendWords as words } from '../../contract/words/backends.ts';
import type { BackendSpec } from '../backendSpec.ts';

/** CUDA 12 runs on these and newer ones (NVIDIA, CUDA Compatibility); one of unknown version is let through. */
const oldestDriver = 525;
const driverIsOld = (version: string): boolean => Number.parseInt(version) < oldestDriver;

export const tensorflowSpec = {
  id: 'tensorflow',
  title: { en: 'TensorFlow', ja: 'TensorFlow' },
  computing: {
    precisions: ['float32', 'bf16', 'int8', 'nf4', 'packed'],
    auto: true,
    usesThreads: true,
    engineBytes: 300e6,
    recordedBytesPerLayer: 5e6, // measured with 30 layers
    operationsPerSecondAndThread: { float32: 120e9, bf16: 180e9 },
    selfTestSize: 1024,
  },
  places: [
    {
      id: 'tensorflow-cuda',
      title: { en: 'TensorFlow on an NVIDIA GPU', ja: 'TensorFlow（NVIDIA GPU）' },
      device: 'cuda',
      runtime: 'tensorflow-cuda',
      called: words.tensorflowOnCuda(),
      look({ nvidiaGpu, runtimeVersion, kept }) {
        const version = runtimeVersion('tensorflow-cuda');
        if (nvidiaGpu === null) return { found: false, why: words.noDriver(), remedy: null };
        if (driverIsOld(nvidiaGpu))
          return { found: false, why: words.oldDriver({ driver: nvidiaGpu }), remedy: words.updateDriver() };
        if (version === undefined) return { found: false, why: words.cudaNotInstalled(), remedy: words.installCuda() };
        const failed = kept('tensorflow-cuda')?.failed;
        if (failed)
          return {
            found: true,
            byName: true,
            why: words.cudaFailed({ version, why: failed }),
            remedy: words.runDoctor(),
          };
        return { found: true, why: words.cudaInstalled({ version }), remedy: null };
      },
      use: {
        because: (why) => why,
        usualPrecision: () => 'bf16',
        label: (precision) => words.tensorflowOn({ device: 'CUDA', precision }),
      },
    },
    {
      id: 'tensorflow-cpu',
      title: { en: 'TensorFlow on the CPU', ja: 'TensorFlow（CPU）' },
      device: 'cpu',
      runtime: 'tensorflow-cpu',
      called: 'TensorFlow',
      look({ runtimeVersion }) {
        const version = runtimeVersion('tensorflow-cpu');
        if (version === undefined) return { found: false, why: words.cpuNotInstalled(), remedy: words.installCpu() };
        return { found: true, why: words.cpuInstalled({ version }), remedy: null };
      },
      use: {
        because: (why, missed) => (missed === undefined ? why : words.noCuda({ why, more: missed })),
        usualPrecision: ({ hasBf16 }) => (hasBf16 ? 'bf16' : 'float32'),
        label: (precision) => words.tensorflowOn({ device: 'CPU', precision }),
      },
    },
  ],
} as const satisfies BackendSpec;
