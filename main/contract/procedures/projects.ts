import { z } from 'zod';
import { saying } from '../plainWords.ts';
import { validationWords } from '../words/validation.ts';
import type { Project } from '../entities.ts';
import { type KeptTrainingForm, longestDraft } from '../trainingForm.ts';
import { byId, gives, procedure } from './procedure.ts';

const name = z.string().trim().min(1, saying(validationWords.projectName())).max(120);

const draft = z
  .record(z.string(), z.unknown())
  .refine((given) => JSON.stringify(given).length <= longestDraft)
  .nullable();

export const projects = {
  list: procedure.output(gives<readonly Project[]>()),
  get: procedure.input(byId).output(gives<Project>()),
  create: procedure.input(z.object({ name, modelId: z.string().nullable() })).output(gives<Project>()),
  update: procedure
    .input(byId.extend({ name: name.optional(), modelId: z.string().nullable().optional() }))
    .output(gives<Project>()),
  /** Only a project without runs and chats. */
  remove: procedure.input(byId).output(gives<null>()),
  /** The training form as it was left; another window's writing is not announced. */
  trainingForm: procedure.input(byId).output(gives<KeptTrainingForm>()),
  keepTrainingForm: procedure
    .input(byId.extend({ draft: draft.optional(), last: draft.optional() }))
    .output(gives<null>()),
};
