/**
 * Which backend a run or a chat gets. `auto` takes the best that is installed and says why; a backend that was asked
 * for by name and is not here is an error that says what was looked for, never a quiet step down.
 */
import type { EngineSettings, LlamaCppSettings } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import type { BackendReport, Runtime } from '../../contract/machine.ts';
import type { BackendRequest } from '../../contract/trainRequest.ts';
import { backendWords as words } from '../../contract/words/backends.ts';
import type { Said } from '../../contract/words/words.ts';
import { findRuntime, libraryDirOf, llamaCppModuleOf } from '../../runtimes/findRuntimes.ts';
import { type Machine, readMachine } from './machine.ts';

export interface BackendChoice {
  readonly settings: EngineSettings;
  /** For people: `tensorflow on CPU`, and the reason. */
  readonly label: Said;
  readonly why: Said;
}

/** What the choice looks at; tests hand in their own. */
export interface BackendWorld {
  readonly machine: Machine;
  readonly findRuntime: (id: string) => Runtime | undefined;
}

export interface BackendReporter extends Omit<BackendReport, 'selfTest'> {
  readonly why: Said;
  readonly remedy: Said | null;
}

export function backendWorld(cacheDir: string): BackendWorld {
  return { machine: readMachine(), findRuntime: (id) => findRuntime(id, cacheDir) };
}

/**
 * Throws GraftError('backendUnavailable') for what was asked by name and is not here, ('invalid') for what does not go
 * together.
 */
export function chooseBackend(request: BackendRequest, world: BackendWorld): BackendChoice {
  const { backend = 'auto', device } = request;
  if (backend === 'cpu' || backend === 'wasm') return eagerChoice(backend, request, world, words.askedFor());
  if (backend === 'tensorflow' || device !== undefined) return askedTensorflow(request, world);
  const reports = reportBackends(world);
  const [cuda, cpu] = reports;
  if (cuda?.found === true) return tensorflowChoice('cuda', request, world, cuda.why);
  // A machine without a graphics card of NVIDIA lacks nothing: that one looked for it is the doctor's affair.
  const why = (installed: Said): Said =>
    world.machine.nvidiaGpu === null ? installed : words.noCuda({ why: installed, more: cuda?.why ?? '' });
  if (cpu?.found === true) return tensorflowChoice('cpu', request, world, why(cpu.why));
  return eagerChoice('wasm', request, world, words.fallback({ why: cpu?.why ?? words.cpuNotInstalled() }));
}

/** Of a chat; undefined where its runtime is not installed. */
export function llamaCppSettings(
  { threads }: Pick<BackendRequest, 'threads'>,
  { machine, findRuntime: find }: BackendWorld,
): LlamaCppSettings | undefined {
  const runtime = find('llama.cpp');
  if (runtime === undefined) return undefined;
  return { backend: 'llama.cpp', modulePath: llamaCppModuleOf(runtime), threads: threads ?? machine.cores };
}

/** Every backend, best first: found or not, and why. */
export function reportBackends({ machine, findRuntime: find }: BackendWorld): readonly BackendReporter[] {
  const cuda = find('tensorflow-cuda');
  const cpu = find('tensorflow-cpu');
  const cudaWhy =
    machine.nvidiaGpu === null
      ? words.noDriver()
      : cuda === undefined
        ? words.cudaNotInstalled()
        : words.cudaInstalled({ version: cuda.version });
  return [
    {
      backend: 'tensorflow-cuda',
      found: machine.nvidiaGpu !== null && cuda !== undefined,
      why: cudaWhy,
      remedy: machine.nvidiaGpu !== null && cuda === undefined ? words.installCuda() : null,
    },
    {
      backend: 'tensorflow-cpu',
      found: cpu !== undefined,
      why: cpu === undefined ? words.cpuNotInstalled() : words.cpuInstalled({ version: cpu.version }),
      remedy: cpu === undefined ? words.installCpu() : null,
    },
    { backend: 'wasm', found: true, why: words.comesWithGraft(), remedy: null },
    { backend: 'cpu', found: true, why: words.plainForTests(), remedy: null },
    reportLlamaCpp(find('llama.cpp')),
  ];
}

function reportLlamaCpp(runtime: Runtime | undefined): BackendReporter {
  if (runtime === undefined) {
    return { backend: 'llama.cpp', found: false, why: words.llamaCppNotInstalled(), remedy: words.installLlamaCpp() };
  }
  return {
    backend: 'llama.cpp',
    found: true,
    why: words.llamaCppInstalled({ version: runtime.version }),
    remedy: null,
  };
}

function askedTensorflow(request: BackendRequest, world: BackendWorld): BackendChoice {
  const { backend, device } = request;
  if (backend !== 'tensorflow' && backend !== 'auto' && backend !== undefined) {
    throw new GraftError('invalid', words.noDevices({ backend }), { field: 'device' });
  }
  const [cuda, cpu] = reportBackends(world);
  const asked =
    device === undefined ? [cuda, cpu].find((report) => report?.found === true) : device === 'cuda' ? cuda : cpu;
  if (asked?.found === true)
    return tensorflowChoice(asked === cuda ? 'cuda' : 'cpu', request, world, words.askedAnd({ why: asked.why }));
  const missing = device === 'cuda' ? cuda : cpu;
  const why = missing?.why ?? words.notInstalled();
  const message = device === 'cuda' ? words.cudaNotHere({ why }) : words.notHere({ why });
  throw new GraftError('backendUnavailable', message, {
    field: 'backend',
    remedy: missing?.remedy ?? words.leaveToGraft(),
  });
}

function tensorflowChoice(
  device: 'cpu' | 'cuda',
  request: BackendRequest,
  world: BackendWorld,
  why: Said,
): BackendChoice {
  const runtime = world.findRuntime(`tensorflow-${device}`);
  if (runtime === undefined)
    throw new GraftError('backendUnavailable', words.runtimeGone({ device }), { remedy: words.installCpu() });
  const hasBf16 = device === 'cuda' || world.machine.hasBf16;
  const precision = request.precision ?? (hasBf16 ? 'bf16' : 'float32');
  const settings: EngineSettings = {
    backend: 'tensorflow',
    device,
    libraryDir: libraryDirOf(runtime),
    precision,
    ...(precision === 'int8' && { products: hasBf16 ? 'bf16' : 'float32' }),
    threads: request.threads ?? world.machine.cores,
  };
  return { settings, label: words.tensorflowOn({ device: device === 'cuda' ? 'CUDA' : 'CPU', precision }), why };
}

function eagerChoice(backend: 'wasm' | 'cpu', request: BackendRequest, world: BackendWorld, why: Said): BackendChoice {
  if (request.precision === 'bf16') {
    throw new GraftError('backendUnavailable', words.noBf16({ backend }), {
      field: 'precision',
      remedy: words.otherPrecision(),
    });
  }
  const { precision = 'float32', threads = world.machine.cores } = request;
  return { settings: { backend, precision, threads }, label: words.inPrecision({ backend, precision }), why };
}
