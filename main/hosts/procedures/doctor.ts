/** Procedures of the domain `doctor`: inputs are parsed, the services do the work. */
import { notYet, os } from './implementer.ts';

export const doctor = {
  report: os.doctor.report.handler(() => notYet('doctor.report')),
  selfTest: os.doctor.selfTest.handler(() => notYet('doctor.selfTest')),
  diagnostics: os.doctor.diagnostics.handler(() => notYet('doctor.diagnostics')),
};
