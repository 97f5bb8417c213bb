/**
 * A dataset as tokens of one model: rendered, tokenised and kept whole as a token file beside the rows, named by
 * everything that decides its content. Surprising: nothing is cut here. The trainer cuts the rows itself, so that one
 * file serves every maximum length, and what a cut does is counted from the lengths alone (tokenLengths.ts).
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Dataset } from '../contract/entities.ts';
import type { PieceCounts } from '../contract/workbench.ts';
import { GraftError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/progress.ts';
import type { SpellingKind } from '../contract/training.ts';
import { writeFileAtomic } from '../formats/atomicFile.ts';
import { tryParseJson } from '../formats/jsonText.ts';
import { Slices } from '../formats/slices.ts';
import { writeTokenFile } from '../formats/tokenFile.ts';
import { throwIfCancelled } from '../formats/text/readBytes.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { refuseUnlabelled, rowLayoutOf, tokeniseForEncoder } from './encoderRows.ts';
import { findDuplicates } from './duplicates.ts';
import type { Example, RowFault } from './example.ts';
import { findLabelled } from './labelled.ts';
import { countPieces, noPieces, notesOf } from './pieceCounts.ts';
import type { RowNotes } from './pieceCounts.ts';
import { renderExamples } from './render.ts';
import type { RenderedExample } from './render.ts';
import type { Shield } from './shieldConversation.ts';
import { countSpelled } from './spelledTokens.ts';
import { readStoredRows } from './storedRows.ts';
import type { StoredRow } from './storedRows.ts';
import { countCut, writeTokenLengths } from './tokenLengths.ts';
import type { CutCounts } from './tokenLengths.ts';
import { tokeniseLabelled, tokenisePieces } from './tokenise.ts';
import type { TokenRow } from './tokenise.ts';
import { TokenRowsBuilder } from './TokenRowsBuilder.ts';
import { rowWords } from '../contract/words/rows.ts';
import { tokenRowWords as words } from '../contract/words/tokenRows.ts';
import type { Said } from '../contract/words/words.ts';
import { saidColumn } from '../contract/saidColumn.ts';
import { progressWords } from '../contract/words/progress.ts';

const cacheVersion = 'graft-tokenised-3'; // changes when the same rows would become other tokens
/** Of files that runs with the split of earlier versions were made with: without groups. */
const legacyVersion = 'graft-tokenised-2';
const batchRows = 64;
const keptUnusable = 1000;

/** What of a model decides the tokens. */
export interface ModelTokens {
  /** For messages. */
  readonly name: string;
  /** Of the weights; ids must be below it. */
  readonly vocabSize: number;
  /** null: the model takes token ids alone. */
  readonly tokenizer: Tokenizer | null;
  /** Tokenizer and chat template; empty without them. */
  readonly tokenizerHash: string;
  /** It learns labels of texts instead of texts. */
  readonly isEncoder: boolean;
}

export interface TokeniseRequest {
  readonly dataset: Pick<Dataset, 'dir' | 'contentHash' | 'trainOn' | 'rows' | 'name' | 'format' | 'reading'>;
  readonly model: ModelTokens;
  /** What special tokens are that rows spell; plain text keeps its own. */
  readonly specialTokens: SpellingKind;
}

const count = z.int().nonnegative();
const legacyFindingsSchema = z.strictObject({
  unusableCount: z.int(),
  /** The first 1,000 rows that this model cannot take. */
  unusable: z.array(z.strictObject({ row: z.int(), line: z.int(), reason: saidColumn })),
});
const findingsSchema = legacyFindingsSchema.extend({
  pieceCounts: z.strictObject({
    pieces: count,
    splitRows: count,
    splitPieces: count,
    ownWords: count,
    closedThoughts: count,
    leavesOut: count,
  }),
  /** Special tokens that rows spell, whatever they count as. */
  spelled: z.strictObject({ rows: count, tokens: count }),
});

/** The pieces that one row is trained in: one, or as many as the template needs (answers.ts). */
export interface TokenisedRow {
  readonly pieces: readonly TokenRow[];
  readonly notes: RowNotes;
  /** How many special tokens the row spells. */
  readonly spelled: number;
}

interface TokenFiles {
  /** The token file. */
  readonly path: string;
  /** Of the pieces in it, for any cut. */
  readonly lengthsPath: string;
}

export interface TokenisedDataset extends Readonly<z.infer<typeof findingsSchema>>, TokenFiles {}
export interface LegacyTokens extends Readonly<z.infer<typeof legacyFindingsSchema>>, TokenFiles {
  readonly spelled?: undefined;
}

/**
 * Throws GraftError: `invalid` where no cut at all could be trained on (then nothing is written), `unsupported` without
 * a tokenizer where one is needed, `cancelled`, `diskFull`, `integrity`.
 */
