/**
 * LoRA as mlx-lm saves it: `<module>.lora_a` (in, r) and `<module>.lora_b` (r, out), both transposed against PEFT, and
 * a `scale` that multiplies the update as it is, so PEFT's alpha is scale · rank (mlx_lm/tuner/lora.py and utils.py).
 */
import { z } from 'zod';
import { GraftError, type Problem, problemOf, saidOf } from '../../contract/errors.ts';
import { plainWords, problemsOf } from '../../contract/plainWords.ts';
import { problemList } from '../../contract/problemList.ts';
import { transposed } from '../transposed.ts';
import type { PeftTensor } from '../peftFolder.ts';
import type { AdapterLayout, ForeignAdapter } from './adapterLayout.ts';
import { peftWords as words } from '../../contract/words/peft.ts';
import type { Said } from '../../contract/words/words.ts';

const configSchema = z.looseObject({
  model: z.string().nullish(),
  base_model_name_or_path: z.string().nullish(),
  fine_tune_type: z.string().default('lora'),
  num_layers: z.int().optional(),
  lora_parameters: z.looseObject({
    rank: z.int().positive(),
    scale: z.number().positive(),
    dropout: z.number().min(0).lt(1).default(0),
    alpha: z.number().optional(),
  }),
});
type Config = z.infer<typeof configSchema>;

const factors = [
  { ending: '.lora_a', peftEnding: '.lora_A.weight', rankAxis: 1 },
  { ending: '.lora_b', peftEnding: '.lora_B.weight', rankAxis: 0 },
] as const;
const layerPattern = /\.(\d+)\.(.+)$/;

export const mlxLm: AdapterLayout = {
  tool: 'mlx-lm',
  weightsName: 'adapters.safetensors',

  toPeft(adapter) {
    const config = parseConfig(adapter);
    const { lora_parameters: lora } = config;
    const tensors = new Map<string, PeftTensor>();
    const modules = new Set<string>();
    const problems: Problem[] = [];
    for (const [key, tensor] of adapter.tensors) {
      const factor = factors.find(({ ending }) => key.endsWith(ending));
      const reason = factor === undefined ? strangerReason(key) : shapeReason(tensor, factor.rankAxis, lora.rank);
      if (reason !== undefined) problems.push(problemOf(key, reason));
      else if (factor !== undefined) {
        const module = moduleName(key.slice(0, -factor.ending.length));
        modules.add(module);
        tensors.set(`base_model.model.${module}${factor.peftEnding}`, transposed(tensor));
      }
    }
    if (problems.length > 0) throw cannotConvert(adapter.weightsFile, problems);
    return { config: peftConfig(config, [...modules]), tensors };
  },
};

function parseConfig({ config, configFile }: ForeignAdapter): Config {
  const parsed = configSchema.safeParse(config, { error: plainWords });
  if (!parsed.success) {
    const problems = problemsOf(parsed.error.issues);
    const problem = problemList(problems.slice(0, 1), 1, 'ofField');
    throw new GraftError('invalid', words.noMlxConfig({ file: configFile, problem }), {
      ...{ file: configFile, field: problems[0]?.field, problems },
      remedy: words.nameMlxFolder(),
    });
  }
  const { fine_tune_type: type, num_layers: layers, lora_parameters: lora } = parsed.data;
  if (type !== 'lora')
    throw unsupported(configFile, 'fine_tune_type', words.insteadOfLora({ type: type === 'dora' ? 'DoRA' : type }));
  // Until 2024 the update was scaled by scale · alpha / rank, later by scale alone; the field that came with the change
  // tells.
  if (lora.alpha !== undefined && layers === undefined) {
    throw unsupported(configFile, 'lora_parameters.alpha', words.oldScale());
  }
  return parsed.data;
}

/** PEFT keeps GPT-2's blocks under another name; elsewhere the two agree. */
function moduleName(name: string): string {
  return name.replace(/^model\.h\./, 'transformer.h.');
}

function strangerReason(key: string): Said {
  return key.endsWith('.m') ? words.doraMagnitude() : words.noFactor();
}

function shapeReason({ shape }: PeftTensor, rankAxis: number, rank: number): Said | undefined {
  const shown = { shape: shape.join(', ') };
  if (shape.length !== 2) return words.experts(shown);
  return shape[rankAxis] === rank ? undefined : words.otherRank({ ...shown, rank });
}

function peftConfig(
  { model, base_model_name_or_path: base, lora_parameters: lora }: Config,
  modules: readonly string[],
) {
  return {
    base_model_name_or_path: base ?? model ?? null,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    lora_alpha: lora.scale * lora.rank,
    lora_dropout: lora.dropout,
    peft_type: 'LORA',
    r: lora.rank,
    task_type: 'CAUSAL_LM',
    ...targetsOf(modules),
  };
}

/**
 * mlx-lm adapts the last layers of the model: suffixes and layer numbers where that says it exactly, else full names.
 */
function targetsOf(modules: readonly string[]): {
  readonly target_modules: readonly string[];
  readonly layers_to_transform?: readonly number[];
} {
  const places = modules.map((name) => layerPattern.exec(name));
  const layers = [...new Set(places.map((place) => Number(place?.[1])))].sort((a, b) => a - b);
  const suffixes = [...new Set(places.map((place) => place?.[2] ?? ''))];
  const isWhole = places.every((place) => place !== null) && layers.length * suffixes.length === modules.length;
  return isWhole ? { target_modules: suffixes, layers_to_transform: layers } : { target_modules: modules };
}

function unsupported(file: string, field: string, what: Said): GraftError {
  return new GraftError('unsupported', words.mlxMeans({ file, field, what }), {
    file,
    field,
    remedy: words.currentMlx(),
  });
}

function cannotConvert(file: string, problems: readonly Problem[]): GraftError {
  const [first] = problems;
  const told = { field: first.field, problem: saidOf(first), more: problems.length - 1 };
  return new GraftError('unsupported', words.notTakenOver({ file, ...told }), {
    ...{ file, field: first.field, problems: problems.slice(0, 20) },
    remedy: words.linearLora(),
  });
}
