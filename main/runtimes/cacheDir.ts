import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's cache folder for what any data folder can share: GRAFT_CACHE, else the platform's usual place. */
export function defaultCacheDir(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.GRAFT_CACHE) return env.GRAFT_CACHE;
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'graft');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'graft');
  return join(env.XDG_CACHE_HOME ? env.XDG_CACHE_HOME : join(homedir(), '.cache'), 'graft');
}
