/** The person's browser, where there is one to be seen: a machine reached over SSH or without a display gets none. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a window opened here would be seen. */
export function hasDisplay(env: Environment = process.env, platform: NodeJS.Platform = process.platform): boolean {
  const hasScreen = isSet(env.DISPLAY) || isSet(env.WAYLAND_DISPLAY);
  if (isSet(env.SSH_CONNECTION)) return hasScreen && platform === 'linux';
  return platform === 'win32' || platform === 'darwin' || hasScreen || isSet(env.WSL_DISTRO_NAME);
}

/** False where the browser could not be started. */
export async function openBrowser(address: string): Promise<boolean> {
  try {
    const { default: open } = await import('open');
    const child = await open(address);
    return await new Promise((resolve) => {
      child.once('spawn', () => resolve(true)).once('error', () => resolve(false));
      if (child.pid !== undefined) resolve(true);
    });
  } catch {
    return false; // whatever the reason, the printed address is there
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
