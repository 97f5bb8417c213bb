/** What the tasks of the studio say about self-tests and backends. A task outlives a reload, and so does its report. */
import type { BackendReport, DoctorReport } from '../../../main/contract/machine.ts';
import type { Task } from '../../../main/contract/tasks.ts';

/** The newest report with tests in it; undefined before the first. */
export function lastSelfTest(tasks: readonly Task[]): DoctorReport | undefined {
  const done = tasks.filter(({ kind, state }) => kind === 'selfTest' && state === 'succeeded');
  const newest = done.reduce<Task | undefined>(
    (last, task) => (last === undefined || task.startedAt >= last.startedAt ? task : last),
    undefined,
  );
  return newest?.result as DoctorReport | undefined;
}

export function runningTask(tasks: readonly Task[], kind: Task['kind'], subject?: string): Task | undefined {
  return tasks.find(
    (task) => task.kind === kind && task.state === 'running' && (subject === undefined || task.subject === subject),
  );
}

/** The chosen one, such as `tensorflow on CPU, float32`, as the id of a backend: `tensorflow-cpu`. */
export function backendOfChoice(chosen: string): string {
  return (chosen.split(',')[0] ?? chosen).trim().toLowerCase().replace(' on ', '-');
}

export type TestOutcome = 'passed' | 'failed' | 'none';

export function testOutcome({ selfTest }: Pick<BackendReport, 'selfTest'>): TestOutcome {
  if (selfTest === null) return 'none';
  return selfTest.checks.every(({ passed }) => passed) ? 'passed' : 'failed';
}
