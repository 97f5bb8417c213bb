/**
 * One loading of a model in a process of its own: what is resident after it, and the most that was resident on the way.
 * Prints one JSON line. Linux alone, whose kernel keeps the high-water mark.
 * Usage: loadOnce.ts MODEL_DIR float32|bf16|int8
 */
import { readFileSync } from 'node:fs';
import { ChatEngine } from '../../../main/engine/inference/chatEngine.ts';
import { benchSettings, parsePrecision } from '../benchSettings.ts';

export interface Loaded {
  readonly peakMb: number;
  readonly residentMb: number;
  readonly loadS: number;
}

const [modelDir, precision] = process.argv.slice(2);
const engine = new ChatEngine();
const { loadMs } = await engine.loadModel({
  settings: benchSettings(parsePrecision(precision)),
  modelDir,
  contextLength: 512,
});
const status = readFileSync('/proc/self/status', 'utf8');
const mb = (name: string): number =>
  Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024);
const line: Loaded = { peakMb: mb('VmHWM'), residentMb: mb('VmRSS'), loadS: Number((loadMs / 1000).toFixed(1)) };
process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit(0));
