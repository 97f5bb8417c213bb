/** Procedures of the domain `classification`. */
import { forwarding } from './forwarding.ts';
import { os } from './implementer.ts';

export const classification = forwarding('classification', 'classification', {
  classify: os.classification.classify.handler(({ context, input, signal }) =>
    context.studio.classification.classify(input, { ...(signal && { signal }) }),
  ),
});
