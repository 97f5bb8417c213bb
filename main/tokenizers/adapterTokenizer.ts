/**
 * The tokenizer of a model with an adapter that brings files of its own: the adapter's chat template and special
 * tokens, and its tokenizer where that gives the base's tokens the base's ids. Tokens that it adds count where there
 * are rows for them.
 */
import { isDeepStrictEqual } from 'node:util';
import { GraftError } from '../contract/errors.ts';
import { createTokenizer } from './tokenizerEngine.ts';
import { tokenizerParts } from './tokenizerFolder.ts';
import type { JsonObject, TokenizerSource } from './tokenizerSource.ts';
import { addedTokensOf, modelTokens, vocabularyOf } from './vocabulary.ts';

export interface AdapterTokenizer {
  readonly source: TokenizerSource;
  /** Another than the base's. */
  readonly hasOwnTemplate: boolean;
  /** Its vocabulary steps are used, not the base's. */
  readonly hasOwnPipeline: boolean;
  /** It begins, ends or fills up texts with another token than the base. */
  readonly hasOwnSpecialTokens: boolean;
  /** Added ones that are used. */
  readonly tokens: readonly string[];
  /** Added ones for which neither base nor adapter has a row. */
  readonly withoutRows: readonly string[];
  /** Its tokenizer gives other ids to the base's tokens, and is left aside. */
  readonly isOther: boolean;
  /** Why its tokenizer cannot be read, in English; then the base's is used. */
  readonly problem: string | null;
}

/**
 * `rows`: of the embedding that the adapter runs with. Throws GraftError('invalid') for files that are not what they
 * should be.
 */
export async function readAdapterTokenizer(
  dir: string,
  base: TokenizerSource,
  rows: number,
): Promise<AdapterTokenizer> {
  const own = await tokenizerParts(dir);
  const known = vocabularyOf(base.pipeline);
  const compared = readable(compare(own.pipeline, known, rows), base);
  const hasOwnPipeline = compared.pipeline !== null && !isSamePipeline(compared.pipeline, base.pipeline);
  const pipeline = hasOwnPipeline && compared.pipeline !== null ? compared.pipeline : base.pipeline;
  const ids = hasOwnPipeline ? vocabularyOf(pipeline) : known;
  const special = (wanted: string | null, fallback: string | null): string | null =>
    wanted !== null && ids.has(wanted) ? wanted : fallback;
  const formerEnd = base.eosToken === null ? undefined : ids.get(base.eosToken);
  const source: TokenizerSource = {
    file: base.file,
    pipeline,
    bosToken: special(own.bosToken, base.bosToken),
    eosToken: special(own.eosToken, base.eosToken),
    padToken: special(own.padToken, base.padToken),
    stopTokenIds: [...new Set([...base.stopTokenIds, ...(formerEnd === undefined ? [] : [formerEnd])])],
    chatTemplate: own.chatTemplate ?? base.chatTemplate,
  };
  const { pipeline: _, ...found } = compared;
  const hasOwnSpecialTokens = (['bosToken', 'eosToken', 'padToken'] as const).some(
    (name) => source[name] !== base[name],
  );
  const hasOwnTemplate = source.chatTemplate !== base.chatTemplate;
  return { source, hasOwnTemplate, hasOwnPipeline, hasOwnSpecialTokens, ...found };
}

interface Compared extends Pick<AdapterTokenizer, 'tokens' | 'withoutRows' | 'isOther' | 'problem'> {
  /** Without the tokens that have no rows; null where there is none that can be used. */
  readonly pipeline: JsonObject | null;
}

const nothing: Compared = { pipeline: null, tokens: [], withoutRows: [], isOther: false, problem: null };

/** A tokenizer with steps that are not known here is no reason to refuse the adapter. */
function readable(compared: Compared, base: TokenizerSource): Compared {
  const { pipeline } = compared;
  if (pipeline === null || isSamePipeline(pipeline, base.pipeline)) return compared;
  try {
    createTokenizer({ ...base, pipeline });
    return compared;
  } catch (error) {
    if (!(error instanceof GraftError)) throw error;
    return { ...nothing, problem: error.message };
  }
}

function compare(own: JsonObject | null, known: ReadonlyMap<string, number>, rows: number): Compared {
  if (own === null) return nothing;
  const isElsewhere = [...vocabularyOf(own)].some(([text, id]) => known.has(text) && known.get(text) !== id);
  const itself = modelTokens(own);
  if (isElsewhere || itself.length === 0 || itself.some(([, id]) => id >= rows)) return { ...nothing, isOther: true };
  const fresh = addedTokensOf(own).filter(({ content }) => !known.has(content));
  const [tokens, withoutRows] = [fresh.filter(({ id }) => id < rows), fresh.filter(({ id }) => id >= rows)];
  const names = (list: typeof fresh): readonly string[] => list.map(({ content }) => content);
  const pipeline = { ...own, added_tokens: addedTokensOf(own).filter(({ id }) => id < rows) };
  return { ...nothing, pipeline, tokens: names(tokens), withoutRows: names(withoutRows) };
}

/** But for how the texts of the last training were cut and filled up, which files keep by accident. */
function isSamePipeline(own: JsonObject, base: JsonObject): boolean {
  const steps = ({ truncation: _truncation, padding: _padding, version: _version, ...rest }: JsonObject): JsonObject =>
    rest;
  return isDeepStrictEqual(steps(own), steps(base));
}
