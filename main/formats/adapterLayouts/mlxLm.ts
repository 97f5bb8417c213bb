/**
 * LoRA as mlx-lm saves it: `<module>.lora_a` (in, r) and `<module>.lora_b` (r, out), both transposed against PEFT, and a
 * `scale` that multiplies the update as it is, so PEFT's alpha is scale · rank (mlx_lm/tuner/lora.py and utils.py).
 */
import { z } from 'zod';
import { GraftError } from '../../contract/errors.ts';
import type { Problem } from '../../contract/errors.ts';
import { transposed } from '../transposed.ts';
import type { PeftTensor } from '../peftFolder.ts';
import type { AdapterLayout, ForeignAdapter } from './adapterLayout.ts';

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
      const message = factor === undefined ? strangerMessage(key) : shapeMessage(tensor, factor.rankAxis, lora.rank);
      if (factor === undefined || message !== undefined) problems.push({ field: key, message: message ?? '' });
      else {
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
  const parsed = configSchema.safeParse(config);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
    throw new GraftError('invalid', `${configFile} is no configuration of mlx-lm: ${problems[0]?.field}: ${problems[0]?.message}.`, {
      ...{ file: configFile, field: problems[0]?.field, problems },
      remedy: 'Name the folder that mlx-lm saved the adapter into.',
    });
  }
  const { fine_tune_type: type, num_layers: layers, lora_parameters: lora } = parsed.data;
  if (type !== 'lora') throw unsupported(configFile, 'fine_tune_type', `${type === 'dora' ? 'DoRA' : type} instead of LoRA`);
  // Until 2024 the update was scaled by scale · alpha / rank, later by scale alone; the field that came with the change tells.
  if (lora.alpha !== undefined && layers === undefined) {
    throw unsupported(configFile, 'lora_parameters.alpha', 'the scale of an old mlx-lm, which is not known for certain');
  }
  return parsed.data;
}

/** PEFT keeps GPT-2's blocks under another name; elsewhere the two agree. */
function moduleName(name: string): string {
  return name.replace(/^model\.h\./, 'transformer.h.');
}

function strangerMessage(key: string): string {
  return key.endsWith('.m') ? 'is a magnitude of DoRA, which is not supported' : 'is no factor of LoRA';
}

function shapeMessage({ shape }: PeftTensor, rankAxis: number, rank: number): string | undefined {
  if (shape.length !== 2) return `has shape (${shape.join(', ')}); experts of a mixture are not supported`;
  return shape[rankAxis] === rank ? undefined : `has shape (${shape.join(', ')}), and the configuration says rank ${rank}`;
}

function peftConfig({ model, base_model_name_or_path: base, lora_parameters: lora }: Config, modules: readonly string[]) {
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

/** mlx-lm adapts the last layers of the model: suffixes and layer numbers where that says it exactly, else full names. */
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

function unsupported(file: string, field: string, what: string): GraftError {
  return new GraftError('unsupported', `${file}: ${field} means ${what}, which is not supported.`, {
    file,
    field,
    remedy: 'Train it as LoRA with a current mlx-lm, or save it for PEFT.',
  });
}

function cannotConvert(file: string, problems: readonly Problem[]): GraftError {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new GraftError('unsupported', `${file} cannot be taken over: ${first?.field} ${first?.message}${more}.`, {
    ...{ file, field: first?.field, problems: problems.slice(0, 20) },
    remedy: 'Use an adapter that mlx-lm trained as LoRA of linear layers.',
  });
}
