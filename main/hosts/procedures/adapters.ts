/** Procedures of the domain `adapters`: inputs are parsed, the services do the work. */
import { basename } from 'node:path';
import { getAdapterExport } from '../../contract/exports/registry.ts';
import { hubPrefix } from '../../contract/hubReference.ts';
import { archiveWords } from '../../contract/words/archives.ts';
import { englishOf } from '../../contract/words/words.ts';
import { plainFileName } from '../../studio/exports/plainFileName.ts';
import { usingUp } from '../withSource.ts';
import { exportPlace } from './exportPlace.ts';
import { forwarding } from './forwarding.ts';
import { os } from './implementer.ts';

export const adapters = forwarding('adapters', 'adapters', {
  list: os.adapters.list.handler(({ context, input }) => context.studio.adapters.page(input)),
  get: os.adapters.get.handler(({ context, input }) => context.studio.adapters.details(input.id)),
  update: os.adapters.update.handler(({ context, input: { id, name, note, tags } }) => {
    const { adapters: service } = context.studio;
    const adapter = service.get(id);
    if (name !== undefined && name !== adapter.name) service.rename(adapter.id, name);
    return service.annotate(adapter.id, { note, tags });
  }),
  import: os.adapters.import.handler(({ context, input: { from, name, modelId } }) => {
    const { adapters: service, tasks } = context.studio;
    if ('hub' in from) {
      const source = from.hub.startsWith(hubPrefix) ? from.hub : hubPrefix + from.hub;
      return tasks.start({ kind: 'importAdapter', subject: from.hub }, (options) =>
        service.importWithNotices(source, { ...options, name, model: modelId }),
      );
    }
    const path = context.files.pathOf(from);
    return tasks.start({ kind: 'importAdapter', subject: name ?? basename(path) }, (options) =>
      usingUp(context.files, from, options, (told) =>
        service.importWithNotices(path, { ...told, name, model: modelId }),
      ),
    );
  }),
  export: os.adapters.export.handler(({ context, input: { id, to, options: chosen, target } }) => {
    const { adapters: service, tasks } = context.studio;
    const adapter = service.get(id);
    const { place, asFile, fileName } = exportPlace(context, {
      name: adapter.name,
      to,
      spec: getAdapterExport(to),
      options: chosen,
      target,
    });
    return tasks.start({ kind: 'exportAdapter', subject: adapter.name }, async (options) => {
      const choice = { to, options: chosen };
      const result = asFile
        ? await service.exportFile(adapter.id, choice, { path: place.path, fileName }, options)
        : await service.export(adapter.id, choice, place.path, options);
      return { ...(await place.written()), export: result };
    });
  }),
  archive: os.adapters.archive.handler(({ context, input: { ids, target } }) => {
    const { adapters: service, tasks } = context.studio;
    const chosen = [...new Set(ids.map((id) => service.get(id).id))];
    const [first = ''] = chosen;
    const subject = chosen.length === 1 ? service.get(first).name : archiveWords.several({ count: chosen.length });
    const place = context.files.targetFor(target, `${plainFileName(englishOf(subject))}.graft.tar.gz`);
    return tasks.start({ kind: 'archiveAdapters', subject }, async (options) => {
      await service.archive(chosen, place.path, options);
      return place.written();
    });
  }),
  unarchive: os.adapters.unarchive.handler(({ context, input: { from } }) => {
    const { adapters: service, tasks } = context.studio;
    const path = context.files.pathOf(from);
    return tasks.start({ kind: 'unarchiveAdapters', subject: basename(path) }, (options) =>
      usingUp(context.files, from, options, (told) => service.unarchive(path, told)),
    );
  }),
  remove: os.adapters.remove.handler(async ({ context, input }) => {
    for (const id of input.ids) await context.studio.adapters.remove(id);
    return null;
  }),
  restore: os.adapters.restore.handler(async ({ context, input }) => {
    for (const id of input.ids) await context.studio.adapters.restore(id);
    return null;
  }),
  purge: os.adapters.purge.handler(async ({ context, input }) => {
    for (const id of input.ids) await context.studio.adapters.purge(id);
    return null;
  }),
});
