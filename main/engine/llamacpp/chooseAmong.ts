/**
 * The chain of samplers (see ../inference/samplers/sampler.ts) on the largest logits alone. What the others could
 * change is bounded, and where it could change which tokens stay, the answer is that more of them are needed: so the
 * result is that of the whole vocabulary, and never an approximation of it.
 */
import type { SamplingOptions } from '../../contract/engine.ts';
import type { Random } from '../random.ts';

export interface Candidates {
  /** From the largest logit down, before any penalty. */
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

type Options = Pick<SamplingOptions, 'temperature' | 'topK' | 'topP' | 'minP' | 'repetitionPenalty'>;

interface Candidate {
  readonly id: number;
  /** After the penalty. */
  readonly logit: number;
  /** exp((logit − largest before the penalty) / temperature). */
  readonly weight: number;
}

/**
 * Undefined, and nothing drawn, where more candidates are needed. The penalty must be at least 1 unless these are all.
 */
export function chooseAmong(
  candidates: Candidates,
  options: Options,
  { seenIds, random }: { readonly seenIds: ReadonlySet<number>; readonly random: Random },
): Choice | undefined {
  const { temperature, topK, topP, minP = 0 } = options;
  // What is not among them is at most this, and a penalty only lowers it.
  const bound = candidates.isWhole ? -Infinity : candidates.logits[candidates.logits.length - 1];
  const known = rank(candidates, options, seenIds).filter(({ logit }) => logit > bound);
  let kept: readonly Candidate[] | undefined = known;
  let isCut = candidates.isWhole;
  if (topK > 0 && (topK <= known.length || candidates.isWhole)) {
    kept = known.filter(({ logit }) => logit >= known[Math.min(topK, known.length) - 1].logit);
    isCut = true;
  } else if (topK > 0) return undefined;
  if (topP < 1) {
    const total = isCut ? exactly(sum(kept)) : wholeWeight(candidates, { known, seenIds, bound, options });
    kept = total && nucleus(kept, topP, total, isCut);
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
function rank(
  { ids, logits }: Candidates,
  { repetitionPenalty, temperature }: Options,
  seenIds: ReadonlySet<number>,
): Candidate[] {
  const ranked = ids.map((id, at) => {
    const raw = logits[at];
    const isPenalised = repetitionPenalty !== 1 && seenIds.has(id);
    const penalised = raw < 0 ? raw * repetitionPenalty : raw / repetitionPenalty;
    const logit = isPenalised ? penalised : raw;
    return { id, logit, weight: Math.exp((logit - logits[0]) / temperature) };
  });
  return ranked.sort((a, b) => b.logit - a.logit || a.id - b.id);
}

interface Between {
  readonly least: number;
  readonly most: number;
}

const exactly = (value: number): Between => ({ least: value, most: value });

/**
 * Of the whole vocabulary after the penalty. What it takes from seen tokens that are no candidates is known to lie
 * between nothing and the weight of each.
 */
function wholeWeight(
  { ids, logits, weight }: Candidates,
  about: {
    readonly known: readonly Candidate[];
    readonly seenIds: ReadonlySet<number>;
    readonly bound: number;
    readonly options: Options;
  },
): Between {
  const { known, seenIds, bound, options } = about;
  const { repetitionPenalty, temperature } = options;
  if (weight === undefined) throw new Error('top-p without the weight of the vocabulary');
  if (repetitionPenalty === 1) return exactly(weight);
  const weightOf = (logit: number): number => Math.exp((logit - logits[0]) / temperature);
  let [most, seenElsewhere] = [weight, seenIds.size];
  ids.forEach((id, at) => {
    if (!seenIds.has(id)) return;
    seenElsewhere -= 1;
    const raw = logits[at];
    most -= weightOf(raw) - weightOf(raw < 0 ? raw * repetitionPenalty : raw / repetitionPenalty);
  });
  return { least: Math.max(sum(known), most - seenElsewhere * weightOf(bound)), most };
}

/** The smallest beginning that reaches p; undefined where that is beyond what is known, or within what is not. */
function nucleus(
  kept: readonly Candidate[],
  p: number,
  { least, most }: Between,
  isCut: boolean,
): readonly Candidate[] | undefined {
  let reached = 0;
  for (let count = 1; count <= kept.length; count++) {
    reached += kept[count - 1].weight;
    if (reached >= p * most) return kept.slice(0, count);
    if (reached >= p * least) return undefined;
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
