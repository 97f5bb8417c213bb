/** Every decoder's plan by its family: one line each; plus loading a model from its folder. */
import { GraftError } from '../../contract/errors.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import { inspectModel } from '../../formats/modelFolder.ts';
import { openWeights, type WeightSource } from '../../formats/weightSource.ts';
import type { Backend } from '../backends/backend.ts';
import { tf, type Tensor } from '../tf.ts';
import type { CausalModel } from './causalModel.ts';
import { Decoder } from './Decoder.ts';
import { type DecoderPlan, groupsOf, normsOf } from './decoderPlan.ts';
import { gemma2Plan, gemma3Plan } from './gemma.ts';
import { gpt2Plan } from './gpt2.ts';
import { llamaPlan } from './llama.ts';
import { ModelWeights } from './modelWeights.ts';
import { mistralPlan } from './mistral.ts';
import { phi3Plan } from './phi3.ts';
import { qwen2Plan } from './qwen2.ts';
import { qwen3Plan } from './qwen3.ts';
import { engineChatWords } from '../../contract/words/engineChat.ts';

type PlanDecoder = (config: Readonly<Record<string, unknown>>, shape: ModelShape) => DecoderPlan;

const plans: Readonly<Record<string, PlanDecoder>> = {
  llama: llamaPlan,
  mistral: mistralPlan,
  qwen2: qwen2Plan,
  qwen3: qwen3Plan,
  gemma2: gemma2Plan,
  gemma3_text: gemma3Plan,
  phi3: phi3Plan,
  gpt2: gpt2Plan,
};

/** See Backend.frozenJoined; false where the backend has them apart. */
function uploadJoined(
  backend: Backend,
  source: WeightSource,
  layers: readonly string[],
  weights: ModelWeights,
): boolean {
  const names = layers.map((layer) => `${layer}.weight`);
  const joined = backend.frozenJoined?.(
    names.map((name) => ({
      shape: source.shape(name),
      source: { pieces: source.pieces(name), isLinear: true, blocks: source.blocks(name) },
    })),
  );
  if (joined === undefined) return false;
  weights.setJoined(layers, joined.whole);
  names.forEach((name, at) => weights.set(name, joined.parts[at]));
  return true;
}

/** Matrices in the backend's precision, piece by piece; vectors (norms, biases) in float32. */
export function uploadWeight(backend: Backend, source: WeightSource, name: string, kind: WeightKind = {}): Tensor {
  const { plusOne = false, isLinear = false } = kind;
  const shape = source.shape(name);
  if (shape.length < 2) {
    const values = source.readFloat32(name);
    return tf.tensor(plusOne ? values.map((value) => value + 1) : values, [...shape]);
  }
  return backend.frozenWeight(shape, { pieces: source.pieces(name), isLinear, blocks: source.blocks(name) });
}

interface WeightKind {
  /** Of a norm whose file lacks the one that is added. */
  readonly plusOne?: boolean;
  readonly isLinear?: boolean;
}

/** Names of the weights of linear layers: not the tables of tokens, nor the head. */
export function linearWeights({ linears }: ModelShape): ReadonlySet<string> {
  return new Set(linears.map(({ name }) => `${name}.weight`));
}

/** Loads a model folder (safetensors or GGUF) onto a backend. Throws GraftError naming file and tensor. */
export function loadModel(backend: Backend, modelDir: string): CausalModel {
  const { family, shape, config } = inspectModel(modelDir);
  if (shape.encoder) throw notADecoder(modelDir, shape);
  const planDecoder = plans[shape.family];
  if (!planDecoder) {
    throw new GraftError('unsupported', engineChatWords.familyNotRun({ family: shape.family }), {
      field: 'model_type',
      remedy: engineChatWords.knownFamilies({ known: Object.keys(plans) }),
    });
  }
  const plan = planDecoder(config, shape);
  const plusOne = new Set(normsOf(plan).flatMap((norm) => (norm.plusOne ? [`${norm.name}.weight`] : [])));
  const linear = linearWeights(shape);
  const source = openWeights(modelDir, family, shape);
  const weights = new ModelWeights();
  const groupOf = new Map<string, readonly string[]>(
    groupsOf(plan).flatMap((group) => group.map((layer) => [`${layer}.weight`, group])),
  );
  try {
    for (const name of family.weightShapes(shape).keys()) {
      const group = groupOf.get(name);
      if (weights.has(name) || (group && uploadJoined(backend, source, group, weights))) continue;
      const kind = { plusOne: plusOne.has(name), isLinear: linear.has(name) };
      weights.set(name, uploadWeight(backend, source, name, kind));
    }
    backend.trimMemory();
    return new Decoder(shape, plan, weights);
  } catch (error) {
    weights.dispose(); // of a model that is too large: a smaller one must find room
    throw error;
  } finally {
    source.close();
  }
}

function notADecoder(modelDir: string, { family }: ModelShape): GraftError {
  return new GraftError('unsupported', engineChatWords.isEncoder({ modelDir, family }), {
    field: 'model',
    remedy: engineChatWords.useToClassify(),
  });
}
