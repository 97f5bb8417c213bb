/** How long a person waits for the first word of a studio that has warmed up, with an adapter in. */
import { openStudio } from '../../../main/studio/openStudio.ts';

export interface FirstWordCase {
  readonly home: string;
  readonly gguf: string;
  readonly adapter: string;
  readonly rounds: number;
}

const questions = [
  'Why is the sky blue?',
  'Name three rivers.',
  'What is a fox?',
  'Tell me a joke.',
  'How tall are trees?',
];

/** Milliseconds from sending a message to its first text, each in a conversation of its own. */
export async function firstWords({ home, gguf, adapter, rounds }: FirstWordCase): Promise<readonly number[]> {
  const studio = await openStudio({ home });
  try {
    const model = await studio.models.import(gguf, { name: 'bench' });
    const taken = await studio.adapters.import(adapter, { name: 'bench', model: model.id });
    await studio.chats.open(model.id, [taken.id], { engine: 'llama.cpp' });
    await studio.conversations.warmUp(model.id, [taken.id]);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push(await firstWord(questions[round % questions.length]));
    return times;

    async function firstWord(content: string): Promise<number> {
      const startMs = performance.now();
      let firstMs: number | undefined;
      await studio.chats.send(
        {
          ...{ model: model.id, adapter: { idOrName: taken.id, scale: 1 }, messages: [{ role: 'user', content }] },
          ...{ maxTokens: 24, temperature: 0.7, topP: 0.9, topK: 0, repetitionPenalty: 1.1, seed: 0 },
        },
        () => (firstMs ??= performance.now()),
      );
      return (firstMs ?? performance.now()) - startMs;
    }
  } finally {
    await studio.close();
  }
}
