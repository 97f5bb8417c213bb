import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defaultCacheDir } from '../../main/runtimes/cacheDir.ts';
import { starterFile, starterModels } from '../../main/studio/models/starterModels.ts';
import { renderChat } from '../../main/tokenizers/chatTemplate.ts';
import { loadTokenizer } from '../../main/tokenizers/loadTokenizer.ts';
import { describeWith } from '../support/requirements.ts';
import { smollm2Reference } from './smollm2.ts';

const [starter] = starterModels
  .filter(({ id }) => id === 'smollm2')
  .map((model) => starterFile(model, defaultCacheDir()));
const isThere = starter !== undefined && existsSync(starter);

describeWith(
  { reason: isThere ? null : 'SmolLM2 is not in the cache; `model fetch smollm2` brings it' },
  'the tokenizer inside the real SmolLM2 file',
  () => {
    test('every id and prompt of the reference', async () => {
      const tokenizer = await loadTokenizer(starter ?? '');
      for (const { text, ids } of smollm2Reference().tokenize) {
        expect(tokenizer.encode(text)).toEqual(ids);
        expect(tokenizer.decode(ids)).toBe(text);
      }
      for (const { messages, prompt } of smollm2Reference().chat) {
        expect(await renderChat(tokenizer.chatTemplate ?? '', messages, { addGenerationPrompt: true })).toBe(prompt);
      }
    });
  },
);
