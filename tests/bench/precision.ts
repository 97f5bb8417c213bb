/**
 * `npm run bench -- precision [MODEL_DIR]`: what storing the base as int8 costs and saves against bf16 and float32:
 * loss and perplexity over the texts of the sample datasets, a LoRA step of 4 × 128 tokens with its peak memory,
 * decoding. The model is a folder or GGUF file: the argument, GRAFT_BENCH_MODEL, or the sample model.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { weightPrecisions } from '../../main/contract/engine.ts';
import { writeTokenFile } from '../../main/formats/tokenFile.ts';
import { loadTokenizer } from '../../main/tokenizers/loadTokenizer.ts';
import { benchSettings } from './benchSettings.ts';
import { lastJsonOf } from './lastJsonOf.ts';
import { measureTraining } from './trainCase.ts';

const root = path.join(import.meta.dirname, '..', '..');
const modelDir = process.argv[2] ?? process.env.GRAFT_BENCH_MODEL ?? path.join(root, 'resources', 'sample-model');
const rowTokens = 256;

function run(script: string, args: readonly string[]): unknown {
  return lastJsonOf(process.execPath, [path.join(import.meta.dirname, script), ...args]);
}

/** All the text of the sample datasets as they lie there, in rows of 256 tokens. Returns their number. */
async function writeTexts(tokenFile: string): Promise<number> {
  const texts = ['nature-notes.txt', 'pirate-replies.jsonl', 'plain-facts.csv'].map((name) =>
    readFileSync(path.join(root, 'resources', 'sample-datasets', name), 'utf8'),
  );
  const tokenizer = await loadTokenizer(modelDir);
  const all = texts.flatMap((text) => [...tokenizer.encode(text)]);
  const rows = Math.floor(all.length / rowTokens);
  const ids = Int32Array.from(all.slice(0, rows * rowTokens));
  await writeTokenFile(tokenFile, {
    ids,
    lossMask: Uint8Array.from(ids, (_, at) => (at % rowTokens === 0 ? 0 : 1)),
    offsets: Int32Array.from({ length: rows + 1 }, (_, row) => row * rowTokens),
    maxLength: rowTokens,
    tokenizerHash: '',
  });
  return ids.length;
}

const dir = mkdtempSync(path.join(tmpdir(), 'graft-bench-precision-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
const tokenFile = path.join(dir, 'tokens.safetensors');
const tokens = await writeTexts(tokenFile);
process.stdout.write(
  `${modelDir}, ${tokens} tokens; int8 is multiplied in ${benchSettings('int8').products ?? 'bf16'} here\n\n`,
);
process.stdout.write(
  '| weights | loss | perplexity | LoRA step s | peak MB | decode tokens/s |\n|---|---|---|---|---|---|\n',
);
for (const precision of weightPrecisions) {
  if (precision === 'packed' && !modelDir.endsWith('.gguf')) continue;
  const { loss } = run('precision/lossOnce.ts', [modelDir, precision, tokenFile]) as { readonly loss: number };
  const train = measureTraining(modelDir, { method: 'lora', precision, batch: 4, length: 128, options: { rank: 8 } });
  const { lora } = run('chatOnce.ts', [modelDir, precision]) as { lora: { decode_tokens_per_s: number } };
  const columns = [
    precision,
    loss.toFixed(4),
    Math.exp(loss).toFixed(3),
    train.best_step_s,
    train.peak_rss_mb,
    lora.decode_tokens_per_s,
  ];
  process.stdout.write(`| ${columns.join(' | ')} |\n`);
}
