import type { DoctorReport } from '../machine.ts';
import type { TaskTicket } from '../tasks.ts';
import { gives, procedure } from './procedure.ts';

export const doctor = {
  report: procedure.output(gives<DoctorReport>()),
  /** With the ten-second test of every backend found. */
  selfTest: procedure.output(gives<TaskTicket<DoctorReport>>()),
  /** Plain text for a bug report: versions, machine, backends, last errors; no content of the person's. */
  diagnostics: procedure.output(gives<string>()),
};
