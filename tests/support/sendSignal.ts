/** A signal to one process; throws where the id is none, since 0 and −1 mean every process there is. */
export function sendSignal(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined || !Number.isSafeInteger(pid) || pid <= 1) throw new Error(`${pid} is no id of a process`);
  process.kill(pid, signal);
}
