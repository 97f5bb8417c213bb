/** Folders for tests, gone after them. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

/** One for a test. */
export function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'graft-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** One for a `describe`, there from its first hook on: a suite that is skipped makes none. */
export function suiteDir(): string {
  const dir = join(tmpdir(), `graft-test-${randomUUID()}`);
  beforeAll(() => {
    mkdirSync(dir);
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
