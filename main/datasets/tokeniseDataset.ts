/**
 * A dataset as tokens of one model: rendered, tokenised, cut to the maximum length and kept as a token file beside the rows,
 * named by everything that decides its content. Rows that this model's template refuses are listed with their reason; rows
 * that are cut, or have no trained token left, are counted and stay in the file.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Dataset } from '../contract/entities.ts';
import { GraftError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/services.ts';
import { writeFileAtomic } from '../formats/atomicFile.ts';
import { writeTokenFile } from '../formats/tokenFile.ts';
import { throwIfCancelled } from '../formats/text/readBytes.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import type { RowFault } from './example.ts';
import { renderExamples } from './render.ts';
import type { TextExample } from './render.ts';
import { readStoredRows } from './storedRows.ts';
import type { StoredRow } from './storedRows.ts';
import { tokeniseLabelled, tokeniseText } from './tokenise.ts';
import type { TokenRow } from './tokenise.ts';
import { TokenRowsBuilder } from './TokenRowsBuilder.ts';

const cacheVersion = 'graft-tokenised-1'; // changes when the same rows would become other tokens
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
}

export interface TokeniseRequest {
  readonly dataset: Pick<Dataset, 'dir' | 'contentHash' | 'trainOn' | 'rows' | 'name'>;
  readonly model: ModelTokens;
  /** Tokens a row is cut to. */
  readonly maxLength: number;
}

const statisticsSchema = z.strictObject({
  rows: z.int(),
  /** After the cut, as the trained tokens are. */
  totalTokens: z.int(),
  trainedTokens: z.int(),
  truncatedRows: z.int(),
  /** Rows without a trained token after the cut. */
  emptyRows: z.int(),
  /** Tokens after the cut. */
  longestRow: z.int(),
  unusableCount: z.int(),
  /** The first 1,000 rows that this model cannot take. */
  unusable: z.array(z.strictObject({ row: z.int(), line: z.int(), reason: z.string() })),
});

export type TokenStatistics = Readonly<z.infer<typeof statisticsSchema>>;

export interface TokenisedDataset extends TokenStatistics {
  /** The token file. */
  readonly path: string;
}

/** Throws GraftError: `invalid` when no row is usable with this model or nothing in them is trained, `cancelled`, `diskFull`. */
export async function tokeniseDataset(request: TokeniseRequest, options: CallOptions = {}): Promise<TokenisedDataset> {
  const tokensDir = join(request.dataset.dir, 'tokens');
  const key = cacheKey(request);
  const path = join(tokensDir, `${key}.safetensors`);
  const statisticsPath = join(tokensDir, `${key}.json`);
  const cached = existsSync(path) ? await findStatistics(statisticsPath) : undefined;
  if (cached !== undefined) return { ...cached, path };
  await mkdir(tokensDir, { recursive: true });
  const { builder, unusable } = await tokeniseRows(request, options);
  const statistics = { ...builder.statistics(), unusableCount: unusable.count, unusable: unusable.kept };
  refuseUnusable(request, statistics);
  const { maxLength, model } = request;
  await writeTokenFile(path, { ...builder.finish(), maxLength, tokenizerHash: model.tokenizerHash });
  await writeFileAtomic(statisticsPath, JSON.stringify(statistics));
  return { ...statistics, path };
}

function cacheKey({ dataset, model, maxLength }: TokeniseRequest): string {
  const parts = [cacheVersion, dataset.contentHash, dataset.trainOn, model.tokenizerHash, model.vocabSize, maxLength];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** Undefined where the cache has none that can be read: it is made again. */
async function findStatistics(path: string): Promise<TokenStatistics | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    return statisticsSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

interface Unusable {
  count: number;
  readonly kept: { row: number; line: number; reason: string }[];
}

async function tokeniseRows(request: TokeniseRequest, { signal, onProgress }: CallOptions) {
  const builder = new TokenRowsBuilder(request.maxLength);
  const unusable: Unusable = { count: 0, kept: [] };
  let done = 0;
  for await (const batch of inBatches(readStoredRows(request.dataset.dir, signal))) {
    throwIfCancelled(signal);
    for (const [index, tokens] of (await tokeniseBatch(batch, request)).entries()) {
      const { row, line } = batch[index] ?? { row: 0, line: 0 };
      if (!('reason' in tokens)) builder.add(row, tokens);
      else if (unusable.count++ < keptUnusable) unusable.kept.push({ row, line, reason: tokens.reason });
    }
    done += batch.length;
    onProgress?.({ label: 'Tokenising', done, total: request.dataset.rows, unit: 'rows' });
  }
  return { builder, unusable };
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

async function tokeniseBatch(batch: readonly StoredRow[], { dataset, model }: TokeniseRequest): Promise<(TokenRow | RowFault)[]> {
  const texts = batch.map(({ example }) => example).filter((example): example is TextExample => example.kind !== 'tokens');
  const { tokenizer } = model;
  if (texts.length > 0 && tokenizer === null) throw needsTokenizer(model);
  const rendered = tokenizer === null ? [] : await renderExamples(texts, { ...templateOf(tokenizer), trainOn: dataset.trainOn });
  const next = rendered.values();
  return batch.map(({ example }) => {
    if (example.kind === 'tokens') return checkTokens(tokeniseLabelled(example), model);
    const rendering = next.next().value;
    if (rendering === undefined || tokenizer === null) return { reason: 'it was not rendered' };
    return 'reason' in rendering ? rendering : checkTokens(tokeniseText(rendering, tokenizer), model);
  });
}

function templateOf({ chatTemplate, bosToken, eosToken }: Tokenizer) {
  return { chatTemplate, bosToken, eosToken };
}

function checkTokens(tokens: TokenRow, { name, vocabSize }: ModelTokens): TokenRow | RowFault {
  if (tokens.ids.length === 0) return { reason: 'it has no tokens' };
  const wrong = tokens.ids.find((id) => id >= vocabSize);
  return wrong === undefined ? tokens : { reason: `token id ${wrong} is not in the vocabulary of ${name}, which ends at ${vocabSize - 1}` };
}

function refuseUnusable({ dataset, model }: TokeniseRequest, { rows, trainedTokens, unusable, unusableCount }: TokenStatistics): void {
  if (rows > 0 && trainedTokens > 0) return;
  const shown = unusable.slice(0, 5).map(({ line, reason }) => `line ${line}: ${reason}`);
  const why =
    rows === 0 ? `no row can be used (${shown.join('; ')}${unusableCount > shown.length ? '; …' : ''})` : 'no token of it is trained';
  const remedy =
    rows === 0 ? 'Use a model made for such rows, or correct the rows.' : 'Give a greater maximum length, or train on all tokens.';
  throw new GraftError('invalid', `The dataset ${dataset.name} cannot train ${model.name}: ${why}.`, {
    field: 'dataset',
    remedy,
    unusable,
  });
}

function needsTokenizer({ name }: ModelTokens): GraftError {
  const remedy = 'Use a dataset of input_ids, or import the model with its tokenizer.json.';
  return new GraftError('unsupported', `The model ${name} has no tokenizer and takes token ids alone.`, { field: 'model', remedy });
}
