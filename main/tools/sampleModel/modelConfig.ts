/**
 * The sample model's shape: a Llama of 3.97 million parameters, 7.9 MB in bfloat16.
 */
import type { JsonObject } from '../../tokenizers/tokenizerSource.ts';
import { endOfTextId, endOfTurnId } from './sampleTokenizer.ts';

export const vocabularySize = 2048;
export const maxLength = 256;
/** Tokens of a row of the training corpus: the longest conversation takes half of them. */
export const rowLength = 160;

/** config.json */
export const modelConfig: JsonObject = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  vocab_size: vocabularySize,
  hidden_size: 256,
  intermediate_size: 640,
  num_hidden_layers: 5,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 64,
  hidden_act: 'silu',
  max_position_embeddings: 512,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  initializer_range: 0.02,
  attention_bias: false,
  mlp_bias: false,
  attention_dropout: 0,
  tie_word_embeddings: true,
  bos_token_id: null,
  eos_token_id: endOfTurnId,
  pad_token_id: endOfTextId,
  torch_dtype: 'bfloat16',
};

/** generation_config.json */
export const generationConfig: JsonObject = { eos_token_id: [endOfTurnId, endOfTextId], pad_token_id: endOfTextId };
