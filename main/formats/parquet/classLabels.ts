/**
 * Classes that Hugging Face's `datasets` declares for columns of whole numbers, in the file's metadata under
 * `huggingface`: `{"info": {"features": {"label": {"_type": "ClassLabel", "names": ["neg", "pos"]}}}}`.
 */
import { tryParseJson } from '../jsonText.ts';
import { isRecord } from '../text/rows.ts';

/** Names by the numbers from 0; of a list or a struct, what its elements or fields have. */
export type Feature =
  | { readonly kind: 'classes'; readonly names: readonly string[] }
  | { readonly kind: 'list'; readonly element: Feature }
  | { readonly kind: 'fields'; readonly fields: ReadonlyMap<string, Feature> };

const metadataKey = 'huggingface';

/** The features with classes, by column; none where the file declares none or in a way that is not known. */
export function readFeatures(
  metadata: readonly { readonly key: string; readonly value?: string }[],
): ReadonlyMap<string, Feature> {
  const value = metadata.find(({ key }) => key === metadataKey)?.value;
  const declared = value === undefined ? undefined : tryParseJson(value);
  const info = isRecord(declared) ? declared['info'] : undefined;
  const features = isRecord(info) ? info['features'] : undefined;
  return isRecord(features) ? fieldsOf(features) : new Map();
}

function fieldsOf(features: Readonly<Record<string, unknown>>): ReadonlyMap<string, Feature> {
  return new Map(
    Object.entries(features).flatMap(([name, declared]) => {
      const feature = toFeature(declared);
      return feature === undefined ? [] : [[name, feature] as const];
    }),
  );
}

function toFeature(declared: unknown): Feature | undefined {
  if (Array.isArray(declared)) return listOf(declared[0]); // lists before datasets 4
  if (!isRecord(declared)) return undefined;
  const { _type: type, names, feature } = declared;
  if (type === 'ClassLabel') return isNames(names) ? { kind: 'classes', names } : undefined;
  if (type === 'List' || type === 'LargeList' || type === 'Sequence') return listOf(feature);
  const fields = typeof type === 'string' ? new Map<string, Feature>() : fieldsOf(declared);
  return fields.size === 0 ? undefined : { kind: 'fields', fields };
}

function listOf(declared: unknown): Feature | undefined {
  const element = toFeature(declared);
  return element === undefined ? undefined : { kind: 'list', element };
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string');
}
