/** What a client says of an export; the options are parsed by the export's own schema. */
import { z } from 'zod';
import type { ExportResult } from '../exports/exportSpec.ts';
import type { WrittenFile } from './procedure.ts';

export const exportChoice = { to: z.string().min(1).max(60), options: z.record(z.string(), z.unknown()).optional() };

export interface WrittenExport extends WrittenFile {
  readonly export: ExportResult;
}
