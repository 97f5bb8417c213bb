/** A model of a hub, as a folder or GGUF file in the cache; config.json is read before any weight is fetched. */
import { basename } from 'node:path';
import type { HubReference } from '../contract/hubReference.ts';
import { refuseQuantised } from '../contract/families/quantised.ts';
import { getFamilyOfModelType } from '../contract/families/registry.ts';
import { readJsonObject } from '../formats/jsonFile.ts';
import { chooseModelFiles } from './chooseModelFiles.ts';
import { fetchSnapshot } from './fetchSnapshot.ts';
import type { HubOptions } from './fetchSnapshot.ts';

/** Throws GraftError as `fetchSnapshot`, and 'unsupported' for a model that no build of this Graft could run. */
export async function fetchHubModel(reference: HubReference, options: HubOptions): Promise<string> {
  return fetchSnapshot({ reference, choose: chooseModelFiles, onFile: refuseUnknownFamily }, options);
}

function refuseUnknownFamily(file: string): void {
  if (basename(file) !== 'config.json') return;
  const config = readJsonObject(file);
  const family = getFamilyOfModelType(config.model_type, file);
  refuseQuantised(config, file);
  family.parseConfig(config, file);
}
