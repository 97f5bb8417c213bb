/** Procedures of the domain `doctor`: inputs are parsed, the services do the work. */
import { os } from './implementer.ts';

export const doctor = {
  report: os.doctor.report.handler(({ context }) => context.studio.doctor.report({ selfTest: false })),
  selfTest: os.doctor.selfTest.handler(({ context: { studio } }) =>
    studio.tasks.start({ kind: 'selfTest', subject: '' }, async (options) =>
      studio.doctor.report({ ...options, selfTest: true }),
    ),
  ),
  diagnostics: os.doctor.diagnostics.handler(({ context }) => context.studio.doctor.diagnostics()),
};
