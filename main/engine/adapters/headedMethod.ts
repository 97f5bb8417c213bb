/**
 * The head of an encoder beside an adapter of any method, in its folder. It lies there as PEFT's `modules_to_save` has
 * it (task_type SEQ_CLS); the names of the labels, which PEFT does not keep, stand in the metadata of the tensor file,
 * where other readers pass over them.
 */
import { z } from 'zod';
import { GraftError } from '../../contract/errors.ts';
import { headShapes, poolerName } from '../../contract/families/bert.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import { type LabelTask, outputsOf, taskKinds } from '../../contract/labels.ts';
import { tryParseJson } from '../../formats/jsonText.ts';
import type { PeftFolder } from '../../formats/peftFolder.ts';
import { floatsFromBytes, isFloatDtype } from '../../formats/safetensors.ts';
import type { AdapterHead, AdapterMethod, AdapterWeights, HostTensor } from './adapterMethod.ts';
import { aligned, floatTensor, modulesToSave, weightsFile } from './peftNames.ts';
import { modulePrefix } from '../../methods/tensorSpec.ts';
import { engineAdapterWords } from '../../contract/words/engineAdapters.ts';
import type { Said } from '../../contract/words/words.ts';

/** What PEFT saves for the task whatever the model calls its head; the pooler where the base has none. */
const savedModules = ['classifier', 'score'];
const savedPooler = 'pooler';
const sequenceTask = 'SEQ_CLS';
const metadataKey = 'label_task';
const taskSchema = z.object({ kind: z.enum(taskKinds), labels: z.array(z.string()) });

/** The method with heads of encoders added to what it reads and writes; the method itself never sees them. */
export function withHead<Options extends object>(method: AdapterMethod<Options>): AdapterMethod<Options> {
  return {
    ...method,

    fromPeft(folder, shape) {
      if (!shape.encoder) return method.fromPeft(folder, shape);
      const { head, rest } = takeHead(folder, shape, shape.encoder.labels);
      return { ...carryOver(head, method.fromPeft(rest, shape)), forEncoder: true };
    },

    toPeft(weights, baseModel) {
      const folder = method.toPeft(weights, baseModel);
      if (weights.head) return addHead(folder, weights.head);
      return weights.forEncoder ? { ...folder, config: { ...folder.config, task_type: sequenceTask } } : folder;
    },

    toLora: (weights, layers) => carryOver(weights.head, method.toLora(weights, layers)),
    forInference: (weights) => carryOver(weights.head, method.forInference?.(weights) ?? weights),
  };
}

function carryOver<Weights extends AdapterWeights>(head: AdapterHead | undefined, weights: Weights): Weights {
  return head === undefined ? weights : { ...weights, head };
}

function addHead(folder: PeftFolder, head: AdapterHead): PeftFolder {
  const tensors = new Map(folder.tensors);
  for (const [name, tensor] of Object.entries(head.tensors)) tensors.set(modulePrefix + name, floatTensor(tensor));
  const modules = `${poolerName}.weight` in head.tensors ? [...savedModules, savedPooler] : savedModules;
  const others = modulesToSave(folder).filter((module) => !modules.includes(module));
  const config = { ...folder.config, task_type: sequenceTask, modules_to_save: [...modules, ...others] };
  return { ...folder, config, tensors, metadata: { ...folder.metadata, [metadataKey]: JSON.stringify(head.task) } };
}

interface TakenHead {
  readonly head: AdapterHead | undefined;
  /** The folder as it would be without it. */
  readonly rest: PeftFolder;
}

/**
 * A folder without a head leaves the base's own in place; its task must be an encoder's then, which the method checks:
 * layers of a model that writes may have the same names. Throws GraftError for one that does not fit the model.
 */
function takeHead(folder: PeftFolder, shape: ModelShape, baseLabels: readonly string[]): TakenHead {
  const others = modulesToSave(folder).filter((module) => ![...savedModules, savedPooler].includes(module));
  const config = { ...folder.config, modules_to_save: others.length === 0 ? null : others };
  const outputs = outputsIn(folder);
  if (outputs === undefined) return { head: undefined, rest: { ...folder, config } };
  const { task_type: _task, ...restConfig }: Record<string, unknown> = config;
  const tensors = new Map(folder.tensors);
  const pooler = tensors.has(`${modulePrefix}${poolerName}.weight`);
  const head: Record<string, HostTensor> = {};
  for (const [name, expected] of headShapes(shape, outputs, { pooler })) {
    head[name] = readHeadTensor(folder, name, expected);
    tensors.delete(modulePrefix + name);
  }
  return {
    head: { task: taskOf(folder, outputs, baseLabels), tensors: head },
    rest: { ...folder, config: restConfig, tensors },
  };
}

/** Rows of the last layer's weight. */
function outputsIn({ tensors }: PeftFolder): number | undefined {
  const last =
    tensors.get(`${modulePrefix}classifier.weight`) ?? tensors.get(`${modulePrefix}classifier.out_proj.weight`);
  return last?.shape[0];
}

/** Without names of our own: the base's where it has as many, else numbers; a single output is a regression. */
function taskOf({ dir, metadata }: PeftFolder, outputs: number, baseLabels: readonly string[]): LabelTask {
  const stored = metadata?.[metadataKey];
  if (stored !== undefined) {
    const parsed = taskSchema.safeParse(tryParseJson(stored));
    if (parsed.success && outputsOf(parsed.data) === outputs) return parsed.data;
    throw misfit(dir, metadataKey, engineAdapterWords.labelsMisfit({ outputs }));
  }
  if (outputs === 1) return { kind: 'regression', labels: [] };
  const labels = baseLabels.length === outputs ? baseLabels : Array.from({ length: outputs }, (_, id) => `LABEL_${id}`);
  return { kind: 'classification', labels };
}

function readHeadTensor({ dir, tensors }: PeftFolder, name: string, expected: readonly number[]): HostTensor {
  const tensor = tensors.get(modulePrefix + name);
  if (!tensor) throw misfit(dir, name, engineAdapterWords.noHeadTensor());
  if (tensor.shape.join() !== expected.join()) {
    throw misfit(dir, name, engineAdapterWords.headShape({ shape: tensor.shape, expected }));
  }
  if (!isFloatDtype(tensor.dtype)) throw misfit(dir, name, engineAdapterWords.headNotFloating({ dtype: tensor.dtype }));
  return { shape: expected, data: floatsFromBytes(tensor.dtype, aligned(tensor.data)) };
}

function misfit(dir: string, field: string, message: Said): GraftError {
  return new GraftError('invalid', engineAdapterWords.cannotBeUsedField({ dir, field, message }), {
    file: `${dir}/${weightsFile}`,
    field,
    remedy: engineAdapterWords.takeOfThisBase(),
  });
}