export async function tokeniseDataset(request: TokeniseRequest, options: CallOptions = {}): Promise<TokenisedDataset> {
  if (request.model.isEncoder) refuseUnlabelled(request.dataset, request.model.name);
  const cached = await findTokens(request, cacheVersion, findingsSchema);
  if (cached !== undefined) return cached;
  const { path, lengthsPath, findingsPath } = filesOf(request, cacheVersion);
  await mkdir(dirname(path), { recursive: true });
  const { builder, unusable, pieceCounts, spelled } = await tokeniseRows(request, options);
  const { tokenizer, isEncoder } = request.model;
  const tokens = { ...builder.finish(), ...(isEncoder && tokenizer && { layout: rowLayoutOf(tokenizer) }) };
  const found = { pieceCounts, spelled, unusableCount: unusable.count, unusable: unusable.kept };
  refuseUntrainable(request, countCut(builder.lengths(), Infinity), found);
  await writeTokenFile(path, {
    ...tokens,
    maxLength: Math.max(1, builder.longestRow),
    tokenizerHash: request.model.tokenizerHash,
  });
  await writeTokenLengths(lengthsPath, builder.lengths());
  await writeFileAtomic(findingsPath, JSON.stringify(found));
  return { ...found, path, lengthsPath };
}

/**
 * The tokens that a run of an earlier version was made with, where they are still there: it goes on with these alone.
 */
export async function findLegacyTokens(request: TokeniseRequest): Promise<LegacyTokens | undefined> {
  return findTokens(request, legacyVersion, legacyFindingsSchema);
}

/** Undefined where the cache has none that can be read: they are made again. */
async function findTokens<Findings>(
  request: TokeniseRequest,
  version: string,
  schema: z.ZodType<Findings>,
): Promise<(Findings & TokenFiles) | undefined> {
  const { path, lengthsPath, findingsPath } = filesOf(request, version);
  if (![path, lengthsPath, findingsPath].every((file) => existsSync(file))) return undefined;
  const found = schema.safeParse(tryParseJson(await readFile(findingsPath, 'utf8'))).data;
  return found && { ...found, path, lengthsPath };
}

function filesOf(request: TokeniseRequest, version: string) {
  const base = join(request.dataset.dir, 'tokens', tokensKey(request, version));
  return { path: `${base}.safetensors`, lengthsPath: `${base}.lengths.safetensors`, findingsPath: `${base}.json` };
}

