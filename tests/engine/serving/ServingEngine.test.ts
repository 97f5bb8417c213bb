/**
 * Many answers in one batch, each with an adapter of its own, against each of them alone through the plain forward
 * pass.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServedToken } from '../../../main/contract/engine.ts';
import { getAdapterMethod } from '../../../main/engine/adapters/registry.ts';
import { ChatEngine } from '../../../main/engine/inference/chatEngine.ts';
import { tf } from '../../../main/engine/tf.ts';
import { createRandom } from '../../../main/engine/random.ts';
import { ServingEngine } from '../../../main/engine/serving/ServingEngine.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { readPeftFolder, writePeftFolder } from '../../../main/formats/peftFolder.ts';
import { adapterOptionsSchema, adapterSpec } from '../../../main/methods/adapter/spec.ts';
import { elementCount } from '../../../main/methods/tensorSpec.ts';
import { backendNames, backendSettings, tensorflowMissing } from '../../support/backends.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { describeWith } from '../../support/requirements.ts';
import { suiteDir, temporaryDir } from '../../support/temporaryDir.ts';
import { type Asked, plainSampling, servedRequest } from './served.ts';

const modelDir = fixturePath('tiny_llama_base');
const vocabSize = 64;
const prefixBytes = 2 ** 24;
const adapters = ['vera_r8_all_saved', 'lora_r4_a8', 'lora_r4_a8_rslora', 'vblora_full', 'vblora_topk2_u8'];

/** Random bottlenecks after every sublayer, which no other row of the batch may feel. */
async function writeHoulsby(dir: string): Promise<string> {
  const { shape } = inspectModel(modelDir);
  const options = adapterOptionsSchema.parse({ bottleneck: 4 });
  const random = createRandom(11, 'houlsby');
  const rows = adapterSpec.tensors(options, shape.linears, shape).map(({ name, shape: size, group }) => {
    return [
      name,
      { shape: size, group, data: Float32Array.from({ length: elementCount(size) }, () => random() - 0.5) },
    ];
  });
  const weights = {
    methodId: 'houlsby',
    options,
    targets: shape.linears,
    trained: Object.fromEntries(rows),
    frozen: {},
  };
  await writePeftFolder(dir, getAdapterMethod('houlsby').toPeft({ ...weights, trainable: true }, 'tiny'));
  return dir;
}

const requestOf = (asked: Asked) => servedRequest(asked, { below: vocabSize, topLogprobs: vocabSize });

