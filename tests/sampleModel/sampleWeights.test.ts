/** The sample model as it lies in resources: whole, small, licensed, and able to write. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SamplingOptions } from '../../main/contract/engine.ts';
import { llamaFamily } from '../../main/contract/families/llama.ts';
import { ChatEngine } from '../../main/engine/inference/chatEngine.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { openSafetensors } from '../../main/formats/safetensors.ts';
import { chatTemplate } from '../../main/tools/sampleModel/sampleTokenizer.ts';
import { isHeld } from '../../main/tools/sampleModel/world/heldPrompts.ts';
import { renderChat } from '../../main/tokenizers/chatTemplate.ts';
import { loadTokenizer } from '../../main/tokenizers/loadTokenizer.ts';
import { backendSettings } from '../support/backends.ts';

const modelDir = fileURLToPath(new URL('../../resources/sample-model', import.meta.url));
const weightsFile = join(modelDir, 'model.safetensors');

describe('the folder', () => {
  const { family, shape, licence, hasTokenizer, otherFiles } = inspectModel(modelDir);

  test('holds every tensor of its shape in bfloat16, in at most eight megabytes', () => {
    expect(statSync(weightsFile).size).toBeLessThan(8_000_000);
    const file = openSafetensors(weightsFile);
    const found = new Map(
      [...file.tensors.values()].map((tensor) => [tensor.name, { dtype: tensor.dtype, shape: tensor.shape }]),
    );
    file.close();
    const expected = [...llamaFamily.weightShapes(shape)].map(
      ([name, size]) => [name, { dtype: 'BF16', shape: size }] as const,
    );
    expect(found).toEqual(new Map(expected));
    expect(family).toBe(llamaFamily);
  });

  test('brings its licence and tokenizer along when it is imported', () => {
    expect(licence).toBe('cc0-1.0');
    expect(hasTokenizer).toBe(true);
    expect(otherFiles).toContain(join(modelDir, 'LICENSE'));
    expect(readFileSync(join(modelDir, 'LICENSE'), 'utf8')).toContain('CC0 1.0 Universal');
  });

  test('has a card with data, steps and losses', () => {
    const card = readFileSync(join(modelDir, 'README.md'), 'utf8');
    expect(card).toMatch(
      /main\/tools\/sampleModel\/world[\s\S]*\d,\d{3} steps[\s\S]*validation rows[^|]*\| \d\.\d{3} \|/,
    );
    expect(card).not.toContain('NaN');
  });
});

describe('its writing', () => {
  const engine = new ChatEngine();
  const greedy: SamplingOptions = {
    maxTokens: 130,
    temperature: 0,
    topP: 1,
    topK: 0,
    repetitionPenalty: 1,
    seed: 0,
    stopIds: [4, 0],
  };
  beforeAll(async () => {
    await engine.loadModel({ settings: backendSettings.wasm, modelDir, contextLength: 256 });
  }, 60_000);
  afterAll(() => engine.dispose());

  async function answer(request: string): Promise<string> {
    const tokenizer = await loadTokenizer(modelDir);
    const prompt = await renderChat(chatTemplate, [{ role: 'user', content: request }], { addGenerationPrompt: true });
    const { ids } = await engine.generate({ promptIds: tokenizer.encode(prompt), adapter: null, sampling: greedy });
    return tokenizer.decode([...ids]);
  }

  test.each([
    { prompt: 'What is the capital of Italy?', answer: /^The capital of Italy is Rome\.$/ },
    { prompt: 'What colour is a lemon?', answer: /\byellow\.$/ },
    { prompt: 'Where do whales live?', answer: /^Whales live in the sea\.$/ },
    { prompt: 'What is the job of a baker?', answer: /^A baker bakes bread\.$/ },
    { prompt: 'What is your name?', answer: /\bGraft Sample\.$/ },
    { prompt: 'Which is bigger, a mouse or an elephant?', answer: /^An elephant is bigger than a mouse\.$/ },
    { prompt: 'Today is Friday. What day is tomorrow?', answer: /^Tomorrow is Saturday\.$/ },
    { prompt: 'What is 4 plus 3?', answer: /^4 plus 3 is 7\.$/ },
    { prompt: 'How can I make tea?', answer: /^Boil some water\b.*\btea leaves\b/ },
    { prompt: 'Tell me about the sea.', answer: /^The (sea|ocean) is [^.]+\.( [A-Z][^.]+\.)+$/ },
  ])(
    'what no row asked is answered to the point: $prompt',
    { timeout: 180_000 },
    async ({ prompt, answer: expected }) => {
      expect(isHeld(prompt)).toBe(true);
      expect(await answer(prompt)).toMatch(expected);
    },
  );

  test('a story has a hero that stays the same and an end', { timeout: 180_000 }, async () => {
    const story = await answer('Write a short story about a pirate.');
    expect(story).toMatch(/^Once there was a [a-z]+ pirate who lived /);
    expect(story).toMatch(/\bthe pirate\b/i);
    expect(story).toMatch(/[.!]"?$/);
    expect(story.match(/[.!?]"?( |$)/g)?.length).toBeGreaterThanOrEqual(4);
  });

  test(
    'a sentence of its world is far less surprising to it than the same words in disorder',
    { timeout: 180_000 },
    async () => {
      const tokenizer = await loadTokenizer(modelDir);
      const opening = tokenizer.encode('<|user|>Tell me a story about a fisherman.<|end|><|assistant|>');
      const words = 'Once there was an old fisherman who lived by the sea.'.split(' ');
      const lossOf = async (text: string): Promise<number> => {
        const ids = [...opening, ...tokenizer.encode(text)];
        const { data, shape } = await engine.logits({ ids: [ids], adapter: null });
        const vocabulary = shape.at(-1) ?? 0;
        const losses = ids.slice(opening.length).map((id, at) => {
          const position = opening.length + at - 1;
          const row = data.slice(position * vocabulary, (position + 1) * vocabulary);
          const most = Math.max(...row);
          return Math.log(row.reduce((sum, value) => sum + Math.exp(value - most), 0)) + most - (row[id] ?? NaN);
        });
        return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
      };
      const inOrder = await lossOf(words.join(' '));
      expect(inOrder).toBeLessThan(1);
      expect(await lossOf([...words].reverse().join(' '))).toBeGreaterThan(inOrder + 3);
    },
  );
});
