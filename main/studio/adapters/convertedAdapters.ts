/** Where llama.cpp's form of an adapter is kept: in the cache, by what adapter and model hold. */
import { join } from 'node:path';
import type { Adapter, Model } from '../../contract/entities.ts';
import { convertedAdaptersDir } from '../shared/places.ts';

/** Counted up when the conversion changes, so that what an earlier one made is made again. */
const conversion = 1;
const hashLength = 20;

/** The same for every data folder that has both; whether it is there or not. */
export function convertedAdapterDir(
  cacheDir: string,
  adapter: Pick<Adapter, 'contentHash'>,
  model: Pick<Model, 'contentHash'>,
): string {
  const [adapterHash, modelHash] = [adapter, model].map(({ contentHash }) => contentHash.slice(0, hashLength));
  return join(convertedAdaptersDir(cacheDir), `${adapterHash}-${modelHash}-${conversion}`);
}
