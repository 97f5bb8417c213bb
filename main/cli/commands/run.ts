/** `run list|show|metrics|stop|resume|compare|rename|remove|restore`. */
import type { Command } from 'commander';
import type { RunSummary } from '../../contract/runHistory.ts';
import type { RunHistoryService } from '../../contract/services.ts';
import { runJson } from '../entityJson.ts';
import { followRun } from '../followRun.ts';
import { dateTime, loss, table } from '../format.ts';
import { group, leaf } from '../leaf.ts';
import { addRename, addTrash, type LibraryKind } from '../libraryCommands.ts';
import { renderRun } from '../runText.ts';
import type { CommandSession } from '../session.ts';
import { finishRun } from './train.ts';

const kind: LibraryKind<{ readonly id: string; readonly name: string }> = {
  ...{ noun: 'run', names: ['poems', 'sonnets'], stays: '; its adapter stays' },
  shelf: ({ runs }) => runs,
  json: ({ id }, { runs }) => runJson(runs.get(id)),
};

export function addRunCommands(program: Command, session: CommandSession): void {
  const run = group(
    program,
    'run',
    'Training runs: list, show, metrics, stop, resume, compare, rename, remove, restore',
  );
  addReading(run, session);
  addRename(run, session, kind);
  addTrash(run, session, kind);

  leaf(run, session, { syntax: 'stop <run>', summary: 'Ask a run to stop and save', example: 'run stop poems' }).action(
    async (idOrName: string) => {
      const { runs } = await session.studio();
      const stopped = await runs.stop(idOrName);
      session.result(runJson(runs.get(stopped.id)), () =>
        stopped.state === 'cancelled'
          ? `${stopped.name} is out of the queue.`
          : `${stopped.name} stops and saves; \`run resume ${stopped.id}\` goes on with it.`,
      );
    },
  );

  leaf(run, session, {
    syntax: 'resume <run>',
    summary: 'Go on from the last checkpoint',
    example: 'run resume poems',
  }).action(async (idOrName: string) => {
    const studio = await session.studio();
    const resumed = await studio.runs.resume(idOrName);
    const last = resumed.checkpoints.at(-1);
    session.terminal.note(
      `${resumed.name} (${resumed.id}) goes on ${last === undefined ? 'from the start' : `from step ${last.step}`}.`,
    );
    finishRun(session, await followRun(session, studio, resumed.id));
  });

  leaf(run, session, {
    syntax: 'compare <run>',
    summary: 'Compare a stopped run with its base, where the stop did not wait for it',
    example: 'run compare poems',
  }).action(async (idOrName: string) => {
    const { runs } = await session.studio();
    const { id } = await session.working((options) => runs.compareWithBase(idOrName, options));
    const shown = runs.get(id);
    session.result(runJson(shown), () => renderRun(shown, session.terminal));
  });
}

function addReading(run: Command, session: CommandSession): void {
  leaf(run, session, { syntax: 'list', summary: 'List all runs', example: 'run list' }).action(async () => {
    const { runs, runHistory } = await session.studio();
    if (session.terminal.json) return session.terminal.printJson(runs.list().map(runJson));
    const list = allRuns(runHistory);
    if (list.length === 0) return session.terminal.print('No runs yet. `train` starts one.');
    const rows = list.toSorted((a, b) => a.createdAt - b.createdAt).map(listRow);
    session.terminal.print(table(['id', 'name', 'method', 'state', '>steps', '>loss', 'started'], rows).join('\n'));
  });

  leaf(run, session, { syntax: 'show <run>', summary: 'Show one run', example: 'run show poems --json' }).action(
    async (idOrName: string) => {
      const shown = (await session.studio()).runs.get(idOrName);
      session.result(runJson(shown), () => renderRun(shown, session.terminal));
    },
  );

  leaf(run, session, {
    syntax: 'metrics <run>',
    summary: 'Print every step',
    example: 'run metrics poems --csv > poems.csv',
  })
    .option('--csv', 'comma-separated values')
    .action(async (idOrName: string, { csv }: { readonly csv?: boolean }) => {
      const { steps, evaluations } = (await session.studio()).runs.get(idOrName);
      const header = [
        'step',
        'loss',
        'gradNorm',
        'learningRate',
        'tokens',
        'trainedTokens',
        'stepMs',
        'evaluationLoss',
      ];
      const rows = steps.map((step) => {
        const evaluation = evaluations.find((each) => each.step === step.step);
        return [
          step.step,
          step.loss,
          step.gradNorm,
          step.learningRate,
          step.tokens,
          step.trainedTokens,
          step.stepMs,
          evaluation?.loss ?? '',
        ];
      });
      session.result({ steps, evaluations }, () =>
        csv === true ? [header, ...rows].map((row) => row.join(',')) : metricsTable(header, rows),
      );
    });
}

/** A page at a time, without their steps. */
function allRuns(history: RunHistoryService): RunSummary[] {
  const runs: RunSummary[] = [];
  for (;;) {
    const { items } = history.page({ offset: runs.length, limit: 500, trashed: false });
    if (items.length === 0) return runs;
    runs.push(...items);
  }
}

function listRow({ id, name, method, state, step, steps, loss: last, createdAt }: RunSummary): string[] {
  return [id, name, method, state, `${step}/${steps}`, loss(last ?? undefined), dateTime(createdAt)];
}

function metricsTable(header: readonly string[], rows: readonly (readonly (number | string)[])[]): string[] {
  const short = (value: number | string): string =>
    typeof value === 'string' || Number.isInteger(value) ? String(value) : value.toPrecision(5);
  return table(
    header.map((name) => `>${name}`),
    rows.map((row) => row.map(short)),
  );
}
