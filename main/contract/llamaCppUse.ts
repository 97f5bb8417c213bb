/**
 * Whether llama.cpp may answer in the place of the tensors: what it must be checked for, and what a check found. A
 * check belongs to a base by content, to how that is stored for llama.cpp, and to a version of llama.cpp.
 */
import type { ConvertedPrecision, EngineDifference } from './engine.ts';
import type { Said } from './words/words.ts';

/** How the file that llama.cpp opens is stored: as a conversion, or as the GGUF that the model is. */
export type LlamaCppStorage = ConvertedPrecision | 'whole' | 'quantised';

/**
 * Largest difference of logits, relative to the largest. A file that is quantised itself is held against its own
 * dequantised weights: what is left are the activations, which llama.cpp rounds to 8 bits at each product; 4-bit files
 * differ by more than q8_0, because it rounds them in another form there.
 */
export const differenceBounds: Readonly<Record<LlamaCppStorage, number>> = {
  whole: 2e-2,
  bf16: 2e-2,
  q8_0: 6e-2,
  quantised: 1e-1,
};

/** Share of tokens of real text after which both must find the same likeliest one. */
export const leastSameTop = 0.95;

/** Tokens of real text: for the base and each method, and for each adapter beside. */
export const checkedTokens = { base: 2000, adapter: 32 } as const;

/** Conversions that take more of the disk are asked for first. Bytes. */
export const asksAboveBytes = 2e9;

/** Of this many tokens a share would be chance: then logits alone are held to their bound. */
const fewTokens = 200;

export interface EngineCheck extends EngineDifference {
  readonly bound: number;
}

/** Tokens a second, greedy, the base alone. */
export interface EngineSpeeds {
  readonly tensors: number;
  readonly llamaCpp: number;
}

export function passes({ difference, bound, sameTop, tokens }: EngineCheck): boolean {
  return difference <= bound && (tokens < fewTokens || sameTop >= leastSameTop);
}

/** What stands between a chat and llama.cpp. `ready`: nothing. */
export type LlamaCppState = 'ready' | 'notInstalled' | 'asks' | 'preparing' | 'unprepared' | 'tensors';

export interface LlamaCppReport {
  readonly state: LlamaCppState;
  /** Why it is not `ready`; null where it is. */
  readonly why: Said | null;
  /** Of what is to be downloaded or converted; null where neither. */
  readonly bytes: number | null;
  /** The task that prepares it now. */
  readonly taskId: string | null;
  readonly storage: LlamaCppStorage;
  /** By `base`, `method:<id>` and `adapter:<content>`. */
  readonly checks: Readonly<Record<string, EngineCheck>>;
  /** Of what each check was, for people. */
  readonly names: Readonly<Record<string, string | Said>>;
  readonly speeds: EngineSpeeds | null;
  /** Of what killed conversions had left, removed by this studio; they begin again. */
  readonly clearedBytes: number;
}

/** What is kept of llama.cpp with a base of the library. */
export interface CheckedBase extends Pick<LlamaCppReport, 'state' | 'why' | 'storage' | 'checks' | 'names' | 'speeds'> {
  readonly modelId: string;
  readonly model: string;
}
