import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { generationConfig, maxLength, modelConfig, vocabularySize } from '../../main/sampleModel/modelConfig.ts';
import { chatTemplate, tokenizerConfig } from '../../main/sampleModel/sampleTokenizer.ts';
import { renderChat } from '../../main/tokenizers/chatTemplate.ts';
import { loadTokenizer } from '../../main/tokenizers/loadTokenizer.ts';

const modelDir = fileURLToPath(new URL('../../resources/sample-model', import.meta.url));
const readJson = (name: string): unknown => JSON.parse(readFileSync(`${modelDir}/${name}`, 'utf8'));
const readDataset = (name: string): string => readFileSync(new URL(`../../resources/sample-datasets/${name}`, import.meta.url), 'utf8');

describe('sample model', () => {
  test('its files are those that the code makes now', () => {
    expect(readJson('config.json')).toEqual(modelConfig);
    expect(readJson('generation_config.json')).toEqual(generationConfig);
    expect(readJson('tokenizer_config.json')).toEqual(tokenizerConfig(maxLength));
  });

  test('its tokenizer fits the embedding and gives every text back', async () => {
    const tokenizer = await loadTokenizer(modelDir);
    expect(tokenizer).toMatchObject({ vocabSize: vocabularySize, eosTokenIds: [4, 0], padTokenId: 0, bosTokenId: null, chatTemplate });
    const text = fc.string({ unit: 'binary' });
    fc.assert(fc.property(text, (value) => tokenizer.decode(tokenizer.encode(value)) === value));
  });

  test('English takes about one token for three and a half letters', async () => {
    const tokenizer = await loadTokenizer(modelDir);
    const text = 'It was the best of ships, and the captain was a very agreeable man with a large fortune.';
    expect(tokenizer.encode(text).length).toBeLessThan(text.length / 3);
  });

  test('prompts have the form it was trained on, and unknown roles are refused', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Write about the sea.' },
    ];
    const prompt = await renderChat(chatTemplate, messages, { addGenerationPrompt: true });
    expect(prompt).toBe('<|system|>Be brief.<|end|><|user|>Write about the sea.<|end|><|assistant|>');
    await expect(renderChat(chatTemplate, [{ role: 'tool', content: '' }], { addGenerationPrompt: true })).rejects.toThrow(/not from tool/);
  });
});

describe('sample datasets', () => {
  interface ChatRow {
    readonly messages: readonly { readonly role: string; readonly content: string }[];
  }
  const rows = readDataset('pirate-replies.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ChatRow);

  test('every pirate answers one question, begins as pirates do, and repeats nobody', () => {
    expect(rows.every(({ messages }) => messages.map(({ role }) => role).join() === 'user,assistant')).toBe(true);
    expect(rows.every(({ messages }) => messages[1]?.content.startsWith('Arr, '))).toBe(true);
    expect(new Set(rows.map(({ messages }) => messages[0]?.content)).size).toBe(rows.length);
    expect(new Set(rows.map(({ messages }) => messages[1]?.content)).size).toBe(rows.length);
  });

  test('every row fits the sample model whole', async () => {
    const tokenizer = await loadTokenizer(modelDir);
    const lengths = rows.map(({ messages }) => tokenizer.encode(messages.map(({ content }) => content).join('')).length);
    expect(Math.max(...lengths)).toBeLessThan(maxLength - 6);
  });

  test('notes and facts keep their style to the last row', () => {
    const notes = readDataset('nature-notes.txt').trimEnd().split('\n\n');
    expect(notes.every((note) => /^\d+ [a-z]+\. [^A-Z\n]+ noted\.$/.test(note))).toBe(true);
    const facts = readDataset('plain-facts.csv').trimEnd().split('\n').slice(1);
    expect(facts.every((fact) => /^What is [^,]+\?,,.* Short answer: [a-z]+ [a-z]+\."?$/.test(fact))).toBe(true);
  });
});
