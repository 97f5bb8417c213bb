/**
 * WebGPU: graphics cards of every maker, through the runtime `webgpu` (Dawn for Node and tfjs' backend), in float32 and
 * run eagerly. Products of tfjs that add up by atomics are not used: runs are equal to the last digit every time, and
 * resumed ones too (tests/engine/training/trainCurves.test.ts; on software, no card was there). `auto` takes it only
 * where its self-test passed here, and never a software adapter.
 */
import type { BackendSpec } from '../backendSpec.ts';
import { webgpuWords as words } from '../../contract/words/webgpu.ts';

export const webgpuSpec = {
  id: 'webgpu',
  title: { en: 'WebGPU', ja: 'WebGPU' },
  computing: {
    precisions: ['float32', 'int8'],
    auto: true,
    usesThreads: false,
    engineBytes: 550e6, // measured with software as the card; a card's driver takes what it takes
    recordedBytesPerLayer: 0,
    eager: true,
    operationsPerSecondAndThread: null,
    selfTestSize: 512,
  },
  places: [
    {
      id: 'webgpu',
      title: { en: 'WebGPU', ja: 'WebGPU' },
      device: 'webgpu',
      runtime: 'webgpu',
      called: 'WebGPU',
      byTest: true,
      look({ runtimeVersion, runsAddons, kept }) {
        const version = runtimeVersion('webgpu');
        if (version === undefined) return { found: false, why: words.notInstalled(), remedy: words.install() };
        if (!runsAddons) return { found: false, why: words.needsNode(), remedy: words.startByNpm() };
        const test = kept('webgpu');
        if (test === undefined)
          return { found: true, byName: true, why: words.untested({ version }), remedy: words.test() };
        const { device, isSoftware, failed } = test;
        if (failed !== null)
          return {
            found: true,
            byName: true,
            why: words.failed({ version, device, why: failed }),
            remedy: words.test(),
          };
        if (isSoftware) return { found: true, byName: true, why: words.isSoftware({ version, device }), remedy: null };
        return { found: true, why: words.passed({ version, device }), remedy: null };
      },
      use: {
        because: (why) => why,
        usualPrecision: () => 'float32',
        label: (precision) => words.on({ precision }),
      },
    },
  ],
} as const satisfies BackendSpec;
