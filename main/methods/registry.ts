/**
 * Every adapter method: one line each, in the order of lists and forms, and the only place where a method is
 * registered. The engine finds `<id>/tensors.ts` beside its spec by itself.
 */
import { GraftError } from '../contract/errors.ts';
import { fullSpec } from './full/spec.ts';
import { loraSpec } from './lora/spec.ts';
import type { MethodSpec } from './methodSpec.ts';
import { vbloraSpec } from './vblora/spec.ts';
import { veraSpec } from './vera/spec.ts';
import { targetWords } from '../contract/words/targets.ts';

const specs: readonly MethodSpec[] = [
  veraSpec, //
  vbloraSpec,
  loraSpec,
  fullSpec,
];

export const methodSpecs: Readonly<Record<string, MethodSpec>> = Object.fromEntries(
  specs.map((spec) => [spec.id, spec]),
);

/** The method whose folders say this `peft_type`. */
export function findMethodOfType(peftType: unknown): MethodSpec | undefined {
  return Object.values(methodSpecs).find((spec) => spec.peftType === peftType);
}

/** Every `peft_type` that PEFT and Graft both know, for messages. */
export function sharedPeftTypes(): readonly string[] {
  return Object.values(methodSpecs).flatMap(({ peftType, wholeModel }) => (wholeModel ? [] : [peftType]));
}

/** Whether what this method leaves is a model rather than a change to one; false for a model alone (null). */
export function isWholeModel(methodId: string | null): boolean {
  return methodId !== null && methodSpecs[methodId]?.wholeModel === true;
}

/** Throws GraftError('unsupported') for an unknown id. */
export function getMethodSpec(id: string): MethodSpec {
  const spec = Object.hasOwn(methodSpecs, id) ? methodSpecs[id] : undefined;
  if (spec) return spec;
  const known = Object.keys(methodSpecs);
  throw new GraftError('unsupported', targetWords.noMethod({ id, known }), {
    field: 'method',
    known,
    remedy: targetWords.chooseOne(),
  });
}
