/**
 * Tests run in forked processes: the native libraries (TensorFlow, SQLite) do not share a process with worker threads.
 * Two forks, since TensorFlow takes the cores it finds. What runs in a window is tested in jsdom, compiled as Vite does;
 * its files share a process, which would else load the same five hundred modules for each of them.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import { keepCompiled } from './main/studio/keepCompiled.ts';
import { SkipReporter } from './tests/support/skipReporter.ts';
import { SlowFirst } from './tests/support/SlowFirst.ts';

keepCompiled(); // workers and the engines that they start inherit it: an engine is there in half the time

const accessibility = 'tests/browser/accessibility.test.ts';
const inBrowser = { testTimeout: 240_000, hookTimeout: 120_000 } as const;
const shared = { pool: 'forks', testTimeout: 60_000, hookTimeout: 60_000 } as const;

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: SlowFirst },
    reporters: ['default', new SkipReporter()],
    projects: [
      { test: { ...shared, name: 'node', include: ['tests/**/*.test.ts'], exclude: ['tests/renderer/**', 'tests/browser/**'] } },
      {
        plugins: [svelte({ configFile: false, compilerOptions: { runes: true } }), svelteTesting()],
        test: {
          ...shared,
          name: 'renderer',
          include: ['tests/renderer/**/*.test.ts'],
          environment: 'jsdom',
          isolate: false,
          setupFiles: ['tests/renderer/support/setup.ts'],
        },
      },
      // Looks at screens that stand still, so other tests may run meanwhile.
      { test: { ...shared, ...inBrowser, name: 'accessibility', include: [accessibility] } },
      // After all others and one at a time: a browser, a studio and its engines want the machine for themselves.
      {
        test: {
          ...shared,
          ...inBrowser,
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          exclude: [accessibility],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
