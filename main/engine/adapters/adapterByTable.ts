/**
 * A method for the engine, out of its table of options, its table of tensors and the arithmetic of its tensors.ts: how
 * an adapter is made, read and written follows from the tables.
 */
import { GraftError } from '../../contract/errors.ts';
import type { LinearShape, ModelShape } from '../../contract/families/family.ts';
import type { PeftFolder, PeftTensor } from '../../formats/peftFolder.ts';
import { adaptsLayers, type TargetOptions } from '../../contract/targets.ts';
import { layerKeys } from '../../methods/layerTensors.ts';
import { capabilitiesWith, type MethodSpec } from '../../methods/methodSpec.ts';
import { writeOptions } from '../../methods/optionTable.ts';
import { baseTensor, type TensorSpec } from '../../methods/tensorSpec.ts';
import type { AdapterMethod, AdapterWeights, HostTensor, InitContext, TrainedTensor } from './adapterMethod.ts';
import type { FolderFields, MethodTensors, ReadFor, Restored } from './methodTensors.ts';
import { configFile, floatTensor, isOwnFormat, ownConfig, peftConfig } from './peftNames.ts';
import { PeftReader, type PeftFolderRest } from './PeftReader.ts';
import { engineAdapterWords } from '../../contract/words/engineAdapters.ts';
import { exportWords } from '../../contract/words/exports.ts';

const noFields: FolderFields = { refused: {}, ignored: [], written: {} };

/** `own`: of main/methods/<id>/tensors.ts. */
export function adapterByTable<Options extends object>(
  spec: MethodSpec<Options>,
  own: MethodTensors<Options>,
): AdapterMethod<Options> {
  return {
    ...own,
    toLora: (weights, layers) =>
      own.toLora && capabilitiesWith(spec, weights.options).plainLora !== 'none'
        ? own.toLora(weights, layers)
        : refuseLora(spec),
    init: async (context) => fresh(spec, own, context),
    frozenUploads: (weights) => own.frozenUploads?.(weights) ?? weights.frozen,
    fromPeft: (folder, shape) => read(spec, own, folder, shape),
    toPeft: (weights, baseModel) => written(spec, own, weights, baseModel),
  };
}

function refuseLora({ title, capabilities: { trains, mergeable } }: Pick<MethodSpec, 'title' | 'capabilities'>): never {
  const isWholeModel = trains === 'model';
  const reason = isWholeModel ? engineAdapterWords.noLoraForm() : exportWords.noLoraForm({ method: title });
  throw new GraftError('unsupported', reason, {
    field: 'adapter',
    remedy: mergeable ? engineAdapterWords.exportMerged() : undefined,
  });
}

async function fresh<Options extends object>(
  spec: MethodSpec<Options>,
  own: MethodTensors<Options>,
  context: InitContext<Options>,
): Promise<AdapterWeights<Options>> {
  const { options, targets, base } = context;
  const values = await own.init(context);
  const table = spec
    .tensors(options, targets, base.shape)
    .filter(({ optional, name }) => !optional || Object.hasOwn(values, name));
  const ofRole = (role: TensorSpec['role']) => table.filter((tensor) => tensor.role === role);
  return {
    methodId: spec.id,
    options,
    targets,
    trained: Object.fromEntries(
      ofRole('trained').map((row) => [row.name, { ...taken(values, row), group: row.group }]),
    ),
    frozen: Object.fromEntries(ofRole('frozen').map((row) => [row.name, taken(values, row)])),
    trainable: true,
    ...replacedBy(spec, table),
  };
}

/** What a method made of a tensor of its table; anything else is a mistake in the method. */
function taken(values: Readonly<Record<string, HostTensor>>, { name, shape }: TensorSpec): HostTensor {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value?.shape.join() === shape.join()) return value;
  throw new Error(`${name} should be made with the shape (${shape.join(', ')}), not (${value?.shape.join(', ')})`);
}

function read<Options extends object>(
  spec: MethodSpec<Options>,
  own: MethodTensors<Options>,
  folder: PeftFolderRest,
  shape: ModelShape,
): AdapterWeights<Options> {
  const reader = new PeftReader(folder, shape);
  const options = reader.readOptions(spec.options, own.fields ?? noFields);
  own.check?.(reader, { folder, options, targets: shape.linears });
  const targets = adaptsLayers(options) ? readTargets(reader, spec, own, { folder, options }) : shape.linears;
  const given: ReadFor<Options> = { folder, options, targets };
  if (!own.check)
    for (const { field, message } of spec.check(options, targets, shape)) reader.report(field, message, configFile);
  const rows = spec
    .tensors(options, targets, shape)
    .filter(({ stored, optional, key }) => stored === 'whole' && (!optional || reader.has(key)))
    .filter(({ name }) => !folder.replaced?.has(name));
  const startsAtInitial = own.startsAtInitial?.(folder) ?? true;
  const trained = readTrained(reader, rows, startsAtInitial);
  const restored = own.restore?.(reader, given) ?? readFrozen(reader, rows);
  reader.finish();
  return {
    methodId: spec.id,
    options,
    targets,
    trained: { ...trained, ...restored.trained },
    frozen: restored.frozen ?? own.draw?.(options, targets) ?? {},
    trainable: own.isTrainable?.({ options, targets }) ?? true,
    ...replacedBy(spec, rows),
    ...reader.found,
  };
}

