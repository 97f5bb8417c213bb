/** What chooser, page and `method list` count for a model, and what they say of methods that it cannot have. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { llamaFamily } from '../../main/contract/families/llama.ts';
import { drawingOf } from '../../main/methods/drawing.ts';
import { exportsOf, isNearLora, isServed, type MethodFacts, methodFacts } from '../../main/methods/methodFacts.ts';
import { methodSpecs } from '../../main/methods/registry.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { fixturePath } from '../support/fixtures.ts';

const file = 'resources/sample-model/config.json';
const shape = llamaFamily.parseConfig(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>, file);
const encoder = inspectModel(fixturePath('arch_bert_cls')).shape;
const facts = (id: string, options = {}, targets?: string | string[], model = shape): MethodFacts =>
  methodFacts({ spec: methodSpecs[id], shape: model, options, targets });
const size = (id: string, options = {}, targets?: string | string[]): MethodFacts['size'] =>
  facts(id, options, targets).size;

describe('methodFacts', () => {
  it('counts what will be stored with defaults that fit the model', () => {
    expect(size('lora')?.storedBytes).toBe(4 * (size('lora')?.trained ?? 0));
    expect(size('vblora')).not.toBeNull(); // the vector length was fitted to the layers
    expect(size('full')?.trained).toBe(shape.parameterCount);
  });

  it('follows the options and the target modules', () => {
    expect(size('lora', { rank: 16 })?.trained).toBe(2 * (size('lora')?.trained ?? 0));
    expect(size('lora', {}, 'all-linear')?.trained).toBeGreaterThan(size('lora')?.trained ?? Infinity);
  });

  // LoRA-Mini's file once counted as its frozen matrices alone, twenty times what a file needs.
  it.each(['vera', 'loramini'])('says of %s what is left where a reader draws again', (id) => {
    const { size: whole, leanBytes } = facts(id);
    expect(leanBytes).toBe(4 * (whole?.trained ?? 0));
    const lean = facts(id, methodSpecs[id].capabilities.leanOptions ?? {});
    expect([lean.size?.storedBytes, lean.leanBytes]).toEqual([leanBytes, null]);
  });

  it('finds nothing to leave out where other options have it stored', () => {
    expect(facts('vera', { sharing: 'layer' })).toMatchObject({ size: expect.any(Object), leanBytes: null });
  });

  it('says nothing rather than something wrong for options that do not hold', () => {
    expect(size('lora', { rank: -1 })).toBeNull();
    expect(size('vblora', { vectorLength: 7 })).toBeNull();
    expect(size('lora', {}, ['no_such_layer'])).toBeNull();
  });

  it('refuses for the model what no option mends, and nothing else', () => {
    expect(facts('bitfit')).toMatchObject({ refusal: { code: 'bitfit.noBiases' }, size: null });
    expect(facts('bitfit', {}, undefined, encoder).refusal).toBeNull();
    const { classification: _none, ...forWriters } = methodSpecs.lora;
    const { refusal } = methodFacts({ spec: forWriters, shape: encoder });
    expect(refusal).toMatchObject({ code: 'targets.notForEncoders' });
    expect(facts('head')).toMatchObject({ refusal: { code: 'targets.encodersAlone' }, size: null });
    expect(facts('lora', {}, ['no_such_layer']).refusal).toBeNull();
  });
});

it('names where an adapter can go, which an encoder narrows', () => {
  expect(exportsOf(methodSpecs.lora)).toEqual(expect.arrayContaining(['peft', 'lora', 'gguf-lora', 'merged']));
  expect(exportsOf(methodSpecs.lora, { shape: encoder })).not.toContain('gguf-lora');
  expect(exportsOf(methodSpecs.ia3)).not.toContain('lora');
  const near = [{}, { variant: 'is' }].map((options) => isNearLora(methodSpecs.reslora, { options }));
  expect(near).toEqual([false, true]);
  expect(exportsOf(methodSpecs.miss)).toContain('lora');
  expect(exportsOf(methodSpecs.miss, { options: { missForm: 'bat' } })).not.toContain('lora');
  expect([
    isServed(methodSpecs.lora),
    isServed(methodSpecs.lora, { shape: encoder }),
    isServed(methodSpecs.bitfit),
  ]).toEqual([...[true, false, false]]);
});

describe('drawingOf', () => {
  it.each(Object.values(methodSpecs))('draws $id from its tensors alone, within the field', (spec) => {
    const { base, added } = drawingOf({ ...spec, picture: undefined });
    expect(base).toBe(spec.capabilities.trains === 'model' ? 'trained' : 'frozen');
    for (const { x, width } of added) expect([x >= 80, x + width <= 166.001]).toEqual([true, true]);
  });

  it('tells trained, frozen and shared apart, tall from wide', () => {
    const drawn = drawingOf({ ...methodSpecs.vera, picture: undefined }).added;
    expect(drawn.map(({ role }) => role)).toEqual(['trained', 'trained', 'shared', 'shared']);
    const [wide, tall] = drawingOf({ ...methodSpecs.lora, picture: undefined }).added;
    expect([wide.width > wide.height, tall.width > tall.height]).toEqual([true, false]);
  });
});
