/**
 * The engine settings that benchmarks measure: TensorFlow from the user's cache or another backend, two threads,
 * products as this machine does them best.
 */
import { type EngineSettings, type WeightPrecision, weightPrecisions } from '../../main/contract/engine.ts';
import { defaultCacheDir } from '../../main/runtimes/cacheDir.ts';
import { backendWorld, chooseBackend } from '../../main/studio/machine/backendChoice.ts';

/** Throws where no runtime is installed: there is nothing to measure then. */
export function benchSettings(
  precision: WeightPrecision,
  backend: EngineSettings['backend'] = 'tensorflow',
): EngineSettings {
  return chooseBackend({ backend, device: 'cpu', precision, threads: 2 }, backendWorld(defaultCacheDir())).settings;
}

/** A precision named on the command line. Throws for anything else. */
export function parsePrecision(text: string | undefined): WeightPrecision {
  const known = weightPrecisions.find((precision) => precision === text);
  if (known !== undefined) return known;
  throw new Error(`${String(text)} is no precision: ${weightPrecisions.join(', ')}.`);
}
