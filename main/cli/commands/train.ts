/** `train`: trains an adapter, shows how it goes, and puts the result into the library. */
import type { Command } from 'commander';
import type { RunWithSteps } from '../../contract/entities.ts';
import { sayNearest } from '../../contract/nearestFit.ts';
import { cutNoteOf } from '../../contract/splitSummary.ts';
import type { TrainRequest } from '../../contract/trainRequest.ts';
import { englishOf } from '../../contract/words/words.ts';
import { runJson } from '../entityJson.ts';
import { followRun } from '../followRun.ts';
import { bytes, fields, integer } from '../format.ts';
import { labelTaskText, missingClassesText } from '../labelTaskText.ts';
import { leaf } from '../leaf.ts';
import { renderEstimate, renderRun } from '../runText.ts';
import type { CommandSession } from '../session.ts';
import { adapterPath, addTrainFlags, emptyValues, readTrainConfig, trainRequest } from '../trainFlags.ts';

interface Flags {
  readonly config?: string;
  readonly estimate?: boolean;
}

export function addTrainCommand(program: Command, session: CommandSession): void {
  const values = emptyValues();
  const command = leaf(program, session, {
    syntax: 'train',
    summary: 'Train an adapter',
    example: 'train --model smollm2 --dataset questions --method vera --rank 256 --epochs 2',
  })
    .option('--estimate', 'say what it would take, and start nothing')
    .option('--config <file>', 'JSON file with any of these under their field names; flags win');
  addTrainFlags(command, values);
  command.action(async ({ config, estimate }: Flags) => {
    const file = config === undefined ? emptyValues() : await readTrainConfig(session.path(config));
    const { initAdapter } = values.rest;
    if (typeof initAdapter === 'string') values.rest.initAdapter = adapterPath(initAdapter, session.surroundings.cwd);
    const request = trainRequest(file, values);
    await (estimate === true ? showPlan(session, request) : train(session, request));
  });
}

/** What a form shows before Start. */
async function showPlan(session: CommandSession, request: TrainRequest): Promise<void> {
  const { runs } = await session.studio();
  const plan = await session.working((options) => runs.plan(request, options));
  const { estimate, trainableParameters, freeMemoryBytes, nearest, device, why, split } = plan;
  const cut = cutNoteOf(split);
  session.result(plan, () => [
    renderEstimate(estimate),
    ...fields([
      ['free now', bytes(freeMemoryBytes)],
      ['trained', `${integer(trainableParameters)} parameters`],
      ['backend', `${englishOf(device)} (${englishOf(why)})`],
    ]),
    ...(nearest === undefined ? [] : [`That is more than is free. ${englishOf(sayNearest(nearest))}`]),
    ...(cut === undefined ? [] : [cut]),
  ]);
}

async function train(session: CommandSession, request: TrainRequest): Promise<void> {
  const { terminal } = session;
  const studio = await session.studio();
  const run = await session.working((options) => studio.runs.start(request, options));
  terminal.note(`${run.name} (${run.id}): ${englishOf(run.backendChosen?.device ?? run.configuration.backend)}`);
  const learns = labelTaskText(run.configuration);
  if (learns !== undefined) terminal.note(`Learns ${learns}`);
  const missing = missingClassesText(run.configuration);
  if (missing !== undefined) terminal.note(missing);
  const cut = run.split === null ? undefined : cutNoteOf(run.split);
  if (cut !== undefined) terminal.note(cut);
  terminal.note(renderEstimate(run.estimate));
  const free = process.availableMemory();
  if (run.estimate.memoryBytes > free) {
    terminal.note(
      `That is more than the ${bytes(free)} that are free: a smaller --batch-size or --max-length, --recompute, or --precision int8 or nf4 needs less.`,
    );
  }
  const { items } = studio.runHistory.page({ offset: 0, limit: 100, states: ['running', 'queued'], trashed: false });
  const ahead = items.filter(({ id }) => id !== run.id);
  if (ahead.length > 0)
    terminal.note(`Queued behind ${ahead.map(({ name }) => name).join(', ')}; it starts when its turn comes.`);
  finishRun(session, await followRun(session, studio, run.id));
}

/** Prints how a run ended; the exit status says the same. */
export function finishRun(session: CommandSession, run: RunWithSteps): void {
  session.result(runJson(run), () => renderRun(run, session.terminal));
  if (run.state === 'succeeded') return;
  if (!session.terminal.json && run.state !== 'failed') session.terminal.note(`Go on with: run resume ${run.id}`);
  session.exitStatus = run.state === 'cancelled' || session.interrupt.signal.aborted ? 130 : 1;
}
