/** An adapter of a hub, as a folder or GGUF file in the cache. */
import type { HubReference } from '../contract/hubReference.ts';
import { chooseAdapterFiles } from './chooseAdapterFiles.ts';
import { fetchSnapshot } from './fetchSnapshot.ts';
import type { HubOptions } from './fetchSnapshot.ts';

/** Throws GraftError as `fetchSnapshot`. */
export async function fetchHubAdapter(reference: HubReference, options: HubOptions): Promise<string> {
  return fetchSnapshot({ reference, choose: chooseAdapterFiles }, options);
}
