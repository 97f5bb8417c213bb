import type { Change } from '../changes.ts';
import { procedure, streams } from './procedure.ts';

export const changes = {
  /** Never ends. After a reconnection everything is read again. */
  watch: procedure.output(streams<Change>()),
};
