import { describe, expect, it } from 'vitest';
import type { KeptTest } from '../../../main/backends/backendSpec.ts';
import type { Runtime } from '../../../main/contract/machine.ts';
import {
  type BackendWorld,
  chooseBackend,
  measuredRate,
  reportBackends,
} from '../../../main/studio/machine/backendChoice.ts';
import { cpuHasBf16, type Machine, physicalCores } from '../../../main/studio/machine/machine.ts';

const machine: Machine = {
  platform: 'linux-x64',
  cpu: 'test',
  cores: 2,
  memoryBytes: 8e9,
  freeMemoryBytes: 4e9,
  hasBf16: true,
  nvidiaGpu: null,
};

function world({
  installed = [],
  ...facts
}: Partial<Machine> & { readonly installed?: readonly string[] } = {}): BackendWorld {
  const find = (id: string): Runtime | undefined =>
    installed.includes(id) ? { id, version: '2.21.0', dir: `/cache/${id}`, sizeBytes: 1, verified: true } : undefined;
  return { machine: { ...machine, ...facts }, findRuntime: find };
}

describe('auto', () => {
  it('takes wasm when nothing is installed, and says that TensorFlow is missing', () => {
    const { settings, why } = chooseBackend({}, world());
    expect(settings).toEqual({ backend: 'wasm', precision: 'float32', threads: 2 });
    expect(why.text).toContain('tensorflow-cpu is not installed');
  });

  it('takes TensorFlow on the CPU where it is installed, in bf16 where the CPU has it', () => {
    expect(chooseBackend({}, world({ installed: ['tensorflow-cpu'] })).settings).toMatchObject({
      backend: 'tensorflow',
      device: 'cpu',
      precision: 'bf16',
    });
    expect(chooseBackend({}, world({ installed: ['tensorflow-cpu'], hasBf16: false })).settings.precision).toBe(
      'float32',
    );
  });

  it('passes CUDA by where its test failed here', () => {
    const installed = ['tensorflow-cpu', 'tensorflow-cuda'];
    const failed = { device: 'GPU', isSoftware: false, failed: 'gradient', stepGflops: null };
    const here = {
      ...world({ installed, nvidiaGpu: '550' }),
      keptTest: (place: string) => (place === 'tensorflow-cuda' ? failed : undefined),
    };
    expect(chooseBackend({}, here).settings.device).toBe('cpu');
    expect(chooseBackend({ device: 'cuda' }, here).settings.device).toBe('cuda');
  });

  it('passes CUDA by where the driver is older than CUDA 12, and says so; one of unknown version is let through', () => {
    const installed = ['tensorflow-cpu', 'tensorflow-cuda'];
    const { settings, why } = chooseBackend({}, world({ installed, nvidiaGpu: '470.256.02' }));
    expect([settings.device, why.text]).toEqual(['cpu', expect.stringContaining('driver 470.256.02 is too old')]);
    expect(() => chooseBackend({ device: 'cuda' }, world({ installed, nvidiaGpu: '524.9' }))).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ remedy: expect.stringContaining('525') }) }),
    );
    for (const nvidiaGpu of ['525.60.13', 'driver of unknown version'])
      expect(chooseBackend({}, world({ installed, nvidiaGpu })).settings.device).toBe('cuda');
  });

  it('takes CUDA only with runtime and driver', () => {
    const installed = ['tensorflow-cpu', 'tensorflow-cuda'];
    expect(chooseBackend({}, world({ installed })).settings.device).toBe('cpu');
    expect(chooseBackend({}, world({ installed, nvidiaGpu: '550' })).settings.device).toBe('cuda');
    expect(chooseBackend({}, world({ installed: ['tensorflow-cpu'], nvidiaGpu: '550' })).why.text).toContain(
      'tensorflow-cuda is not installed',
    );
  });
});

