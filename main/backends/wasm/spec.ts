/** tfjs on WebAssembly: comes with Graft, one thread, about 15 GFLOPS. */
import { backendWords as words } from '../../contract/words/backends.ts';
import type { BackendSpec } from '../backendSpec.ts';

export const wasmSpec = {
  id: 'wasm',
  title: { en: 'WebAssembly', ja: 'WebAssembly' },
  computing: {
    precisions: ['float32', 'int8', 'nf4', 'packed'],
    auto: true,
    usesThreads: false,
    engineBytes: 240e6, // measured with the sample model and MiniLM
    recordedBytesPerLayer: 0,
    eager: true,
    operationsPerSecondAndThread: { float32: 8e9, bf16: 8e9 },
    selfTestSize: 256,
  },
  places: [
    {
      id: 'wasm',
      title: { en: 'WebAssembly', ja: 'WebAssembly' },
      called: 'WebAssembly',
      look: () => ({ found: true, why: words.comesWithGraft(), remedy: null }),
      use: {
        because: (why, missed) => (missed === undefined ? why : words.fallback({ why: missed })),
        usualPrecision: () => 'float32',
        label: (precision) => words.inPrecision({ backend: 'wasm', precision }),
      },
    },
  ],
} as const satisfies BackendSpec;
