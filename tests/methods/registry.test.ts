/** What every method of the registry must say of itself, in every language, before anything else can use it. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { GraftError } from '../../main/contract/errors.ts';
import { getMethodSpec, methodSpecs } from '../../main/methods/registry.ts';
import { configSchema, readOptions, writeOptions } from '../../main/methods/optionTable.ts';

describe.each(Object.entries(methodSpecs))('%s', (id, spec) => {
  test('is called as its folder is', () => {
    expect(spec.id).toBe(id);
    for (const file of ['spec', 'tensors'])
      expect(existsSync(new URL(`../../main/methods/${id}/${file}.ts`, import.meta.url))).toBe(true);
  });

  test('every option can be left out and has its words', () => {
    expect(spec.options.parse({})).toBeTypeOf('object');
    for (const field of Object.values(spec.options.shape)) {
      const { title, description, ja } = field.meta() ?? {};
      expect(title).toBeTruthy();
      expect(description).toBeTruthy();
      expect(ja).toEqual({ title: expect.stringMatching(/./), description: expect.stringMatching(/./) });
    }
  });

  test('its options come back from the configuration that they are written to', () => {
    const options = spec.options.parse({});
    const stored = writeOptions(spec.options, options);
    expect(readOptions(spec.options, configSchema(spec.options).parse(stored))).toEqual(options);
    expect(readOptions(spec.options, configSchema(spec.options).parse({}))).toEqual(options);
  });

  test('is said in a sentence and drawn within its field', () => {
    for (const text of Object.values(spec.summary)) expect(text).toMatch(/[.。]$/);
    for (const { x, y, width, height } of spec.picture.added) {
      expect([x, y].every((edge) => edge >= 0)).toBe(true);
      expect([x + width <= 168, y + height <= 72]).toEqual([true, true]);
    }
  });

  test('can do what its capabilities say together', () => {
    const { plainLora, servable, mergeable, peft } = spec.capabilities;
    if (servable === 'factors') expect(plainLora).toBe('exact');
    if (plainLora === 'approximate') expect([servable, mergeable]).toEqual(['none', false]);
    expect(spec.peftType.startsWith('GRAFT_')).toBe(peft === null);
  });

  test('recommends a learning rate', () => {
    expect(Object.keys(spec.recommended.learningRates)).toContain('default');
  });
});

test('an option of one name is stored with one type in all methods that have it', () => {
  const kinds = new Map<string, Set<string>>();
  for (const { options } of Object.values(methodSpecs)) {
    for (const [name, field] of Object.entries(options.shape))
      kinds.set(name, (kinds.get(name) ?? new Set()).add(field.def.type));
  }
  expect([...kinds].filter(([, types]) => types.size > 1)).toEqual([]);
});

test('an unknown method is refused with those there are', () => {
  expect(() => getMethodSpec('constructor')).toThrow(GraftError);
  expect(() => getMethodSpec('dora')).toThrow(Object.keys(methodSpecs).join(', '));
});
