/** Whether the process that started this one still runs; `pid` is what process.ppid was at the start. */
export function isParentThere(pid: number): boolean {
  const isAdopted = process.platform !== 'win32' && process.ppid !== pid;
  return !isAdopted && isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
