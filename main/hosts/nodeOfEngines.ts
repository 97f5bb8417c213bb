/** Which Node a window starts its engines with. */
export { nodeOfEngines } from '../studio/machine/nodeOfEngines.ts';
