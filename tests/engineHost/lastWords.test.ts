import { describe, expect, it } from 'vitest';
import { exitError } from '../../main/engineHost/exitError.ts';
import { lastWords } from '../../main/engineHost/lastWords.ts';

const startUp = [
  '2026-11-30 03:01:02.345678: I tensorflow/core/platform/cpu_feature_guard.cc:210] This TensorFlow binary is optimized to use available CPU instructions in performance-critical operations.',
  'To enable the following instructions: AVX2 AVX512F FMA, in other operations, rebuild TensorFlow with the appropriate compiler flags.',
  'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
  'I0000 00:00:1764471662.345678   12345 port.cc:153] oneDNN custom operations are on.',
  'W0000 00:00:1764471662.445678   12345 gpu_device.cc:2344] Cannot dlopen some GPU libraries.',
  '2026-11-30 03:01:03.000001: W external/local_xla/xla/service/gpu.cc:1] a warning',
];

/** A run that was killed was said to have died of "rebuild TensorFlow with the appropriate compiler flags". */
describe('the reason of a crash', () => {
  it('is none of what TensorFlow says when it starts', () => {
    expect(lastWords(startUp)).toBeUndefined();
    const error = exitError({ code: null, signal: 'SIGSEGV', stderr: startUp });
    expect(error.message).toBe('The engine process died (signal SIGSEGV).');
    expect(error.data['stderr']).toEqual(startUp); // still there for a bug report
  });

  it('is what stands before and after such lines', () => {
    const fatal = '2026-11-30 03:01:04.1: F tensorflow/core/framework/tensor.cc:1] Check failed: IsAligned()';
    expect(lastWords([...startUp, fatal])).toBe(fatal);
    expect(lastWords(['real words', ...startUp])).toBe('real words');
    const error = '2026-11-30 03:01:04.1: E tensorflow/core/util.cc:1] could not allocate';
    expect(lastWords([error, ...startUp])).toBe(error);
  });

  it('is the error of a Node process, not its version, its stack or a warning', () => {
    const stderr = [
      'file:///graft/main/engine/process.ts:12',
      '    throw new TypeError();',
      '          ^',
      '',
      'TypeError: x is not a function',
      '    at run (file:///graft/main/engine/process.ts:12:9)',
      '    at async Promise.all (index 0)',
      '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
      '',
      'Node.js v24.21.0',
    ];
    expect(lastWords(stderr.filter((line) => !line.includes('Promise.all')))).toBe('TypeError: x is not a function');
    const warned = [
      'boom',
      '(node:17) ExperimentalWarning: x',
      '(Use `node --trace-warnings ...` to show where the warning was created)',
    ];
    expect(lastWords(warned)).toBe('boom');
    expect(lastWords(stderr)).toBe('TypeError: x is not a function');
  });

  it('keeps words that only look like a notice', () => {
    for (const words of ['I gave up', 'Warning signs were ignored', 'at last', 'Node said no'])
      expect(lastWords([words])).toBe(words);
  });
});
