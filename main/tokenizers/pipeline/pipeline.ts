/**
 * A tokenizer.json at work, with the results of the Rust tokenizers: added tokens, normalizer, pre-tokenizer, model,
 * post-processor, and the decoder for the way back. Whatever cannot be done exactly is refused when the file is read.
 */
import { addMarks, doubleMarks, isGuarded, isMarked, markPlace, withoutMarks } from '../shield.ts';
import type { TokenizerSource } from '../tokenizerSource.ts';
import { AddedTokenFinder, readAddedTokens } from './addedTokens.ts';
import type { AddedToken, Counts } from './addedTokens.ts';
import { createBpe } from './bpe.ts';
import { createDecoder } from './decoders.ts';
import type { Decoder } from './decoders.ts';
import type { TokenModel } from './model.ts';
import { createNormalizer } from './normalizers.ts';
import type { Normalizer } from './normalizers.ts';
import type { Piece } from './piece.ts';
import { createPostProcessor, joinTexts } from './postProcessors.ts';
import type { PostProcessor } from './postProcessors.ts';
import { createPreTokenizer } from './preTokenizerSteps.ts';
import type { PreTokenizerStep } from './preTokenizerSteps.ts';
import { findStep, StepConfig } from './stepConfig.ts';
import { createUnigram } from './unigram.ts';
import { createWordLevel, createWordPiece } from './wordModels.ts';
import { tokenizerWords as words } from '../../contract/words/tokenizer.ts';

/**
 * What a special token is that a text spells: `special`: that token; `text`: ordinary text; `marked`: that token
 * wherever shield.ts put no mark into it (and marks are taken out).
 */
export type SpellingRule = 'special' | 'text' | 'marked';

const counts: Readonly<Record<SpellingRule, Counts>> = {
  special: () => true,
  text: (token) => !token.special,
  marked: (token, text, start) => !token.special || !isMarked(text, start),
};

const models: ReadonlyMap<string, (config: StepConfig) => TokenModel> = new Map([
  ['BPE', createBpe],
  ['Unigram', createUnigram],
  ['WordPiece', createWordPiece],
  ['WordLevel', createWordLevel],
]);

function createModel(config: StepConfig): TokenModel {
  const create = models.get(config.type);
  if (create === undefined) throw config.unsupported(words.vocabularyKind({ kind: config.type }));
  return create(config);
}

const unchanged: Normalizer = (piece) => piece;
const uncut: PreTokenizerStep = (piece) => [piece];
const spaced: Decoder = (tokens) => [tokens.join(' ')];

export class Pipeline {
  readonly addedTokens: readonly AddedToken[];
  private readonly added: ReadonlyMap<string, AddedToken>;
  private readonly addedById: ReadonlyMap<number, AddedToken>;
  private readonly model: TokenModel;
  private readonly normalizer: Normalizer;
  private readonly preTokenizer: PreTokenizerStep;
  private readonly postProcessor: PostProcessor;
  private readonly decoder: Decoder;
  private readonly asWritten: AddedTokenFinder;
  private readonly asNormalised: AddedTokenFinder;
  private readonly spelled: AddedTokenFinder;
  /** Special tokens that are looked for behind the normalizer: marks must last until there. */
  private readonly marksLast: boolean;
  /** Text of each id for decoding. */
  private readonly texts = new Map<number, string>();
  private readonly specialIds: ReadonlySet<number>;

