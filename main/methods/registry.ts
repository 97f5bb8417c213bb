/**
 * Every adapter method: one line each, in the order of lists and forms, and the only place where a method is
 * registered. The engine finds `<id>/tensors.ts` beside its spec by itself.
 */
import { GraftError } from '../contract/errors.ts';
import { adapterSpec } from './adapter/spec.ts';
import { beamloraSpec } from './beamlora/spec.ts';
import { bitfitSpec } from './bitfit/spec.ts';
import { fullSpec } from './full/spec.ts';
import { ia3Spec } from './ia3/spec.ts';
import { headSpec } from './head/spec.ts';
import { loraSpec } from './lora/spec.ts';
import { lokrSpec } from './lokr/spec.ts';
import { loraminiSpec } from './loramini/spec.ts';
import { loraxsSpec } from './loraxs/spec.ts';
import { type Capabilities, capabilitiesWith, type MethodSpec } from './methodSpec.ts';
import { missSpec } from './miss/spec.ts';
import { shareloraSpec } from './sharelora/spec.ts';
import { mosSpec } from './mos/spec.ts';
import { resloraSpec } from './reslora/spec.ts';
import { vbloraSpec } from './vblora/spec.ts';
import { veraSpec } from './vera/spec.ts';
import { targetWords } from '../contract/words/targets.ts';

const specs: readonly MethodSpec[] = [
  veraSpec, //
  vbloraSpec,
  loraSpec,
  shareloraSpec,
  loraxsSpec,
  mosSpec,
  lokrSpec,
  missSpec,
  ia3Spec,
  loraminiSpec,
  resloraSpec,
  beamloraSpec,
  adapterSpec,
  bitfitSpec,
  headSpec,
  fullSpec,
];

/** Found under what it was called before, but not listed so: libraries and runs keep ids. */
const formerIds = { houlsby: { value: adapterSpec } };

export const methodSpecs: Readonly<Record<string, MethodSpec>> = Object.defineProperties(
  Object.fromEntries(specs.map((spec) => [spec.id, spec])),
  formerIds,
);

/** The method whose folders say this `peft_type`. */
export function findMethodOfType(peftType: unknown): MethodSpec | undefined {
  return Object.values(methodSpecs).find((spec) => [spec.peftType, spec.ownType].includes(peftType as string));
}

/** Every `peft_type` that PEFT and Graft both know, for messages. */
export function sharedPeftTypes(): readonly string[] {
  return Object.values(methodSpecs).flatMap(({ peftType, capabilities }) => (capabilities.peft ? [peftType] : []));
}

/** Of a method that this build may not know, e.g. of a library that a newer one has written: undefined then. */
export function findMethodSpec(id: string): MethodSpec | undefined {
  return Object.hasOwn(methodSpecs, id) ? methodSpecs[id] : undefined;
}

/** Options of a run: what an earlier version did not write is as it was before there was a choice, the default. */
export function completeOptions({ id, options }: { readonly id: string; readonly options: object }): object {
  return { ...getMethodSpec(id).options.parse({}), ...options };
}

/** What can be done with adapters of a method; undefined for one that this build does not know, and for none (null). */
export function capabilitiesOf(id: string | null): Capabilities | undefined {
  return id === null ? undefined : findMethodSpec(id)?.capabilities;
}

/** A method as adapters of these options have it; null for one that this build does not know. */
export function methodWith(id: string, options: object): Pick<MethodSpec, 'title' | 'capabilities'> | null {
  const spec = findMethodSpec(id);
  return spec === undefined ? null : { ...spec, capabilities: capabilitiesWith(spec, options) };
}

/** Throws GraftError('unsupported') for an unknown id. */
export function getMethodSpec(id: string): MethodSpec {
  const spec = findMethodSpec(id);
  if (spec) return spec;
  const known = Object.keys(methodSpecs);
  throw new GraftError('unsupported', targetWords.noMethod({ id, known }), {
    field: 'method',
    known,
    remedy: targetWords.chooseOne(),
  });
}
