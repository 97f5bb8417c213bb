/**
 * `npm run bench -- sample`: what the sample model says to the held prompts, without and with adapters of the pirate
 * and the shop that are trained as the guide trains its own. Prints a Markdown table, greedy answers first, then those
 * of the guide's sampling, and the time each training took. The prompts are in no row of the model's corpus nor of the
 * datasets.
 *
 *   GRAFT_BENCH_RESOURCES another folder with sample-model and sample-datasets
 *   GRAFT_BENCH_BACKEND   tensorflow or wasm (else the best one there is)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Studio } from '../../main/contract/services.ts';
import type { TrainRequest } from '../../main/contract/trainRequest.ts';
import { heldPrompts } from '../../main/tools/sampleModel/world/heldPrompts.ts';
import { firstRecipes, prepareFirstRun } from '../../main/studio/runs/firstRun.ts';
import { openStudio } from '../../main/studio/openStudio.ts';

const trained = [
  { name: 'pirate', dataset: 'pirate-replies', recipe: firstRecipes.lora },
  { name: 'shop', dataset: 'shop-replies', recipe: firstRecipes.lora },
  { name: 'pirate by VeRA', dataset: 'pirate-replies', recipe: firstRecipes.vera },
];
const greedy = { maxTokens: 120, temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 3 };
const samplings = { greedy, sampled: { ...greedy, temperature: 0.7, topP: 0.9 } };

async function train(studio: Studio, { name, dataset: datasetId, recipe }: (typeof trained)[number]): Promise<string> {
  const { request } = await prepareFirstRun(studio);
  const dataset = await studio.datasets.importSample(datasetId);
  const backend = process.env.GRAFT_BENCH_BACKEND ?? 'auto';
  const training = { ...(request.training as object), ...recipe.training };
  const wished = { ...request, ...recipe, training, name, dataset: dataset.id, backend } as unknown as TrainRequest;
  const { id } = await studio.runs.start(wished);
  for await (const event of studio.runs.watch(id))
    if (event.type === 'state' && event.run.error) throw new Error(event.run.error.message);
  const { adapterId, startedAt, finishedAt, baseEvaluation, adapterEvaluation, configuration } = studio.runs.get(id);
  if (adapterId === null) throw new Error(`The run of ${name} made no adapter.`);
  const seconds = ((finishedAt ?? 0) - (startedAt ?? 0)) / 1000;
  const losses = [baseEvaluation, adapterEvaluation].map((evaluation) => evaluation?.loss.toFixed(3)).join(' → ');
  process.stdout.write(
    `${name}: ${configuration.training.steps} steps in ${seconds.toFixed(1)} s, evaluation loss ${losses}\n`,
  );
  return adapterId;
}

async function answerAll(studio: Studio, model: string, adapters: readonly string[]): Promise<void> {
  await studio.chats.open(model, adapters, {});
  for (const [name, sampling] of Object.entries(samplings)) {
    process.stdout.write(
      `\n| ${[name, 'base', ...trained.map((each) => each.name)].join(' | ')} |\n|---|---|---|---|---|\n`,
    );
    for (const content of heldPrompts) {
      const answers: string[] = [];
      for (const idOrName of [null, ...adapters]) {
        const adapter = idOrName === null ? null : { idOrName, scale: 1 };
        const { text } = await studio.chats.send({
          model,
          adapter,
          messages: [{ role: 'user', content }],
          ...sampling,
        });
        answers.push(text.trim().replaceAll('\n', ' '));
      }
      process.stdout.write(`| ${[content, ...answers].join(' | ')} |\n`);
    }
  }
}

const home = mkdtempSync(path.join(tmpdir(), 'graft-bench-sample-'));
const resourcesDir = process.env.GRAFT_BENCH_RESOURCES;
const studio = await openStudio({ home, ...(resourcesDir !== undefined && { resourcesDir }) });
try {
  const model = await studio.models.fetch('sample');
  const adapters: string[] = [];
  for (const each of trained) adapters.push(await train(studio, each));
  await answerAll(studio, model.id, adapters);
} finally {
  await studio.close();
  rmSync(home, { recursive: true, force: true });
}
