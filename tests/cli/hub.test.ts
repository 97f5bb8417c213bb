/**
 * A model and an adapter of a hub through the command line, with an engine process that reads them: nothing is faked
 * but the hub.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { filesOf } from '../hub/openHub.ts';
import { fixturePath, relativeError } from '../support/fixtures.ts';
import { standInHub } from '../support/standInHub.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { logitsSchema, modelSchema } from '../acceptance/jsonContract.ts';
import { runCli } from './runCli.ts';

const name = 'v0.13_lora_modules_to_save';
const { input_ids: ids, logits } = JSON.parse(readFileSync(fixturePath('peft_versions/logits.json'), 'utf8')) as {
  readonly input_ids: readonly number[];
  readonly logits: Readonly<Record<string, readonly number[]>>;
};

afterAll(() => vi.unstubAllEnvs());

it(
  'fetches an adapter with its base and computes as PEFT does; without a network it says what is here',
  { timeout: 120_000 },
  async () => {
    const dir = temporaryDir();
    const adapter = join(dir, 'adapter');
    cpSync(fixturePath(`peft_versions/${name}`), adapter, { recursive: true });
    const configFile = join(adapter, 'adapter_config.json');
    writeFileSync(configFile, readFileSync(configFile, 'utf8').replace('"tiny_llama_base"', '"somebody/tiny"'));
    const models = await standInHub('somebody/tiny', filesOf(fixturePath('tiny_llama_base')));
    const adapters = await standInHub('somebody/lora', filesOf(adapter));
    vi.stubEnv('HF_HOME', join(dir, 'hf'));
    const run = (endpoint: string, ...args: string[]) => {
      vi.stubEnv('HF_ENDPOINT', endpoint);
      return runCli([...args, '--json'], {
        home: join(dir, 'home'),
        cwd: dir,
        env: { GRAFT_CACHE: join(dir, 'cache') },
      });
    };

    const unknown = await run(models.endpoint, 'model', 'fetch', 'hub:somebody/nothing');
    expect([unknown.status, unknown.error().code]).toEqual([1, 'notFound']);
    const model = await run(models.endpoint, 'model', 'fetch', 'hub:somebody/tiny');
    expect(model.json()).toMatchObject({ name: 'tiny', source: 'somebody/tiny' });
    const { id } = modelSchema.parse(model.json());
    const imported = await run(adapters.endpoint, 'adapter', 'import', 'hub:somebody/lora');
    expect(imported.json()).toMatchObject({ name: 'lora', modelId: id, notices: [{ kind: 'baseFound' }] });
    const rows = JSON.stringify([ids]);
    const computed = await run(
      models.endpoint,
      'logits',
      '--model',
      'tiny',
      '--adapter',
      'lora',
      '--ids',
      rows,
      '--backend',
      'wasm',
    );
    expect(relativeError(logitsSchema.parse(computed.json()).data, logits[name] ?? [])).toBeLessThan(1e-4);

    const gone = 'http://127.0.0.1:9';
    expect((await run(gone, 'model', 'fetch', 'hub:somebody/tiny')).json()).toMatchObject({ id });
    expect((await run(gone, 'adapter', 'import', 'hub:somebody/other')).json()).toMatchObject({
      error: { code: 'network' },
    });
  },
);
