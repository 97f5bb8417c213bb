/**
 * In a process of its own: serves a model, then loads one adapter again and again under other keys; nothing of its
 * content is shared but the projections. Prints one JSON line. Usage: residentOnce.ts
 * '{"modelDir":…,"adapterDir":…,"count":…}'
 */
import { defaultCacheDir } from '../../../main/runtimes/cacheDir.ts';
import { findRuntime, libraryDirOf } from '../../../main/runtimes/findRuntimes.ts';
import { ServingEngine } from '../../../main/engine/serving/ServingEngine.ts';

interface Asked {
  readonly modelDir: string;
  readonly adapterDir: string;
  readonly count: number;
}

const { modelDir, adapterDir, count } = JSON.parse(process.argv[2]) as Asked;
const runtime = findRuntime('tensorflow-cpu', defaultCacheDir());
const eager = { backend: 'wasm', precision: 'float32', threads: 1 } as const;
const settings = runtime
  ? ({ backend: 'tensorflow', precision: 'float32', threads: 2, libraryDir: libraryDirOf(runtime) } as const)
  : eager;

const residentMb = (): number => {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
};

const engine = new ServingEngine();
await engine.start({ settings, modelDir, contextLength: 512, maxRows: 8, deterministic: false });
await engine.addAdapter({ key: 'first', dir: adapterDir });
const beforeMb = residentMb();
const loads: number[] = [];
for (let index = 0; index < count; index++)
  loads.push((await engine.addAdapter({ key: `adapter ${index}`, dir: adapterDir })).loadMs);
const addedMb = residentMb() - beforeMb;
const result = {
  count,
  added_mb: Math.round(addedMb),
  kb_each: Math.round((1024 * addedMb) / count),
  load_ms_p50: Number(loads.toSorted((a, b) => a - b)[Math.floor(count / 2)].toFixed(1)),
};
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
