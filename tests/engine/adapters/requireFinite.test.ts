/** Values that are no numbers: refused with their tensors before they reach answers, of others too. */
import { expect, it } from 'vitest';
import type { AdapterWeights, TrainedTensor } from '../../../main/engine/adapters/adapterMethod.ts';
import { readAdapter } from '../../../main/engine/adapters/registry.ts';
import { requireFinite } from '../../../main/engine/adapters/requireFinite.ts';
import { graftErrorOf } from '../../support/graftErrors.ts';
import { peftFixtures, readFixture, tinyShape } from './tinyLlama.ts';

/** With `value` at the end of the tensor whose name ends so. */
function withValue(fixture: (typeof peftFixtures)[number], ending: string, value: number): [AdapterWeights, string] {
  const weights = readAdapter(readFixture(fixture), tinyShape);
  const change = <T extends { readonly data: Float32Array }>(tensors: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [
        name,
        name.endsWith(ending) ? { ...tensor, data: tensor.data.with(-1, value) } : tensor,
      ]),
    );
  const trained: Record<string, TrainedTensor> = change(weights.trained);
  return [{ ...weights, trained, frozen: change(weights.frozen) }, fixture];
}

it.each(peftFixtures)('%s is made of numbers', (fixture) => {
  const folder = readFixture(fixture);
  expect(() => requireFinite(readAdapter(folder, tinyShape), folder.dir)).not.toThrow();
});

it.each([
  ['lora_r4_a8', 'layers.1.self_attn.q_proj.lora_A.weight', NaN],
  ['lora_r4_a8', 'layers.0.mlp.down_proj.lora_B.weight', -Infinity],
  ['vera_r8_all_saved', 'vera_A', Infinity],
  ['vblora_full', 'vector_bank', -Infinity],
  ['vblora_full', 'layers.0.mlp.down_proj.vblora_logits_A', NaN],
] as const)('%s with %s of %d is refused by name', (fixture, ending, value) => {
  const [weights, dir] = withValue(fixture, ending, value);
  const error = graftErrorOf(() => requireFinite(weights, dir));
  expect([error.code, error.data.file]).toEqual(['invalid', `${fixture}/adapter_model.safetensors`]);
  expect(error.data.field).toMatch(ending);
});

it('lets logits be masked, as PEFT leaves them after a top-k file', () => {
  const [weights, dir] = withValue('vblora_full', 'layers.0.mlp.down_proj.vblora_logits_A', -Infinity);
  expect(() => requireFinite(weights, dir)).not.toThrow();
});
