/**
 * Every backend: one line each, in the order of lists and forms, best first, and the only place where one is
 * registered. The engine finds `<id>/open.ts` beside its spec by itself.
 */
import type { Translated } from '../contract/words/words.ts';
import type { BackendPlace, BackendSpec, Computing } from './backendSpec.ts';
import { cpuSpec } from './cpu/spec.ts';
import { tensorflowSpec } from './tensorflow/spec.ts';
import { wasmSpec } from './wasm/spec.ts';
import { webgpuSpec } from './webgpu/spec.ts';

const specs = [
  tensorflowSpec, //
  webgpuSpec,
  wasmSpec,
  cpuSpec,
] as const;

export type BackendId = (typeof specs)[number]['id'];

export const backendSpecs: readonly (BackendSpec & { readonly id: BackendId })[] = specs;
export const backendIds = specs.map(({ id }) => id);

export function getBackendSpec(id: BackendId): BackendSpec & { readonly id: BackendId } {
  const spec = backendSpecs.find((each) => each.id === id);
  if (spec === undefined) throw new Error(`no backend ${id}`); // a run of another version
  return spec;
}

/** Throws where it is not there yet: nothing computes with it. */
export function computingOf(id: BackendId): Computing {
  const { computing } = getBackendSpec(id);
  if (computing === null) throw new Error(`the backend ${id} is not there yet`);
  return computing;
}

/** What it is called where one is chosen. */
export function choiceName({ title, computing }: BackendSpec): Translated {
  return computing === null ? { en: `${title.en} (not available yet)`, ja: `${title.ja}（未対応）` } : title;
}

/** By the doctor's names: `tensorflow-cpu`. */
export function findBackendPlace(id: string): (BackendPlace & { readonly isThere: boolean }) | undefined {
  const places = backendSpecs.flatMap(({ places, computing }) =>
    places.map((place) => ({ ...place, isThere: computing !== null })),
  );
  return places.find((place) => place.id === id);
}
