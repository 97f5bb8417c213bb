/**
 * WebGPU's device for Node: Dawn, out of the npm package `webgpu` of the runtime. One for the life of the process: what
 * `create` gives must never be collected, or the process dies in a mutex of Dawn's.
 */
import { pathToFileURL } from 'node:url';
import { GraftError, toGraftError } from '../../contract/errors.ts';
import { webgpuWords } from '../../contract/words/webgpu.ts';

/** What is used of WebGPU's own interfaces; lib.dom has them, and this is no browser. */
export interface GpuAdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

export interface GpuDevice extends EventTarget {
  readonly limits: Readonly<Record<string, number>>;
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
}

interface GpuAdapter {
  readonly info: GpuAdapterInfo;
  readonly features: ReadonlySet<string>;
  readonly limits: Readonly<Record<string, number>>;
  requestDevice(descriptor: object): Promise<GpuDevice>;
}

export interface Gpu {
  requestAdapter(options?: object): Promise<GpuAdapter | null>;
}

interface DawnModule {
  readonly create: (flags: string[]) => Gpu;
  /** Classes and constants that browsers have as globals: GPUBuffer, GPUBufferUsage. */
  readonly globals: Readonly<Record<string, unknown>>;
}

export interface OpenedGpu {
  readonly gpu: Gpu;
  readonly globals: Readonly<Record<string, unknown>>;
  readonly info: GpuAdapterInfo;
  readonly device: GpuDevice;
}

/** What tfjs asks for of each, as much as the adapter has: the defaults are those of a telephone. */
const limitNames = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
];

const kept: Gpu[] = [];

/**
 * `module`: the file of the package. Throws GraftError('backendUnavailable') where it cannot be loaded, or no graphics
 * card answers; and in a process of Electron's, begun before the runtime was there: it ends, and the next is none.
 */
export async function openGpu(
  module: string,
  isElectron = process.versions.electron !== undefined,
): Promise<OpenedGpu> {
  if (isElectron) {
    const data = { remedy: webgpuWords.askAgain(), endsEngine: true };
    throw new GraftError('backendUnavailable', webgpuWords.insideElectron(), data);
  }
  const { create, globals } = await loadDawn(module);
  const gpu = create([]);
  kept.push(gpu);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw new GraftError('backendUnavailable', webgpuWords.noAdapter(), { remedy: webgpuWords.checkDriver() });
  }
  const requiredLimits = Object.fromEntries(limitNames.map((name) => [name, adapter.limits[name]]));
  try {
    return { gpu, globals, info: adapter.info, device: await adapter.requestDevice({ requiredLimits }) };
  } catch (error) {
    const message = webgpuWords.noDevice({ adapter: nameOf(adapter.info), message: toGraftError(error).message });
    throw new GraftError('backendUnavailable', message, { remedy: webgpuWords.checkDriver() }, error);
  }
}

async function loadDawn(module: string): Promise<DawnModule> {
  try {
    return (await import(pathToFileURL(module).href)) as DawnModule;
  } catch (error) {
    const message = webgpuWords.notLoaded({ module, message: toGraftError(error).message });
    throw new GraftError('backendUnavailable', message, { remedy: webgpuWords.reinstall() }, error);
  }
}

/** For people: `NVIDIA GeForce RTX 4060`. */
export function nameOf({ description, device, architecture, vendor }: GpuAdapterInfo): string {
  return description || device || [vendor, architecture].filter(Boolean).join(' ') || 'WebGPU';
}

const software = /swiftshader|llvmpipe|lavapipe|softpipe|\bwarp\b|microsoft basic render/i;

/** A processor that plays a graphics card: right, and slower than computing without it. */
export function isSoftware({ isFallbackAdapter, ...names }: GpuAdapterInfo): boolean {
  const { vendor, architecture, device, description } = names;
  return isFallbackAdapter === true || software.test([vendor, architecture, device, description].join(' '));
}
