/**
 * Who started this program: npm, through a shell. npm passes SIGTERM on to that shell alone, which dies of it, and a
 * killed npm passes nothing on; either way nobody would be left who could end what runs here. So they are looked at
 * twice a second.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const intervalMs = 500;

/**
 * Calls `listener` once when one of them is gone. Where npm did not start this program it runs for itself, as with
 * nohup.
 */
export function onCallersGone(listener, env = process.env) {
  if (env.npm_lifecycle_event !== 'start') return;
  const parent = process.ppid;
  const npm = npmBehind(parent);
  const timer = setInterval(() => {
    const isAdopted = process.platform !== 'win32' && process.ppid !== parent;
    if (!isAdopted && isAlive(parent) && (npm === undefined || isAlive(npm))) return;
    clearInterval(timer);
    listener();
  }, intervalMs);
  timer.unref();
}

/**
 * The parent of a shell that has our command to run; some shells put the command in their own place, and npm is the
 * parent then.
 */
function npmBehind(pid) {
  const found = /^(\d+) .*start\.mjs/.exec(processLine(pid));
  return found === null ? undefined : Number(found[1]);
}

/** Parent's id and command line, empty where the system does not tell. */
function processLine(pid) {
  try {
    if (process.platform === 'win32') return '';
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'ppid=,command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const ppid = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    return `${ppid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`;
  } catch {
    return ''; // gone by now, or a system without ps: the parent alone is looked at
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
