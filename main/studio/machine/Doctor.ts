/**
 * The doctor: every backend, found or not and why, and for those that are here a self-test in an engine process of its
 * own, so that one that crashes is a finding and not the end.
 */
import os from 'node:os';
import { backendSpecs } from '../../backends/registry.ts';
import type { ChatSettings, SelfTestResult, LogEvent } from '../../contract/engine.ts';
import { GraftError, toGraftError, saidOf } from '../../contract/errors.ts';
import type { DoctorService } from '../../contract/services.ts';
import type { BackendReport, DoctorReport } from '../../contract/machine.ts';
import type { BackendRequest } from '../../contract/trainRequest.ts';
import type { CallOptions } from '../../contract/progress.ts';
import type { EngineHost } from '../../engineHost/EngineHost.ts';
import {
  type BackendReporter,
  type BackendWorld,
  chooseBackend,
  llamaCppSettings,
  reportBackends,
} from './backendChoice.ts';
import { type DiagnosticsInput, writeDiagnostics } from './diagnostics.ts';
import { keepThreads } from './keptThreads.ts';
import type { Machine } from './machine.ts';
import { progressWords } from '../../contract/words/progress.ts';
import type { Said } from '../../contract/words/words.ts';
import { machineWords } from '../../contract/words/machine.ts';
import { selfTestWords } from '../../contract/words/selfTest.ts';
import { coreWords } from '../../contract/words/core.ts';

export interface DoctorSetup {
  readonly world: () => BackendWorld;
  /** A fresh engine for each test; the doctor closes it. */
  readonly makeHost: () => EngineHost;
  readonly home: string;
  readonly cacheDir: string;
  /** What diagnostics tell beside the report. */
  readonly background: () => Omit<DiagnosticsInput, 'report'>;
}

/** By the names of the report. */
const requests: ReadonlyMap<string, BackendRequest> = new Map(
  backendSpecs.flatMap(({ id, places }) => places.map((place) => [place.id, { backend: id, device: place.device }])),
);

export class Doctor implements DoctorService {
  readonly #setup: DoctorSetup;

  constructor(setup: DoctorSetup) {
    this.#setup = setup;
  }

  async diagnostics(): Promise<string> {
    return writeDiagnostics({ ...this.#setup.background(), report: await this.report({ selfTest: false }) });
  }

  async report(options: CallOptions & { readonly selfTest?: boolean } = {}): Promise<DoctorReport> {
    const { home } = this.#setup;
    const world = this.#setup.world();
    const backends: BackendReport[] = [];
    for (const report of reportBackends(world)) {
      const selfTest =
        report.found && options.selfTest !== false ? await this.#test(report.backend, world, options) : null;
      backends.push({ ...((await this.#kept(selfTest)) ?? report), selfTest });
    }
    const { label, why } = chooseBackend({}, world);
    return { backends, chosen: label.text, why, machine: { ...describeMachine(world.machine), 'data folder': home } };
  }

  /** Keeps how many threads llama.cpp is to take. Returns what is to be said of it now. */
  async #kept(selfTest: SelfTestResult | null): Promise<BackendReporter | undefined> {
    const { world, cacheDir } = this.#setup;
    const { machine, findRuntime } = world();
    const version = findRuntime('llama.cpp')?.version;
    if (selfTest?.threads === undefined || version === undefined) return undefined;
    await keepThreads(cacheDir, { threads: selfTest.threads, version, machine });
    return reportBackends(world()).find(({ backend }) => backend === 'llama.cpp');
  }

  async #test(backend: string, world: BackendWorld, { signal, onProgress }: CallOptions): Promise<SelfTestResult> {
    if (signal?.aborted === true) throw new GraftError('cancelled', coreWords.cancelled());
    const settings = settingsOf(backend, world);
    const host = this.#setup.makeHost();
    onProgress?.({ label: progressWords.testing({ what: backend }), done: 0, total: null, unit: 'steps' });
    try {
      const onEvent = (event: LogEvent): void =>
        onProgress?.({
          label: progressWords.of({ of: backend, what: saidOf(event) }),
          done: 0,
          total: null,
          unit: 'steps',
        });
      return await host.request('selfTest', { settings }, { signal, onEvent, cancelDeadlineMs: 1_000 });
    } catch (thrown) {
      const error = toGraftError(thrown);
      if (error.code === 'cancelled') throw error;
      return failedTest(settings, error);
    } finally {
      await host.close();
    }
  }
}

function settingsOf(backend: string, world: BackendWorld): ChatSettings {
  const llamaCpp = backend === 'llama.cpp' ? llamaCppSettings({}, world) : undefined;
  return llamaCpp ?? chooseBackend(requests.get(backend) ?? {}, world).settings;
}

function failedTest(settings: ChatSettings, error: GraftError): SelfTestResult {
  const checks = [{ name: selfTestWords.engineProcess(), passed: false, detail: saidOf(error) }];
  return {
    device: ('device' in settings && settings.device) || settings.backend,
    checks,
    float32Gflops: null,
    bf16Gflops: null,
  };
}

function describeMachine(machine: Machine): Record<string, string | Said> {
  const { platform, cpu, cores, memoryBytes, freeMemoryBytes, hasBf16, nvidiaGpu } = machine;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  return {
    system: `${platform}, ${os.release()}`,
    node: process.version,
    cpu: machineWords.cpu({ cpu, cores, hasBf16 }),
    memory: machineWords.memory({ all: gigabytes(memoryBytes), free: gigabytes(freeMemoryBytes) }),
    gpu: nvidiaGpu === null ? machineWords.noDriver() : machineWords.nvidia({ driver: nvidiaGpu }),
  };
}
