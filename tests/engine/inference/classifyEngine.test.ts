/**
 * Classifying with the base's own head and with PEFT's adapters: the outputs of transformers, rows of different lengths
 * in one batch.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ClassifyEngine } from '../../../main/engine/inference/ClassifyEngine.ts';
import { backendSettings } from '../../support/backends.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { webgpuMissing } from '../../support/softwareGpu.ts';

interface Reference {
  readonly rows: readonly (readonly number[])[];
  readonly runs: Readonly<Record<string, { readonly logits: readonly number[] }>>;
}

const reference = JSON.parse(readFileSync(fixturePath('encoder_training/reference.json'), 'utf8')) as Reference;
const rows = reference.rows.map((ids) => ({ ids, secondStart: ids.length }));
const softmax = (logits: readonly number[]): number[] => {
  const exponentials = logits.map((logit) => Math.exp(logit));
  const sum = exponentials.reduce((total, each) => total + each, 0);
  return exponentials.map((each) => each / sum);
};
const after = (name: string) => ({ key: name, dir: fixturePath(`encoder_training/${name}/after`) });
const engine = new ClassifyEngine();
afterAll(() => engine.dispose());

describe('classify', () => {
  test.each([
    ['cpu', 'bert', ['bert_lora', 'bert_vblora_all']],
    ['cpu', 'roberta', ['roberta_vera', 'roberta_lora_regression']],
    ...(webgpuMissing === null ? [['webgpu', 'bert', ['bert_vblora_all']] as const] : []),
  ] as const)('on %s %s answers with each adapter’s head as PEFT does', async (backend, family, names) => {
    await engine.loadModel({ settings: backendSettings[backend], modelDir: fixturePath(`arch_${family}_cls`) });
    for (const name of names) {
      engine.loadAdapter(after(name));
      const { task, outputs } = await engine.classify({ rows, adapter: { key: name, scale: 1 } });
      const { logits } = reference.runs[name];
      const width = logits.length / rows.length;
      const wanted = rows.map((_, row) => logits.slice(row * width, (row + 1) * width));
      expect(task.kind).toBe(width === 1 ? 'regression' : 'classification');
      expect(relativeError(outputs.flat(), (width === 1 ? wanted : wanted.map(softmax)).flat())).toBeLessThan(1e-4);
    }
  });

  test('the base answers with its own head', async () => {
    const dir = fixturePath('arch_bert_cls');
    const { input_ids: ids, logits } = JSON.parse(readFileSync(join(dir, 'reference.json'), 'utf8')) as {
      readonly input_ids: readonly (readonly number[])[];
      readonly logits: { readonly data: readonly number[] };
    };
    await engine.loadModel({ settings: backendSettings.cpu, modelDir: dir });
    const { task, outputs } = await engine.classify({
      rows: ids.map((row) => ({ ids: row, secondStart: row.length })),
      adapter: null,
    });
    expect(task.labels).toEqual(['LABEL_0', 'LABEL_1', 'LABEL_2']);
    expect(
      relativeError(outputs.flat(), [logits.data.slice(0, 3), logits.data.slice(3)].map(softmax).flat()),
    ).toBeLessThan(1e-4);
  });

  test('says what is wrong with a row and with an adapter that is not there', async () => {
    await engine.loadModel({ settings: backendSettings.cpu, modelDir: fixturePath('arch_bert_cls') });
    const outside = await graftErrorOfAsync(() =>
      engine.classify({ rows: [{ ids: [64], secondStart: 1 }], adapter: null }),
    );
    expect(outside.message).toBe('64 is not a token id of this model.');
    const missing = await graftErrorOfAsync(() => engine.classify({ rows, adapter: { key: 'nobody', scale: 1 } }));
    expect(missing.code).toBe('notFound');
  });
});
