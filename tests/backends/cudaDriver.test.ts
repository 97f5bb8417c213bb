/** What is said where TensorFlow sees no NVIDIA card: by what the driver answers. No driver is needed for it. */
import { expect, test } from 'vitest';
import { type CudaDriver, whyNoCard } from '../../main/backends/tensorflow/cudaDriver.ts';

const driver = (init: number, version: number, devices = 1): CudaDriver => ({
  ...{ init: () => init, version: () => version, deviceCount: () => devices },
});

test.each([
  ['too old', driver(0, 11_040), /too old: it runs CUDA 11\.4/, /525/],
  ['updated, not restarted', driver(803, 12_080), /different versions/, /Restart/],
  ['broken', driver(999, 12_080), /error 999/, /nvidia-smi/],
  ['without a card', driver(100, 12_080), /sees no card/, /CUDA_VISIBLE_DEVICES/],
  ['with all cards hidden', driver(0, 12_080, 0), /sees no card/, /CUDA_VISIBLE_DEVICES/],
  ['with a card that TensorFlow passes by', driver(0, 12_080), /CUDA 12\.8/, /Pascal/],
])('a driver %s', (_, given, why, remedy) => {
  const said = whyNoCard(() => given);
  expect(said.why.text).toMatch(why);
  expect(said.remedy.text).toMatch(remedy);
});

test('no driver at all', () => {
  const { why, remedy } = whyNoCard(() => {
    throw new Error('libcuda.so.1: cannot open shared object file');
  });
  expect(why.text).toContain('cannot open shared object file');
  expect(remedy.text).toContain('Install');
});
