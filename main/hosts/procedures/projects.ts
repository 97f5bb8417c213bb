/** Procedures of the domain `projects`: inputs are parsed, the services do the work. */
import { os } from './implementer.ts';

export const projects = {
  list: os.projects.list.handler(({ context }) => context.studio.projects.list()),
  get: os.projects.get.handler(({ context, input }) => context.studio.projects.get(input.id)),
  create: os.projects.create.handler(({ context, input }) => context.studio.projects.create(input.name, input.modelId)),
  update: os.projects.update.handler(({ context, input: { id, ...changes } }) =>
    context.studio.projects.update(id, changes),
  ),
  remove: os.projects.remove.handler(({ context, input }) => {
    context.studio.projects.remove(input.id);
    return null;
  }),
  trainingForm: os.projects.trainingForm.handler(({ context, input }) => {
    const { projects, trainingForms } = context.studio;
    return trainingForms.get(projects.get(input.id).id);
  }),
  keepTrainingForm: os.projects.keepTrainingForm.handler(({ context, input: { id, draft, last } }) => {
    const { projects, trainingForms } = context.studio;
    trainingForms.keep(projects.get(id).id, {
      ...(draft !== undefined && { draft }),
      ...(last !== undefined && { last }),
    });
    return null;
  }),
};
