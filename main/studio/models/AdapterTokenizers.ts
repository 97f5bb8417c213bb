/**
 * The tokenizer of a model with an adapter: the base's own, unless the adapter brings template or tokens of its own.
 */
import type { Adapter, Model } from '../../contract/entities.ts';
import { readAdapterTokenizer } from '../../tokenizers/adapterTokenizer.ts';
import { readTokenizerSource } from '../../tokenizers/loadTokenizer.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import { createTokenizer } from '../../tokenizers/tokenizerEngine.ts';
import { vocabularyOf } from '../../tokenizers/vocabulary.ts';
import { withTemplate } from '../../tokenizers/withTemplate.ts';
import { promptFilesIn } from '../shared/adapterContent.ts';
import { filesState } from '../shared/folderState.ts';

export type PromptingAdapter = Pick<Adapter, 'id' | 'dir'>;

const kept = 8; // most share the base's pipeline and hold a template

export class AdapterTokenizers {
  readonly #ofModel: (model: Model) => Promise<Tokenizer>;
  /** By the model's content and the state of the adapter's files, the longest unused first. */
  readonly #known = new Map<string, Promise<Tokenizer>>();

  constructor(ofModel: (model: Model) => Promise<Tokenizer>) {
    this.#ofModel = ofModel;
  }

  async of(model: Model, adapter: PromptingAdapter | null): Promise<Tokenizer> {
    const files = adapter === null ? [] : promptFilesIn(adapter.dir);
    if (adapter === null || files.length === 0) return this.#ofModel(model);
    const key = JSON.stringify([model.id, model.contentHash, adapter.id, await filesState(files)]);
    const tokenizer = this.#known.get(key) ?? this.#make(model, adapter);
    this.#known.delete(key);
    this.#known.set(key, tokenizer);
    for (const old of [...this.#known.keys()].slice(0, -kept)) this.#known.delete(old);
    tokenizer.catch(() => this.#known.delete(key));
    return tokenizer;
  }

  async #make(model: Model, { dir }: PromptingAdapter): Promise<Tokenizer> {
    const base = await this.#ofModel(model);
    const { source, hasOwnPipeline } = await readAdapterTokenizer(
      dir,
      await readTokenizerSource(model.dir),
      model.shape.vocabSize,
    );
    return hasOwnPipeline ? createTokenizer(source) : withTemplate(base, source, vocabularyOf(source.pipeline));
  }
}
