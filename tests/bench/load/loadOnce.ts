/**
 * One loading of a model in a process of its own: what is resident after it, and the most that was resident on the way.
 * Prints one JSON line. Linux alone, whose kernel keeps the high-water mark.
 * Usage: loadOnce.ts MODEL_DIR float32|bf16|int8 [wasm]
 */
import { readFileSync } from 'node:fs';
import { ChatEngine } from '../../../main/engine/inference/chatEngine.ts';
import { benchSettings, parsePrecision } from '../benchSettings.ts';

/** VmHWM and VmRSS of this process in MB. */
function memory(): { readonly peak: number; readonly resident: number } {
  const status = readFileSync('/proc/self/status', 'utf8');
  const mb = (name: string): number => Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024);
  return { peak: mb('VmHWM'), resident: mb('VmRSS') };
}

const [modelDir, precision, backend] = process.argv.slice(2);
const settings = benchSettings(parsePrecision(precision));
const engine = new ChatEngine();
const { loadMs } = await engine.loadModel({
  settings: backend === 'wasm' ? { ...settings, backend: 'wasm' } : settings,
  modelDir,
  contextLength: 512,
});
const { peak, resident } = memory();
const line = { peakMb: peak, residentMb: resident, ratio: Number((peak / resident).toFixed(2)), loadS: Number((loadMs / 1000).toFixed(1)) };
process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit(0));
