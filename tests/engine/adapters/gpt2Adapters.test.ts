/**
 * Adapters that PEFT wrote for GPT-2's Conv1D layers: their factors are not turned, whatever fan_in_fan_out says of the
 * weight.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { getAdapterMethod, readAdapter } from '../../../main/engine/adapters/registry.ts';
import { ChatEngine } from '../../../main/engine/inference/chatEngine.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { readPeftFolder } from '../../../main/formats/peftFolder.ts';
import { backendSettings } from '../../support/backends.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';

interface Reference {
  readonly input_ids: number[][];
  readonly logits: number[];
}

test.each(['gpt2_lora_r2', 'gpt2_vera_r4'])('%s: the logits of PEFT, and the same configuration back', async (name) => {
  const reference = JSON.parse(readFileSync(join(fixturePath(name), 'reference.json'), 'utf8')) as Reference;
  const engine = new ChatEngine();
  await engine.loadModel({ settings: backendSettings.wasm, modelDir: fixturePath('arch_gpt2'), contextLength: 64 });
  await engine.loadAdapter({ key: name, dir: fixturePath(name) });
  const { data } = await engine.logits({ ids: reference.input_ids, adapter: { key: name, scale: 1 } });
  engine.dispose();
  expect(relativeError(data, reference.logits)).toBeLessThan(1e-5);
  const weights = readAdapter(readPeftFolder(fixturePath(name)), inspectModel(fixturePath('arch_gpt2')).shape);
  const written = getAdapterMethod(weights.methodId).toPeft(weights, 'arch_gpt2');
  expect(written.config.fan_in_fan_out).toBe(true);
});