  /** Throws GraftError: 'unsupported' names what this build cannot do exactly, 'invalid' file and field. */
  constructor({ file, pipeline }: TokenizerSource) {
    const step = (name: string): StepConfig | null => findStep(pipeline[name], file, name);
    const [normalizer, preTokenizer, postProcessor, decoder] = [
      'normalizer',
      'pre_tokenizer',
      'post_processor',
      'decoder',
    ].map(step);
    this.model = createModel(new StepConfig(pipeline.model, file, 'model'));
    this.normalizer = normalizer ? createNormalizer(normalizer) : unchanged;
    this.preTokenizer = preTokenizer ? createPreTokenizer(preTokenizer) : uncut;
    this.postProcessor = postProcessor ? createPostProcessor(postProcessor) : joinTexts;
    this.decoder = decoder ? createDecoder(decoder) : spaced;
    this.addedTokens = readAddedTokens(pipeline, file, this.model.ids);
    this.added = new Map(this.addedTokens.map((token) => [token.content, token]));
    this.addedById = new Map(this.addedTokens.map((token) => [token.id, token]));
    const normalise = (token: AddedToken): string => this.normalizer({ text: token.content, atStart: true }).text;
    this.asWritten = new AddedTokenFinder(this.addedTokens.filter(({ normalized }) => !normalized));
    this.asNormalised = new AddedTokenFinder(
      this.addedTokens.filter(({ normalized }) => normalized),
      normalise,
    );
    this.spelled = new AddedTokenFinder(this.addedTokens);
    this.marksLast = this.addedTokens.some(({ normalized, special }) => normalized && special);
    for (const [token, id] of this.model.ids) this.texts.set(id, token);
    for (const token of this.addedTokens) this.texts.set(token.id, token.normalized ? normalise(token) : token.content);
    this.specialIds = new Set(this.addedTokens.filter(({ special }) => special).map(({ id }) => id));
  }

  /** Highest id + 1. */
  get vocabSize(): number {
    let highest = -1;
    for (const id of this.texts.keys()) highest = Math.max(highest, id);
    return highest + 1;
  }

  idOf(token: string): number | undefined {
    return this.added.get(token)?.id ?? this.model.ids.get(token);
  }

  /** The token as the file has it. */
  tokenOf(id: number): string | undefined {
    return this.addedById.get(id)?.content ?? this.texts.get(id);
  }

  isSpecial(id: number): boolean {
    return this.specialIds.has(id);
  }

  /** Ids of a text, or of two, with the special tokens that the file puts around them. */
  encodeWhole(text: string, rule: SpellingRule, second?: string): number[] {
    return this.postProcessor(this.encode(text, rule), second === undefined ? undefined : this.encode(second, rule));
  }

  /** Ids of a text alone. */
  encode(text: string, rule: SpellingRule): number[] {
    const ids: number[] = [];
    for (const { start, end, token } of this.asWritten.split(text, counts[rule])) {
      if (token === undefined) this.encodeSection(text.slice(start, end), start === 0, rule, ids);
      else ids.push(token.id);
    }
    return ids;
  }

  private encodeSection(section: string, atStart: boolean, rule: SpellingRule, ids: number[]): void {
    const written = rule === 'marked' && !this.marksLast ? withoutMarks(section) : section;
    const normalised = this.normalizer({ text: written, atStart });
    const { text } = normalised;
    for (const { start, end, token } of this.asNormalised.split(text, counts[rule])) {
      if (token !== undefined) {
        ids.push(token.id);
        continue;
      }
      const part = text.slice(start, end);
      this.encodeWords(
        {
          text: rule === 'marked' && this.marksLast ? withoutMarks(part) : part,
          atStart: normalised.atStart && start === 0,
        },
        ids,
      );
    }
  }

  private encodeWords(piece: Piece, ids: number[]): void {
    if (piece.text === '') return;
    for (const { text } of this.preTokenizer(piece)) {
      for (const id of this.model.tokenize(text)) ids.push(id);
    }
  }

  /** How many special tokens the text spells. */
  countSpellings(text: string): number {
    return this.findMarkPlaces(text).length;
  }

  /** See shield.ts. What a mark brings to light (a token inside another) is marked as well. */
  shield(text: string): string {
    let shielded = doubleMarks(text);
    for (let places = this.findMarkPlaces(shielded); places.length > 0; places = this.findMarkPlaces(shielded)) {
      shielded = addMarks(shielded, places);
    }
    return shielded;
  }

  private findMarkPlaces(text: string): number[] {
    const places: number[] = [];
    for (const { token, start, end } of this.spelled.matches(text)) {
      if (token.special && isGuarded(token.content) && !isMarked(text, start)) places.push(markPlace(text, start, end));
    }
    return places;
  }

  /** Ids without a token give no text. */
  decode(ids: readonly number[], skipSpecialTokens: boolean): string {
    const tokens: string[] = [];
    for (const id of ids) {
      const text = this.texts.get(id);
      if (text !== undefined && !(skipSpecialTokens && this.specialIds.has(id))) tokens.push(text);
    }
    return tokens.length === 0 ? '' : this.decoder(tokens).join('');
  }
}
