/** The drawing of any method: its own, or one made of its table of tensors on a small example. */
import { GraftError } from '../contract/errors.ts';
import { llamaFamily } from '../contract/families/llama.ts';
import type { MethodSpec } from './methodSpec.ts';
import { type Picture, pictureOf } from './picture.ts';

const example = llamaFamily.parseConfig(
  {
    ...{ hidden_size: 64, intermediate_size: 128, num_hidden_layers: 2 },
    ...{ num_attention_heads: 4, vocab_size: 100 },
  },
  'config.json',
);

export function drawingOf(spec: Pick<MethodSpec, 'picture' | 'options' | 'fit' | 'tensors'>): Picture {
  return spec.picture ?? drawn(spec);
}

/** The weight alone where the method cannot be laid over the example. */
function drawn({ options, fit, tensors }: Pick<MethodSpec, 'options' | 'fit' | 'tensors'>): Picture {
  try {
    const alike = example.linears.filter(({ name }) => name.endsWith('q_proj'));
    const parsed = options.parse({});
    return pictureOf(tensors(fit?.(parsed, alike, [], example) ?? parsed, alike, example));
  } catch (error) {
    if (error instanceof GraftError) return { base: 'frozen', added: [] };
    throw error;
  }
}
