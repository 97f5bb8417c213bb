/**
 * `npm run bench -- methods [MODEL] [--only NAMES] [--rounds N] [--backend ID] [--precision P] [--memory]`: every
 * method of the registry that the model can train, LoRA with every other optimizer and in a chain, all linear layers, 4
 * × 128 tokens. Each is taken in turn with LoRA r8, so that a machine that gets slower gets slower for both: ratios of
 * step times are of neighbours. `--memory` takes each once and alone, for its peak beside the estimate. The model is a
 * folder or GGUF file, GRAFT_BENCH_MODEL, or SmolLM2, which is fetched. Prints a table and appends one JSON line to
 * tests/bench/methodResults.jsonl.
 */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { EngineSettings } from '../../main/contract/engine.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { isForKind } from '../../main/methods/methodSpec.ts';
import { methodSpecs } from '../../main/methods/registry.ts';
import { openStudio } from '../../main/studio/openStudio.ts';
import { defaultOptimizer, defaultProcedure, optimizers, procedures } from '../../main/training/registry.ts';
import { benchMachine } from './benchMachine.ts';
import { median } from './lastJsonOf.ts';
import { measureTraining, type TrainCase, type TrainMeasurement } from './trainCase.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    precision: { type: 'string', default: 'bf16' },
    backend: { type: 'string' },
    memory: { type: 'boolean', default: false },
  },
});
const backend = values.backend as EngineSettings['backend'] | undefined;
const base = { precision: values.precision, backend, batch: 4, length: 128 };
const reference: TrainCase = { ...base, method: 'lora', options: { rank: 8, alpha: 16 } };
/** What a method has besides its defaults and is measured, too. */
const variants: Readonly<Record<string, TrainCase>> = {
  'beamlora r8': { ...base, method: 'beamlora', options: { rank: 8, alpha: 16 } },
  'beamlora r8 between events': {
    ...{ ...base, method: 'beamlora', options: { rank: 8, alpha: 16 } },
    training: { callbacks: [] },
  },
  'miss bat': { ...base, method: 'miss', options: { missForm: 'bat' } },
  'adapter P': { ...base, method: 'adapter', options: { adapterKind: 'P' } },
  'adapter L': { ...base, method: 'adapter', options: { adapterKind: 'L' } },
  'lora-pro full': { ...reference, training: { optimizer: 'lora-pro', loraProForm: 'full' } },
};

function casesFor(model: string): ReadonlyMap<string, TrainCase> {
  const { shape } = inspectModel(model);
  const ofMethods = Object.values(methodSpecs)
    .filter((spec) => {
      const { id, check, options, fit } = spec;
      if (id === reference.method || !isForKind(spec, shape)) return false;
      const parsed = options.parse({});
      return check(fit?.(parsed, shape.linears, [], shape) ?? parsed, shape.linears, shape).length === 0;
    })
    .map(({ id }): [string, TrainCase] => [id, { ...base, method: id }]);
  const ofOptimizers = Object.keys(optimizers)
    .filter((id) => id !== defaultOptimizer)
    .map((optimizer): [string, TrainCase] => [optimizer, { ...reference, training: { optimizer } }]);
  const ofProcedures = Object.keys(procedures)
    .filter((id) => id !== defaultProcedure)
    .map((procedure): [string, TrainCase] => [procedure, { ...reference, training: { procedure } }]);
  const all = [
    ...(values.memory ? [['lora', reference] as const] : []),
    ...ofMethods,
    ...ofOptimizers,
    ...ofProcedures,
    ...Object.entries(variants),
  ];
  const wanted = values.only?.split(',');
  return new Map(all.filter(([name]) => wanted?.includes(name) ?? true));
}

async function smollm2(): Promise<string> {
  const home = mkdtempSync(path.join(tmpdir(), 'graft-bench-methods-'));
  process.on('exit', () => rmSync(home, { recursive: true, force: true }));
  const studio = await openStudio({ home });
  try {
    return (await studio.models.fetch('smollm2')).dir;
  } finally {
    await studio.close();
  }
}

interface Turn {
  readonly of: TrainMeasurement;
  readonly lora: TrainMeasurement;
}

const columns = ['', 'step of LoRA r8', 'step s', 'peak MB', 'estimated', 'trained', 'stored', 'opening s'];
const rowOf = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |\n`;

function printRow(name: string, turns: readonly Turn[]): void {
  const [{ of: first }] = turns;
  const peak = median(turns.map(({ of }) => of.peak_rss_mb));
  process.stdout.write(
    rowOf([
      name,
      `${median(turns.map(({ of, lora }) => of.step_s / lora.step_s)).toFixed(2)} ×`,
      median(turns.map(({ of }) => of.step_s)).toFixed(2),
      peak,
      `${first.estimated_mb} (${(first.estimated_mb / peak).toFixed(2)})`,
      first.trainable,
      first.stored,
      median(turns.map(({ of }) => of.open_s)).toFixed(1),
    ]),
  );
}

const model = positionals[0] ?? process.env.GRAFT_BENCH_MODEL ?? (await smollm2());
const turns: Record<string, readonly Turn[]> = {};
process.stdout.write(rowOf(columns) + rowOf(columns.map(() => '---')));
for (const [name, asked] of casesFor(model)) {
  turns[name] = Array.from({ length: values.memory ? 1 : Number(values.rounds) }, () => {
    const lora = values.memory ? undefined : measureTraining(model, reference);
    const of = measureTraining(model, asked);
    return { of, lora: lora ?? of };
  });
  printRow(name, turns[name]);
}
if (!values.memory)
  printRow(
    'lora r8',
    Object.values(turns)
      .flat()
      .map(({ lora }) => ({ of: lora, lora })),
  );
const line = { ...benchMachine(), ...base, turns };
appendFileSync(path.join(import.meta.dirname, 'methodResults.jsonl'), `${JSON.stringify(line)}\n`);
