/** Where and when figures were taken: part of every line of results. */
import { execFileSync } from 'node:child_process';
import os from 'node:os';

export function benchMachine() {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const [processor] = os.cpus();
  const machine = {
    cpu: processor.model,
    cores: os.cpus().length,
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    node: process.version,
  };
  return { at: new Date().toISOString(), commit, machine };
}
