/**
 * The base that an adapter says it was trained on (base_model_name_or_path), held against the models of the library. It
 * is a hub id, a folder of another machine, or the id of a quantised copy, whose full-precision original does as well.
 */
import type { Model } from '../../../contract/entities.ts';
import { parseHubReference, plainHubReference } from '../../../contract/hubReference.ts';
import { starterModels } from '../../models/starterModels.ts';

export interface StatedBase {
  /** As the adapter has it. */
  readonly base: string;
  readonly isQuantised: boolean;
  /** What `Models.fetch` takes to bring it; null where that cannot be told. */
  readonly fetch: string | null;
}

/** Endings of names that say how weights are stored, and nothing about the model. */
const storageEnding =
  /[-_.](?:unsloth|bnb|[348]bit|[468]bits|int[48]|fp(?:8|16)|bf16|f16|awq|gptq|gguf|mlx|dynamic|q\d(?:_[0-9a-z]+)*|safetensors)$/i;
const quantisedPart = /(?:bnb|[348]bits?|int[48]|fp8|awq|gptq|[-_.]q\d)/i;
/** Their quantised copies stand beside the originals, under the same owner. */
const ownersWithOriginals = ['unsloth'];

/** Undefined where the adapter does not say. */
export function statedBaseOf(config: Readonly<Record<string, unknown>>): StatedBase | undefined {
  const base = config.base_model_name_or_path;
  if (typeof base !== 'string' || base.trim() === '') return undefined;
  return { base, isQuantised: quantisedPart.test(lastPart(base)), fetch: fetchable(base) };
}

/** Surest first: those that came from that very id, then those of that name. Whether they fit is another question. */
export function modelsNamed({ base }: StatedBase, models: readonly Model[]): readonly Model[] {
  const id = base.toLowerCase();
  const stem = stemOf(base);
  const sameId = models.filter((model) => idsOf(model).some((each) => each.toLowerCase() === id));
  const sameName = models.filter((model) => [model.name, ...idsOf(model)].some((each) => stemOf(each) === stem));
  return [...new Set([...sameId, ...sameName])];
}

/** Where the model came from, as its hub knows it. */
function idsOf({ source }: Model): readonly string[] {
  const reference = parseHubReference(source);
  const starter = starterModels.find(({ requirement }) => requirement === source);
  return [...(reference === undefined ? [] : [reference.id]), ...(starter === undefined ? [] : [starter.hubId])];
}

function fetchable(base: string): string | null {
  const reference = parseHubReference(base);
  if (reference === undefined) return null;
  const [owner = '', name = ''] = reference.id.split('/');
  const plain = withoutStorage(name);
  const starter = starterModels.find(({ hubId }) => stemOf(hubId) === plain.toLowerCase());
  if (starter !== undefined) return starter.id;
  if (!quantisedPart.test(name)) return plainHubReference(reference);
  return ownersWithOriginals.includes(owner) ? `${owner}/${plain}` : null;
}

function stemOf(name: string): string {
  return withoutStorage(lastPart(name)).toLowerCase();
}

function lastPart(name: string): string {
  return name.replace(/[/\\]+$/, '').replace(/^.*[/\\]/, '');
}

function withoutStorage(name: string): string {
  const shorter = name.replace(storageEnding, '');
  return shorter === name || shorter === '' ? name : withoutStorage(shorter);
}
