/** Procedures of the domain `doctor`: inputs are parsed, the services do the work. */
import { forwarding } from './forwarding.ts';
import { os } from './implementer.ts';

export const doctor = forwarding('doctor', 'doctor', {
  report: os.doctor.report.handler(({ context }) => context.studio.doctor.report({ selfTest: false })),
  selfTest: os.doctor.selfTest.handler(({ context: { studio } }) =>
    studio.tasks.start({ kind: 'selfTest', subject: '' }, async (options) =>
      studio.doctor.report({ ...options, selfTest: true }),
    ),
  ),
});
