/** A LoRA adapter for the sample model with weights out of a formula: enough to make it say something else. */
import { writePeftFolder } from '../../main/formats/peftFolder.ts';
import type { PeftTensor } from '../../main/formats/peftFolder.ts';

const rank = 4;
const hiddenSize = 256;
const layers = 5;

/** Writes the adapter folder and gives it back. */
export async function writeSampleLora(dir: string): Promise<string> {
  const tensors = new Map<string, PeftTensor>();
  for (let layer = 0; layer < layers; layer += 1) {
    const path = `base_model.model.model.layers.${layer}.self_attn.o_proj`;
    tensors.set(`${path}.lora_A.weight`, waves([rank, hiddenSize], layer + 1));
    tensors.set(`${path}.lora_B.weight`, waves([hiddenSize, rank], layer + 2));
  }
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    r: rank,
    lora_alpha: 8,
    lora_dropout: 0,
    target_modules: ['o_proj'],
  };
  await writePeftFolder(dir, {
    config: { ...config, bias: 'none', fan_in_fan_out: false, base_model_name_or_path: null },
    tensors,
  });
  return dir;
}

function waves(shape: readonly [number, number], seed: number): PeftTensor {
  const values = Float32Array.from(
    { length: shape[0] * shape[1] },
    (_, index) => 0.5 * Math.sin(seed * 12.9898 * (index + 1)),
  );
  return { dtype: 'F32', shape, data: new Uint8Array(values.buffer) };
}
