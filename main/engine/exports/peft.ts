/**
 * The adapter as PEFT saves it. PEFT before 0.21 ignores stored VeRA projections and draws them from the key, so an
 * adapter whose projection is another one answers differently there: that is said, and refused where older readers are
 * asked for.
 */
import { GraftError } from '../../contract/errors.ts';
import type { PeftExportOptions } from '../../contract/exports/peft.ts';
import type { Said } from '../../contract/words/words.ts';
import { writePeftFolder } from '../../formats/peftFolder.ts';
import type { PeftFolder } from '../../formats/peftFolder.ts';
import type { AdapterWeights } from '../adapters/adapterMethod.ts';
import { getAdapterMethod } from '../adapters/registry.ts';
import { configSchema } from '../../methods/optionTable.ts';
import { getMethodSpec } from '../../methods/registry.ts';
import { copyKept, keptBytes, unscaledNotes } from './keptFiles.ts';
import { copyOwnPrompts } from './ownPrompts.ts';
import { tolerances, requireAdapter, type WeightExport } from './weightExport.ts';
import { engineExportWords } from '../../contract/words/engineExports.ts';

/** What PEFT 0.12 takes of every method; before 0.14 it stops at a field that it does not know. */
const oldFields = [
  ...['auto_mapping', 'base_model_name_or_path', 'bias', 'fan_in_fan_out', 'inference_mode', 'modules_to_save'],
  ...['peft_type', 'revision', 'task_type'],
];

/** Of fields of ours in folders of PEFT. */
const ownPrefix = 'graft_';

export const peft: WeightExport<PeftExportOptions> = {
  sizeBytes: keptBytes,

  async write(job) {
    const adapter = requireAdapter(job);
    if (job.options.olderReaders) await writePeftFolder(job.outDir, forOlderReaders(adapter, job.baseModel));
    else await copyKept(job);
    await copyOwnPrompts(job);
    return {
      readBack: () => ({ modelDir: job.modelDir, adapterDir: job.outDir }),
      tolerance: tolerances.f32,
      rounding: null,
      notes: [...readerNotes(adapter), ...unscaledNotes(adapter)],
    };
  },
};

/** Which PEFT reads it, where not every one does that knows the method. */
function readerNotes(adapter: AdapterWeights): readonly Said[] {
  return isRedrawable(adapter) ? [] : [engineExportWords.otherProjections()];
}

/** Throws GraftError('unsupported') where there is no form that they would read rightly. */
function forOlderReaders(adapter: AdapterWeights, baseModel: string): PeftFolder {
  const { options, capabilities } = getMethodSpec(adapter.methodId);
  const method = getAdapterMethod(adapter.methodId);
  if (capabilities.leanOptions === null || capabilities.peft === null) {
    throw new GraftError('unsupported', engineExportWords.olderVeraAlone(), {
      field: 'olderReaders',
      remedy: engineExportWords.withoutOption(),
    });
  }
  if (!isRedrawable(adapter)) {
    throw new GraftError('unsupported', engineExportWords.olderDrawProjections(), {
      field: 'olderReaders',
      remedy: engineExportWords.exportAsLora(),
    });
  }
  const lean = { ...adapter, options: { ...adapter.options, ...capabilities.leanOptions } };
  const folder = method.toPeft(lean, baseModel);
  const known = new Set([...oldFields, ...Object.keys(configSchema(options).shape)]);
  const config = Object.entries(folder.config).filter(([field]) => known.has(field) && !field.startsWith(ownPrefix));
  return { ...folder, config: Object.fromEntries(config) };
}

/** Whether a reader that draws what is frozen gets what this adapter has. */
function isRedrawable(adapter: AdapterWeights): boolean {
  return getAdapterMethod(adapter.methodId).isRedrawable?.(adapter) ?? true;
}
