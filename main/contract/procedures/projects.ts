import { z } from 'zod';
import { saying } from '../plainWords.ts';
import { validationWords } from '../words/validation.ts';
import type { Project } from '../entities.ts';
import { byId, gives, procedure } from './procedure.ts';

const name = z.string().trim().min(1, saying(validationWords.projectName())).max(120);

export const projects = {
  list: procedure.output(gives<readonly Project[]>()),
  get: procedure.input(byId).output(gives<Project>()),
  create: procedure.input(z.object({ name, modelId: z.string().nullable() })).output(gives<Project>()),
  update: procedure.input(byId.extend({ name: name.optional(), modelId: z.string().nullable().optional() })).output(gives<Project>()),
  /** Only a project without runs and chats. */
  remove: procedure.input(byId).output(gives<null>()),
};
