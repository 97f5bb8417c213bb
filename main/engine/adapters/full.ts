/**
 * Full fine-tuning as a method: every base weight is a trained float32 tensor under its Hugging Face name, and the model
 * asks for it by `weight` instead of adding a delta. Stored like a PEFT folder, of a type that only Graft knows.
 */
import { z } from 'zod';
import { GraftError } from '../../contract/errors.ts';
import type { FullOptions } from '../../contract/methods/full.ts';
import type { LinearShape } from '../../contract/families/family.ts';
import type { PeftTensor } from '../../formats/peftFolder.ts';
import type { AdapterMethod, HostTensor, TrainedTensor } from './adapterMethod.ts';
import { floatTensor, modulePrefix, weightsFile } from './peftNames.ts';
import { PeftReader } from './PeftReader.ts';

export const fullPeftType = 'GRAFT_FULL';

export const full: AdapterMethod<FullOptions> = {
  id: 'full',

  init() {
    throw new Error('full fine-tuning starts from the base weights: call initFromBase');
  },

  initFromBase(options, targets, base) {
    return { methodId: 'full', options, targets, trained: asTrained(base), frozen: {}, trainable: true };
  },

  frozenUploads: () => ({}),

  bind(_weights, tensors) {
    return {
      deltas: (_x, names) => names.map(() => undefined),
      tensorsUnder: (prefix) =>
        Object.keys(tensors)
          .filter((name) => name.startsWith(prefix))
          .map((name) => tensors[name]),
      weight: (name) => (Object.hasOwn(tensors, name) ? tensors[name] : undefined),
    };
  },

  fromPeft(folder, shape) {
    const { linears } = shape;
    const reader = new PeftReader(folder, shape);
    reader.readConfig({ schema: z.object({}), refused: {}, ignored: [] });
    const shapes = new Map(linears.map(({ name, outFeatures, inFeatures }) => [`${name}.weight`, [outFeatures, inFeatures]]));
    const trained = new Map<string, HostTensor>();
    for (const [key, { shape }] of folder.tensors) {
      const name = key.startsWith(modulePrefix) ? key.slice(modulePrefix.length) : key;
      trained.set(name, reader.readFloats(key, shapes.get(name) ?? shape));
    }
    const targets = linears.filter(({ name }) => trained.has(`${name}.weight`));
    reportMissing(reader, linears, targets);
    reader.finish();
    return { methodId: 'full', options: {}, targets, trained: asTrained(trained), frozen: {}, trainable: true };
  },

  toPeft({ trained }, baseModel) {
    const tensors = new Map<string, PeftTensor>();
    for (const [name, tensor] of Object.entries(trained)) tensors.set(modulePrefix + name, floatTensor(tensor));
    return { dir: '', config: { base_model_name_or_path: baseModel, peft_type: fullPeftType, task_type: 'CAUSAL_LM' }, tensors };
  },

  toLora() {
    throw new GraftError('unsupported', 'A fully trained model has no LoRA form: it is a model of its own.', {
      field: 'to',
      remedy: 'Use it as a model.',
    });
  },
};

function asTrained(weights: ReadonlyMap<string, HostTensor>): Record<string, TrainedTensor> {
  return Object.fromEntries([...weights].map(([name, tensor]) => [name, { ...tensor, group: 'default' }]));
}

function reportMissing(reader: PeftReader, linears: readonly LinearShape[], present: readonly LinearShape[]): void {
  const missing = linears.filter((each) => !present.includes(each));
  for (const { name } of missing) reader.report(`${name}.weight`, 'The file lacks this weight of the base model.', weightsFile);
}
