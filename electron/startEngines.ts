/**
 * Utility processes; or, for a runtime that those cannot load, forks of the Node that `npm start` has brought. Asked at
 * each start, since a runtime may be installed meanwhile.
 */
import type { Child, ChildOptions, StartChild } from '../main/processes/startChild.ts';

interface Ways {
  readonly asUtility: StartChild;
  /** With another Node than this. */
  readonly asFork: (file: string, options: ChildOptions | undefined, node: string) => Child;
  readonly nodeOfEngines: () => string | undefined;
}

export function startEngines({ asUtility, asFork, nodeOfEngines }: Ways): StartChild {
  return (file, options) => {
    const node = nodeOfEngines();
    return node === undefined ? asUtility(file, options) : asFork(file, options, node);
  };
}
