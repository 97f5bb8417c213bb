/** Procedures of the domain `classification`: inputs are parsed, the service does the work. */
import { os } from './implementer.ts';

export const classification = {
  classify: os.classification.classify.handler(({ context, input, signal }) =>
    context.studio.classification.classify(input, { ...(signal && { signal }) }),
  ),
  unload: os.classification.unload.handler(async ({ context }) => {
    await context.studio.classification.unload();
    return null;
  }),
};
