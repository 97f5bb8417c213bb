/**
 * Adapters that reach further than a linear layer's input, out of folders of tests/fixtures/methods: bottlenecks after
 * a sublayer or a block, and by hand ResLoRA's is and ms, which read what earlier blocks had. They use every part of
 * BoundAdapter that plain LoRA does not.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BoundAdapter, HostTensor, Place } from '../../../main/engine/adapters/adapterMethod.ts';
import { getAdapterMethod } from '../../../main/engine/adapters/registry.ts';
import { aligned } from '../../../main/engine/adapters/peftNames.ts';
import { linear } from '../../../main/engine/ops/frozenLinear.ts';
import type { Tensor } from '../../../main/engine/tf.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { readTensorFile } from '../../../main/formats/peftFolder.ts';
import { floatsFromBytes } from '../../../main/formats/safetensors.ts';
import { modulePrefix } from '../../../main/methods/tensorSpec.ts';
import { methodCase } from '../../methods/methodCases.ts';
import { fixturePath } from '../../support/fixtures.ts';

type Config = Readonly<Record<string, unknown>>;
type Tensors = Readonly<Record<string, Tensor>>;
export type Bind = (tensors: Tensors) => BoundAdapter;

export interface WideAdapter {
  /** By their names in the file, without PEFT's prefix. */
  readonly values: Readonly<Record<string, HostTensor>>;
  readonly bind: Bind;
}

/** The adapter of a folder under tests/fixtures/methods after its training. */
export function readWideAdapter(name: string): WideAdapter {
  const dir = fixturePath(`methods/${name}/final`);
  const { read, modelDir } = methodCase(name);
  const config = JSON.parse(readFileSync(join(dir, 'adapter_config.json'), 'utf8')) as Config;
  if (config.peft_type === 'GRAFT_ADAPTER') {
    const weights = read('final', inspectModel(modelDir).shape);
    const { bind } = getAdapterMethod(weights.methodId);
    const all = Object.entries({ ...weights.trained, ...weights.head?.tensors });
    const values = Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
    return { values, bind: (given) => bind(weights, given, {}) };
  }
  const { tensors } = readTensorFile(join(dir, 'adapter_model.safetensors'));
  const values = Object.fromEntries(
    [...tensors]
      .filter(([key]) => !key.endsWith('.reslora_norm'))
      .map(([key, { dtype, shape, data }]) => {
        if (dtype !== 'F32') throw new Error(`${key} is ${dtype}`);
        return [key.slice(modulePrefix.length), { shape, data: floatsFromBytes(dtype, aligned(data)) }];
      }),
  );
  const scale = Number(config.lora_alpha) / Number(config.r);
  const modules = Object.keys(config.modules as object);
  const bind: Bind = (given) =>
    config.variant === 'is'
      ? summedInputs(modules, given, scale)
      : earlierProducts(modules, given, scale, Number(config.pre_num));
  return { values, bind };
}

function tensorsUnder(tensors: Tensors, prefix: string): Tensor[] {
  return Object.entries(tensors).flatMap(([name, tensor]) => (name.startsWith(prefix) ? [tensor] : []));
}

interface Linked {
  readonly name: string;
  /** Of the same module in the blocks before, nearest first. */
  readonly before: readonly number[];
}

/** The module of a group in each block; all of the fixtures' are of one shape and in every block. */
function linked(name: string, most: number): Linked {
  const block = Number(/\.(\d+)\./.exec(name)?.[1]);
  return { name, before: Array.from({ length: Math.min(block, most) }, (_, k) => block - 1 - k) };
}

function keyOf(name: string, block: number): string {
  return name.replace(/\.\d+\./, `.${block}.`);
}

/** y_n += s B_n A_n (x_n + x_(n−1)); of the first block twice its own input. */
function summedInputs(modules: readonly string[], tensors: Tensors, scale: number): BoundAdapter {
  return {
    deltas: (x, names, at) =>
      names.map((name) => {
        if (!modules.includes(name)) return undefined;
        if (modules.includes(keyOf(name, numberOf(at) + 1))) at.handOn(name, x);
        const [earlier] = linked(name, 1).before.map((block) => at.carried[keyOf(name, block)]);
        return factors(tensors, name, scale)(x.add(earlier ?? x));
      }),
    carries: (block) =>
      block === 0 ? [] : modules.flatMap((name) => (name.includes(`.${block}.`) ? [keyOf(name, block - 1)] : [])),
    tensorsUnder: (prefix) => tensorsUnder(tensors, prefix),
  };
}

/** y_n += s B_n (A_n x_n + Σ A_(n−k) x_(n−k)). */
function earlierProducts(modules: readonly string[], tensors: Tensors, scale: number, most: number): BoundAdapter {
  const earlier = (name: string): string[] => linked(name, most).before.map((block) => keyOf(name, block));
  return {
    deltas: (x, names, at) =>
      names.map((name) => {
        if (!modules.includes(name)) return undefined;
        const low = linear(x, tensors[`${name}.reslora_A`]);
        if (modules.includes(keyOf(name, numberOf(at) + 1))) at.handOn(name, low);
        const sum = earlier(name).reduce((total, key) => total.add(at.carried[key]), low);
        return linear(sum.mul(scale), tensors[`${name}.reslora_B`]);
      }),
    carries: (block) => modules.filter((name) => name.includes(`.${block}.`)).flatMap(earlier),
    tensorsUnder: (prefix) => tensorsUnder(tensors, prefix),
  };
}

function numberOf({ block }: Place): number {
  if (block === null) throw new Error('a layer outside of the blocks');
  return block;
}

function factors(tensors: Tensors, name: string, scale: number): (x: Tensor) => Tensor {
  return (x) => linear(linear(x, tensors[`${name}.reslora_A`]).mul(scale), tensors[`${name}.reslora_B`]);
}
