/**
 * The part of @huggingface/tokenizers that is used here. Its own declarations import without file extensions, which Node's
 * module resolution does not follow, so that everything in them would be of no type.
 */
declare module '@huggingface/tokenizers' {
  export interface EngineModel {
    /** Token texts by id; ids that have none are undefined. */
    readonly vocab: readonly (string | undefined)[];
    encode: (words: readonly string[]) => string[];
    /** Of BPE models. */
    cache?: { get: (word: string) => string[] | undefined; put: (word: string, tokens: string[]) => void };
  }

  export interface EngineStep {
    readonly config?: { readonly type?: string; readonly use_regex?: boolean };
    /** Of a sequence. */
    readonly tokenizers?: readonly EngineStep[];
    pre_tokenize_text: (text: string) => string[];
  }

  export interface EngineDecoder {
    /** Of a sequence. */
    readonly decoders?: readonly EngineDecoder[];
    /** Of the steps that turn bytes into text. */
    text_decoder?: TextDecoder;
  }

  export class Tokenizer {
    constructor(tokenizerJson: object, tokenizerConfig: object);
    readonly model: EngineModel | null;
    readonly pre_tokenizer: EngineStep | null;
    readonly decoder: EngineDecoder | null;
    encode(text: string, options: { add_special_tokens: boolean; text_pair?: string }): { ids: number[] };
    /** Throws for an empty list. */
    decode(ids: readonly number[], options: { skip_special_tokens: boolean; clean_up_tokenization_spaces: boolean }): string;
    token_to_id(token: string): number | undefined;
    id_to_token(id: number): string | undefined;
    get_added_tokens_decoder(): ReadonlyMap<number, unknown>;
  }
}
