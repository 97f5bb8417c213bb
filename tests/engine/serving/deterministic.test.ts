/**
 * A server that computes each answer alone, on the backend where a batch shows: TensorFlow in bf16, which needs a
 * process of its own.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ServedToken } from '../../../main/contract/engine.ts';
import { ServingEngine } from '../../../main/engine/serving/ServingEngine.ts';
import { tf } from '../../../main/engine/tf.ts';
import { backendSettings, tensorflowMissing } from '../../support/backends.ts';
import { describeWith } from '../../support/requirements.ts';
import { writeSampleLora } from '../../support/sampleLora.ts';
import { sampleModelDir, writeSampleVera } from '../../support/sampleVera.ts';
import { suiteDir } from '../../support/temporaryDir.ts';
import { type Asked, servedRequest } from './served.ts';

const adapters = ['vera-one', 'vera-two', 'lora'];
const settings = { ...backendSettings.tensorflow, precision: 'bf16' as const };
const requestOf = (asked: Asked) => servedRequest(asked, { below: 500, topLogprobs: 20 });

/** How a seed is kept: the token, its log-probability and those of all others, with every bit. */
const bitsOf = (tokens: readonly ServedToken[]): string => JSON.stringify(tokens);

describeWith({ reason: tensorflowMissing }, 'a deterministic engine', () => {
  const dir = suiteDir();
  const engine = new ServingEngine();
  const seeded = adapters.map((name, index): Asked => {
    return {
      name,
      scale: index === 1 ? 0.5 : 1,
      promptLength: 4 + 9 * index,
      sampling: { temperature: 1.3, seed: index, maxTokens: 16 },
    };
  });

  beforeAll(async () => {
    await engine.start({ settings, modelDir: sampleModelDir, contextLength: 128, maxRows: 8, deterministic: true });
    await engine.addAdapter({ key: 'vera-one', dir: await writeSampleVera(dir, 'vera-one', 1) });
    await engine.addAdapter({ key: 'vera-two', dir: await writeSampleVera(dir, 'vera-two', 2) });
    await engine.addAdapter({ key: 'lora', dir: await writeSampleLora(join(dir, 'lora')) });
  });
  afterAll(() => engine.dispose());

  async function write(asked: Asked): Promise<string> {
    const tokens: ServedToken[] = [];
    const onEvent = ({ token }: { readonly token: ServedToken }): void => void tokens.push(token);
    await engine.complete(requestOf(asked), { signal: new AbortController().signal, onEvent });
    return bitsOf(tokens);
  }

  it('gives seeded answers under load bit for bit as alone (a batch changes last bits, and with them a draw)', async () => {
    const alone = [];
    for (const asked of seeded) alone.push(await write(asked));
    const load = Array.from({ length: 9 }, (_, index): Asked => ({
      name: adapters[index % 4] ?? null,
      promptLength: 3 + 5 * index,
    }));
    const [together] = await Promise.all([Promise.all(seeded.map(write)), ...load.map(write)]);
    expect(together).toEqual(alone);
    const reversed = await Promise.all(seeded.toReversed().map(write));
    expect(reversed.toReversed()).toEqual(alone);
  });

  it('keeps no tensors once nobody waits, and none of a row that was cancelled', async () => {
    await Promise.all(seeded.map(write));
    await new Promise(setImmediate);
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    const cancelled = engine.complete(requestOf(seeded[0]), {
      signal: controller.signal,
      onEvent: () => controller.abort(),
    });
    await Promise.all([...seeded.map(write), cancelled]);
    await new Promise(setImmediate);
    expect(tf.memory().numTensors).toBe(before);
  });
});
