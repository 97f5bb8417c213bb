/**
 * `node main/sampleModel/prepare.ts MODEL_DIR WORK_DIR`: everything of the sample model but its weights. Fetches the books into
 * WORK_DIR/packages, writes tokenizer and configuration to MODEL_DIR, and the rows to train on to WORK_DIR/train.safetensors
 * and WORK_DIR/validation.safetensors. The same input gives the same bytes.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GraftError, toGraftError } from '../contract/errors.ts';
import { writeFileAtomic } from '../formats/atomicFile.ts';
import { writeTokenFile } from '../formats/tokenFile.ts';
import { loadTokenizer } from '../tokenizers/loadTokenizer.ts';
import { readBooks } from './books.ts';
import { buildCorpus } from './corpus.ts';
import { generationConfig, maxLength, modelConfig, vocabularySize } from './modelConfig.ts';
import { specialTokens, tokenizerConfig, tokenizerJson } from './sampleTokenizer.ts';
import { buildTokenRows } from './tokenRows.ts';
import { trainBpe } from './trainBpe.ts';

const writeJson = (path: string, value: object): Promise<void> => writeFileAtomic(path, `${JSON.stringify(value, null, 1)}\n`);

async function prepare(modelDir: string, workDir: string): Promise<Record<string, number>> {
  await mkdir(modelDir, { recursive: true });
  const corpus = buildCorpus(await readBooks(join(workDir, 'packages')));
  const texts = corpus.chapters.flat();
  const vocabulary = trainBpe(texts, vocabularySize - specialTokens.length);
  await writeJson(join(modelDir, 'tokenizer.json'), tokenizerJson(vocabulary));
  await writeJson(join(modelDir, 'tokenizer_config.json'), tokenizerConfig(maxLength));
  await writeJson(join(modelDir, 'config.json'), modelConfig);
  await writeJson(join(modelDir, 'generation_config.json'), generationConfig);
  const tokenizer = await loadTokenizer(modelDir);
  const { train, validation } = buildTokenRows(corpus, tokenizer, maxLength);
  const tokenizerHash = createHash('sha256')
    .update(await readFile(join(modelDir, 'tokenizer.json')))
    .digest('hex');
  await writeTokenFile(join(workDir, 'train.safetensors'), { ...train, maxLength, tokenizerHash });
  await writeTokenFile(join(workDir, 'validation.safetensors'), { ...validation, maxLength, tokenizerHash });
  const textBytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);
  const textTokens = texts.reduce((sum, text) => sum + tokenizer.encode(`${text}\n`).length, 0);
  return {
    chapters: corpus.chapters.length,
    paragraphs: texts.length,
    textBytes,
    textTokens,
    bytesPerToken: textBytes / textTokens,
    conversations: corpus.conversations.length,
    trainRows: train.offsets.length - 1,
    trainTokens: train.ids.length,
    trainedTokens: train.lossMask.reduce((sum, mask) => sum + mask, 0),
    validationRows: validation.offsets.length - 1,
    validationTokens: validation.ids.length,
    vocabularySize: tokenizer.vocabSize,
  };
}

try {
  const [modelDir, workDir] = process.argv.slice(2);
  if (modelDir === undefined || workDir === undefined) {
    throw new GraftError('usage', 'Give two folders: where the model goes, and where to work.', {
      remedy: 'node main/sampleModel/prepare.ts resources/sample-model WORK_DIR',
    });
  }
  process.stdout.write(`${JSON.stringify(await prepare(modelDir, workDir), null, 2)}\n`);
} catch (thrown) {
  const error = toGraftError(thrown);
  process.stderr.write(`${error.message} ${error.data.remedy ?? ''}\n`);
  process.exitCode = error.code === 'usage' ? 2 : 1;
}
