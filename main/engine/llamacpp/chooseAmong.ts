/**
 * The chain of samplers (see ../inference/samplers/sampler.ts) after the penalty, on the largest logits alone. Where
 * the others could change which tokens stay, the answer is that more of them are needed: so the result is that of the
 * whole vocabulary, and never an approximation of it.
 */
import type { SamplingOptions } from '../../contract/engine.ts';
import type { Random } from '../random.ts';

export interface Candidates {
  /** From the largest logit down, after the penalty. */
  readonly ids: readonly number[];
  readonly logits: readonly number[];
  /** That these are all there are. */
  readonly isWhole: boolean;
  /** Of the whole vocabulary: sum of exp((logit − largest) / temperature). Needed for top-p without top-k alone. */
  readonly weight: number | undefined;
}

export interface Choice {
  readonly id: number;
  /** How many of the candidates it took to know. */
  readonly needed: number;
}

type Options = Pick<SamplingOptions, 'temperature' | 'topK' | 'topP' | 'minP'>;

interface Candidate {
  readonly id: number;
  readonly logit: number;
  /** exp((logit − largest) / temperature). */
  readonly weight: number;
}

/** Undefined, and nothing drawn, where more candidates are needed. */
export function chooseAmong(candidates: Candidates, options: Options, random: Random): Choice | undefined {
  const { temperature, topK, topP, minP = 0 } = options;
  // What is not among them is at most this.
  const bound = candidates.isWhole ? -Infinity : candidates.logits[candidates.logits.length - 1];
  const known = rank(candidates, temperature).filter(({ logit }) => logit > bound);
  let kept: readonly Candidate[] | undefined = known;
  let isCut = candidates.isWhole;
  if (topK > 0 && (topK <= known.length || candidates.isWhole)) {
    kept = known.filter(({ logit }) => logit >= known[Math.min(topK, known.length) - 1].logit);
    isCut = true;
  } else if (topK > 0) return undefined;
  if (topP < 1) {
    kept = nucleus(kept, topP, isCut ? sum(kept) : wholeWeight(candidates), isCut);
    isCut = true;
  }
  if (kept === undefined || kept.length === 0) return undefined;
  if (minP > 0) {
    const threshold = kept[0].logit + temperature * Math.log(minP);
    if (!isCut && bound >= threshold) return undefined;
    kept = kept.filter(({ logit }) => logit >= threshold);
    isCut = true;
  }
  return isCut ? { id: draw(kept, random), needed: kept.length } : undefined;
}

/** From the likeliest down, of equal ones the lowest id first. */
function rank({ ids, logits }: Candidates, temperature: number): Candidate[] {
  const ranked = ids.map((id, at) => {
    const logit = logits[at];
    return { id, logit, weight: Math.exp((logit - logits[0]) / temperature) };
  });
  return ranked.sort((a, b) => b.logit - a.logit || a.id - b.id);
}

function wholeWeight({ weight }: Candidates): number {
  if (weight === undefined) throw new Error('top-p without the weight of the vocabulary');
  return weight;
}

/** The smallest beginning that reaches p of the weight of all; undefined where that is beyond what is known. */
function nucleus(
  kept: readonly Candidate[],
  p: number,
  whole: number,
  isCut: boolean,
): readonly Candidate[] | undefined {
  let reached = 0;
  for (let count = 1; count <= kept.length; count++) {
    reached += kept[count - 1].weight;
    if (reached >= p * whole) return kept.slice(0, count);
  }
  return isCut ? kept : undefined;
}

/** In the order of ids, as the draw from a whole vocabulary goes. */
function draw(kept: readonly Candidate[], random: Random): number {
  const byId = [...kept].sort((a, b) => a.id - b.id);
  let rest = random() * sum(kept);
  for (const { id, weight } of byId) {
    rest -= weight;
    if (rest < 0) return id;
  }
  return byId[byId.length - 1].id;
}

function sum(candidates: readonly Candidate[]): number {
  return candidates.reduce((total, { weight }) => total + weight, 0);
}
