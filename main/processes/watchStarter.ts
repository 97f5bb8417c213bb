/**
 * `npm start` runs us under a program that passes signals on (main/bootstrap/start.mjs) and names itself in the
 * environment. Killed, it passes on nothing: so we look ourselves whether it is there.
 */
import { isParentThere } from './isParentThere.ts';

export const starterVariable = 'GRAFT_STARTER';

const intervalMs = 500;

/** Calls `onGone` once. Does nothing where this process was started by anything else. Keeps nothing alive. */
export function watchStarter(onGone: () => void): void {
  const starter = process.ppid;
  if (process.env[starterVariable] !== String(starter)) return;
  const timer = setInterval(() => {
    if (isParentThere(starter)) return;
    clearInterval(timer);
    onGone();
  }, intervalMs);
  timer.unref();
}
