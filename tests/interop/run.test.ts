/**
 * The flags of `npm run interop`: a suite that nobody finds, or a wrong name that runs nothing and calls it success.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { suites } from './suites.ts';

const interop = (...args: readonly string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'run.ts'), ...args], { encoding: 'utf8' });

describe('npm run interop', () => {
  test('--help names every suite', () => {
    const { status, stdout } = interop('--help');
    expect(status).toBe(0);
    for (const { name, about } of suites) expect(stdout).toMatch(new RegExp(`^ +${name} +${about.slice(0, 20)}`, 'm'));
  });

  test('a name that is no suite is said and is no success', () => {
    const { status, stdout } = interop('--only', 'exports,gemma');
    expect(status).toBe(1);
    expect(stdout).toContain("no suite 'gemma'");
  });
});
