/** An export without a short name would stand as `undefined` in the table of methods. */
import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { llamaFamily } from '../../../main/contract/families/llama.ts';
import { adapterExports } from '../../../main/contract/exports/registry.ts';
import { methodSpecs } from '../../../main/methods/registry.ts';
import { exportWords } from '../../../renderer/i18n/exports.ts';
import { methodRows, type RowsQuestion, shortExports } from '../../../renderer/lib/methodRows.ts';

it.each(['en', 'ja'] as const)('has a short name for every export (%s)', (language) => {
  const t = exportWords[language];
  for (const { id } of adapterExports)
    expect(shortExports({ exports: [id], isNear: false }, t)).toEqual([expect.stringMatching(/./)]);
  expect(shortExports({ exports: ['peft', 'graft', 'merged', 'merged-gguf'], isNear: false }, t)).toEqual([
    'PEFT',
    t.mergedShort,
  ]);
  expect(shortExports({ exports: ['graft', 'lora'], isNear: true }, t)).toEqual(['Graft', '≈ LoRA']);
});

it('counts the tensors of a model once, and anew for other options or layers', () => {
  const file = 'resources/sample-model/config.json';
  const shape = llamaFamily.parseConfig(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>, file);
  const counting = vi.spyOn(methodSpecs.lora, 'tensors');
  const rank = (rank: number) => ({ shape, targets: undefined, chosen: { id: 'lora', options: { rank } } });
  const trained = (question: RowsQuestion) =>
    methodRows(question).find(({ spec }) => spec.id === 'lora')?.size?.trained;
  expect(trained(rank(4))).toBe(trained(rank(4)));
  expect(counting).toHaveBeenCalledTimes(1);
  expect(trained(rank(8))).toBe(2 * (trained(rank(4)) ?? 0));
  expect(counting).toHaveBeenCalledTimes(2);
  expect(trained({ ...rank(4), targets: 'all-linear' })).toBeGreaterThan(trained(rank(4)) ?? Infinity);
  counting.mockRestore();
});