describe('WebGPU', () => {
  const card = { device: 'Card', isSoftware: false, failed: null, stepGflops: 900 };
  const tested = (
    tests: Readonly<Record<string, KeptTest>>,
    installed: readonly string[] = ['webgpu'],
  ): BackendWorld => ({
    ...world({ installed }),
    keptTest: (place) => tests[place],
  });

  it('is taken by itself only where its test passed on a card', () => {
    expect(chooseBackend({}, tested({})).settings.backend).toBe('wasm');
    expect(chooseBackend({}, tested({ webgpu: { ...card, isSoftware: true } })).settings.backend).toBe('wasm');
    expect(chooseBackend({}, tested({ webgpu: { ...card, failed: 'gradient' } })).settings.backend).toBe('wasm');
    const { settings } = chooseBackend({}, tested({ webgpu: card }));
    expect(settings).toEqual({
      ...{ backend: 'webgpu', device: 'webgpu', libraryDir: '/cache/webgpu', precision: 'float32', threads: 2 },
    });
  });

  it('comes before TensorFlow where it was quicker in the test of both', () => {
    const both = ['webgpu', 'tensorflow-cpu'];
    const of = (tests: Readonly<Record<string, KeptTest>>): string =>
      chooseBackend({}, tested(tests, both)).settings.backend;
    expect(of({ webgpu: card })).toBe('tensorflow');
    expect(of({ webgpu: card, 'tensorflow-cpu': { ...card, stepGflops: 901 } })).toBe('tensorflow');
    expect(of({ webgpu: card, 'tensorflow-cpu': { ...card, stepGflops: 899 } })).toBe('webgpu');
  });

  it('has the speed that its test measured, and none without', () => {
    const settings = { backend: 'webgpu', device: 'webgpu', precision: 'float32', threads: 2 } as const;
    expect(measuredRate(settings, tested({ webgpu: card }))).toBe(900e9);
    expect(measuredRate(settings, tested({ webgpu: { ...card, stepGflops: null } }))).toBeNull();
    expect(measuredRate(settings, tested({}))).toBeNull();
  });

  it('is taken by name untested and on software too, by backend or device, and the report says which it is', () => {
    const software = tested({ webgpu: { ...card, isSoftware: true } });
    for (const request of [{ backend: 'webgpu' }, { device: 'webgpu' }] as const)
      expect(chooseBackend(request, software).settings).toMatchObject({ backend: 'webgpu', software: true });
    const { why } = chooseBackend({ backend: 'webgpu' }, software);
    expect(why.text).toContain('software');
    expect(reportBackends(software).find(({ backend }) => backend === 'webgpu')).toMatchObject({ found: true });
  });

  it('is not there in a window without Node, nor on another backend', () => {
    const packaged = { ...tested({ webgpu: card }), runsAddons: false };
    expect(chooseBackend({}, packaged).settings.backend).toBe('wasm');
    for (const [request, remedy] of [
      [{ backend: 'webgpu' }, 'npm start'],
      [{ backend: 'tensorflow', device: 'webgpu' }, 'auto'],
    ] as const)
      expect(() => chooseBackend(request, packaged)).toThrow(
        expect.objectContaining({
          code: 'backendUnavailable',
          data: expect.objectContaining({ remedy: expect.stringContaining(remedy) }),
        }),
      );
  });
});

describe('asked by name', () => {
  it.each([
    ['tensorflow that is not installed', { backend: 'tensorflow' }, 'runtime tensorflow-cpu'],
    ['CUDA without a driver', { backend: 'tensorflow', device: 'cuda' }, 'auto'],
    ['bf16 on wasm', { backend: 'wasm', precision: 'bf16' }, 'precision'],
  ] as const)('%s is an error, never another backend', (_, request, remedy) => {
    expect(() => chooseBackend(request, world())).toThrow(
      expect.objectContaining({
        code: 'backendUnavailable',
        data: expect.objectContaining({ remedy: expect.stringContaining(remedy) }),
      }),
    );
  });

  it('keeps precision and threads', () => {
    const request = { backend: 'tensorflow', precision: 'float32', threads: 7 } as const;
    expect(chooseBackend(request, world({ installed: ['tensorflow-cpu'] })).settings).toMatchObject({
      precision: 'float32',
      threads: 7,
    });
  });
});

it('the report explains every backend, with a remedy where there is one', () => {
  const reports = reportBackends(world({ nvidiaGpu: '550' }));
  expect(Object.fromEntries(reports.map(({ backend, found }) => [backend, found]))).toMatchObject({
    'tensorflow-cuda': false,
    'tensorflow-cpu': false,
    wasm: true,
    cpu: true,
    'llama.cpp': false,
  });
  expect(reports[0]?.remedy?.text).toContain('tensorflow-cuda');
});

describe('facts of the machine', () => {
  it('reads bfloat16 from whole flags only', () => {
    expect(cpuHasBf16('flags\t\t: fpu avx512f avx512_bf16\n')).toBe(true);
    expect(cpuHasBf16('Features\t: fp asimd bf16\n')).toBe(true);
    expect(cpuHasBf16('flags\t\t: fpu not_avx512_bf16_at_all\n')).toBe(false);
    expect(cpuHasBf16('')).toBe(false);
  });

  it('counts two threads of one core once', () => {
    const thread = (physical: number, core: number): string => `physical id\t: ${physical}\ncore id\t\t: ${core}\n`;
    expect(physicalCores([thread(0, 0), thread(0, 1), thread(0, 0), thread(0, 1)].join('\n'))).toBe(2);
    expect(physicalCores([thread(0, 0), thread(1, 0)].join('\n'))).toBe(2);
  });
});
