/**
 * Key/value caches of llama.cpp: one context of several sequences, each of one adapter at a scale, so that the same
 * prompt compared across adapters is not read anew each time. A prompt takes the sequence that begins like it the
 * furthest, or one of its own where more would be forgotten than is shared. A context has its memory from the start, so
 * it is as long as the longest answer needed so far, in powers of two, and a longer one takes its place.
 */
import os from 'node:os';
import type { ModelShape } from '../../contract/families/family.ts';
import { GraftError } from '../../contract/errors.ts';
import { LlamaTape } from './LlamaTape.ts';
import { requireInternals } from './nodeLlamaCpp.ts';
import type { AddonContext, Llama, LlamaContext, LlamaModel } from './nodeLlamaCpp.ts';
import { llamaCppWords } from '../../contract/words/llamaCpp.ts';

export interface ShelfSetup {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly shape: ModelShape;
  readonly threads: number;
  /** Most tokens that prompt and answer may have together. */
  readonly contextLength: number;
  readonly isOutOfMemory: (error: unknown) => boolean;
}

interface Kept {
  readonly key: string;
  readonly tape: LlamaTape;
}

const smallestContext = 1024;
/** A context that is full to its last token drops its beginning to make room. */
const spareTokens = 8;
const batchSize = 512;
const mostSequences = 4;
/** Of the free memory, for caches beyond the first. */
const memoryShare = 0.1;

export class SequenceShelf {
  readonly #setup: ShelfSetup;
  #context: LlamaContext | undefined;
  #capacity = 0;
  /** Least recently used first. */
  #tapes: readonly Kept[] = [];
  #free: LlamaTape[] = [];

  constructor(setup: ShelfSetup) {
    this.#setup = setup;
  }

  /** A sequence of this key for `ids`, with room for so many tokens. Throws GraftError('outOfMemory'). */
  async take(
    key: string,
    ids: readonly number[],
    tokens: number,
  ): Promise<{ readonly context: AddonContext; readonly tape: LlamaTape }> {
    const context = await this.#contextFor(tokens);
    const [best] = this.#tapes
      .filter((kept) => kept.key === key)
      .map(({ tape }) => ({ tape, shared: tape.shared(ids) }))
      .sort((a, b) => b.shared - a.shared);
    const goesOn = best !== undefined && best.tape.length - best.shared <= best.shared;
    const tape = goesOn ? best.tape : (this.#free.pop() ?? this.#takeOldest());
    this.#tapes = [...this.#tapes.filter((kept) => kept.tape !== tape), { key, tape }];
    return { context: context._ctx, tape };
  }

  /** Forgets what the sequences of this adapter hold. */
  drop(belongs: (key: string) => boolean): void {
    for (const { key, tape } of this.#tapes) {
      if (!belongs(key)) continue;
      tape.clear();
      this.#free.push(tape);
    }
    this.#tapes = this.#tapes.filter(({ key }) => !belongs(key));
    this.#context?._ctx.setLoras([], []);
  }

  async dispose(): Promise<void> {
    const context = this.#context;
    this.#context = undefined;
    this.#tapes = [];
    this.#free = [];
    await context?.dispose();
  }

  #takeOldest(): LlamaTape {
    const oldest = this.#tapes.at(0)?.tape;
    if (oldest === undefined) throw new Error('a context without sequences');
    oldest.clear();
    return oldest;
  }

  async #contextFor(tokens: number): Promise<LlamaContext> {
    const { llama, model, shape, threads, contextLength } = this.#setup;
    if (this.#context !== undefined && tokens <= this.#capacity) return this.#context;
    await this.dispose();
    const capacity = Math.min(contextLength, Math.max(smallestContext, 2 ** Math.ceil(Math.log2(tokens))));
    const sequences = sequencesFor(shape, capacity);
    const context = await this.#create({
      contextSize: capacity + spareTokens,
      sequences,
      batchSize: Math.min(batchSize, capacity),
      threads,
    });
    requireInternals({ llama, model, context });
    this.#context = context;
    this.#capacity = capacity;
    this.#free = Array.from({ length: sequences }, (_, sequence) => new LlamaTape(context._ctx, sequence));
    return context;
  }

  async #create(options: {
    readonly contextSize: number;
    sequences: number;
    batchSize: number;
    threads: number;
  }): Promise<LlamaContext> {
    try {
      return await this.#setup.model.createContext({ ...options, swaFullCache: true, failedCreationRemedy: false });
    } catch (error) {
      if (!this.#setup.isOutOfMemory(error)) throw error;
      const message = llamaCppWords.noMemoryForConversation({ contextSize: options.contextSize });
      throw new GraftError('outOfMemory', message, { remedy: llamaCppWords.shorten() }, error);
    }
  }
}

/** llama.cpp keeps keys and values as float16. */
function sequencesFor({ layerCount, keyValueHeadCount, headDim }: ModelShape, capacity: number): number {
  const bytes = 2 * 2 * layerCount * keyValueHeadCount * headDim * capacity;
  return Math.max(1, Math.min(mostSequences, Math.floor((os.freemem() * memoryShare) / bytes)));
}
