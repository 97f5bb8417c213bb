/**
 * WebGPU's own ways: a broken kernel fails what is read next, integers are transposed and many tensors added, where
 * tfjs' kernels are refused and the result would be zeros; and two runs are equal to the last digit.
 */
import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../main/engine/backends/registry.ts';
import { topKMaskKernel } from '../../main/engine/ops/kernels.ts';
import { tf } from '../../main/engine/tf.ts';
import { backendSettings, openTestBackend } from '../support/backends.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { describeWith } from '../support/requirements.ts';
import { webgpuMissing } from '../support/softwareGpu.ts';

describeWith({ reason: webgpuMissing }, 'WebGPU', () => {
  beforeAll(async () => {
    await openTestBackend('webgpu');
  });

  test('takes software only where it was asked for by name', async () => {
    const { software, ...byItself } = backendSettings.webgpu;
    expect(software).toBe(true);
    const { code, data } = await graftErrorOfAsync(() => openBackend(byItself));
    expect([code, data.remedy]).toEqual(['backendUnavailable', expect.stringContaining('--backend webgpu')]);
    await openBackend(backendSettings.webgpu); // again: Dawn must outlive the first
  });

  test('integers are transposed and summed', async () => {
    const x = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2], 'int32').add(tf.scalar(1, 'int32'));
    await x.data();
    expect([...(await tf.transpose(x, [2, 0, 1]).data())]).toEqual([2, 4, 6, 8, 3, 5, 7, 9]);
    expect([...(await x.sum(1).data())]).toEqual([6, 8, 14, 16]);
  });

  test('of equal values the lower index is among the largest, and only k are', async () => {
    const mask = await topKMaskKernel(tf.tensor2d([1, 3, 3, 3, 0, 0, 0, 0], [2, 4]), 2).data();
    expect([...mask]).toEqual([0, 1, 1, 0, 1, 1, 0, 0]);
  });

  test('adds and joins more tensors than a shader binds', async () => {
    const all = Array.from({ length: 23 }, (_, at) => tf.tensor1d([at, 1]));
    expect([...(await tf.addN(all).data())]).toEqual([253, 23]);
    expect((await tf.concat(all).data())[44]).toBe(22);
  });

  test('long sums are the same every time', async () => {
    const [a, b] = [tf.randomNormal([9, 2500], 0, 1, 'float32', 1), tf.randomNormal([2500, 40], 0, 1, 'float32', 2)];
    const once = await tf.matMul(a, b).data();
    for (let again = 0; again < 3; again++) expect(await tf.matMul(a, b).data()).toEqual(once);
  });

  test('a computation that is refused fails the next read, every read, and the next step', async () => {
    const backend = await openTestBackend('webgpu');
    const device = (tf.backend() as unknown as { device: { createShaderModule(of: { code: string }): unknown } })
      .device;
    const x = tf.tensor1d([1, 2]);
    device.createShaderModule({ code: 'not WGSL' });
    const errors = [await graftErrorOfAsync(() => x.add(1).data()), await graftErrorOfAsync(() => x.data())];
    const step = backend.compile('after', (given) => ({ y: given.x.square() }));
    errors.push(await graftErrorOfAsync(async () => step({ x })));
    expect(errors.map(({ code }) => code)).toEqual(['deviceLost', 'deviceLost', 'deviceLost']);
    expect(errors[0].data['endsEngine']).toBe(true);
  });
});
