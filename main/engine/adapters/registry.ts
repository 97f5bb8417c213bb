/** The tensors' half of every adapter method: one line each. Options and counts are in methods/registry.ts. */
import { GraftError } from '../../contract/errors.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import { findMethodOfType, sharedPeftTypes } from '../../methods/registry.ts';
import type { PeftFolder } from '../../formats/peftFolder.ts';
import { withBodyNames } from '../../formats/peftBody.ts';
import { refuseResized, refuseUnsupported } from '../../formats/peftRefusals.ts';
import type { AdapterMethod, AdapterWeights } from './adapterMethod.ts';
import { full } from '../../methods/full/tensors.ts';
import { withHead } from './headedMethod.ts';
import { lora } from '../../methods/lora/tensors.ts';
import { configFile } from './peftNames.ts';
import { withReplacedWeights } from './replacedWeights.ts';
import { vblora } from '../../methods/vblora/tensors.ts';
import { vera } from '../../methods/vera/tensors.ts';
import { engineAdapterWords } from '../../contract/words/engineAdapters.ts';

const adapterMethods: Readonly<Record<string, AdapterMethod>> = {
  vera: withHead(withReplacedWeights(vera)),
  vblora: withHead(withReplacedWeights(vblora)),
  lora: withHead(withReplacedWeights(lora)),
  full,
};

/** Throws GraftError('unsupported') for an unknown id. */
export function getAdapterMethod(id: string): AdapterMethod {
  const method = Object.hasOwn(adapterMethods, id) ? adapterMethods[id] : undefined;
  if (method) return method;
  throw new GraftError('unsupported', engineAdapterWords.noMethod({ id, known: Object.keys(adapterMethods) }), {
    field: 'method',
  });
}

/** Reads an adapter folder by the method its configuration names; see AdapterMethod.fromPeft for what it throws. */
export function readAdapter(stored: PeftFolder, shape: ModelShape): AdapterWeights {
  refuseUnsupported(stored);
  const folder = withBodyNames(stored, shape);
  refuseResized(folder, shape);
  const type = folder.config.peft_type;
  const spec = findMethodOfType(type);
  if (spec) return getAdapterMethod(spec.id).fromPeft(folder, shape);
  const known = sharedPeftTypes();
  throw new GraftError(
    'unsupported',
    engineAdapterWords.typeNotKnown({ dir: folder.dir, type: JSON.stringify(type), known }),
    {
      file: `${folder.dir}/${configFile}`,
      field: 'peft_type',
      known,
    },
  );
}
