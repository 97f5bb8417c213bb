/** What every method of the registry must say of itself, in every language, before anything else can use it. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { GraftError } from '../../main/contract/errors.ts';
import { bertFamily } from '../../main/contract/families/bert.ts';
import { llamaFamily } from '../../main/contract/families/llama.ts';
import { targetedLayers } from '../../main/contract/targets.ts';
import { drawingOf } from '../../main/methods/drawing.ts';
import { asTargeted } from '../../main/methods/methodSpec.ts';
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
    for (const { x, y, width, height } of drawingOf(spec).added) {
      expect([x, y].every((edge) => edge >= 0)).toBe(true);
      expect([x + width <= 168, y + height <= 72]).toEqual([true, true]);
    }
  });

  test('can do what its capabilities say together', () => {
    const { plainLora, servable, mergeable, peft } = spec.capabilities;
    if (servable === 'factors') expect(plainLora).toBe('exact');
    if (plainLora === 'approximate') expect(mergeable).toBe(false);
    expect(spec.peftType.startsWith('GRAFT_')).toBe(peft === null);
  });

  test('recommends a learning rate', () => {
    expect(Object.keys(spec.recommended.learningRates)).toContain('default');
  });
});

const config = (family: string) => ({ ...configs[family], vocab_size: 1000 });
const configs: Readonly<Record<string, object>> = {
  'the sample model': { hidden_size: 256, intermediate_size: 640, num_hidden_layers: 4, num_attention_heads: 4 },
  'SmolLM2 135M': {
    ...{ hidden_size: 576, intermediate_size: 1536, num_hidden_layers: 30 },
    ...{ num_attention_heads: 9, num_key_value_heads: 3 },
  },
  MiniLM: { hidden_size: 384, intermediate_size: 1536, num_hidden_layers: 6, num_attention_heads: 12 },
};

describe.each(Object.keys(configs))('on %s', (name) => {
  const family = name === 'MiniLM' ? bertFamily : llamaFamily;
  const shape = family.parseConfig(config(name), 'config.json');

  test.each(Object.entries(methodSpecs))('what is left open of %s holds, also for all layers', (id, spec) => {
    for (const options of 'targets' in spec.options.shape ? [{}, { targets: 'all-linear' }] : [{}]) {
      const parsed = spec.options.parse(options);
      const targets = targetedLayers(parsed, asTargeted(spec, shape));
      const problems = spec.check(spec.fit?.(parsed, targets, [], shape) ?? parsed, targets, shape);
      expect(problems).toEqual(id === 'bitfit' && family === llamaFamily ? [expect.anything()] : []);
    }
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
