/** A PEFT adapter folder in memory: adapter_config.json and adapter_model.safetensors. */
import type { SafetensorsDtype } from './safetensors.ts';

export interface PeftTensor {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Raw little-endian bytes of `dtype`. */
  readonly data: Uint8Array;
}

export interface PeftFolder {
  /** For messages. */
  readonly dir: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Keys exactly as in the file, e.g. `base_model.model.model.layers.0.self_attn.q_proj.vera_lambda_b`. */
  readonly tensors: ReadonlyMap<string, PeftTensor>;
}
