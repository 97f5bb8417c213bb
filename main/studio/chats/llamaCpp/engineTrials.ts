/** What is found out about llama.cpp by running it beside the tensors: whether it opens, how exact, how fast. */
import type { EngineRequests } from '../../../contract/engine.ts';
import type { Adapter, Model } from '../../../contract/entities.ts';
import { GraftError } from '../../../contract/errors.ts';
import { checkedTokens, differenceBounds, type EngineCheck, type EngineSpeeds } from '../../../contract/llamaCppUse.ts';
import type { CallOptions } from '../../../contract/progress.ts';
import { chatEngineWords as words } from '../../../contract/words/chatEngines.ts';
import { progressWords } from '../../../contract/words/progress.ts';
import type { EngineHost } from '../../../engineHost/EngineHost.ts';
import type { Tokenizer } from '../../../tokenizers/tokenizer.ts';
import type { AdapterContents } from '../../adapters/AdapterContents.ts';
import { convertedAdapterDir } from '../../adapters/convertedAdapters.ts';
import { type BackendWorld, chooseBackend } from '../../machine/backendChoice.ts';
import { isMeasuringDue, keepThreads } from '../../machine/keptThreads.ts';
import { checkRows } from './checkTexts.ts';
import type { Known } from './KnownBases.ts';
import type { Quiet } from './Quiet.ts';

export type Progress = Required<CallOptions>;

export interface TrialsSetup {
  readonly cacheDir: string;
  readonly resourcesDir: string;
  readonly world: () => BackendWorld;
  readonly tokenizer: (model: Model) => Promise<Tokenizer>;
  readonly contents: Pick<AdapterContents, 'hash'>;
  readonly quiet: Pick<Quiet, 'undisturbed'>;
}

type Settings = EngineRequests['loadModel'][0]['settings'];

const speedTokens = 24;
const speedTries = 3;
const greedy = { maxTokens: speedTokens, temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0, stopIds: [] };
const checkKey = 'checked';

/** With its number of threads, where this machine has none yet. Throws GraftError('backendUnavailable'). */
export async function testLlamaCpp(
  { world, cacheDir, quiet }: TrialsSetup,
  { backend, modulePath }: Known['settings'],
  { host, signal, onProgress }: Progress & { readonly host: EngineHost },
): Promise<void> {
  onProgress({ label: progressWords.testing({ what: 'llama.cpp' }), done: 0, total: null, unit: 'steps' });
  const { machine, findRuntime, keptThreads } = world();
  const settings = { backend, modulePath, threads: machine.cores };
  const { checks, threads } = await quiet.undisturbed(
    async (either) => host.request('selfTest', { settings }, { signal: either }),
    signal,
  );
  const failed = checks.find(({ passed }) => !passed);
  if (failed !== undefined)
    throw new GraftError('backendUnavailable', words.selfTestFailed({ what: failed.name }), {
      remedy: words.useTensors(),
    });
  const version = findRuntime('llama.cpp')?.version;
  if (threads !== undefined && version !== undefined && isMeasuringDue(keptThreads?.(version)))
    await keepThreads(cacheDir, { threads, version, machine });
}

/** How far llama.cpp is from the tensors in float32, on so many tokens of real text. */
export async function checkExactness(
  { resourcesDir, cacheDir, world, tokenizer, contents }: TrialsSetup,
  { model, ggufFile, settings, storage, adapter, tokens }: Known & { adapter: Adapter | null; tokens: number },
  { host, signal, onProgress }: Progress & { readonly host: EngineHost },
): Promise<EngineCheck> {
  const { maxPositions } = model.shape;
  const rows = await checkRows(resourcesDir, await tokenizer(model), { tokens, maxPositions });
  const onEvent = ({ update }: EngineRequests['compareEngines'][1]): void => onProgress(update);
  const dirs = adapter && {
    key: checkKey,
    dir: adapter.dir,
    ggufDir: convertedAdapterDir(cacheDir, { contentHash: await contents.hash(adapter) }, model),
  };
  const request = {
    tensors: chooseBackend({ precision: 'float32' }, world()).settings,
    llamaCpp: settings,
    ...{ rows, adapter: dirs, modelDir: model.dir, ...(ggufFile !== undefined && { ggufFile }) },
    everyLogits: tokens <= checkedTokens.adapter,
  };
  const found = await host.request('compareEngines', request, { signal, onEvent });
  return { ...found, bound: differenceBounds[storage] };
}

/** Each engine with the settings that a chat would have, in a process of its own, one after the other. */
export async function measureSpeeds(
  { world, quiet }: TrialsSetup,
  { model, ggufFile, settings }: Known,
  { withHost, signal, onProgress }: Progress & { readonly withHost: WithHost },
): Promise<EngineSpeeds> {
  const speed = async (load: { readonly settings: Settings; readonly ggufFile?: string | undefined }) => {
    onProgress({ label: progressWords.measuringEngines(), done: 0, total: null, unit: 'steps' });
    return withHost(async (host) => measureSpeed({ ...load, host, model, quiet, signal }));
  };
  const tensors = chooseBackend({}, world()).settings;
  return { llamaCpp: await speed({ settings, ggufFile }), tensors: await speed({ settings: tensors }) };
}

type WithHost = <Result>(work: (host: EngineHost) => Promise<Result>) => Promise<Result>;

interface SpeedRequest extends Pick<TrialsSetup, 'quiet'> {
  readonly host: EngineHost;
  readonly model: Model;
  readonly settings: Settings;
  readonly ggufFile?: string | undefined;
  readonly signal: AbortSignal;
}

async function measureSpeed({ host, model, settings, ggufFile, quiet, signal }: SpeedRequest): Promise<number> {
  const { shape, dir: modelDir } = model;
  const contextLength = Math.min(shape.maxPositions, 2 * speedTokens);
  const load = { settings, modelDir, contextLength, ...(ggufFile !== undefined && { ggufFile }) };
  await quiet.undisturbed(async () => host.request('loadModel', load, { signal }), signal);
  const promptIds = [0, 1, 2, 3].map((place) => (7919 * (place + 1)) % shape.vocabSize);
  const request = { promptIds, adapter: null, sampling: greedy };
  const once = async (): Promise<number> => {
    const ask = async (either: AbortSignal) => host.request('generate', request, { signal: either });
    return (await quiet.undisturbed(ask, signal)).tokensPerSecond;
  };
  await once(); // compiles
  const tries: number[] = [];
  for (let at = 0; at < speedTries; at++) tries.push(await once());
  return Math.max(...tries); // of a machine that does other work too
}
