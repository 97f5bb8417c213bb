/** `adapter list|show|import|export|rename|remove|restore`. */
import type { Command } from 'commander';
import type { Adapter, TrainedSteps } from '../../contract/entities.ts';
import { hubPrefix } from '../../contract/hubReference.ts';
import { adapterExports } from '../../contract/exports/registry.ts';
import { adapterJson } from '../entityJson.ts';
import { addExportFlags, type ExportFlags, renderExport, withPaths } from '../exportFlags.ts';
import { bytes, dateTime, fields, integer, loss, table } from '../format.ts';
import { group, leaf } from '../leaf.ts';
import { addRename, addTrash, type LibraryKind } from '../libraryCommands.ts';
import { noticeText } from '../noticeText.ts';
import type { CommandSession } from '../session.ts';

const kind: LibraryKind<Adapter> = {
  ...{ noun: 'adapter', article: 'an', names: ['poems', 'sonnets'] },
  shelf: ({ adapters }) => adapters,
  json: adapterJson,
};

export function addAdapterCommands(program: Command, session: CommandSession): void {
  const adapter = group(program, 'adapter', 'Adapters: list, show, import, export, rename, remove, restore');
  addReading(adapter, session);
  addMoving(adapter, session);
  addRename(adapter, session, kind);
  addTrash(adapter, session, kind);
}

function addReading(adapter: Command, session: CommandSession): void {
  leaf(adapter, session, {
    syntax: 'list',
    summary: 'List the adapters of the library',
    example: 'adapter list',
  }).action(async () => {
    const list = (await session.studio()).adapters.list();
    session.result(list.map(adapterJson), () => {
      if (list.length === 0) return 'No adapters yet. `train` makes one, `adapter import DIR` brings one.';
      const rows = list.map((each) => [
        each.id,
        each.name,
        each.method,
        integer(each.parameters),
        bytes(each.sizeBytes),
        loss(each.evaluationLoss),
      ]);
      return table(['id', 'name', 'method', '>parameters', '>size', '>evaluation loss'], rows);
    });
  });

  leaf(adapter, session, {
    syntax: 'show <adapter>',
    summary: 'Show one adapter and where it comes from',
    example: 'adapter show poems',
  }).action(async (idOrName: string) => {
    const { adapter: shown, run, promptFiles } = (await session.studio()).adapters.details(idOrName);
    const baseEvaluationLoss = run?.baseEvaluation?.loss ?? null;
    session.result({ ...adapterJson(shown), baseEvaluationLoss, promptFiles }, () => [
      ...renderAdapter(shown, baseEvaluationLoss),
      ...fields(promptFiles.length === 0 ? [] : [['prompts', `its own: ${promptFiles.join(', ')}`]]),
    ]);
  });
}

function addMoving(adapter: Command, session: CommandSession): void {
  leaf(adapter, session, {
    syntax: 'import <source>',
    summary: 'Import a folder that PEFT or mlx-lm saved, a GGUF LoRA, or hub:owner/name[/folder][@revision]',
    example: 'adapter import hub:owner/my-lora --fetch-base',
  })
    .option(
      '--model <model>',
      'the base model it is for (otherwise the one that it says, where the library has it; a GGUF LoRA needs it)',
    )
    .option('--fetch-base', 'fetch the base that it says, where the library does not have it')
    .option('--name <name>', 'name in the library (otherwise the name that it has there)')
    .action(
      async (
        source: string,
        flags: { readonly model?: string; readonly name?: string; readonly fetchBase?: boolean },
      ) => {
        const { adapters } = await session.studio();
        const place = source.startsWith(hubPrefix) ? source : session.path(source);
        const {
          adapter: imported,
          notices,
          alreadyThere,
        } = await session.working((options) => adapters.importWithNotices(place, { ...options, ...flags }));
        session.result({ ...adapterJson(imported), notices, alreadyThere }, () => [
          ...renderAdapter(imported),
          ...(alreadyThere ? [`\nAlready in the library as ${imported.name}: nothing was copied.`] : []),
          ...notices.map((notice) => `\n${noticeText(notice, imported)}`),
        ]);
      },
    );

  const options: Record<string, unknown> = {};
  const exporting = leaf(adapter, session, {
    syntax: 'export <adapter>',
    summary: 'Write an adapter for other programs, and compare what was written with it',
    example: 'adapter export poems --to gguf-lora --out ./poems-gguf',
  });
  addExportFlags(exporting, Object.fromEntries(adapterExports.map((spec) => [spec.id, spec])), options).action(
    async (idOrName: string, { to, out }: ExportFlags) => {
      const { adapters } = await session.studio();
      const exported = await session.working((call) =>
        adapters.export(idOrName, { to, options }, session.path(out), call),
      );
      session.result(withPaths(exported, session.path(out)), () => renderExport(exported, out));
    },
  );
}

/** Nothing for what was imported, or trained before it was kept. */
function trainedField(trained: TrainedSteps | undefined): [string, string][] {
  return trained === undefined ? [] : [['trained', trainedText(trained)]];
}

function renderAdapter(adapter: Adapter, baseLoss: number | null = null): string[] {
  const { lineage } = adapter;
  return fields([
    ['id', adapter.id],
    ['name', adapter.name],
    ['method', adapter.method],
    ['parameters', integer(adapter.parameters)],
    ['size', bytes(adapter.sizeBytes)],
    ['base model', adapter.modelId ?? 'not known'],
    ['from run', lineage.runId ?? 'imported'],
    ...trainedField(lineage.trained),
    ['dataset', lineage.datasetId ?? '–'],
    ['evaluation loss', `${loss(adapter.evaluationLoss)}${baseLoss === null ? '' : `, of the base ${loss(baseLoss)}`}`],
    ['folder', adapter.dir],
    ['made', dateTime(adapter.createdAt)],
  ]);
}

/** How far a run had come. */
function trainedText({ step, steps, plannedSteps, stopped }: TrainedSteps): string {
  const of = `${integer(steps)} of ${integer(plannedSteps)} steps`;
  const kept = step === steps ? '' : `, with the weights of step ${integer(step)}, the best`;
  return `${stopped ? `stopped after ${of}` : of}${kept}`;
}
