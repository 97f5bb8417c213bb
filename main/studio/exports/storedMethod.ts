/** The method of an adapter with what its options, as its folder says them, make of what can be done with it. */
import type { Adapter } from '../../contract/entities.ts';
import type { ExportSubject } from '../../contract/exports/exportSpec.ts';
import { readPeftOutline } from '../../formats/peftFolder.ts';
import { configSchema, readOptions } from '../../methods/optionTable.ts';
import { findMethodSpec, methodWith } from '../../methods/registry.ts';

/** Null for a method that this build does not know. Throws GraftError for a folder that cannot be read. */
export function storedMethod({ method, dir }: Pick<Adapter, 'method' | 'dir'>): ExportSubject['method'] {
  const spec = findMethodSpec(method);
  if (spec?.otherwise === undefined) return spec ?? null;
  const config = configSchema(spec.options).safeParse(readPeftOutline(dir).config);
  return config.success ? methodWith(method, readOptions(spec.options, config.data)) : spec;
}
