/** All model families. A new one is a file of its own and one line here. */
import { GraftError } from '../errors.ts';
import { bertFamily, robertaFamily } from './bert.ts';
import type { ModelFamily } from './family.ts';
import { gemma2Family } from './gemma2.ts';
import { gemma3Family } from './gemma3.ts';
import { gpt2Family } from './gpt2.ts';
import { llamaFamily } from './llama.ts';
import { mistralFamily } from './mistral.ts';
import { phi3Family } from './phi3.ts';
import { qwen2Family } from './qwen2.ts';
import { qwen3Family } from './qwen3.ts';
import { modelConfigWords } from '../words/modelConfig.ts';

export const modelFamilies: readonly ModelFamily[] = [
  llamaFamily,
  mistralFamily,
  qwen2Family,
  qwen3Family,
  gemma2Family,
  gemma3Family,
  phi3Family,
  gpt2Family,
  bertFamily,
  robertaFamily,
];

/** The family that serves a config.json. Throws GraftError listing the known types. */
export function getFamilyOfModelType(modelType: unknown, file: string): ModelFamily {
  const family = modelFamilies.find(
    ({ modelTypes }) => typeof modelType === 'string' && modelTypes.includes(modelType),
  );
  if (family) return family;
  const known = modelFamilies.flatMap(({ modelTypes }) => modelTypes);
  throw unknownFamily({ file, field: 'model_type', value: modelType, known });
}

/** The family that serves a GGUF. Throws GraftError listing the known architectures. */
export function getFamilyOfGguf(architecture: unknown, file: string): ModelFamily {
  const family = modelFamilies.find(
    ({ ggufArchitectures }) => typeof architecture === 'string' && ggufArchitectures.includes(architecture),
  );
  if (family) return family;
  const known = modelFamilies.flatMap(({ ggufArchitectures }) => ggufArchitectures);
  throw unknownFamily({ file, field: 'general.architecture', value: architecture, known });
}

/** The family of a ModelShape, by its `family` name. */
export function getFamily(name: string): ModelFamily {
  return getFamilyOfModelType(name, modelConfigWords.theModel().text);
}

interface UnknownFamily {
  readonly file: string;
  readonly field: string;
  readonly value: unknown;
  readonly known: readonly string[];
}

function unknownFamily({ file, field, value, known }: UnknownFamily): GraftError {
  const remedy = modelConfigWords.chooseFamily({ field, known });
  if (typeof value !== 'string')
    return new GraftError('invalid', modelConfigWords.familyNotSaid({ file, field, known }), { file, field, remedy });
  return new GraftError('unsupported', modelConfigWords.familyUnknown({ file, field, value, known }), {
    file,
    field,
    remedy,
  });
}
