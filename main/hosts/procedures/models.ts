/** Procedures of the domain `models`: inputs are parsed, the services do the work. */
import { notYet, os } from './implementer.ts';

export const models = {
  list: os.models.list.handler(() => notYet('models.list')),
  get: os.models.get.handler(() => notYet('models.get')),
  sources: os.models.sources.handler(() => notYet('models.sources')),
  fit: os.models.fit.handler(() => notYet('models.fit')),
  import: os.models.import.handler(() => notYet('models.import')),
  fetch: os.models.fetch.handler(() => notYet('models.fetch')),
  rename: os.models.rename.handler(() => notYet('models.rename')),
  remove: os.models.remove.handler(() => notYet('models.remove')),
};
