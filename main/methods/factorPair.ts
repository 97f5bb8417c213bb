/** The update ΔW = scale · B A of one module, by the names of its trained tensors. */
export interface FactorPair {
  readonly module: string;
  /** (r, in) */
  readonly a: string;
  /** (out, r) */
  readonly b: string;
  /** p (r) of a method that weighs the slots of its rank by r·softmax(p / temperature). */
  readonly gate?: { readonly tensor: string; readonly temperature: number };
  readonly scale: number;
}
