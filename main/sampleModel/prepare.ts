/**
 * `node main/sampleModel/prepare.ts MODEL_DIR WORK_DIR [--rows N]`: everything of the sample model but its weights. Draws the corpus,
 * writes tokenizer and configuration to MODEL_DIR, and the rows to train on to WORK_DIR/train.safetensors and
 * WORK_DIR/validation.safetensors. Nothing is fetched; the same code gives the same bytes.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GraftError, toGraftError } from '../contract/errors.ts';
import { writeFileAtomic } from '../formats/atomicFile.ts';
import { writeTokenFile } from '../formats/tokenFile.ts';
import { loadTokenizer } from '../tokenizers/loadTokenizer.ts';
import { vocabularyTexts } from './corpus.ts';
import { generationConfig, maxLength, modelConfig, rowLength, vocabularySize } from './modelConfig.ts';
import { specialTokens, tokenizerConfig, tokenizerJson } from './sampleTokenizer.ts';
import { buildTokenRows } from './tokenRows.ts';
import { trainBpe } from './trainBpe.ts';

/** One pass of them is the training: every row is seen once. */
const defaultRows = 34_000;
const vocabularyConversations = 30_000;

interface Request {
  readonly modelDir: string;
  readonly workDir: string;
  readonly rows: number;
}

function parseRequest(): Request {
  const options = { rows: { type: 'string', default: String(defaultRows) } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [modelDir, workDir] = positionals;
  const rows = Number(values.rows);
  if (modelDir !== undefined && workDir !== undefined && Number.isSafeInteger(rows) && rows > 0) return { modelDir, workDir, rows };
  throw new GraftError('usage', 'Give two folders: where the model goes, and where to work.', {
    remedy: 'node main/sampleModel/prepare.ts resources/sample-model WORK_DIR [--rows N]',
  });
}

const writeJson = (path: string, value: object): Promise<void> => writeFileAtomic(path, `${JSON.stringify(value, null, 1)}\n`);

async function writeModelFiles(modelDir: string): Promise<void> {
  await mkdir(modelDir, { recursive: true });
  const vocabulary = trainBpe(vocabularyTexts(vocabularyConversations), vocabularySize - specialTokens.length);
  await writeJson(join(modelDir, 'tokenizer.json'), tokenizerJson(vocabulary));
  await writeJson(join(modelDir, 'tokenizer_config.json'), tokenizerConfig(maxLength));
  await writeJson(join(modelDir, 'config.json'), modelConfig);
  await writeJson(join(modelDir, 'generation_config.json'), generationConfig);
}

async function prepare({ modelDir, workDir, rows }: Request): Promise<Record<string, number>> {
  await mkdir(workDir, { recursive: true });
  await writeModelFiles(modelDir);
  const tokenizer = await loadTokenizer(modelDir);
  const { train, validation } = buildTokenRows(rows, tokenizer, rowLength);
  const tokenizerHash = createHash('sha256')
    .update(await readFile(join(modelDir, 'tokenizer.json')))
    .digest('hex');
  await writeTokenFile(join(workDir, 'train.safetensors'), { ...train, maxLength: rowLength, tokenizerHash });
  await writeTokenFile(join(workDir, 'validation.safetensors'), { ...validation, maxLength: rowLength, tokenizerHash });
  return {
    trainRows: train.offsets.length - 1,
    trainTokens: train.ids.length,
    trainedTokens: train.lossMask.reduce((sum, mask) => sum + mask, 0),
    validationRows: validation.offsets.length - 1,
    validationTokens: validation.ids.length,
    vocabularySize: tokenizer.vocabSize,
  };
}

try {
  process.stdout.write(`${JSON.stringify(await prepare(parseRequest()), null, 2)}\n`);
} catch (thrown) {
  const error = toGraftError(thrown);
  process.stderr.write(`${error.message} ${error.data.remedy ?? ''}\n`);
  process.exitCode = error.code === 'usage' ? 2 : 1;
}
