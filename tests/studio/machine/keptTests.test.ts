import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findKeptTest, keepTest } from '../../../main/studio/machine/keptTests.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

const result = { device: 'Card', float32Gflops: 1, bf16Gflops: null };
const check = { name: 'gradient', detail: 'relative error 1' };

it('keeps each test for its version alone, what failed in it too, and beside those of others', async () => {
  const dir = temporaryDir();
  await keepTest(dir, 'webgpu', '1.0.0', { ...result, isSoftware: true, checks: [{ ...check, passed: true }] });
  await keepTest(dir, 'tensorflow-cpu', '2.0.0', { ...result, checks: [{ ...check, passed: false }] });
  expect(findKeptTest(dir, 'webgpu', '1.0.0')).toMatchObject({ isSoftware: true, failed: null, stepGflops: null });
  expect(findKeptTest(dir, 'tensorflow-cpu', '2.0.0')?.failed).toBe('gradient: relative error 1');
  expect(findKeptTest(dir, 'webgpu', '1.0.1')).toBeUndefined();
  writeFileSync(join(dir, 'self-tests.json'), '{"webgpu": 1');
  expect(findKeptTest(dir, 'webgpu', '1.0.0')).toBeUndefined();
});
