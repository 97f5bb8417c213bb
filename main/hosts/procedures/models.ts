/** Procedures of the domain `models`: inputs are parsed, the services do the work. */
import { basename } from 'node:path';
import { getModelExport } from '../../contract/exports/registry.ts';
import { usingUp } from '../withSource.ts';
import { exportPlace } from './exportPlace.ts';
import { forwarding } from './forwarding.ts';
import { os } from './implementer.ts';

export const models = forwarding('models', 'models', {
  import: os.models.import.handler(({ context, input: { from, name } }) => {
    const { models: service, tasks } = context.studio;
    const path = context.files.pathOf(from);
    const wanted = { name, source: context.files.asChosen(from, path) };
    return tasks.start({ kind: 'importModel', subject: name ?? basename(path) }, (options) =>
      usingUp(context.files, from, options, (told) => service.importWithNotices(path, { ...wanted, ...told })),
    );
  }),
  correct: os.models.correct.handler(({ context, input: { id, from } }) => {
    const { models: service, tasks } = context.studio;
    const path = context.files.pathOf(from);
    const model = service.get(id);
    return tasks.start({ kind: 'correctModel', subject: model.name }, (options) =>
      usingUp(context.files, from, options, (told) => service.correct(model.id, path, told)),
    );
  }),
  undoCorrection: os.models.undoCorrection.handler(({ context, input: { id } }) => {
    const { models: service, tasks } = context.studio;
    const model = service.get(id);
    return tasks.start({ kind: 'correctModel', subject: model.name }, async (options) =>
      service.undoCorrection(model.id, options),
    );
  }),
  fetch: os.models.fetch.handler(({ context, input: { source } }) =>
    context.studio.tasks.start({ kind: 'fetchModel', subject: source }, (options) =>
      context.studio.models.fetchWithNotices(source, options),
    ),
  ),
  rename: os.models.rename.handler(({ context, input }) => context.studio.models.rename(input.id, input.name)),
  export: os.models.export.handler(({ context, input: { id, to, options: chosen, target } }) => {
    const { models: service, tasks } = context.studio;
    const model = service.get(id);
    const { place, asFile } = exportPlace(context, {
      name: model.name,
      to,
      spec: getModelExport(to),
      options: chosen,
      target,
    });
    return tasks.start({ kind: 'exportModel', subject: model.name }, async (options) => {
      const choice = { to, options: chosen };
      const result = asFile
        ? await service.exportFile(model.id, choice, place.path, options)
        : await service.export(model.id, choice, place.path, options);
      return { ...(await place.written()), export: result };
    });
  }),
});
