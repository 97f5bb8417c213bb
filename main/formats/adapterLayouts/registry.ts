/** Layouts of adapters that are not PEFT's: one line each. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonObject } from '../jsonFile.ts';
import { peftConfigName, peftWeightsName, readTensorFile } from '../peftFolder.ts';
import type { PeftFolder } from '../peftFolder.ts';
import type { AdapterLayout } from './adapterLayout.ts';
import { mlxLm } from './mlxLm.ts';

const adapterLayouts: readonly AdapterLayout[] = [mlxLm];

/** Files beside an adapter_config.json that hold weights which can be read, PEFT's own first. */
export const adapterWeightsNames: readonly string[] = [
  peftWeightsName,
  ...adapterLayouts.map(({ weightsName }) => weightsName),
];

/** The layout of a folder that PEFT has not saved; undefined for PEFT's own, and for what is no adapter. */
export function findAdapterLayout(dir: string): AdapterLayout | undefined {
  if (existsSync(join(dir, peftWeightsName)) || !existsSync(join(dir, peftConfigName))) return undefined;
  return adapterLayouts.find(({ weightsName }) => existsSync(join(dir, weightsName)));
}

/** Reads a folder of this layout as PEFT's. Throws GraftError naming file, field and remedy. */
export function readForeignAdapter(dir: string, layout: AdapterLayout): Pick<PeftFolder, 'config' | 'tensors'> {
  const configFile = join(dir, peftConfigName);
  const weightsFile = join(dir, layout.weightsName);
  return layout.toPeft({
    configFile,
    weightsFile,
    config: readJsonObject(configFile),
    tensors: readTensorFile(weightsFile).tensors,
  });
}
