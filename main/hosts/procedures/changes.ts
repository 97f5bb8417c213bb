/** Procedures of the domain `changes`. */
import { os } from './implementer.ts';

export const changes = {
  watch: os.changes.watch.handler(({ context, signal }) => context.studio.changes.watch(signal)),
};
