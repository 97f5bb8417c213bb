/**
 * What an adapter takes in the engine that serves it, told from its folder before it is loaded: its factors as LoRA
 * where it joins a batch in that form, else its trained numbers, in float32. Frozen tensors, which adapters share, are
 * not counted.
 */
import type { ModelShape } from '../../contract/families/family.ts';
import { withBodyPaths } from '../../formats/peftBody.ts';
import { capabilitiesWith } from '../../methods/methodSpec.ts';
import { getMethodSpec } from '../../methods/registry.ts';
import { describeAdapterFolder } from './adapterImport/adapterFolder.ts';

const bytesPerNumber = 4;

/** Throws GraftError naming file and remedy for a folder that cannot be read. */
export function servedBytes(dir: string, shape: ModelShape): number {
  const { method, options, parameters, layers } = describeAdapterFolder(dir);
  const spec = getMethodSpec(method);
  if (capabilitiesWith(spec, options).servable !== 'factors') return parameters * bytesPerNumber;
  const adapted = withBodyPaths(layers, shape);
  const targets = shape.linears.filter(({ name }) => adapted.has(name));
  const ranks = spec.loraRanks?.(options, targets) ?? targets.map(() => rankOf(options));
  const numbers = targets.map(({ inFeatures, outFeatures }, index) => (inFeatures + outFeatures) * ranks[index]);
  return numbers.reduce((sum, count) => sum + count, 0) * bytesPerNumber;
}

function rankOf(options: object): number {
  return 'rank' in options ? Number(options.rank) : NaN;
}
