/**
 * Why TensorFlow sees no NVIDIA card, asked of the driver itself (its library `libcuda`), since TensorFlow only says
 * that there is none. CUDA 12 takes drivers of its own release or later (NVIDIA, CUDA Compatibility: 525 and up), and
 * the wheels have kernels for compute capability 6.0 and up (TensorFlow 2.17, release notes).
 */
import koffi from 'koffi';
import { engineBackendWords as words } from '../../contract/words/engineBackends.ts';
import type { Said } from '../../contract/words/words.ts';

/** What is called of it. */
export interface CudaDriver {
  /** Of `CUresult`: 0 is success. */
  readonly init: () => number;
  /** 1000 · major + 10 · minor of the newest CUDA that it runs. */
  readonly version: () => number;
  readonly deviceCount: () => number;
}

const neededCuda = 12_000;
/** `CUDA_ERROR_*` of cuda.h. */
const [noDevice, mismatch] = [100, 803];

/** Throws where the library is not there. */
function loadDriver(): CudaDriver {
  const library = koffi.load('libcuda.so.1');
  const init = library.func('int cuInit(unsigned int flags)') as (flags: number) => number;
  const numberOf = (prototype: string) => (): number => {
    const [call, value] = [library.func(prototype) as (into: Int32Array) => number, new Int32Array(1)];
    return call(value) === 0 ? value[0] : 0;
  };
  return {
    init: () => init(0),
    version: numberOf('int cuDriverGetVersion(int *version)'),
    deviceCount: numberOf('int cuDeviceGetCount(int *count)'),
  };
}

/** A whole sentence, and what to do. */
export function whyNoCard(load: () => CudaDriver = loadDriver): { readonly why: Said; readonly remedy: Said } {
  let driver: CudaDriver;
  try {
    driver = load();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { why: words.noCudaDriver({ message }), remedy: words.installDriver() };
  }
  const version = driver.version();
  const spelled = `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;
  if (version < neededCuda) return { why: words.oldDriver({ version: spelled }), remedy: words.updateDriver() };
  const code = driver.init();
  if (code === mismatch) return { why: words.driverMismatch(), remedy: words.restart() };
  if (code !== 0 && code !== noDevice) return { why: words.driverError({ code }), remedy: words.checkDriver() };
  if (code === noDevice || driver.deviceCount() === 0) return { why: words.noCard(), remedy: words.showCard() };
  return { why: words.unusedCard({ version: spelled }), remedy: words.newerCard() };
}
