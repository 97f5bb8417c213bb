/** The machine and the data folder: runtimes, doctor, disk, files, tasks, preferences, changes. */
import { z } from 'zod';
import type { Change } from '../changes.ts';
import type { BackupFile, DiskUsage } from '../disk.ts';
import { preferencesSchema, type Preferences } from '../preferences.ts';
import type { FirstRun } from '../runHistory.ts';
import type { DoctorReport, Runtime, RuntimeOffer } from '../services.ts';
import type { Task, TaskTicket } from '../tasks.ts';
import { type WrittenFile, fileTarget, gives, procedure, streams } from './procedure.ts';

export interface AppInfo {
  readonly version: string;
  readonly host: 'browser' | 'electron';
  readonly platform: string;
  readonly dataFolder: string;
  /** False where another process owns the queue; runs then wait for it. */
  readonly ownsQueue: boolean;
  readonly cpu: string;
  readonly threads: number;
  readonly totalMemoryBytes: number;
  /** What the start-up sweep found and did. */
  readonly notices: readonly string[];
}

export interface MachineState {
  /** What a run would get now. */
  readonly backend: 'tensorflow' | 'wasm' | 'cpu';
  readonly device: 'cpu' | 'cuda';
  readonly precision: 'float32' | 'bf16';
  readonly threads: number;
  /** Of the TensorFlow runtime; null for the other backends. */
  readonly runtimeVersion: string | null;
  readonly freeMemoryBytes: number;
  readonly totalMemoryBytes: number;
  /** Of the studio and its engine processes. */
  readonly usedMemoryBytes: number;
}

export interface FolderListing {
  readonly path: string;
  readonly parent: string | null;
  readonly entries: readonly {
    readonly name: string;
    readonly path: string;
    readonly isFolder: boolean;
    readonly sizeBytes: number | null;
  }[];
  readonly places: readonly { readonly name: string; readonly path: string }[];
}

export const app = {
  info: procedure.output(gives<AppInfo>()),
  machine: procedure.output(gives<MachineState>()),
  /** Sample model and dataset are put in place; the result says what to start. */
  prepareFirstRun: procedure.output(gives<TaskTicket<FirstRun>>()),
  /** Folders of this machine, for a browser that cannot name paths. Folders first, hidden ones left out. */
  listFolder: procedure.input(z.object({ path: z.string().optional() })).output(gives<FolderListing>()),
};

export const preferences = {
  get: procedure.output(gives<Preferences>()),
  update: procedure.input(preferencesSchema.partial()).output(gives<Preferences>()),
};

export const changes = {
  /** Never ends. After a reconnection everything is read again. */
  watch: procedure.output(streams<Change>()),
};

export const tasks = {
  list: procedure.output(gives<readonly Task[]>()),
  get: procedure.input(z.object({ id: z.string() })).output(gives<Task>()),
  /** The task as it is, then at most four times a second while it runs; ends with its end. */
  watch: procedure.input(z.object({ id: z.string() })).output(streams<Task>()),
  cancel: procedure.input(z.object({ id: z.string() })).output(gives<null>()),
  dismiss: procedure.input(z.object({ id: z.string() })).output(gives<null>()),
};

export const runtimes = {
  list: procedure.output(gives<readonly RuntimeOffer[]>()),
  install: procedure.input(z.object({ id: z.string(), wheel: z.string().optional() })).output(gives<TaskTicket<Runtime>>()),
  remove: procedure.input(z.object({ id: z.string() })).output(gives<null>()),
};

export const doctor = {
  report: procedure.output(gives<DoctorReport>()),
  /** With the ten-second test of every backend found. */
  selfTest: procedure.output(gives<TaskTicket<DoctorReport>>()),
  /** Plain text for a bug report: versions, machine, backends, last errors; no content of the person's. */
  diagnostics: procedure.output(gives<string>()),
};

export const disk = {
  usage: procedure.output(gives<DiskUsage>()),
  clear: procedure.input(z.object({ ids: z.array(z.string()).min(1) })).output(gives<TaskTicket<{ readonly freedBytes: number }>>()),
  backups: procedure.output(gives<readonly BackupFile[]>()),
  backup: procedure.input(z.object({ target: fileTarget })).output(gives<TaskTicket<WrittenFile>>()),
  /** Both end this studio and open it again on the result; every window reconnects by itself. */
  restore: procedure.input(z.object({ path: z.string().min(1) })).output(gives<null>()),
  move: procedure.input(z.object({ path: z.string().min(1) })).output(gives<null>()),
};
