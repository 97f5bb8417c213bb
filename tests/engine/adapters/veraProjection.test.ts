/** Catches a projection that differs from PEFT's by as little as one bit, one draw or one rounding. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Mt19937, type Rounding } from '../../../main/engine/adapters/mt19937.ts';
import { kaimingUniform, veraProjection } from '../../../main/methods/vera/projection.ts';
import type { HostTensor } from '../../../main/engine/adapters/adapterMethod.ts';

interface Expected {
  readonly shape: [number, number];
  readonly sha256_le_f32: string;
}
interface Case {
  readonly name: string;
  readonly seed: number;
  readonly vera_A?: Expected;
  readonly vera_B?: Expected;
  readonly tensor?: Expected;
}

const vectors = JSON.parse(readFileSync(new URL('../../fixtures/vera_init_vectors.json', import.meta.url), 'utf8')) as {
  readonly unit_uniform: Record<string, { readonly low24: number[] }>;
  readonly variants: { readonly fma_avx2_avx512: Case[]; readonly nofma_default: Case[] };
};
const variants: [Rounding, Case[]][] = [
  ['fused', vectors.variants.fma_avx2_avx512],
  ['separate', vectors.variants.nofma_default],
];

function sha256({ data }: HostTensor): string {
  return createHash('sha256').update(data).digest('hex');
}

describe('Mt19937', () => {
  it.each(Object.entries(vectors.unit_uniform))('gives the first draws of seed %s', (seed, { low24 }) => {
    const generator = new Mt19937(Number(seed));
    expect(low24.map(() => generator.next() & 0xffffff)).toEqual(low24);
  });

  it('drops all but the low 32 bits of the seed', () => {
    const wide = new Mt19937(2 ** 32 + 42);
    const narrow = new Mt19937(42);
    expect(Array.from({ length: 2000 }, () => wide.next())).toEqual(Array.from({ length: 2000 }, () => narrow.next()));
  });
});

describe.each(variants)('veraProjection, %s rounding', (rounding, cases) => {
  it.each(cases.map((each) => [each.name, each] as const))('%s', (_name, { seed, vera_A: a, vera_B: b, tensor }) => {
    if (tensor) expect(sha256(kaimingUniform(new Mt19937(seed), tensor.shape, rounding))).toBe(tensor.sha256_le_f32);
    if (!a || !b) return;
    const pair = veraProjection(seed, { rank: a.shape[0], inMax: a.shape[1], outMax: b.shape[0] }, rounding);
    expect([sha256(pair.a), sha256(pair.b)]).toEqual([a.sha256_le_f32, b.sha256_le_f32]);
  });
});

it('fails when B is drawn before A', () => {
  const pair = veraProjection(7, { rank: 8, inMax: 48, outMax: 32 });
  const generator = new Mt19937(7);
  const bFirst = kaimingUniform(generator, [32, 8]);
  const aSecond = kaimingUniform(generator, [8, 48]);
  expect(sha256(bFirst)).not.toBe(sha256(pair.b));
  expect(sha256(aSecond)).not.toBe(sha256(pair.a));
});
