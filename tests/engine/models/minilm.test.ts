/**
 * The real MiniLM (model fetch minilm) against transformers: tokens, hidden states and pooler. Skipped until it has
 * been fetched.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { encodeTexts } from '../../../main/datasets/encoderRows.ts';
import { encoderArrays, encoderTensors } from '../../../main/engine/models/encoderRows.ts';
import { loadEncoder } from '../../../main/engine/models/loadEncoder.ts';
import { defaultCacheDir } from '../../../main/runtimes/cacheDir.ts';
import { starterFile, starterModels } from '../../../main/studio/models/starterModels.ts';
import { loadTokenizer } from '../../../main/tokenizers/loadTokenizer.ts';
import { openTestBackend } from '../../support/backends.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { describeWith } from '../../support/requirements.ts';

interface Case {
  readonly text: string;
  readonly second: string | null;
  readonly ids: readonly number[];
  readonly types: readonly number[];
  readonly hiddenFirst: readonly number[];
  readonly hiddenLast: readonly number[];
}

const [file = ''] = starterModels
  .filter(({ id }) => id === 'minilm')
  .map((model) => starterFile(model, defaultCacheDir()));

describeWith({ reason: existsSync(file) ? null : 'MiniLM has not been fetched (model fetch minilm)' }, 'MiniLM', () => {
  test('gives the tokens and hidden states of transformers, one text and two', async () => {
    const cases = JSON.parse(readFileSync(fixturePath('minilm_reference.json'), 'utf8')) as readonly Case[];
    const dir = dirname(file);
    const tokenizer = await loadTokenizer(dir);
    const model = loadEncoder(await openTestBackend('wasm'), dir);
    for (const { text, second, ids, types, hiddenFirst, hiddenLast } of cases) {
      const row = encodeTexts({ text, second: second ?? undefined }, tokenizer);
      const arrays = encoderArrays(model.shape, [row], ids.length);
      expect([row.ids, [...arrays.tokenTypes]]).toEqual([ids, types]);
      const hidden = await model.hidden(encoderTensors(arrays)).array();
      const states = hidden as number[][];
      expect(relativeError(states[0].slice(0, 6), hiddenFirst)).toBeLessThan(1e-4);
      expect(relativeError(states.at(-1)?.slice(0, 6) ?? [], hiddenLast)).toBeLessThan(1e-4);
    }
    model.dispose();
  });
});
