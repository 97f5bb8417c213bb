/**
 * In a process of its own: an engine that serves the sample model loads and drops adapters of every kind again and
 * again, each of them joined once in between. Prints one JSON line: tensors and resident size after a quarter of the
 * cycles and at the end. Usage: cyclesOnce.ts '{"modelDir":…,"adapterDirs":[…],"cycles":…}'
 */
import { ServingEngine } from '../../../main/engine/serving/ServingEngine.ts';
import { tf } from '../../../main/engine/tf.ts';
import { defaultCacheDir } from '../../../main/runtimes/cacheDir.ts';
import { findRuntime, libraryDirOf } from '../../../main/runtimes/findRuntimes.ts';
import { servedRequest } from '../../engine/serving/served.ts';

interface Asked {
  readonly modelDir: string;
  readonly adapterDirs: readonly string[];
  readonly cycles: number;
}

const { modelDir, adapterDirs, cycles } = JSON.parse(process.argv[2]) as Asked;
const runtime = findRuntime('tensorflow-cpu', defaultCacheDir());
const settings = runtime
  ? ({ backend: 'tensorflow', precision: 'float32', threads: 2, libraryDir: libraryDirOf(runtime) } as const)
  : ({ backend: 'wasm', precision: 'float32', threads: 1 } as const);

const engine = new ServingEngine();
await engine.start({ settings, modelDir, contextLength: 128, maxRows: 8, deterministic: false });
const silent = { onEvent: () => undefined, signal: new AbortController().signal };

async function cycle(index: number): Promise<void> {
  const key = `adapter ${index}`;
  await engine.addAdapter({ key, dir: adapterDirs[index % adapterDirs.length] });
  const request = servedRequest(
    { name: key, promptLength: 4, sampling: { maxTokens: 1 } },
    { below: 64, topLogprobs: 0 },
  );
  await engine.complete(request, silent);
  engine.dropAdapter(key);
}

const state = () => {
  globalThis.gc?.();
  return { tensors: tf.memory().numTensors, resident_mb: Number((process.memoryUsage.rss() / 2 ** 20).toFixed(1)) };
};

const quarter = Math.floor(cycles / 4);
for (let index = 0; index < quarter; index++) await cycle(index);
const early = state();
for (let index = quarter; index < cycles; index++) await cycle(index);
process.stdout.write(`${JSON.stringify({ cycles, early, late: state() })}\n`, () => process.exit(0));
