/**
 * Tests run in forked processes: the native libraries (TensorFlow, SQLite) do not share a process with worker threads.
 * Two forks, since TensorFlow takes the cores it finds.
 */
import { defineConfig } from 'vitest/config';
import { SkipReporter } from './tests/support/skipReporter.ts';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new SkipReporter()],
  },
});
