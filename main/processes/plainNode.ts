/**
 * The Node beside a window: npm's webgpu makes buffers outside of V8's cage, which Electron's processes forbid, so that
 * an engine with it is plain Node. `npm start` names the Node that it found; a packaged window has none.
 */
const plainNodeVariable = 'GRAFT_NODE';

/** The path of it; undefined where there is none. */
export function findPlainNode(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env[plainNodeVariable] || undefined;
}

/** Whether an engine of this process can load Node's add-ons as plain Node does. */
export function runsAddons(isElectron = process.versions.electron !== undefined): boolean {
  return !isElectron || findPlainNode() !== undefined;
}
