/**
 * The tensors' half of every adapter method, found beside its spec: `main/methods/<id>/tensors.ts` exports it as
 * `tensors`. A method is registered in methods/registry.ts alone. No tensors.ts may import this file, which waits for
 * all of them.
 */
import { GraftError } from '../../contract/errors.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import { findMethodOfType, findMethodSpec, methodSpecs, sharedPeftTypes } from '../../methods/registry.ts';
import type { PeftFolder } from '../../formats/peftFolder.ts';
import type { MethodSpec } from '../../methods/methodSpec.ts';
import { withBodyNames } from '../../formats/peftBody.ts';
import { refuseResized, refuseUnsupported } from '../../formats/peftRefusals.ts';
import { adapterByTable } from './adapterByTable.ts';
import type { AdapterMethod, AdapterWeights } from './adapterMethod.ts';
import { withHead } from './headedMethod.ts';
import type { MethodTensors } from './methodTensors.ts';
import { configFile } from './peftNames.ts';
import { withReplacedWeights } from './replacedWeights.ts';
import { engineAdapterWords } from '../../contract/words/engineAdapters.ts';

const adapterMethods: ReadonlyMap<string, AdapterMethod> = new Map(
  await Promise.all(
    Object.values(methodSpecs).map(async (spec) => {
      const method = adapterByTable(spec, await loadTensors(spec.id));
      return [spec.id, wrapped(spec, method)] as const;
    }),
  ),
);

/** With what an adapter may have beside its own tensors, where those are not the base's themselves. */
function wrapped({ capabilities: { trains } }: MethodSpec, method: AdapterMethod): AdapterMethod {
  return withHead(trains === 'adapter' ? withReplacedWeights(method) : method);
}

/** A computed path, so that a method needs no line here: its file is compiled and packed like any other of `main`. */
async function loadTensors(id: string): Promise<MethodTensors> {
  const { tensors } = (await import(`../../methods/${id}/tensors.ts`)) as { readonly tensors?: MethodTensors };
  if (tensors?.id === id) return tensors;
  throw new Error(`main/methods/${id}/tensors.ts does not export the tensors of ${id}`);
}

/** Throws GraftError('unsupported') for an unknown id. */
export function getAdapterMethod(id: string): AdapterMethod {
  const method = adapterMethods.get(findMethodSpec(id)?.id ?? id);
  if (method) return method;
  throw new GraftError('unsupported', engineAdapterWords.noMethod({ id, known: [...adapterMethods.keys()] }), {
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
