/** Procedures of the domain `adapters`: inputs are parsed, the services do the work. */
import { notYet, os } from './implementer.ts';

export const adapters = {
  list: os.adapters.list.handler(() => notYet('adapters.list')),
  facets: os.adapters.facets.handler(() => notYet('adapters.facets')),
  get: os.adapters.get.handler(() => notYet('adapters.get')),
  update: os.adapters.update.handler(() => notYet('adapters.update')),
  import: os.adapters.import.handler(() => notYet('adapters.import')),
  export: os.adapters.export.handler(() => notYet('adapters.export')),
  archive: os.adapters.archive.handler(() => notYet('adapters.archive')),
  unarchive: os.adapters.unarchive.handler(() => notYet('adapters.unarchive')),
  remove: os.adapters.remove.handler(() => notYet('adapters.remove')),
  restore: os.adapters.restore.handler(() => notYet('adapters.restore')),
  purge: os.adapters.purge.handler(() => notYet('adapters.purge')),
};
