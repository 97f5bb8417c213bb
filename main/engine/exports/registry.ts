/** The weights' half of every export: one line each. Options and words are in contract/exports/registry.ts. */
import { GraftError } from '../../contract/errors.ts';
import { ggufLora } from './ggufLora.ts';
import { graft } from './graft.ts';
import { lora } from './lora.ts';
import { merged } from './merged.ts';
import { mergedGguf } from './mergedGguf.ts';
import { peft } from './peft.ts';
import type { WeightExport } from './weightExport.ts';
import { engineExportWords } from '../../contract/words/engineExports.ts';

const weightExports: Readonly<Record<string, WeightExport<never>>> = {
  peft,
  graft,
  lora,
  'gguf-lora': ggufLora,
  merged,
  'merged-gguf': mergedGguf,
};

/** Throws GraftError('unsupported') for an unknown id. Options are parsed by the contract's half. */
export function getWeightExport(id: string): WeightExport {
  const found = Object.hasOwn(weightExports, id) ? weightExports[id] : undefined;
  if (found) return found;
  throw new GraftError('unsupported', engineExportWords.noExport({ id }), {
    field: 'to',
    remedy: engineExportWords.known({ known: Object.keys(weightExports) }),
  });
}
