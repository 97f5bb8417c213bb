/**
 * The doctor's figures: of WebAssembly they were those of a product that the engine avoids, since it is many times
 * slower.
 */
import { expect, it, vi } from 'vitest';
import { tf } from '../../main/engine/tf.ts';
import { selfTest } from '../../main/engine/selfTest.ts';
import { backendSettings } from '../support/backends.ts';

it('measures the products that the engine uses', async () => {
  const run = vi.spyOn(tf.engine(), 'runKernel');
  const { float32Gflops, bf16Gflops, checks } = await selfTest(backendSettings.wasm);
  expect(checks.filter(({ passed }) => !passed)).toEqual([]);
  expect([float32Gflops !== null && float32Gflops > 0, bf16Gflops]).toEqual([true, null]);
  const products = run.mock.calls.map(([name, , attributes]) => ({
    name,
    ...(attributes as { transposeB?: boolean }),
  }));
  expect(products.filter(({ name }) => name === 'GraftMatMul').length).toBeGreaterThan(3);
  expect(products.filter(({ name, transposeB }) => name === 'BatchMatMul' && transposeB === true)).toEqual([]);
});
