/**
 * Programs that make the checkout ready (npm, the builds): ended with this one, which waits until they no longer write.
 */

const running = new Map();

/** Has the program ended by `endHelpers` as long as it runs. Gives it back. */
export function asHelper(child) {
  const ended = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  running.set(
    child,
    ended.then(() => running.delete(child)),
  );
  return child;
}

export async function endHelpers() {
  for (const child of running.keys()) child.kill('SIGTERM');
  await Promise.all(running.values());
}
