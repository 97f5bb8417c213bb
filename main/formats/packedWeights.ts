/**
 * Which quantiser packed the weights of safetensors, by what it left in them: for folders whose config.json has lost
 * the word. Names are those that each of them writes beside or in the place of `<module>.weight`.
 */
import type { SafetensorsInfo } from './safetensorsHeader.ts';
import { otherProgramWords as words } from '../contract/words/otherPrograms.ts';
import type { Said } from '../contract/words/words.ts';

export interface Packing {
  readonly quantiser: Said;
  /** The tensor that tells. */
  readonly tensor: string;
}

/** The first that fits counts. */
const marks: readonly (readonly [RegExp, string])[] = [
  [/\.(absmax|nested_absmax|quant_map|SCB)$|\.quant_state\./, 'bitsandbytes'],
  [/\.g_idx$/, 'GPTQ'],
  [/\.(qweight|qzeros)$/, 'GPTQ or AWQ'],
  [/\.weight_(packed|global_scale|zero_point)$/, 'compressed-tensors'],
  [/\.weight_scale_inv$/, 'FP8 (fine-grained)'],
  [/\.W_q$/, 'HQQ'],
  [/\.(codebooks|codes)$/, 'AQLM'],
  [/_blocks$/, 'MXFP4'],
  [/\.weight_scales$/, 'EETQ'],
  [/\.weight\._(data|scale)$/, 'Quanto'],
  [/\.weight(:_data|:__|_qdata$)/, 'torchao'],
];
const packedDtypes = /^(F[468](_.*)?|[IU](8|16|32))$/;

/** undefined where nothing in the files looks packed. */
export function packingOf(tensors: Iterable<SafetensorsInfo>): Packing | undefined {
  const all = [...tensors];
  for (const [pattern, quantiser] of marks) {
    const tensor = all.find(({ name }) => pattern.test(name));
    if (tensor !== undefined) return { quantiser: words.namedQuantiser({ name: quantiser }), tensor: tensor.name };
  }
  const matrix = all.find(
    ({ name, dtype, shape }) => name.endsWith('.weight') && shape.length >= 2 && packedDtypes.test(dtype),
  );
  if (matrix === undefined) return undefined;
  const isMlx = matrix.dtype === 'U32' && all.some(({ name }) => name === matrix.name.replace(/weight$/, 'scales'));
  const type = { type: matrix.dtype };
  const byType = matrix.dtype.startsWith('F') ? words.quantiserStoring(type) : words.quantiserPacking(type);
  return { quantiser: isMlx ? words.namedQuantiser({ name: 'MLX' }) : byType, tensor: matrix.name };
}
