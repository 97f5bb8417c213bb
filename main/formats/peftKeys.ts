/**
 * Names of tensors in PEFT's files. Programs that save a model's own state leave the adapter's name in them
 * (`lora_A.default.weight`), which PEFT takes for what it would have written itself, since `default` is what it calls
 * an adapter that it loads.
 */
import { GraftError } from '../contract/errors.ts';
import { peftWords } from '../contract/words/peft.ts';

const trainedNames = [
  ...['lora_A', 'lora_B', 'lora_embedding_A', 'lora_embedding_B', 'lora_magnitude_vector'],
  ...['vera_lambda_b', 'vera_lambda_d', 'vera_A', 'vera_B', 'vblora_vector_bank'],
  ...['vblora_logits_A', 'vblora_logits_B'].flatMap((name) => [name, `${name}_topk_indices`, `${name}_topk_weights`]),
];
const withName = new RegExp(`\\.(${trainedNames.join('|')})\\.default(?=\\.weight$|$)`);

/**
 * The tensors by the names that PEFT writes. Throws GraftError('invalid') where two would have one name. `file` is for
 * messages.
 */
export function withPlainKeys<Tensor>(tensors: ReadonlyMap<string, Tensor>, file: string): ReadonlyMap<string, Tensor> {
  const plain = new Map<string, Tensor>();
  for (const [key, tensor] of tensors) {
    const name = key.replace(withName, '.$1');
    if (plain.has(name)) throw twice(name, file);
    plain.set(name, tensor);
  }
  return plain;
}

function twice(field: string, file: string): GraftError {
  return new GraftError('invalid', peftWords.keyTwice({ file, field }), {
    file,
    field,
    remedy: peftWords.saveAgain(),
  });
}
