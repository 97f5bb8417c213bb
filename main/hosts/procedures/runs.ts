/** Procedures of the domain `runs`: inputs are parsed, the services do the work. */
import { notYet, os } from './implementer.ts';

export const runs = {
  list: os.runs.list.handler(() => notYet('runs.list')),
  get: os.runs.get.handler(() => notYet('runs.get')),
  curves: os.runs.curves.handler(() => notYet('runs.curves')),
  samples: os.runs.samples.handler(() => notYet('runs.samples')),
  log: os.runs.log.handler(() => notYet('runs.log')),
  watch: os.runs.watch.handler(() => notYet('runs.watch')),
  plan: os.runs.plan.handler(() => notYet('runs.plan')),
  start: os.runs.start.handler(() => notYet('runs.start')),
  resume: os.runs.resume.handler(() => notYet('runs.resume')),
  stop: os.runs.stop.handler(() => notYet('runs.stop')),
  reorder: os.runs.reorder.handler(() => notYet('runs.reorder')),
  rename: os.runs.rename.handler(() => notYet('runs.rename')),
  remove: os.runs.remove.handler(() => notYet('runs.remove')),
  restore: os.runs.restore.handler(() => notYet('runs.restore')),
  request: os.runs.request.handler(() => notYet('runs.request')),
  exportConfiguration: os.runs.exportConfiguration.handler(() => notYet('runs.exportConfiguration')),
  readConfiguration: os.runs.readConfiguration.handler(() => notYet('runs.readConfiguration')),
};
