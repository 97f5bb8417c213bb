/** What makes tokens of words. */
export interface TokenModel {
  /** Ids of one word as the steps before have left it. */
  tokenize(word: string): readonly number[];
  readonly ids: ReadonlyMap<string, number>;
}
