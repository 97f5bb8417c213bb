/**
 * Why the tensors answer and not llama.cpp: everything that can be told from facts, in the order in which it is
 * asked. undefined: nothing stands between.
 */
import type { Adapter, Model } from '../../../contract/entities.ts';
import { type EngineCheck, type EngineSpeeds, leastSameTop, passes } from '../../../contract/llamaCppUse.ts';
import { chatEngineWords as words } from '../../../contract/words/chatEngines.ts';
import type { Said } from '../../../contract/words/words.ts';
import { openGguf } from '../../../formats/gguf.ts';
import { inspectModel } from '../../../formats/modelFolder.ts';
import { methodSpecs } from '../../../methods/registry.ts';

/** Of a base, what no conversion or check can change, and how its own file is stored where that is a GGUF. */
export interface BaseFacts {
  readonly unlike: Said | undefined;
  readonly ownStorage: 'whole' | 'quantised' | undefined;
}

const wholeTypes: readonly string[] = ['F32', 'F16', 'BF16'];

export function baseFacts({ dir }: Pick<Model, 'dir'>): BaseFacts {
  const { family, config, shape, format, weightFiles } = inspectModel(dir);
  const unlike = family.unlikeLlamaCpp?.(config, shape);
  if (format !== 'gguf') return { unlike, ownStorage: undefined };
  const file = openGguf(weightFiles[0]);
  try {
    const isWhole = [...file.tensors.values()].every(({ type }) => wholeTypes.includes(type.name));
    return { unlike, ownStorage: isWhole ? 'whole' : 'quantised' };
  } finally {
    file.close();
  }
}

/** Methods whose change is LoRA nearly, or not at all. */
export function withoutExactFactors(adapters: readonly Pick<Adapter, 'method'>[]): Said | undefined {
  return adapters.map(withoutFactors).find((said) => said !== undefined);
}

function withoutFactors({ method }: Pick<Adapter, 'method'>): Said | undefined {
  const spec = Object.hasOwn(methodSpecs, method) ? methodSpecs[method] : undefined;
  if (spec?.capabilities.plainLora === 'exact') return undefined;
  return words.noExactFactors({ method: spec?.title ?? method });
}

/** What a check found; undefined where it found llama.cpp exact enough. `what`: base, method or adapter. */
export function notExact(check: EngineCheck, what: Said): Said | undefined {
  if (passes(check)) return undefined;
  const { difference, bound, sameTop } = check;
  if (!(difference <= bound))
    return words.differsBy({ what, difference: scientific(difference), bound: scientific(bound) });
  return words.topDiffers({ what, same: percent(sameTop), bound: percent(leastSameTop) });
}

/** Below it a measured difference may be chance. */
const clearlyFaster = 1.1;

export function notFaster({ tensors, llamaCpp }: EngineSpeeds): Said | undefined {
  if (llamaCpp >= clearlyFaster * tensors) return undefined;
  return words.isSlower({ llamaCpp: llamaCpp.toFixed(0), tensors: tensors.toFixed(0) });
}

export function whyExact({ difference, sameTop }: EngineCheck): Said {
  return words.exactEnough({ difference: scientific(difference), same: percent(sameTop) });
}

function scientific(value: number): string {
  return value.toExponential(1);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
