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
import { type BackendWorld, chooseBackend, llamaCppSettings, reportBackends } from './backendChoice.ts';
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
  /** Keeps what the test of a place found with this version of its runtime. */
  readonly keep: (place: string, version: string, result: SelfTestResult) => Promise<void>;
  /** See DoctorReport. */
  readonly checkedBases: () => Promise<DoctorReport['llamaCpp']>;
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
      backends.push({ ...report, selfTest });
      await this.#keepThreads(selfTest);
      const version = selfTest && versionOf(report.backend, world);
      if (selfTest && version !== null) await this.#setup.keep(report.backend, version, selfTest);
    }
    // As it is now: what was tested may be known better, and another be taken.
    const now = this.#setup.world();
    const reports = new Map(reportBackends(now).map((report) => [report.backend, report]));
    for (const [at, { backend, selfTest }] of backends.entries())
      backends[at] = { ...(reports.get(backend) ?? backends[at]), selfTest };
    const { label, why } = chooseBackend({}, now);
    const machine = { ...describeMachine(world.machine), 'data folder': home };
    return { backends, chosen: label.text, why, machine, llamaCpp: await this.#setup.checkedBases() };
  }

  /** Keeps how many threads llama.cpp is to take. */
  async #keepThreads(selfTest: SelfTestResult | null): Promise<void> {
    const { world, cacheDir } = this.#setup;
    const { machine, findRuntime } = world();
    const version = findRuntime('llama.cpp')?.version;
    if (selfTest?.threads === undefined || version === undefined) return;
    await keepThreads(cacheDir, { threads: selfTest.threads, version, machine });
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

/** Of the runtime that this place needs; null where it needs none. */
function versionOf(backend: string, world: BackendWorld): string | null {
  const places = backendSpecs.flatMap((spec) => spec.places);
  const runtime = places.find(({ id }) => id === backend)?.runtime;
  return (runtime && world.findRuntime(runtime)?.version) ?? null;
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
