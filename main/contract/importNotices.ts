/**
 * What a person should know of an adapter or a model that was imported: nothing is wrong, but something is not as it
 * may seem.
 */
import { importNoticeWords as words } from './words/importNotices.ts';
import type { Said } from './words/words.ts';

/** What only a reading against the base can tell. */
export const weightNotices = [
  /**
   * Its stored projection is not the one that its key gives: PEFT up to 0.20 ignores the stored one and computes
   * something else.
   */
  'projectionDiffers',
  /** PEFT before 0.14 took alpha under the key that gave the rank; its file does not say which release trained it. */
  'patternsByOldRule',
] as const;
export type WeightNotice = (typeof weightNotices)[number];

/** What reading the folder against its base finds. */
export type ReadNotice =
  | { readonly kind: WeightNotice }
  /** Fields of its configuration that PEFT 0.21 does not know and ignores, as is done here. */
  | { readonly kind: 'unknownFields'; readonly fields: readonly string[] }
  /** Layers that its configuration names and its file has nothing for: they stay as the base has them. */
  | { readonly kind: 'missingTensors'; readonly layers: readonly string[] }
  /** Tensors that its file lacks beside others of their layers: as in PEFT they are what training begins with. */
  | { readonly kind: 'initialTensors'; readonly tensors: readonly string[] };

/** What the folder's own template and tokenizer files come to, held against the base. */
export type PromptNotice =
  /** Its chat template is another than the base's and is used for its prompts. */
  | { readonly kind: 'ownTemplate' }
  /** Tokens that it adds and that are used for its prompts. */
  | { readonly kind: 'ownTokens'; readonly tokens: readonly string[] }
  /** Tokens that it adds and for which neither base nor adapter has a row: they are ordinary text. */
  | { readonly kind: 'tokensWithoutRows'; readonly tokens: readonly string[] }
  /** Its tokenizer gives other ids to the base's tokens: the base's is used. */
  | { readonly kind: 'otherTokenizer' }
  /** Its tokenizer cannot be read, and the base's is used; `reason` names the step. */
  | { readonly kind: 'unreadableTokenizer'; readonly reason: string }
  /** Its base takes token ids alone. */
  | { readonly kind: 'promptsWithoutTokenizer' };

export type ImportNotice =
  | ReadNotice
  | PromptNotice
  /** Another program's layout, kept as PEFT's. */
  | { readonly kind: 'converted'; readonly tool: string }
  /** The model of the library that it is for, by what the adapter says. */
  | { readonly kind: 'baseFound'; readonly base: string; readonly model: string; readonly isQuantised: boolean }
  /** What the adapter says is not here; `fetch`: what `model fetch` would bring it with. */
  | {
      readonly kind: 'baseMissing';
      readonly base: string;
      readonly fetch: string | null;
      readonly isQuantised: boolean;
    };

/** Of a model, kept with it. A tensor type is named as llama.cpp names it. */
export type ModelNotice =
  /** Its output head is used, although its configuration says that the embedding is the head. */
  | { readonly kind: 'ownHead' }
  /** It can chat through llama.cpp, and nothing else: its tensor types are read there alone. */
  | { readonly kind: 'llamaCppOnly'; readonly types: readonly string[] };

type ToldOtherwise = 'baseFound' | 'baseMissing' | 'unreadableTokenizer';

/** In words; what is not here, screens and command line say each in its own way. */
export function noticeSaid(notice: Exclude<ImportNotice | ModelNotice, { readonly kind: ToldOtherwise }>): Said {
  switch (notice.kind) {
    case 'converted':
      return words.converted({ tool: notice.tool });
    case 'unknownFields':
      return words.unknownFields({ names: notice.fields.join(', ') });
    case 'missingTensors':
      return words.missingTensors({ names: notice.layers.join(', ') });
    case 'initialTensors':
      return words.initialTensors({ names: notice.tensors.join(', ') });
    case 'ownTokens':
    case 'tokensWithoutRows':
      return words[notice.kind]({ tokens: notice.tokens.join(' ') });
    case 'llamaCppOnly':
      return words.llamaCppOnly({ types: notice.types.join(', ') });
    default:
      return words[notice.kind]();
  }
}
