/** Procedures of the domain `projects`: inputs are parsed, the services do the work. */
import { forwarding } from './forwarding.ts';
import { os } from './implementer.ts';

export const projects = forwarding('projects', 'projects', {
  create: os.projects.create.handler(({ context, input }) => context.studio.projects.create(input.name, input.modelId)),
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
});
