/**
 * Full fine-tuning as a method: every base weight is a trained float32 tensor under its Hugging Face name, and the
 * model asks for it by `weight` instead of adding a delta. Stored like a PEFT folder, of a type that only Graft knows.
 * A weight of the base is in the file or the folder is not whole; one that the base has not makes it another base's.
 */
import { z } from 'zod';
import { GraftError } from '../../contract/errors.ts';
import { fullSpec, type FullOptions } from './spec.ts';
import { getFamily } from '../../contract/families/registry.ts';
import type { PeftTensor } from '../../formats/peftFolder.ts';
import type { AdapterMethod, HostTensor, TrainedTensor } from '../../engine/adapters/adapterMethod.ts';
import { floatTensor } from '../../engine/adapters/peftNames.ts';
import { modulePrefix } from '../tensorSpec.ts';
import { PeftReader } from '../../engine/adapters/PeftReader.ts';
import { engineAdapterWords } from '../../contract/words/engineAdapters.ts';

export const tensors: AdapterMethod<FullOptions> = {
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
    const reader = new PeftReader(folder, shape);
    reader.readConfig({ schema: z.object({}), refused: {}, ignored: [] });
    const weights = getFamily(shape.family).weightShapes(shape);
    const trained = new Map([...weights].map(([name, size]) => [name, reader.readFloats(modulePrefix + name, size)]));
    reader.finish();
    return {
      methodId: 'full',
      options: {},
      targets: shape.linears,
      trained: asTrained(trained),
      frozen: {},
      trainable: true,
      ...reader.found,
    };
  },

  toPeft({ trained }, baseModel) {
    const tensors = new Map<string, PeftTensor>();
    for (const [name, tensor] of Object.entries(trained)) tensors.set(modulePrefix + name, floatTensor(tensor));
    return {
      dir: '',
      config: { base_model_name_or_path: baseModel, peft_type: fullSpec.peftType, task_type: 'CAUSAL_LM' },
      tensors,
    };
  },

  toLora() {
    throw new GraftError('unsupported', engineAdapterWords.noLoraForm(), {
      field: 'adapter',
      remedy: engineAdapterWords.exportMerged(),
    });
  },
};

function asTrained(weights: ReadonlyMap<string, HostTensor>): Record<string, TrainedTensor> {
  return Object.fromEntries([...weights].map(([name, tensor]) => [name, { ...tensor, group: 'default' }]));
}
