/** Procedures of the domain `projects`: inputs are parsed, the services do the work. */
import { notYet, os } from './implementer.ts';

export const projects = {
  list: os.projects.list.handler(() => notYet('projects.list')),
  get: os.projects.get.handler(() => notYet('projects.get')),
  create: os.projects.create.handler(() => notYet('projects.create')),
  update: os.projects.update.handler(() => notYet('projects.update')),
  remove: os.projects.remove.handler(() => notYet('projects.remove')),
};
