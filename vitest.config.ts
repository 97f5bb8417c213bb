/**
 * Tests run in forked processes: the native libraries (TensorFlow, SQLite) do not share a process with worker threads.
 * Three forks: TensorFlow takes the cores it finds, and a test often waits for an engine or a browser that it has
 * started. Files that leave nothing behind share theirs, which would else load the same modules for each of them. What
 * runs in a window is tested in jsdom, compiled as Vite does; its files share a process too. `npm run proof`
 * (GRAFT_PROOF=1) has files of its own.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import { keepCompiled } from './main/studio/shared/keepCompiled.ts';
import { usedIcons } from './tests/renderer/support/usedIcons.ts';
import { proofFiles } from './tests/support/proofFiles.ts';
import { SkipReporter } from './tests/support/skipReporter.ts';
import { SlowFirst } from './tests/support/SlowFirst.ts';

keepCompiled(); // workers and the engines that they start inherit it: an engine is there in half the time

/**
 * Nothing of the process's own that a file would leave behind: no module replaced, no tensors but WebAssembly's, since
 * the backend is the process's. A studio or an engine's process is ended by the file that started it.
 */
const pure = [
  ...['contract', 'database', 'datasets', 'engineHost', 'evaluation', 'formats', 'hosts/browserHost', 'hub', 'interop'],
  ...['jobs', 'linearAlgebra', 'runtimes', 'tokenizers'],
  ...['chats', 'dataFolder', 'datasets', 'exports', 'machine', 'serving', 'shared'].map((part) => `studio/${part}`),
].map((folder) => `tests/${folder}/**/*.test.ts`);

/** They look at screens that stand still, so other tests may run meanwhile. */
const still = ['everyScreen', 'japanese'].map((name) => `tests/browser/${name}.test.ts`);
const inBrowser = {
  testTimeout: 240_000,
  globalSetup: 'tests/browser/support/chromium.ts',
  expect: { poll: { timeout: 15_000 } }, // a window on a busy machine is late
} as const;
const shared = { pool: 'forks', testTimeout: 180_000, hookTimeout: 180_000 } as const;

const proof = { test: { ...shared, name: 'proof', include: proofFiles, testTimeout: 600_000 } };

export default defineConfig({
  test: {
    maxWorkers: 3,
    sequence: { sequencer: SlowFirst },
    reporters: ['default', new SkipReporter()],
    projects:
      process.env.GRAFT_PROOF === '1'
        ? [proof]
        : [
            {
              test: {
                ...shared,
                name: 'node',
                include: ['tests/**/*.test.ts'],
                exclude: [...pure, 'tests/renderer/**', 'tests/browser/**'],
              },
            },
            { test: { ...shared, name: 'pure', include: pure, isolate: false } },
            {
              plugins: [usedIcons(), svelte({ configFile: false, compilerOptions: { runes: true } }), svelteTesting()],
              test: {
                ...shared,
                name: 'renderer',
                include: ['tests/renderer/**/*.test.ts'],
                environment: 'jsdom',
                isolate: false,
                setupFiles: ['tests/renderer/support/setup.ts'],
              },
            },
            { test: { ...shared, ...inBrowser, name: 'still', include: still } },
            // After all others and two at a time: a browser, a studio and its engines are at work for each.
            {
              test: {
                ...shared,
                ...inBrowser,
                name: 'browser',
                include: ['tests/browser/**/*.test.ts'],
                exclude: still,
                maxWorkers: 2,
                sequence: { groupOrder: 1 },
              },
            },
          ],
  },
});
