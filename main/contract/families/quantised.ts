/** Models whose weights a quantiser has packed: refused by its name, since nothing here reads what it wrote. */
import { GraftError } from '../errors.ts';
import { otherProgramWords as words } from '../words/otherPrograms.ts';
import type { Said } from '../words/words.ts';

/** `quant_method` of transformers to the name that people know. */
const names: Readonly<Record<string, string>> = {
  aqlm: 'AQLM',
  'auto-round': 'AutoRound',
  awq: 'AWQ',
  bitnet: 'BitNet',
  bitsandbytes: 'bitsandbytes',
  'compressed-tensors': 'compressed-tensors',
  eetq: 'EETQ',
  fbgemm_fp8: 'FP8 (FBGEMM)',
  fp8: 'FP8 (fine-grained)',
  gptq: 'GPTQ',
  higgs: 'HIGGS',
  hqq: 'HQQ',
  modelopt: 'ModelOpt',
  mxfp4: 'MXFP4',
  quanto: 'Quanto',
  quark: 'Quark',
  spqr: 'SpQR',
  torchao: 'torchao',
  vptq: 'VPTQ',
};

/** Throws GraftError('unsupported') for a config.json that says so. `quantization` is MLX's own field. */
export function refuseQuantised(config: Readonly<Record<string, unknown>>, file: string): void {
  const { quantization_config: ofTransformers, compression_config: ofCompression, quantization: ofMlx } = config;
  if (isFilled(ofTransformers))
    throw quantisedError({ file, field: 'quantization_config', quantiser: quantiserOf(ofTransformers) });
  if (isFilled(ofCompression))
    throw quantisedError({
      file,
      field: 'compression_config',
      quantiser: words.namedQuantiser({ name: 'compressed-tensors' }),
    });
  if (isFilled(ofMlx))
    throw quantisedError({ file, field: 'quantization', quantiser: words.namedQuantiser({ name: 'MLX' }) });
}

export interface QuantisedPlace {
  readonly file: string;
  /** Of config.json, or a tensor. */
  readonly field: string;
  /** For people. */
  readonly quantiser: Said;
}

export function quantisedError({ file, field, quantiser }: QuantisedPlace): GraftError {
  return new GraftError('unsupported', words.quantised({ file, quantiser }), {
    file,
    field,
    remedy: words.takeOriginal(),
  });
}

function quantiserOf(config: Readonly<Record<string, unknown>>): Said {
  const {
    quant_method: method,
    load_in_4bit: in4,
    load_in_8bit: in8,
    _load_in_4bit: old4,
    _load_in_8bit: old8,
  } = config;
  const bits = in4 === true || old4 === true ? ' (4 bit)' : in8 === true || old8 === true ? ' (8 bit)' : '';
  if (typeof method !== 'string' || method === '')
    return bits === '' ? words.unnamedQuantiser() : words.namedQuantiser({ name: `bitsandbytes${bits}` });
  return words.namedQuantiser({ name: (Object.hasOwn(names, method) ? names[method] : method) + bits });
}

function isFilled(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
