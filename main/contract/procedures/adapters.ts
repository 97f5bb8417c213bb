import { z } from 'zod';
import type { Adapter } from '../entities.ts';
import {
  type AdapterDetails,
  type AdapterFacets,
  type AdapterPage,
  type ImportedAdapter,
  type UnarchiveResult,
  adapterSorts,
} from '../library.ts';
import type { TaskTicket } from '../tasks.ts';
import { type WrittenExport, exportChoice } from './exportChoice.ts';
import { type WrittenFile, byId, fileSource, fileTarget, gives, pageInput, procedure, reference } from './procedure.ts';

export const adapters = {
  list: procedure
    .input(
      pageInput.extend({
        search: z.string().max(200).optional(),
        method: z.string().optional(),
        modelId: z.string().optional(),
        tag: z.string().optional(),
        /** This one alone, if the rest holds for it: whether a search shows it. */
        id: z.string().optional(),
        sort: z.enum(adapterSorts).default('newest'),
        trashed: z.boolean().default(false),
      }),
    )
    .output(gives<AdapterPage>()),
  facets: procedure.output(gives<AdapterFacets>()),
  get: procedure.input(byId).output(gives<AdapterDetails>()),
  update: procedure
    .input(
      byId.extend({
        name: z.string().trim().min(1).max(120).optional(),
        note: z.string().max(20_000).optional(),
        tags: z.array(z.string().trim().min(1).max(60)).max(50).optional(),
      }),
    )
    .output(gives<Adapter>()),
  /**
   * A folder of PEFT or of a program whose layout is known, or a `HubReference` on the hub that the person's
   * environment names.
   */
  import: procedure
    .input(
      z.object({
        from: z.union([fileSource, z.object({ hub: z.string().trim().min(1).max(500) })]),
        name: z.string().trim().min(1).max(120).optional(),
        modelId: reference.optional(),
      }),
    )
    .output(gives<TaskTicket<ImportedAdapter>>()),
  /** About how many bytes it will have; null where that cannot be told. */
  exportSize: procedure.input(byId.extend(exportChoice)).output(gives<number | null>()),
  export: procedure
    .input(byId.extend({ ...exportChoice, target: fileTarget }))
    .output(gives<TaskTicket<WrittenExport>>()),
  /** Several adapters as one file with checksums, to hand to somebody. */
  archive: procedure
    .input(z.object({ ids: z.array(reference).min(1), target: fileTarget }))
    .output(gives<TaskTicket<WrittenFile>>()),
  unarchive: procedure.input(z.object({ from: fileSource })).output(gives<TaskTicket<UnarchiveResult>>()),
  remove: procedure.input(z.object({ ids: z.array(reference).min(1) })).output(gives<null>()),
  restore: procedure.input(z.object({ ids: z.array(reference).min(1) })).output(gives<null>()),
  /** Out of the trash for good. */
  purge: procedure.input(z.object({ ids: z.array(reference).min(1) })).output(gives<null>()),
};
