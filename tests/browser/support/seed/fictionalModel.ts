/** A second model as rows alone: SmolLM2's real sizes, no weights. What has to load a model uses the sample model. */
import { createHash } from 'node:crypto';
import type { Model } from '../../../../main/contract/entities.ts';
import { llamaFamily } from '../../../../main/contract/families/llama.ts';

const config = {
  vocab_size: 49_152,
  hidden_size: 576,
  intermediate_size: 1536,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  num_key_value_heads: 3,
  max_position_embeddings: 8192,
  rope_theta: 100_000,
  tie_word_embeddings: true,
};

export function fictionalModel(place: {
  readonly id: string;
  readonly dir: string;
  readonly createdAt: number;
}): Model {
  const shape = llamaFamily.parseConfig(config, 'config.json');
  return {
    ...place,
    name: 'SmolLM2-135M-Instruct',
    family: shape.family,
    parameters: shape.parameterCount,
    format: 'safetensors',
    sizeBytes: shape.parameterCount * 2,
    contentHash: createHash('sha256').update('rows alone').digest('hex'),
    ...{ computationHash: '', weightsHash: null },
    hasTokenizer: true,
    hasChatTemplate: true,
    licence: 'apache-2.0',
    source: 'fictional: rows without weights',
    shape,
    notices: [],
  };
}
