/**
 * Prints every skipped test with its reason at the end, grouped by reason, and leaves the counts and the failed tests
 * as JSON in the file that GRAFT_TEST_SUMMARY names, for the last lines of `npm test`. A reason is the note given to
 * `context.skip(note)` or what `describeWith` (tests/support/requirements.ts) wrote into the name after `— skipped:`.
 */
import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    const brokenModules = modules.filter((module) => module.errors().length > 0);
    const counts: Counts = {
      passed: count('passed'),
      failed: count('failed') + brokenModules.length + unhandledErrors.length,
      skipped: count('skipped'),
    };
    const reasons = groupByReason(tests.filter((test) => test.result().state === 'skipped'));
    for (const [reason, names] of reasons) {
      process.stdout.write(`\nskipped, because ${reason}:\n${names.map((name) => `  ${name}\n`).join('')}`);
    }
    const failures = [
      ...brokenModules.map((module) => `${module.relativeModuleId}: ${firstLine(module.errors())}`),
      ...tests.filter((test) => test.result().state === 'failed').map(describeFailure),
      ...unhandledErrors.map((error) => `outside a test: ${firstLine([error])}`),
    ];
    const summaryFile = process.env.GRAFT_TEST_SUMMARY;
    if (summaryFile === undefined) return;
    writeFileSync(summaryFile, JSON.stringify({ ...counts, reasons: [...reasons], failures }));
  }
}

function describeFailure(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}: ${firstLine(test.result().errors ?? [])}`;
}

function firstLine([error]: readonly unknown[]): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(message).split('\n')[0];
}

function groupByReason(skipped: readonly TestCase[]): Map<string, string[]> {
  const groups = new Map<string, Set<string>>();
  for (const test of skipped) {
    const [name, fromName] = suiteName(test).split(' — skipped: ');
    const reason = noteOf(test) ?? fromName ?? 'no reason was given (give one: describeWith or context.skip)';
    groups.set(reason, (groups.get(reason) ?? new Set()).add(`${test.module.relativeModuleId} > ${name}`));
  }
  return new Map([...groups].map(([reason, names]) => [reason, [...names]]));
}

function suiteName(test: TestCase): string {
  return test.parent.type === 'suite' ? test.parent.fullName : test.name;
}

function noteOf(test: TestCase): string | undefined {
  const result = test.result();
  return result.state === 'skipped' ? result.note : undefined;
}
