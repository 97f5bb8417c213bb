/**
 * Cases of tests/fixtures/methods: adapters in Graft's own folders before and after twenty steps, with logits and
 * curves of the reference implementations (methods-1 §12).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAdapter } from '../../main/engine/adapters/registry.ts';
import { aligned } from '../../main/engine/adapters/peftNames.ts';
import type { AdapterWeights } from '../../main/engine/adapters/adapterMethod.ts';
import type { ModelShape } from '../../main/contract/families/family.ts';
import { readPeftFolder, readTensorFile } from '../../main/formats/peftFolder.ts';
import { floatsFromBytes } from '../../main/formats/safetensors.ts';
import { fixturePath } from '../support/fixtures.ts';

export interface MethodCase {
  readonly dir: string;
  readonly modelDir: string;
  readonly ids: readonly (readonly number[])[];
  /** 1 for tokens; absent where there is no padding. */
  readonly mask?: readonly (readonly number[])[];
  readonly trainedParameters: number;
  /** `init`, `final`, `expanded`, … */
  logits(of: string): Float32Array;
  read(of: string, shape: ModelShape): AdapterWeights;
}

/** `name`: e.g. `reslora/bs_all`. */
export function methodCase(name: string): MethodCase {
  const dir = fixturePath(join('methods', name));
  const reference = JSON.parse(readFileSync(join(dir, 'reference.json'), 'utf8')) as {
    readonly base: string;
    readonly input_ids: readonly (readonly number[])[];
    readonly attention_mask?: readonly (readonly number[])[];
    readonly trained_parameters: number;
  };
  const ownBase = reference.base === 'tiny_llama_4l';
  return {
    dir,
    modelDir: fixturePath(ownBase ? join('methods', reference.base) : reference.base),
    ids: reference.input_ids,
    ...(reference.attention_mask && { mask: reference.attention_mask }),
    trainedParameters: reference.trained_parameters,
    logits(of) {
      const stored = readTensorFile(join(dir, 'reference.safetensors')).tensors.get(`logits_${of}`);
      if (stored?.dtype !== 'F32') throw new Error(`${name} has no logits of ${of}`);
      return floatsFromBytes(stored.dtype, aligned(stored.data));
    },
    read: (of, shape) => readAdapter(readPeftFolder(join(dir, of)), shape),
  };
}
