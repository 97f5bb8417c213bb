import { z } from 'zod';
import type { Model } from '../entities.ts';
import type { ModelFit, ModelSource } from '../machine.ts';
import type { CorrectedModel, ImportedModel } from '../modelImport.ts';
import type { TaskTicket } from '../tasks.ts';
import { type WrittenExport, exportChoice } from './exportChoice.ts';
import { byId, fileSource, fileTarget, gives, procedure } from './procedure.ts';

export const models = {
  list: procedure.output(gives<readonly Model[]>()),
  listTrashed: procedure.output(gives<readonly Model[]>()),
  get: procedure.input(byId).output(gives<Model>()),
  sources: procedure.output(gives<readonly ModelSource[]>()),
  fit: procedure.input(byId).output(gives<ModelFit>()),
  import: procedure
    .input(z.object({ from: fileSource, name: z.string().trim().min(1).max(120).optional() }))
    .output(gives<TaskTicket<ImportedModel>>()),
  /** Other files for the same weights, in place. Refused while something needs the model. */
  correct: procedure.input(byId.extend({ from: fileSource })).output(gives<TaskTicket<CorrectedModel>>()),
  undoCorrection: procedure.input(byId).output(gives<TaskTicket<CorrectedModel>>()),
  /** The other models that share their weights with it on the disk. */
  sharing: procedure.input(byId).output(gives<readonly Model[]>()),
  /** An id of `sources`, or a `HubReference` on the hub that the person's environment names. */
  fetch: procedure
    .input(z.object({ source: z.string().trim().min(1).max(500) }))
    .output(gives<TaskTicket<ImportedModel>>()),
  rename: procedure.input(byId.extend({ name: z.string().trim().min(1).max(120) })).output(gives<Model>()),
  /** The base alone; `to` is `safetensors` or `gguf`. */
  /** About how many bytes it will have; null where that cannot be told. */
  exportSize: procedure.input(byId.extend(exportChoice)).output(gives<number | null>()),
  export: procedure
    .input(byId.extend({ ...exportChoice, target: fileTarget }))
    .output(gives<TaskTicket<WrittenExport>>()),
  /** To the trash. Refused while a queued or running run needs it. */
  remove: procedure.input(byId).output(gives<null>()),
  restore: procedure.input(byId).output(gives<Model>()),
};