/** Names the tokens by all that decides them. */
export function tokensKey({ dataset, model, specialTokens }: TokeniseRequest, version = cacheVersion): string {
  const parts = [
    version,
    dataset.contentHash,
    dataset.trainOn,
    model.tokenizerHash,
    model.vocabSize,
    ...(model.isEncoder ? ['labels'] : []),
    ...(specialTokens === 'special' && version !== legacyVersion ? ['special tokens'] : []),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

interface Unusable {
  count: number;
  readonly kept: { row: number; line: number; reason: string | Said }[];
}

async function tokeniseRows(request: TokeniseRequest, options: CallOptions) {
  const { signal, onProgress } = options;
  const builder = new TokenRowsBuilder();
  const { dataset } = request;
  const groups = new Map((await findDuplicates(dataset, options)).map(({ row, of }) => [row, of]));
  const unusable: Unusable = { count: 0, kept: [] };
  let pieceCounts: PieceCounts = noPieces;
  const spelled = { rows: 0, tokens: 0 };
  let done = 0;
  for await (const batch of inBatches(readStoredRows(dataset.dir, signal))) {
    throwIfCancelled(signal);
    for (const [index, tokens] of (await tokeniseStoredRows(batch, request)).entries()) {
      const { row, line, example } = batch[index];
      if ('reason' in tokens) {
        if (unusable.count++ < keptUnusable) unusable.kept.push({ row, line, reason: tokens.reason });
        continue;
      }
      for (const piece of tokens.pieces)
        builder.add(row, groups.get(row) ?? row, { ...labelOf(example, dataset), ...piece });
      pieceCounts = countPieces(pieceCounts, tokens);
      spelled.rows += tokens.spelled > 0 ? 1 : 0;
      spelled.tokens += tokens.spelled;
    }
    done += batch.length;
    onProgress?.({ label: progressWords.tokenising(), done, total: dataset.rows, unit: 'rows' });
  }
  return { builder, unusable, pieceCounts, spelled };
}

/** A model that writes learns the label as its answer; the split sees to it that each has its share. */
function labelOf(example: Example, { format }: TokeniseRequest['dataset']): Pick<TokenRow, 'label'> {
  const label = format === 'classification' ? findLabelled(example)?.label : undefined;
  return label === undefined ? {} : { label };
}

async function* inBatches(rows: AsyncIterable<StoredRow>): AsyncGenerator<readonly StoredRow[]> {
  let batch: StoredRow[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < batchRows) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The pieces of each row, uncut, or why this model cannot take it: what the token file holds, for a few rows. */
export async function tokeniseStoredRows(
  batch: readonly StoredRow[],
  request: TokeniseRequest,
): Promise<readonly (TokenisedRow | RowFault)[]> {
  const rows = await tokeniseExamples(
    batch.map(({ example }) => example),
    request,
  );
  const { tokenizer } = request.model;
  const spelledIn = (example: Example): number => (tokenizer === null ? 0 : countSpelled(example, tokenizer));
  return rows.map((row, index) => ('reason' in row ? row : { ...row, spelled: spelledIn(batch[index].example) }));
}

type Tokenised = Omit<TokenisedRow, 'spelled'> | RowFault;

async function tokeniseExamples(
  examples: readonly Example[],
  { dataset, model, specialTokens }: TokeniseRequest,
): Promise<readonly Tokenised[]> {
  const texts = examples.filter((example) => example.kind !== 'tokens');
  const { tokenizer } = model;
  if (texts.length > 0 && tokenizer === null) throw needsTokenizer(model);
  if (model.isEncoder)
    return examples.map((example) => onePiece(tokeniseForEncoder(example, tokenizer, specialTokens), model));
  const rendered =
    tokenizer === null
      ? []
      : await renderExamples(texts, {
          ...templateOf(tokenizer),
          ...shieldOf(tokenizer, specialTokens),
          trainOn: dataset.trainOn,
        });
  const next = rendered.values();
  const slices = new Slices();
  const rows: Tokenised[] = [];
  for (const example of examples) {
    if (slices.isDue) await slices.rest();
    if (example.kind === 'tokens') rows.push(onePiece(tokeniseLabelled(example), model));
    else rows.push(tokeniseRendered(next.next().value, model, specialTokens));
  }
  return rows;
}

function tokeniseRendered(
  rendering: RenderedExample | undefined,
  model: ModelTokens,
  specialTokens: SpellingKind,
): Tokenised {
  if (rendering === undefined || model.tokenizer === null) return { reason: words.notRendered() };
  if ('reason' in rendering) return rendering;
  const pieces = tokenisePieces(rendering, model.tokenizer, specialTokens);
  return findTokenFault(pieces, model) ?? { pieces, notes: notesOf(rendering) };
}

function onePiece(tokens: TokenRow | RowFault, model: ModelTokens): Tokenised {
  return 'reason' in tokens ? tokens : (findTokenFault([tokens], model) ?? { pieces: [tokens], notes: {} });
}

function templateOf({ chatTemplate, bosToken, eosToken }: Tokenizer) {
  return { chatTemplate, bosToken, eosToken };
}

/** Nothing is marked where spelled special tokens count as such. */
function shieldOf(tokenizer: Tokenizer, specialTokens: SpellingKind): { readonly shield: Shield } {
  return { shield: specialTokens === 'special' ? (text) => text : (text) => tokenizer.shield(text) };
}

function findTokenFault(pieces: readonly TokenRow[], { name, vocabSize }: ModelTokens): RowFault | undefined {
  for (const { ids } of pieces) {
    if (ids.length === 0) return { reason: words.noTokens() };
    const wrong = ids.find((id) => id >= vocabSize);
    if (wrong !== undefined) return { reason: words.outOfVocabulary({ id: wrong, model: name, last: vocabSize - 1 }) };
  }
  return undefined;
}

/** Throws GraftError('invalid') when no row is usable with this model, or the cut leaves nothing that is trained. */
export function refuseUntrainable(
  { dataset, model }: TokeniseRequest,
  { pieceCount, trainedTokens }: Pick<CutCounts, 'pieceCount' | 'trainedTokens'>,
  { unusable, unusableCount }: Pick<TokenisedDataset, 'unusable' | 'unusableCount'>,
): void {
  if (pieceCount > 0 && trainedTokens > 0) return;
  const reasons = unusable.slice(0, 5).map((row) => rowWords.line({ line: row.line, reason: row.reason }));
  const shown = rowWords.someOf({ reasons, more: unusableCount - reasons.length });
  const why = pieceCount === 0 ? words.noRowUsable({ reasons: shown }) : words.noTokenTrained();
  throw new GraftError('invalid', words.cannotTrain({ dataset: dataset.name, model: model.name, why }), {
    field: 'dataset',
    remedy: pieceCount === 0 ? words.otherRows() : words.longerOrAll(),
    unusable,
  });
}

function needsTokenizer({ name }: ModelTokens): GraftError {
  return new GraftError('unsupported', words.noTokenizer({ model: name }), {
    field: 'model',
    remedy: words.giveTokenizer(),
  });
}
