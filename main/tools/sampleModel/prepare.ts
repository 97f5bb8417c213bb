/**
 * `node main/tools/sampleModel/prepare.ts MODEL_DIR WORK_DIR`: everything of the sample model but its weights. Draws
 * the corpus, writes tokenizer and configuration to MODEL_DIR, and the rows of each stage of the training to
 * WORK_DIR/train-N.safetensors and WORK_DIR/validation-N.safetensors. Nothing is fetched; the same code gives the same
 * bytes.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GraftError, toGraftError } from '../../contract/errors.ts';
import { verbatim } from '../../contract/words/words.ts';
import { writeFileAtomic } from '../../formats/atomicFile.ts';
import { writeTokenFile } from '../../formats/tokenFile.ts';
import { loadTokenizer } from '../../tokenizers/loadTokenizer.ts';
import { vocabularyTexts } from './corpus.ts';
import { generationConfig, maxLength, modelConfig, rowLength, vocabularySize } from './modelConfig.ts';
import { specialTokens, tokenizerConfig, tokenizerJson } from './sampleTokenizer.ts';
import { buildTokenRows } from './tokenRows.ts';
import { trainBpe } from './trainBpe.ts';
import { stages } from './trainingRun.ts';

const vocabularyConversations = 30_000;

const writeJson = (path: string, value: object): Promise<void> =>
  writeFileAtomic(path, `${JSON.stringify(value, null, 1)}\n`);

async function writeModelFiles(modelDir: string): Promise<void> {
  await mkdir(modelDir, { recursive: true });
  const vocabulary = trainBpe(vocabularyTexts(vocabularyConversations), vocabularySize - specialTokens.length);
  await writeJson(join(modelDir, 'tokenizer.json'), tokenizerJson(vocabulary));
  await writeJson(join(modelDir, 'tokenizer_config.json'), tokenizerConfig(maxLength));
  await writeJson(join(modelDir, 'config.json'), modelConfig);
  await writeJson(join(modelDir, 'generation_config.json'), generationConfig);
}

async function writeRows(modelDir: string, workDir: string): Promise<readonly object[]> {
  const tokenizer = await loadTokenizer(modelDir);
  const tokenizerHash = createHash('sha256')
    .update(await readFile(join(modelDir, 'tokenizer.json')))
    .digest('hex');
  const counts: object[] = [];
  for (const [index, { part, rows, voicedShare, isWhole, emphasis }] of stages.entries()) {
    const { train, validation } = buildTokenRows(
      { part, rows, voicedShare, isWhole, emphasis, maxLength: rowLength },
      tokenizer,
    );
    for (const [name, tokens] of Object.entries({ train, validation }))
      await writeTokenFile(join(workDir, `${name}-${index + 1}.safetensors`), {
        ...tokens,
        maxLength: rowLength,
        tokenizerHash,
      });
    counts.push({
      trainRows: train.offsets.length - 1,
      trainTokens: train.ids.length,
      trainedTokens: train.lossMask.reduce((sum, mask) => sum + mask, 0),
      validationRows: validation.offsets.length - 1,
    });
  }
  return counts;
}

try {
  const [modelDir, workDir] = process.argv.slice(2);
  if (modelDir === undefined || workDir === undefined) {
    throw new GraftError('usage', verbatim('Give two folders: where the model goes, and where to work.'), {
      remedy: verbatim('node main/tools/sampleModel/prepare.ts resources/sample-model WORK_DIR'),
    });
  }
  await mkdir(workDir, { recursive: true });
  await writeModelFiles(modelDir);
  process.stdout.write(`${JSON.stringify(await writeRows(modelDir, workDir), null, 2)}\n`);
} catch (thrown) {
  const error = toGraftError(thrown);
  process.stderr.write(`${error.message} ${error.data.remedy ?? ''}\n`);
  process.exitCode = error.code === 'usage' ? 2 : 1;
}
