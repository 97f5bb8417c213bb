/**
 * The Node beside a window: npm's webgpu makes buffers outside of V8's cage, which Electron's processes forbid, so that
 * an engine with it is plain Node. `npm start` names the Node that it found. A packaged window has none, and whatever
 * its surroundings name cannot read programs inside its archive.
 */
const plainNodeVariable = 'GRAFT_NODE';
const inArchive = /\.asar[\\/]/;

/** The path of it; undefined where there is none for our programs, which lie beside `program` (a URL or a path). */
export function findPlainNode(env: NodeJS.ProcessEnv = process.env, program = import.meta.url): string | undefined {
  return inArchive.test(program) ? undefined : env[plainNodeVariable] || undefined;
}

/** Whether an engine of this process can load Node's add-ons as plain Node does. */
export function runsAddons(isElectron = process.versions.electron !== undefined, node = findPlainNode()): boolean {
  return !isElectron || node !== undefined;
}
