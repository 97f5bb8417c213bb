import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { llamaFamily } from '../../../main/contract/families/llama.ts';
import { methodSpecs } from '../../../main/methods/registry.ts';
import { methodSize } from '../../../renderer/screens/train/methodSizes.ts';

const file = 'resources/sample-model/config.json';
const shape = llamaFamily.parseConfig(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>, file);
const size = (id: string, options = {}, targets?: string | string[]): ReturnType<typeof methodSize> => {
  const spec = methodSpecs[id];
  return spec === undefined ? null : methodSize({ spec, shape, options, targets });
};

describe('methodSize', () => {
  it('counts what will be stored with defaults that fit the model', () => {
    expect(size('lora')?.storedBytes).toBe(4 * (size('lora')?.trained ?? 0));
    expect(size('vblora')).not.toBeNull(); // the vector length was fitted to the layers
    expect(size('full')?.trained).toBe(shape.parameterCount);
  });

  it('follows the options and the target modules', () => {
    expect(size('lora', { rank: 16 })?.trained).toBe(2 * (size('lora')?.trained ?? 0));
    expect(size('lora', {}, 'all-linear')?.trained).toBeGreaterThan(size('lora')?.trained ?? Infinity);
    expect(size('vera', { saveProjection: false })?.storedBytes).toBeLessThan(size('vera')?.storedBytes ?? 0);
  });

  it('says nothing rather than something wrong for options that do not hold', () => {
    expect(size('lora', { rank: -1 })).toBeNull();
    expect(size('vblora', { vectorLength: 7 })).toBeNull();
    expect(size('lora', {}, ['no_such_layer'])).toBeNull();
  });
});