for (const backend of backendNames) {
  describeWith({ reason: backend === 'tensorflow' ? tensorflowMissing : null }, `ServingEngine on ${backend}`, () => {
    const engine = new ServingEngine();
    const alone = new ChatEngine();
    const settings = backendSettings[backend];
    const dir = suiteDir();

    beforeAll(async () => {
      await engine.start({ settings, modelDir, contextLength: 64, maxRows: 8, deterministic: false, prefixBytes });
      await alone.loadModel({ settings, modelDir, contextLength: 64 });
      const houlsby = { key: 'houlsby', dir: await writeHoulsby(join(dir, 'houlsby')) };
      for (const each of [...adapters.map((name) => ({ key: name, dir: fixturePath(name) })), houlsby]) {
        await engine.addAdapter(each);
        await alone.loadAdapter(each);
      }
    });
    afterAll(() => {
      engine.dispose();
      alone.dispose();
    });

    async function complete(
      asked: Asked,
      signal = new AbortController().signal,
      onToken?: (token: ServedToken) => void,
    ) {
      const tokens: ServedToken[] = [];
      const onEvent = ({ token }: { readonly token: ServedToken }): void => {
        tokens.push(token);
        onToken?.(token);
      };
      const result = await engine.complete(requestOf(asked), { signal, onEvent });
      return { ...result, tokens, ids: tokens.map(({ id }) => id) };
    }

    /**
     * max |a − b| / max |b| of the log-probabilities of every token, against a pass over the whole row without a cache.
     */
    async function errorAgainstAlone(asked: Asked, tokens: readonly ServedToken[]): Promise<number> {
      const { promptIds, adapter } = requestOf(asked);
      const ids = [...promptIds, ...tokens.slice(0, -1).map(({ id }) => id)];
      const { data } = await alone.logits({ ids: [ids], adapter });
      let [error, most] = [0, 0];
      tokens.forEach((token, index) => {
        const from = (promptIds.length - 1 + index) * vocabSize;
        const expected = logSoftmax(data.slice(from, from + vocabSize));
        for (const { id, logprob } of token.top) {
          error = Math.max(error, Math.abs(logprob - expected[id]));
          most = Math.max(most, Math.abs(expected[id]));
        }
        expect(token.id).toBe(expected.indexOf(Math.max(...expected)));
      });
      return error / most;
    }

    const mixed: readonly Asked[] = [
      { name: null, promptLength: 5 },
      { name: 'vera_r8_all_saved', promptLength: 9 },
      { name: 'lora_r4_a8', promptLength: 21, sampling: { maxTokens: 20 } },
      { name: 'vblora_full', promptLength: 3 },
      { name: 'vblora_topk2_u8', promptLength: 3 },
      { name: 'lora_r4_a8_rslora', promptLength: 33, sampling: { maxTokens: 5 } },
      { name: 'lora_r4_a8', scale: 0.5, promptLength: 7 },
      { name: 'houlsby', scale: 0.5, promptLength: 6, sampling: { maxTokens: 12 } },
      { name: 'vera_r8_all_saved', scale: 2, promptLength: 1, sampling: { maxTokens: 40 } },
    ];

    it('gives every row of a mixed batch what it gets alone', async () => {
      const answers = await Promise.all(mixed.map(async (asked) => complete(asked)));
      for (const [index, asked] of mixed.entries()) {
        const { tokens, finish } = answers[index];
        expect(finish).toBe('length');
        expect(tokens).toHaveLength(asked.sampling?.maxTokens ?? plainSampling.maxTokens);
        expect(await errorAgainstAlone(asked, tokens), JSON.stringify(asked)).toBeLessThan(1e-5);
      }
    });

    if (backend === 'cpu' || backend === 'webgpu') return; // slow here, and what follows is not about arithmetic

    it('reads what was read before only once, of the same adapter at the same scale alone, and answers the same', async () => {
      const promptIds = Array.from({ length: 40 }, (_, place) => (place * place + 5) % vocabSize);
      const first: Asked = { name: 'vera_r8_all_saved', promptLength: 40, promptIds };
      const { tokens: answered, cachedTokens } = await complete(first);
      expect(cachedTokens).toBe(0);
      const turn = { ...first, promptIds: [...promptIds, ...answered.map(({ id }) => id), 7, 9] };
      const asked: readonly (readonly [Asked, number])[] = [
        [first, 39],
        [{ ...first, promptIds: [...promptIds.slice(0, 25), 1, 2, 3, 4, 5, 6] }, 25],
        [{ ...first, scale: 0.5 }, 0],
        [{ ...first, name: 'lora_r4_a8' }, 0],
        [{ ...first, name: null }, 0],
        [turn, 49], // all but the answer's last token, which was never fed
      ];
      const answers = await Promise.all(asked.map(async ([each]) => complete(each)));
      expect(answers.map((answer) => answer.cachedTokens)).toEqual(asked.map(([, cached]) => cached));
      for (const [index, [each]] of asked.entries())
        expect(await errorAgainstAlone(each, answers[index].tokens), String(index)).toBeLessThan(1e-5);
    });

    it('lets rows join and leave between the tokens of others', async () => {
      const late: Promise<readonly [Asked, Awaited<ReturnType<typeof complete>>]>[] = [];
      const first: Asked = { name: 'vera_r8_all_saved', promptLength: 2, sampling: { maxTokens: 55 } };
      let seen = 0;
      const answer = await complete(first, undefined, () => {
        const asked = mixed[seen % mixed.length];
        if (seen++ % 5 === 0) late.push(complete(asked).then((found) => [asked, found] as const));
      });
      expect(await errorAgainstAlone(first, answer.tokens)).toBeLessThan(1e-5);
      for (const [asked, { tokens }] of await Promise.all(late))
        expect(await errorAgainstAlone(asked, tokens)).toBeLessThan(1e-5);
    });

    it('answers more requests than it has rows for, one after another', async () => {
      const answers = await Promise.all(
        Array.from({ length: 19 }, async (_, index) => complete(mixed[index % mixed.length])),
      );
      for (const [index, { ids }] of answers.entries()) expect(ids).toEqual(answers[index % mixed.length].ids);
    });

    it('draws the same tokens for a seed whatever else is in the batch', async () => {
      const asked: Asked = {
        name: 'lora_r4_a8',
        promptLength: 6,
        sampling: { temperature: 1.5, topP: 0.95, seed: 11 },
      };
      const { ids } = await complete(asked);
      const [again] = await Promise.all([complete(asked), ...mixed.map(async (other) => complete(other))]);
      expect(again.ids).toEqual(ids);
      const other = await complete({ ...asked, sampling: { ...asked.sampling, seed: 12 } });
      expect(other.ids).not.toEqual(ids);
    });

    it('stops at a stop token, which is no part of the answer', async () => {
      const asked: Asked = { name: 'vera_r8_all_saved', promptLength: 8 };
      const { ids } = await complete(asked);
      const stopId = ids[4];
      const { ids: stopped, finish } = await complete({ ...asked, sampling: { stopIds: [stopId] } });
      expect(finish).toBe('stop');
      expect(stopped).toEqual(ids.slice(0, ids.indexOf(stopId)));
    });

    it('ends a cancelled row between two tokens and leaves the others alone', async () => {
      const controller = new AbortController();
      const other = complete({ name: null, promptLength: 4, sampling: { maxTokens: 30 } });
      const seen: ServedToken[] = [];
      const { finish, ids } = await complete(
        { name: 'lora_r4_a8', promptLength: 4, sampling: { maxTokens: 50 } },
        controller.signal,
        (token) => {
          if (seen.push(token) === 3) controller.abort();
        },
      );
      expect(finish).toBe('cancelled');
      expect(ids).toHaveLength(3);
      expect((await other).ids).toHaveLength(30);
    });

    it('ends at the length of the context', async () => {
      const { ids, finish } = await complete({ name: null, promptLength: 60, sampling: { maxTokens: 100 } });
      expect(ids).toHaveLength(4);
      expect(finish).toBe('length');
    });

    it('keeps no tensors once nobody waits, and none at all of an adapter that only lies ready', async () => {
      await Promise.all(mixed.map(async (asked) => complete(asked)));
      await new Promise(setImmediate);
      const before = tf.memory().numTensors;
      await engine.addAdapter({ key: 'another', dir: fixturePath('vera_r8_all_saved') });
      expect(tf.memory().numTensors).toBe(before);
      await Promise.all(mixed.map(async (asked) => complete(asked)));
      await complete({ name: 'another', promptLength: 3 });
      engine.dropAdapter('another');
      await new Promise(setImmediate);
      expect(tf.memory().numTensors).toBe(before);
    });

    it('takes no adapter whose numbers are none (every other row of its batch would answer nonsense)', async () => {
      const { config, tensors } = readPeftFolder(fixturePath('lora_r4_a8'));
      const [[name, first], ...rest] = tensors;
      const data = new Uint8Array(first.data.length);
      data.set(new Uint8Array(Float32Array.of(NaN).buffer));
      const dir = join(temporaryDir(), 'diverged');
      await writePeftFolder(dir, { config, tensors: new Map([[name, { ...first, data }], ...rest]) });
      const error = await graftErrorOfAsync(async () => engine.addAdapter({ key: 'diverged', dir }));
      expect(error.code).toBe('invalid');
    });

    it('refuses what it cannot answer', async () => {
      const unknown = await graftErrorOfAsync(async () => complete({ name: 'nobody', promptLength: 3 }));
      expect(unknown.code).toBe('notFound');
      const tooLong = await graftErrorOfAsync(async () => complete({ name: null, promptLength: 64 }));
      expect(tooLong).toMatchObject({ code: 'invalid', data: { field: 'promptIds' } });
    });
  });
}

function logSoftmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const total = most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
  return logits.map((logit) => logit - total);
}

describe('a served engine', () => {
  it('says that nothing is served before it was started', async () => {
    const error = await graftErrorOfAsync(async () => new ServingEngine().addAdapter({ key: 'x', dir: modelDir }));
    expect(error.code).toBe('conflict');
  });
});
