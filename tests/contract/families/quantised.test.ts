import { describe, expect, it } from 'vitest';
import { refuseQuantised } from '../../../main/contract/families/quantised.ts';
import { graftErrorOf } from '../../support/graftErrors.ts';

describe('a configuration that says what packed the weights', () => {
  it.each([
    [{ quant_method: 'bitsandbytes', load_in_4bit: true }, 'bitsandbytes (4 bit)'],
    [{ load_in_8bit: true }, 'bitsandbytes (8 bit)'],
    [{ quant_method: 'gptq', bits: 4 }, 'GPTQ'],
    [{ quant_method: 'awq' }, 'AWQ'],
    [{ quant_method: 'compressed-tensors' }, 'compressed-tensors'],
    [{ quant_method: 'fp8', weight_block_size: [128, 128] }, 'FP8 (fine-grained)'],
    [{ quant_method: 'fbgemm_fp8' }, 'FP8 (FBGEMM)'],
    [{ quant_method: 'torchao' }, 'torchao'],
    [{ quant_method: 'mxfp4' }, 'MXFP4'],
    [{ quant_method: 'of-tomorrow' }, 'of-tomorrow'],
    [{ quant_method: 'constructor' }, 'constructor'],
    [{ bits: 4 }, 'a method that it does not name'],
  ])('%j is refused by its name, and the original is what to take', (quantization_config, quantiser) => {
    const error = graftErrorOf(() => refuseQuantised({ quantization_config }, 'config.json'));
    expect(error).toMatchObject({ code: 'unsupported', data: { file: 'config.json', field: 'quantization_config' } });
    expect(error.message).toContain(`quantised by ${quantiser},`);
    expect(error.data.remedy).toMatch(/^Take the original/);
  });

  it('in the fields of others too', () => {
    expect(graftErrorOf(() => refuseQuantised({ quantization: { group_size: 64, bits: 4 } }, 'f')).message).toContain(
      'MLX',
    );
    expect(graftErrorOf(() => refuseQuantised({ compression_config: { format: 'x' } }, 'f')).message).toContain(
      'compressed-tensors',
    );
  });

  it('is not one that says nothing', () => {
    for (const quantization_config of [undefined, null, {}]) refuseQuantised({ quantization_config }, 'f');
  });
});
