/**
 * One installation at a time in one checkout. The lock is a folder beside node_modules (npm removes what is inside);
 * its owner touches it every second, and one left untouched for ten is taken over. It names the process that writes
 * node_modules: npm can outlive a killed owner, and until it has ended the lock holds.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const heartbeatMs = 1_000;
const staleMs = 10_000;
const waitMs = 200;

/**
 * Runs `work(announce)` alone among all processes that use this folder; waits for another one first, and says so on
 * stderr. `announce(pid)` names the process that does the writing.
 */
export async function withInstallLock(folder, work) {
  const lock = join(folder, '.graft-install.lock');
  await acquire(lock);
  const heartbeat = setInterval(() => touch(lock), heartbeatMs);
  const release = () => rmSync(lock, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await work((pid) => writeFileSync(writerFile(lock), String(pid)));
  } finally {
    clearInterval(heartbeat);
    process.off('exit', release);
    release();
  }
}

async function acquire(lock) {
  let told = false;
  while (!tryCreate(lock)) {
    if (!told)
      process.stderr.write(
        `Another start of Graft is installing or building; waiting for it (if there is none, delete ${lock}) …\n`,
      );
    told = true;
    removeIfStale(lock);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

function tryCreate(lock) {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Moved aside before it is judged, so that of two waiters only one takes it; a fresh lock moved by mistake goes back.
 */
function removeIfStale(lock) {
  if (ageMs(lock) < staleMs || writerIsAlive(lock)) return;
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return; // the other waiter was quicker
    throw error;
  }
  if (ageMs(aside) < staleMs) renameSync(aside, lock);
  else rmSync(aside, { recursive: true, force: true });
}

const writerFile = (lock) => join(lock, 'writer');

function writerIsAlive(lock) {
  if (!existsSync(writerFile(lock))) return false;
  try {
    return process.kill(Number(readFileSync(writerFile(lock), 'utf8')), 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function ageMs(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 0 : Date.now() - stat.mtimeMs;
}

function touch(path) {
  const now = new Date();
  if (existsSync(path)) utimesSync(path, now, now);
}
