/** WebGPU: graphics cards of every maker. In the list, and not there yet. */
import { wordsOf } from '../../contract/words/words.ts';
import type { BackendSpec } from '../backendSpec.ts';

export const webgpuWords = wordsOf('webgpu', {
  noWebgpu: {
    en: "this version of Graft has no WebGPU backend: its engine runs in Node, which has no WebGPU, and Graft's kernels are not written for it yet",
    ja: 'この版の Graft に WebGPU のバックエンドはありません（エンジンが動く Node に WebGPU がなく、Graft のカーネルもまだ WebGPU に対応していません）',
  },
  useAnother: {
    en: 'Leave the backend to Graft (auto), or use tensorflow, which computes on NVIDIA GPUs too.',
    ja: 'バックエンドを Graft に任せる（auto）か、NVIDIA の GPU でも計算できる tensorflow を使ってください。',
  },
});

export const webgpuSpec = {
  id: 'webgpu',
  title: { en: 'WebGPU', ja: 'WebGPU' },
  computing: null,
  words: webgpuWords,
  places: [
    {
      id: 'webgpu',
      title: { en: 'WebGPU', ja: 'WebGPU' },
      called: 'WebGPU',
      look: () => ({ found: false, why: webgpuWords.noWebgpu(), remedy: webgpuWords.useAnother() }),
      use: null,
    },
  ],
} as const satisfies BackendSpec;
