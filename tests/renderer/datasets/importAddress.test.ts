import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { datasetFormats } from '../../../main/contract/entities.ts';
import {
  type ImportAddress,
  readImportAddress,
  writeImportAddress,
} from '../../../renderer/screens/datasets/importAddress.ts';

const queryOf = (address: string): URLSearchParams => new URLSearchParams(address.slice(address.indexOf('?')));

const sources = fc.array(
  fc.oneof(fc.record({ path: fc.string({ minLength: 1 }) }), fc.record({ uploadId: fc.string({ minLength: 1 }) })),
  {
    minLength: 1,
    maxLength: 4,
  },
);

describe('the address of an import', () => {
  it('brings back after a reload what was chosen before it', () => {
    const columns = fc.dictionary(fc.constantFrom('prompt', 'completion', 'system'), fc.string(), { minKeys: 1 });
    fc.assert(
      fc.property(sources, fc.constantFrom(...datasetFormats), columns, (list, format, mapping) => {
        const address = {
          sources: list as unknown as ImportAddress['sources'],
          format,
          encoding: 'shift_jis',
          columns: { ...mapping },
        };
        expect(readImportAddress(queryOf(writeImportAddress(address)))).toEqual(address);
      }),
    );
  });

  it('asks for no import without a source, and survives what somebody changed by hand', () => {
    expect(readImportAddress(new URLSearchParams(''))).toBeUndefined();
    expect(readImportAddress(new URLSearchParams('import=nonsense'))).toBeUndefined();
    const odd = new URLSearchParams('import=path:/a.csv&format=none&columns={broken');
    expect(readImportAddress(odd)).toEqual({ sources: [{ path: '/a.csv' }] });
  });
});
