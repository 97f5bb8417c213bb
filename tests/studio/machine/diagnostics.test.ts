import { expect, it } from 'vitest';
import { writeDiagnostics } from '../../../main/studio/machine/diagnostics.ts';
import { backendWords } from '../../../main/contract/words/backends.ts';

it('tells versions, machine, backends and how runs failed, and nothing that a person named (a name in a public report)', () => {
  const text = writeDiagnostics(
    {
      version: '1.2.3',
      schemaVersion: 7,
      report: {
        backends: [{ backend: 'wasm', found: true, why: backendWords.comesWithGraft(), remedy: null, selfTest: null }],
        chosen: 'wasm, float32',
        why: backendWords.comesWithGraft(),
        llamaCpp: [],
        machine: { cpu: 'Some CPU', 'data folder': '/home/ada/.local/share/graft' },
      },
      notices: ['The adapter "love letters" is in the trash.', 'Took the folder /home/ada/x in as "diary".'],
      failures: [
        {
          ...{ state: 'interrupted', code: 'outOfMemory', step: 12, exitCode: null, signal: 'SIGKILL', at: 0 },
          ...{ method: 'vera', backend: 'wasm', precision: 'float32' },
        },
      ],
    },
    '/home/ada',
  );
  expect(text).not.toMatch(/\bada\b|love|diary/);
  for (const part of [
    'version 1.2.3, database 7',
    `node ${process.versions.node}`,
    'Some CPU',
    '~/.local/share/graft',
    'found   wasm',
  ])
    expect(text).toContain(part);
  expect(text).toContain('1970-01-01T00:00:00.000Z interrupted outOfMemory, SIGKILL at step 12: vera on wasm, float32');
});
