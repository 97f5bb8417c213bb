/** Procedures of the domain `preferences`. */
import { os } from './implementer.ts';

export const preferences = {
  get: os.preferences.get.handler(({ context }) => context.studio.preferences.get()),
  update: os.preferences.update.handler(({ context, input }) => context.studio.preferences.update(input)),
};
