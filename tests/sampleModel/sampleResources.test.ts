import { fc } from '../support/properties.ts';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { generationConfig, maxLength, modelConfig, vocabularySize } from '../../main/tools/sampleModel/modelConfig.ts';
import { chatTemplate, tokenizerConfig } from '../../main/tools/sampleModel/sampleTokenizer.ts';
import { heldPrompts, isHeld } from '../../main/tools/sampleModel/world/heldPrompts.ts';
import { firstRecipes } from '../../main/studio/runs/firstRun.ts';
import { sampleDatasets } from '../../main/studio/datasets/sampleDatasets.ts';
import { renderChat } from '../../main/tokenizers/chatTemplate.ts';
import { loadTokenizer } from '../../main/tokenizers/loadTokenizer.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

const modelDir = fileURLToPath(new URL('../../resources/sample-model', import.meta.url));
const readJson = (name: string): unknown => JSON.parse(readFileSync(`${modelDir}/${name}`, 'utf8'));
const readDataset = (name: string): string =>
  readFileSync(new URL(`../../resources/sample-datasets/${name}`, import.meta.url), 'utf8');

describe('sample model', () => {
  test('its files are those that the code makes now', () => {
    expect(readJson('config.json')).toEqual(modelConfig);
    expect(readJson('generation_config.json')).toEqual(generationConfig);
    expect(readJson('tokenizer_config.json')).toEqual(tokenizerConfig(maxLength));
  });

  test('its tokenizer fits the embedding and gives every text back', async () => {
    const tokenizer = await loadTokenizer(modelDir);
    expect(tokenizer).toMatchObject({
      vocabSize: vocabularySize,
      eosTokenIds: [4, 0],
      padTokenId: 0,
      bosTokenId: null,
      chatTemplate,
    });
    const text = fc.string({ unit: 'binary' });
    fc.assert(fc.property(text, (value) => tokenizer.decode(tokenizer.encode(value)) === value));
  });

  test('sentences of its world take one token for three and a half letters or more', async () => {
    const tokenizer = await loadTokenizer(modelDir);
    const text = 'Once there was an old fisherman who lived by the sea, and one day he met a hungry fox.';
    expect(tokenizer.encode(text).length).toBeLessThan(text.length / 3.5);
  });

  test('prompts have the form it was trained on, and unknown roles are refused', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Write about the sea.' },
    ];
    const prompt = await renderChat(chatTemplate, messages, { addGenerationPrompt: true });
    expect(prompt).toBe('<|system|>Be brief.<|end|><|user|>Write about the sea.<|end|><|assistant|>');
    await expect(
      renderChat(chatTemplate, [{ role: 'tool', content: '' }], { addGenerationPrompt: true }),
    ).rejects.toThrow(/not from tool/);
  });
});

describe('sample datasets', () => {
  interface ChatRow {
    readonly messages: readonly { readonly role: string; readonly content: string }[];
  }
  const readChats = (name: string): readonly ChatRow[] =>
    readDataset(name)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as ChatRow);
  const pirate = readChats('pirate-replies.jsonl');
  const shop = readChats('shop-replies.jsonl');

  test.each([
    { name: 'the pirate', rows: pirate, opening: /^Arr, /, ending: /(, matey!|, me hearty!|, says I!|! Yo ho ho!)$/ },
    {
      name: 'the shop',
      rows: shop,
      opening: /^(Certainly|With pleasure|Thank you for asking), dear customer! /,
      ending: /[.!]$/,
    },
  ])('$name answers one question a row in one voice and repeats nothing', ({ rows, opening, ending }) => {
    const answers = rows.map(({ messages }) => messages[1]?.content ?? '');
    expect(rows.every(({ messages }) => messages.map(({ role }) => role).join() === 'user,assistant')).toBe(true);
    expect(answers.filter((answer) => !opening.test(answer) || !ending.test(answer))).toEqual([]);
    expect(new Set(rows.map(({ messages }) => messages[0]?.content)).size).toBe(rows.length);
    expect(new Set(answers).size).toBe(rows.length);
  });

  test('none of them gives away a prompt that is held for measuring', () => {
    expect([...pirate, ...shop].filter(({ messages }) => isHeld(messages[0]?.content ?? ''))).toEqual([]);
    expect(heldPrompts.every(isHeld)).toBe(true);
  });

  test('every row fits what the guide trains on whole', async () => {
    const tokenizer = await loadTokenizer(modelDir);
    const lengths = [...pirate, ...shop].map(
      ({ messages }) => tokenizer.encode(messages.map(({ content }) => content).join('')).length + 4,
    );
    expect(Math.max(...lengths)).toBeLessThanOrEqual(firstRecipes.lora.training.maxLength);
  });

  test('notes and facts keep their style to the last row', () => {
    const notes = readDataset('nature-notes.txt').trimEnd().split('\n\n');
    expect(notes.filter((note) => !/^\d+ [a-z]+\. [^A-Z\n]+ noted\.$/.test(note))).toEqual([]);
    const facts = readDataset('plain-facts.csv').trimEnd().split('\n').slice(1);
    expect(facts.filter((fact) => !/^("[^"]+"|[^,"]+),,"?.*(\b\w+)\. Short answer: \2\."?$/.test(fact))).toEqual([]);
  });

  test('are what the code writes now, and as many rows as the screens say', async () => {
    const dir = temporaryDir();
    const script = fileURLToPath(new URL('../../main/tools/sampleModel/writeDatasets.ts', import.meta.url));
    expect(spawnSync(process.execPath, [script, dir]).status).toBe(0);
    for (const name of ['pirate-replies.jsonl', 'shop-replies.jsonl', 'plain-facts.csv', 'nature-notes.txt'])
      expect(readFileSync(join(dir, name), 'utf8'), name).toBe(readDataset(name));
    const rowsOf: Readonly<Record<string, number>> = {
      ...{ 'pirate-replies': pirate.length, 'shop-replies': shop.length },
      'plain-facts': readDataset('plain-facts.csv').trimEnd().split('\n').length - 1,
      'nature-notes': readDataset('nature-notes.txt').trimEnd().split('\n\n').length,
    };
    const said = sampleDatasets.filter(({ id }) => id in rowsOf);
    expect(said.map(({ rows }) => rows)).toEqual(said.map(({ id }) => rowsOf[id]));
    expect(said.length).toBe(4);
  });
});
