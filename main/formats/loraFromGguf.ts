/**
 * A GGUF LoRA as the PEFT folder that the same adapter would be: names and row order of Hugging Face, ranks that differ
 * as a rank pattern. What does not fit the base model comes in one error.
 */
import { GraftError, type Problem, problemOf } from '../contract/errors.ts';
import { problemList } from '../contract/problemList.ts';
import type { LinearShape } from '../contract/families/family.ts';
import { moduleSuffixes } from '../contract/targets.ts';
import type { GgufLora, LoraFactor, LoraPair } from './ggufLora.ts';
import { readGgufLora } from './ggufLora.ts';
import { unpermuteRows } from './ggufRows.ts';
import { ggufArchitecture } from './modelFolder.ts';
import type { InspectedModel } from './modelFolder.ts';
import type { PeftFolder, PeftTensor } from './peftFolder.ts';
import { ggufLoraWords as words } from '../contract/words/ggufLora.ts';
import type { Said } from '../contract/words/words.ts';

/** `name` is for people and for the folder's configuration. */
type LoraBase = Pick<InspectedModel, 'name' | 'family' | 'config' | 'shape'>;

/** Throws GraftError: `invalid` for a damaged file or another base, each with everything that does not fit. */
export function loraFromGguf(path: string, base: LoraBase): PeftFolder {
  const lora = readGgufLora(path);
  const { family, shape } = base;
  if (lora.architecture !== ggufArchitecture(base)) throw otherArchitecture(path, lora, base);
  const linears = new Map(
    shape.linears.map((linear) => [family.ggufTensor(`${linear.name}.weight`, shape).name, linear]),
  );
  const problems: Problem[] = [];
  const tensors = new Map<string, PeftTensor>();
  const ranks = new Map<LinearShape, number>();
  for (const [name, pair] of lora.pairs) {
    const linear = linears.get(name);
    const problem = linear ? misfit(pair, linear) : words.noLayer();
    if (problem !== undefined) problems.push(problemOf(name, problem));
    if (problem !== undefined || !linear) continue;
    ranks.set(linear, pair.a.shape[0]);
    tensors.set(`base_model.model.${linear.name}.lora_A.weight`, floats(pair.a));
    tensors.set(`base_model.model.${linear.name}.lora_B.weight`, floats(inHuggingFaceOrder(pair.b, linear, base)));
  }
  if (problems.length > 0) throw otherBase(path, problems, base);
  return { dir: path, config: configOf(lora, ranks, base), tensors };
}

function misfit({ a, b }: LoraPair, { inFeatures, outFeatures }: LinearShape): Said | undefined {
  if (a.shape[1] === inFeatures && b.shape[0] === outFeatures) return undefined;
  return words.otherLayer({ own: `${b.shape[0]} × ${a.shape[1]}`, model: `${outFeatures} × ${inFeatures}` });
}

function inHuggingFaceOrder(factor: LoraFactor, { name }: LinearShape, { family, shape }: LoraBase): LoraFactor {
  const { transform } = family.ggufTensor(`${name}.weight`, shape);
  return transform.kind === 'ropeRows'
    ? { ...factor, data: unpermuteRows(factor.data, factor.shape[0], transform.heads) }
    : factor;
}

/**
 * The most common rank stands for all; alpha / rank is the scale in both worlds, and an alpha of 0 means a scale of 1.
 */
function configOf(
  { alpha }: GgufLora,
  ranks: ReadonlyMap<LinearShape, number>,
  { name, shape }: LoraBase,
): PeftFolder['config'] {
  const counts = new Map<number, number>();
  for (const rank of ranks.values()) counts.set(rank, (counts.get(rank) ?? 0) + 1);
  const [[rank]] = [...counts].sort(([, a], [, b]) => b - a);
  const others = Object.fromEntries(
    [...ranks].filter(([, each]) => each !== rank).map(([linear, each]) => [linear.name, each]),
  );
  return {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: name,
    r: rank,
    lora_alpha: alpha === 0 ? rank : alpha,
    lora_dropout: 0,
    rank_pattern: others,
    alpha_pattern: alpha === 0 ? others : {},
    target_modules: targetModules([...ranks.keys()], shape.linears),
    bias: 'none',
    fan_in_fan_out: shape.linears.some(({ storedTransposed }) => storedTransposed),
    inference_mode: true,
  };
}

/** Suffixes where they name exactly these layers, else full names. */
function targetModules(targets: readonly LinearShape[], linears: readonly LinearShape[]): readonly string[] {
  const suffixes = moduleSuffixes(targets);
  const named = linears.filter(({ name }) => suffixes.some((suffix) => name.endsWith(`.${suffix}`)));
  return named.length === targets.length ? suffixes : targets.map(({ name }) => name);
}

function floats({ shape, data }: LoraFactor): PeftTensor {
  return { dtype: 'F32', shape, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

function otherArchitecture(file: string, { architecture }: GgufLora, base: LoraBase): GraftError {
  const found = words.otherArchitecture({ file, own: architecture, name: base.name, model: ggufArchitecture(base) });
  return new GraftError('invalid', found, {
    file,
    field: 'general.architecture',
    remedy: words.nameBase(),
  });
}

function otherBase(file: string, problems: readonly Problem[], { name }: LoraBase): GraftError {
  return new GraftError('invalid', words.otherBase({ file, name, problems: problemList(problems, 1) }), {
    file,
    field: problems[0].field,
    problems: problems.slice(0, 100),
    remedy: words.nameBase(),
  });
}
