/**
 * Which token comes next, decided where the logits are: 49,152 numbers for every token cost twice what the model does
 * when they cross into JavaScript.
 *
 * The binding's own chain is penalties, top-k, top-p, min-p, temperature, draw (AddonSampler.cpp); transformers' and
 * ours has the temperature before top-p and min-p. So llama.cpp chooses alone where nothing stands between: greedily,
 * or by its own seeded draw when nothing is cut. Otherwise it applies the penalty and gives the few largest logits
 * and, for top-p, the sum of all weights at the temperature; the rest of the chain runs on those (chooseAmong), more
 * being fetched where they do not decide it. The draw is then the tensor engine's own, with the same numbers from the
 * same seed.
 */
import type { SamplingOptions } from '../../contract/engine.ts';
import { createRandom, type Random } from '../random.ts';
import { type Candidates, chooseAmong } from './chooseAmong.ts';
import type { AddonContext, LlamaSampler, SamplerConfig } from './nodeLlamaCpp.ts';

export interface SamplerWorld {
  readonly context: AddonContext;
  readonly vocabSize: number;
  readonly makeSampler: () => LlamaSampler;
}

/** One per answer: it remembers prompt and answer for the penalty, and how far its seeded numbers have gone. */
export interface NextToken {
  /** From the logits at this place of the last batch. */
  next(place: number): Promise<number>;
  dispose(): void;
}

export function makeLlamaSampler(
  options: SamplingOptions,
  promptIds: readonly number[],
  world: SamplerWorld,
): NextToken {
  const { temperature, topK, topP, minP = 0 } = options;
  const cuts = (topK > 0 && topK < world.vocabSize) || topP < 1 || minP > 0;
  return temperature > 0 && cuts
    ? new CandidateSampler(options, promptIds, world)
    : new NativeSampler(options, promptIds, world);
}

/** The penalty on these ids; the sampler adds what it draws itself. `most`: ids that there may ever be. */
function penaltyOn(seenIds: ReadonlySet<number>, penalty: number, most: number): Partial<SamplerConfig> {
  if (penalty === 1) return {};
  return {
    repeatPenalty: penalty,
    repeatPenaltyMaxTokens: most,
    repeatPenaltyTokens: Uint32Array.from(seenIds),
  };
}

/** Nothing of the logits comes here. What it draws it adds to what it penalises by itself. */
class NativeSampler implements NextToken {
  readonly #context: AddonContext;
  readonly #sampler: LlamaSampler;

  constructor(
    { temperature, repetitionPenalty, seed, maxTokens }: SamplingOptions,
    promptIds: readonly number[],
    { context, makeSampler }: SamplerWorld,
  ) {
    this.#context = context;
    this.#sampler = makeSampler();
    const seen = new Set(promptIds);
    this.#sampler.applyConfig({
      temperature,
      seed: llamaSeed(createRandom(seed, 'sampling')),
      ...penaltyOn(seen, repetitionPenalty, seen.size + maxTokens + 1),
    });
  }

  async next(place: number): Promise<number> {
    return this.#context.sampleToken(place, this.#sampler);
  }

  dispose(): void {
    this.#sampler.dispose();
  }
}

const fewestCandidates = 64;

/**
 * Two samplers look at one batch: one for the largest logits, one for the weight of all. Each draws too, and adds what
 * it drew to what it penalises; so both are told before every look which ids were seen.
 */
class CandidateSampler implements NextToken {
  readonly #options: SamplingOptions;
  readonly #world: SamplerWorld;
  readonly #seenIds: Set<number>;
  readonly #mostIds: number;
  readonly #random: Random;
  readonly #largest: LlamaSampler;
  readonly #weighing: LlamaSampler | undefined;
  /** So many are asked for at first: twice what the token before needed. */
  #count: number;

  constructor(options: SamplingOptions, promptIds: readonly number[], world: SamplerWorld) {
    this.#options = options;
    this.#world = world;
    this.#seenIds = new Set(promptIds);
    this.#mostIds = this.#seenIds.size + options.maxTokens + 1;
    this.#random = createRandom(options.seed, 'sampling');
    this.#largest = world.makeSampler();
    this.#count = atLeast(2 * options.topK);
    if (options.topP < 1 && options.topK === 0) this.#weighing = world.makeSampler();
  }

  async next(place: number): Promise<number> {
    const { vocabSize } = this.#world;
    const penalty = penaltyOn(this.#seenIds, this.#options.repetitionPenalty, this.#mostIds);
    const weighing = this.#weigh(place, penalty);
    for (let count = this.#count; ; count *= 8) {
      const asked = this.#candidates(place, Math.min(count, vocabSize), penalty);
      const [candidates, weight] = await Promise.all([asked, weighing]);
      const choice = chooseAmong({ ...candidates, weight }, this.#options, this.#random);
      if (choice === undefined && candidates.isWhole) throw new Error('the whole vocabulary does not decide a token');
      if (choice === undefined) continue;
      this.#count = atLeast(2 * choice.needed);
      this.#seenIds.add(choice.id);
      return choice.id;
    }
  }

  dispose(): void {
    this.#largest.dispose();
    this.#weighing?.dispose();
  }

  async #weigh(place: number, penalty: Partial<SamplerConfig>): Promise<number | undefined> {
    if (this.#weighing === undefined) return undefined;
    this.#weighing.applyConfig({ temperature: this.#options.temperature, seed: 0, ...penalty });
    return (await this.#world.context.sampleToken(place, this.#weighing, false, false, false, true))[4];
  }

  async #candidates(
    place: number,
    count: number,
    penalty: Partial<SamplerConfig>,
  ): Promise<Omit<Candidates, 'weight'>> {
    const { context, vocabSize } = this.#world;
    this.#largest.applyConfig({ temperature: 1, topK: count, seed: 0, ...penalty });
    const [, , , pairs = []] = await context.sampleToken(place, this.#largest, false, false, true, false);
    const ids = pairs.filter((_, at) => at % 2 === 0);
    return { ids, logits: pairs.filter((_, at) => at % 2 === 1), isWhole: count >= vocabSize };
  }
}

function atLeast(count: number): number {
  return Math.max(fewestCandidates, count);
}

/** Never the largest number of 32 bits, which asks llama.cpp for a seed of its own. */
function llamaSeed(random: Random): number {
  return Math.floor(random() * (2 ** 32 - 1));
}
