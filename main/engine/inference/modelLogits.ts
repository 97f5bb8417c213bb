/**
 * Logits of whole rows at once, as a forward pass of transformers gives them: an attention mask hides keys, positions
 * stay 0 … T−1.
 */
import type { EngineRequests, LogitsRequest } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import type { Compiled } from '../backends/backend.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap } from '../tf.ts';
import { engineChatWords } from '../../contract/words/engineChat.ts';

/** `logits`: see compileLogits. Throws GraftError('invalid') for ragged rows. */
export async function modelLogits(
  logits: Compiled,
  adapterInputs: NamedTensorMap,
  request: LogitsRequest,
): Promise<EngineRequests['logits'][2]> {
  const { ids, attentionMask } = request;
  const [rows, tokens] = checkRows(ids, 'ids');
  const inputs: NamedTensorMap = { ids: tf.tensor2d(Int32Array.from(ids.flat()), [rows, tokens], 'int32') };
  if (attentionMask !== undefined) {
    const [maskRows, maskTokens] = checkRows(attentionMask, 'attentionMask');
    if (maskRows !== rows || maskTokens !== tokens)
      throw new GraftError('invalid', engineChatWords.maskShape(), { field: 'attentionMask' });
    inputs.attentionMask = tf.tensor2d(Float32Array.from(attentionMask.flat()), [rows, tokens]);
  }
  const outputs = logits({ ...adapterInputs, ...inputs });
  const data = Array.from(await outputs.logits.data());
  tf.dispose([inputs, outputs]);
  return { shape: [rows, tokens, data.length / (rows * tokens)], data };
}

function checkRows(rows: readonly (readonly number[])[], field: string): readonly [number, number] {
  const tokens = rows[0]?.length ?? 0;
  if (tokens > 0 && rows.every((row) => row.length === tokens)) return [rows.length, tokens];
  throw new GraftError('invalid', engineChatWords.rowsOneLength({ field }), {
    field,
    remedy: engineChatWords.padRows(),
  });
}
