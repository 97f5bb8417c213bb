import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { getRuntimePackage, listRuntimePackages } from '../../main/runtimes/catalogue.ts';
import type { PinnedWheel, RuntimePackage } from '../../main/runtimes/runtimePackage.ts';

const packages = [
  getRuntimePackage('tensorflow-cpu', 'linux-x64'),
  getRuntimePackage('tensorflow-cpu', 'darwin-arm64'),
  getRuntimePackage('tensorflow-cuda', 'linux-x64'),
];
const wheelsOf = ({ contents }: RuntimePackage): readonly PinnedWheel[] =>
  contents.kind === 'wheels' ? contents.wheels : [];

describe('the catalogue', () => {
  it.each(packages.flatMap((each) => wheelsOf(each).map((wheel) => [wheel.fileName, wheel] as const)))(
    'pins %s consistently',
    (_name, wheel) => {
      const [name, version] = wheel.requirement.split('==');
      expect(wheel.fileName.startsWith(`${name.replaceAll('-', '_')}-${version}-`)).toBe(true);
      expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
      for (const platform of wheel.platforms) expect(wheel.fileName).toContain(platform);
      expect(wheel.platforms).not.toHaveLength(0);
    },
  );

  it('takes the two libraries under the names of each platform, and neither headers nor Python', () => {
    const [linux, mac] = packages.map((each) => wheelsOf(each)[0].pattern);
    expect(linux.test('tensorflow/libtensorflow_cc.so.2')).toBe(true);
    expect(mac.test('tensorflow/libtensorflow_framework.2.dylib')).toBe(true);
    expect(linux.test('tensorflow/include/tensorflow/c/c_api.h')).toBe(false);
    expect(linux.test('tensorflow/python/_pywrap_tensorflow_internal.so')).toBe(false);
  });

  it('takes the CUDA libraries with the compiler that XLA calls, and no static archives or headers', () => {
    const { pattern } = wheelsOf(packages[2])[1];
    const wanted = [
      'nvidia/cuda_runtime/lib/libcudart.so.12',
      'nvidia/cuda_nvcc/bin/ptxas',
      'nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc',
    ];
    for (const name of wanted) expect(pattern.test(name)).toBe(true);
    for (const name of ['nvidia/cuda_runtime/lib/libcudart_static.a', 'nvidia/cublas/include/cublas.h'])
      expect(pattern.test(name)).toBe(false);
  });

  it('names the choices for an unknown runtime, and the way out on an unknown platform', () => {
    expect(() => getRuntimePackage('tensorflow', 'linux-x64')).toThrow(
      expect.objectContaining({
        code: 'notFound',
        data: expect.objectContaining({ remedy: expect.stringContaining('tensorflow-cpu') }),
      }),
    );
    expect(() => getRuntimePackage('tensorflow-cuda', 'darwin-arm64')).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        data: expect.objectContaining({ remedy: expect.stringContaining('wasm') }),
      }),
    );
  });

  it('locks all that llama.cpp needs, and asks for the binary of the processor alone', () => {
    for (const platform of ['linux-x64', 'darwin-arm64', 'win32-x64']) {
      const { contents, version } = getRuntimePackage('llama.cpp', platform);
      if (contents.kind !== 'npm' || contents.lock === null) throw new Error('llama.cpp comes from npm, locked');
      expect(Object.values(contents.dependencies)).toEqual([version, version]);
      for (const name of Object.keys(contents.dependencies))
        expect(contents.lock[`node_modules/${name}`]?.version).toBe(version);
      const unchecked = Object.entries(contents.lock).filter(
        ([, { integrity, optional }]) => integrity === undefined && optional !== true,
      );
      expect(unchecked).toEqual([]);
    }
  });

  it('keeps of WebGPU the binary of the system and one file of tfjs, and locks the version of our tfjs', () => {
    const { contents } = getRuntimePackage('webgpu', 'win32-x64');
    if (contents.kind !== 'npm' || contents.lock === null) throw new Error('WebGPU comes from npm, locked');
    const kept = [
      'node_modules/webgpu/dist/win32-x64/dawn.node',
      'node_modules/webgpu/dist/win32-x64/dxcompiler.dll',
      'node_modules/webgpu/index.js',
      'node_modules/webgpu/LICENSE.md',
      'node_modules/@tensorflow/tfjs-backend-webgpu/dist/tf-backend-webgpu.node.js',
    ];
    const gone = [
      'node_modules/webgpu/dist/linux-x64/dawn.node',
      'node_modules/webgpu/build/run-cts.js',
      'node_modules/ms/index.js',
    ];
    expect([...kept, ...gone].filter((path) => !contents.unneeded.test(path))).toEqual(kept);
    const { version } = createRequire(import.meta.url)('@tensorflow/tfjs/package.json') as { version: string };
    expect(contents.lock['node_modules/@tensorflow/tfjs-backend-webgpu']?.version).toBe(version);
    expect(Object.values(contents.lock).filter(({ integrity }) => integrity === undefined)).toEqual([]);
  });

  it('has every runtime once for any platform', () => {
    expect(listRuntimePackages('solaris-sparc').map(({ id }) => id)).toEqual([
      'tensorflow-cpu',
      'tensorflow-cuda',
      'webgpu',
      'llama.cpp',
    ]);
  });
});