/** Biases and norms stand in for the base's, as those that PEFT trains beside an adapter do. */
function replacedBy(
  { capabilities }: Pick<MethodSpec, 'capabilities'>,
  rows: readonly TensorSpec[],
): Pick<AdapterWeights, 'replaced'> {
  const names = rows.flatMap(({ scope, name }) => (scope === 'base' ? [name] : []));
  if (capabilities.trains === 'model' || names.length === 0) return {};
  return { replaced: { modules: [], bias: 'none', names } };
}

/** Layers that the folder lists or that have tensors of their own, held against those that the options name. */
function readTargets<Options extends object>(
  reader: PeftReader,
  spec: MethodSpec<Options>,
  own: MethodTensors<Options>,
  { folder, options }: { readonly folder: PeftFolder; readonly options: Options & TargetOptions },
): readonly LinearShape[] {
  const keys = reader.require(() => layerKeys(spec, options));
  const listed = isOwnFormat(spec) ? reader.readModules() : undefined;
  const targets = listed ?? reader.readTargets(keys.map(({ suffix }) => suffix));
  reader.checkTargets(targets, options, (named) => own.isHarmless?.({ folder, options, targets }, named) ?? false);
  return targets;
}

function readTrained(
  reader: PeftReader,
  rows: readonly TensorSpec[],
  startsAtInitial: boolean,
): Record<string, TrainedTensor> {
  const trained = rows.filter(({ role }) => role === 'trained');
  const valuesOf = ({ key, shape, initial }: TensorSpec): HostTensor =>
    initial !== null && startsAtInitial ? reader.readFloatsOr(initial, key, shape) : reader.readFloats(key, shape);
  return Object.fromEntries(trained.map((row) => [row.name, { ...valuesOf(row), group: row.group }]));
}

function readFrozen(reader: PeftReader, rows: readonly TensorSpec[]): Restored {
  const frozen = rows.filter(({ role }) => role === 'frozen');
  return { frozen: Object.fromEntries(frozen.map(({ name, key, shape }) => [name, reader.readFloats(key, shape)])) };
}

function written<Options extends object>(
  spec: MethodSpec<Options>,
  method: MethodTensors<Options>,
  weights: AdapterWeights<Options>,
  baseModel: string,
): PeftFolder {
  const { options, targets, trained, frozen } = weights;
  const rows = new Map(spec.tensors(options, targets, null).map((row) => [row.name, row]));
  const own = [...(method.store?.(weights) ?? [])];
  const tensors = new Map<string, PeftTensor>(own);
  for (const [name, tensor] of [...Object.entries(trained), ...Object.entries(frozen)]) {
    // Without a base the table leaves out what takes the place of its weights.
    const row = rows.get(name) ?? (own.length === 0 ? baseTensor(name, tensor.shape) : undefined);
    if (row?.stored === 'whole') tensors.set(row.key, floatTensor(tensor));
  }
  const isOwn = capabilitiesWith(spec, options).peft === null;
  const peftType = (isOwn ? spec.ownType : undefined) ?? spec.peftType;
  const fields = { ...writeOptions(spec.options, options), ...method.fields?.written, peft_type: peftType };
  const absent = method.fields?.absent ?? [];
  const config = Object.entries(configOf(spec, weights, baseModel, fields)).filter(
    ([field]) => !absent.includes(field),
  );
  return { dir: '', config: Object.fromEntries(config), tensors };
}

function configOf<Options extends object>(
  spec: MethodSpec<Options>,
  { options, targets }: AdapterWeights<Options>,
  baseModel: string,
  fields: Readonly<Record<string, unknown>>,
): PeftFolder['config'] {
  if (isOwnFormat(spec)) return ownConfig(baseModel, { options, targets }, fields);
  if (adaptsLayers(options)) return peftConfig(baseModel, { options, targets }, fields);
  throw new Error(`${spec.peftType} is said to be PEFT's, and its options name no layers`);
}
