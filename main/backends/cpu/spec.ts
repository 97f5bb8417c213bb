/** tfjs in plain JavaScript, for tests: comes with Graft. */
import { backendWords as words } from '../../contract/words/backends.ts';
import type { BackendSpec } from '../backendSpec.ts';

export const cpuSpec = {
  id: 'cpu',
  title: { en: 'Plain JavaScript', ja: 'JavaScript のみ' },
  computing: {
    precisions: ['float32', 'int8', 'nf4', 'packed'],
    auto: false,
    usesThreads: false,
    engineBytes: 130e6,
    recordedBytesPerLayer: 0,
    operationsPerSecondAndThread: { float32: 0.5e9, bf16: 0.5e9 },
    selfTestSize: 256,
  },
  places: [
    {
      id: 'cpu',
      title: { en: 'Plain JavaScript', ja: '素の JavaScript' },
      called: words.plainJavaScript(),
      look: () => ({ found: true, why: words.plainForTests(), remedy: null }),
      use: {
        because: (why) => why,
        usualPrecision: () => 'float32',
        label: (precision) => words.inPrecision({ backend: 'cpu', precision }),
      },
    },
  ],
} as const satisfies BackendSpec;
