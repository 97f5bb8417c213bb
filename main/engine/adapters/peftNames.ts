/**
 * What PEFT's folders have in common whatever the method: names of files and tensors, fields of adapter_config.json,
 * bytes of tensors.
 */
import { adaptsLayers, allLinear, moduleSuffixes, type TargetOptions } from '../../contract/targets.ts';
import type { LinearShape } from '../../contract/families/family.ts';
import type { MethodSpec } from '../../methods/methodSpec.ts';
import type { PeftFolder, PeftTensor } from '../../formats/peftFolder.ts';
import type { HostTensor } from './adapterMethod.ts';

export const configFile = 'adapter_config.json';
export const weightsFile = 'adapter_model.safetensors';

/** The release whose configuration fields are written. */
const peftVersion = '0.21.0';

/** adapter_config.json: `fields` and those common to all methods. */
export function peftConfig(
  baseModel: string,
  { options, targets }: { readonly options: TargetOptions; readonly targets: readonly LinearShape[] },
  fields: Readonly<Record<string, unknown>>,
): PeftFolder['config'] {
  return {
    ...fields,
    auto_mapping: null,
    base_model_name_or_path: baseModel,
    bias: 'none',
    // PEFT adds its delta to the stored matrix
    fan_in_fan_out: targets.some(({ storedTransposed }) => storedTransposed),
    inference_mode: true,
    layers_pattern: options.layersPattern,
    layers_to_transform: options.layersToTransform,
    modules_to_save: null,
    peft_version: peftVersion,
    revision: null,
    target_modules: targetModules(options, targets),
    task_type: 'CAUSAL_LM',
  };
}

/** Of a method that PEFT does not know. */
export function isOwnFormat({ capabilities }: Pick<MethodSpec, 'capabilities'>): boolean {
  return capabilities.peft === null;
}

/** The same for a method that PEFT does not know: no more than a reader needs, and the sizes of what is adapted. */
export function ownConfig(
  baseModel: string,
  { options, targets }: { readonly options: object; readonly targets: readonly LinearShape[] },
  fields: Readonly<Record<string, unknown>>,
): PeftFolder['config'] {
  const adapted = adaptsLayers(options) && {
    target_modules: targetModules(options, targets),
    modules: Object.fromEntries(targets.map(({ name, inFeatures, outFeatures }) => [name, [outFeatures, inFeatures]])),
  };
  return { ...fields, base_model_name_or_path: baseModel, task_type: 'CAUSAL_LM', ...adapted };
}

/**
 * What a person asked for where it says which layers; else the layers' suffixes, or full names where layers were left
 * out.
 */
function targetModules(options: TargetOptions, targets: readonly LinearShape[]): readonly string[] | string {
  const asked = options.targets;
  if (asked !== null && !(typeof asked === 'string' && asked.toLowerCase() === allLinear)) return asked;
  return options.layersToTransform || options.excludeModules
    ? targets.map(({ name }) => name)
    : moduleSuffixes(targets);
}

export function floatTensor({ shape, data }: HostTensor): PeftTensor {
  return { dtype: 'F32', shape, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

export function modulesToSave({ config: { modules_to_save: modules } }: PeftFolder): readonly string[] {
  return Array.isArray(modules) ? modules.filter((each): each is string => typeof each === 'string') : [];
}

/** Typed arrays can only look at multiples of their element size. */
export function aligned(data: Uint8Array): Uint8Array {
  return data.byteOffset % 8 === 0 ? data : data.slice();
}
