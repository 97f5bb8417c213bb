/**
 * Which backend a run or a chat gets. `auto` takes the best that is installed and says why; a backend that was asked for
 * by name and is not here is an error that says what was looked for, never a quiet step down.
 */
import type { EngineSettings } from '../contract/engine.ts';
import { GraftError } from '../contract/errors.ts';
import type { BackendReport, Runtime } from '../contract/machine.ts';
import type { BackendRequest } from '../contract/trainRequest.ts';
import { findRuntime, libraryDirOf } from '../runtimes/findRuntimes.ts';
import { type Machine, readMachine } from './machine.ts';

export interface BackendChoice {
  readonly settings: EngineSettings;
  /** For people: `tensorflow on CPU`, and the reason. */
  readonly label: string;
  readonly why: string;
}

/** What the choice looks at; tests hand in their own. */
export interface BackendWorld {
  readonly machine: Machine;
  readonly findRuntime: (id: string) => Runtime | undefined;
}

export type BackendReporter = Omit<BackendReport, 'selfTest'>;

const installCpu = 'Install the runtime tensorflow-cpu.';
const installLlamaCpp = 'Install the runtime llama.cpp.';
const installCuda = 'Install the runtime tensorflow-cuda.';

export function backendWorld(cacheDir: string): BackendWorld {
  return { machine: readMachine(), findRuntime: (id) => findRuntime(id, cacheDir) };
}

/** Throws GraftError('backendUnavailable') for what was asked by name and is not here, ('invalid') for what does not go together. */
export function chooseBackend(request: BackendRequest, world: BackendWorld): BackendChoice {
  const { backend = 'auto', device } = request;
  if (backend === 'cpu' || backend === 'wasm') return eagerChoice(backend, request, world, `asked for`);
  if (backend === 'tensorflow' || device !== undefined) return askedTensorflow(request, world);
  const reports = reportBackends(world);
  const [cuda, cpu] = reports;
  if (cuda?.found === true) return tensorflowChoice('cuda', request, world, cuda.why);
  if (cpu?.found === true) return tensorflowChoice('cpu', request, world, `${cpu.why}; no CUDA: ${cuda?.why ?? ''}`);
  return eagerChoice('wasm', request, world, `always there; TensorFlow is faster, but ${cpu?.why ?? 'not installed'}`);
}

/** Every backend, best first: found or not, and why. */
export function reportBackends({ machine, findRuntime: find }: BackendWorld): readonly BackendReporter[] {
  const cuda = find('tensorflow-cuda');
  const cpu = find('tensorflow-cpu');
  const cudaWhy =
    machine.nvidiaGpu === null
      ? 'no NVIDIA driver was found (/proc/driver/nvidia, /dev/nvidia0)'
      : cuda === undefined
        ? 'there is an NVIDIA GPU, but the runtime tensorflow-cuda is not installed'
        : `TensorFlow ${cuda.version} with CUDA is installed and there is an NVIDIA GPU (experimental)`;
  return [
    {
      backend: 'tensorflow-cuda',
      found: machine.nvidiaGpu !== null && cuda !== undefined,
      why: cudaWhy,
      remedy: machine.nvidiaGpu !== null && cuda === undefined ? installCuda : null,
    },
    {
      backend: 'tensorflow-cpu',
      found: cpu !== undefined,
      why: cpu === undefined ? 'the runtime tensorflow-cpu is not installed' : `TensorFlow ${cpu.version} is installed`,
      remedy: cpu === undefined ? installCpu : null,
    },
    { backend: 'wasm', found: true, why: 'comes with Graft', remedy: null },
    { backend: 'cpu', found: true, why: 'comes with Graft; plain JavaScript, for tests only', remedy: null },
    reportLlamaCpp(find('llama.cpp')),
  ];
}

function reportLlamaCpp(runtime: Runtime | undefined): BackendReporter {
  const use = 'for chats with GGUF models alone';
  if (runtime === undefined) {
    return { backend: 'llama.cpp', found: false, why: `the runtime llama.cpp is not installed; ${use}`, remedy: installLlamaCpp };
  }
  return { backend: 'llama.cpp', found: true, why: `node-llama-cpp ${runtime.version} is installed; ${use}`, remedy: null };
}

function askedTensorflow(request: BackendRequest, world: BackendWorld): BackendChoice {
  const { backend, device } = request;
  if (backend !== 'tensorflow' && backend !== 'auto' && backend !== undefined) {
    throw new GraftError('invalid', `The backend ${backend} has no devices to choose from.`, { field: 'device' });
  }
  const [cuda, cpu] = reportBackends(world);
  const asked = device === undefined ? [cuda, cpu].find((report) => report?.found === true) : device === 'cuda' ? cuda : cpu;
  if (asked?.found === true) return tensorflowChoice(asked === cuda ? 'cuda' : 'cpu', request, world, `asked for; ${asked.why}`);
  const missing = device === 'cuda' ? cuda : cpu;
  const message = `TensorFlow${device === 'cuda' ? ' on CUDA' : ''} was asked for, but ${missing?.why ?? 'it is not installed'}.`;
  throw new GraftError('backendUnavailable', message, {
    field: 'backend',
    remedy: missing?.remedy ?? 'Leave the backend to Graft (auto).',
  });
}

function tensorflowChoice(device: 'cpu' | 'cuda', request: BackendRequest, world: BackendWorld, why: string): BackendChoice {
  const runtime = world.findRuntime(`tensorflow-${device}`);
  if (runtime === undefined)
    throw new GraftError('backendUnavailable', `The runtime tensorflow-${device} is gone.`, { remedy: installCpu });
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
  return { settings, label: `tensorflow on ${device === 'cuda' ? 'CUDA' : 'CPU'}, ${precision}`, why };
}

function eagerChoice(backend: 'wasm' | 'cpu', request: BackendRequest, world: BackendWorld, why: string): BackendChoice {
  if (request.precision === 'bf16') {
    throw new GraftError('backendUnavailable', `The ${backend} backend has no bf16.`, {
      field: 'precision',
      remedy: 'Leave the precision open, use int8 to save memory, or use the backend tensorflow.',
    });
  }
  const { precision = 'float32', threads = world.machine.cores } = request;
  return { settings: { backend, precision, threads }, label: `${backend}, ${precision}`, why };
}
