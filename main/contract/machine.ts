/** This machine as screens show it: what it is, what runs on it, what fits, what can be installed. */
import type { DeviceName } from '../backends/backendSpec.ts';
import type { BackendId } from '../backends/registry.ts';
import type { LlamaThreads, SelfTestResult, WeightPrecision } from './engine.ts';
import type { CheckedBase } from './llamaCppUse.ts';
import type { Said } from './words/words.ts';

export interface Runtime {
  readonly id: string; // tensorflow-cpu, tensorflow-cuda, llama.cpp
  readonly version: string;
  readonly dir: string;
  readonly sizeBytes: number;
  readonly verified: boolean;
}

/** `tensors`: computes for training and chat; `chat`: a second engine that chats can choose. */
export type RuntimePurpose = 'tensors' | 'chat';

export interface RuntimeOffer {
  readonly id: string;
  readonly title: string | Said;
  readonly purpose: RuntimePurpose;
  readonly version: string;
  /** About. */
  readonly downloadBytes: number;
  readonly installed: Runtime | null;
  /** Why it cannot be installed here; null where it can. */
  readonly unavailableBecause: string | Said | null;
  readonly experimental: boolean;
}

export interface BackendReport {
  readonly backend: string;
  readonly found: boolean;
  readonly why: string | Said;
  readonly remedy: string | Said | null;
  /** Of llama.cpp, where they were measured. */
  readonly threads?: LlamaThreads;
  readonly selfTest: SelfTestResult | null;
}

export interface DoctorReport {
  readonly backends: readonly BackendReport[];
  readonly chosen: string;
  readonly why: string | Said;
  readonly machine: Readonly<Record<string, string | Said>>;
  /** Bases that llama.cpp was checked with on this machine. */
  readonly llamaCpp: readonly CheckedBase[];
}

export interface MachineDescription {
  readonly platform: string;
  readonly cpu: string;
  /** What an engine uses unless told otherwise. */
  readonly threads: number;
  readonly totalMemoryBytes: number;
}

/** A model that can be had with one click. */
export interface ModelSource {
  /** What `models.fetch` takes: `sample`, `smollm2`. */
  readonly id: string;
  readonly title: string | Said;
  readonly description: string | Said;
  readonly downloadBytes: number;
  readonly licence: string;
  /** The model's id where it is here already. */
  readonly modelId: string | null;
}

/** Needs of memory on this machine, in bytes. */
export interface ModelFit {
  readonly modelId: string;
  readonly chatBytes: number;
  /** With recommended settings and rows of `maxLength` tokens: what a plan says too for rows that long. */
  readonly training: readonly {
    readonly method: string;
    readonly bytes: number;
    readonly adapterBytes: number;
    readonly maxLength: number;
    readonly batchSize: number;
  }[];
  /** With the base kept in fewer bits: for chat, and for training with the thriftiest method that goes with it. */
  readonly thriftier: readonly {
    readonly precision: WeightPrecision;
    readonly chatBytes: number;
    readonly trainingBytes: number;
  }[];
  readonly freeMemoryBytes: number;
  readonly totalMemoryBytes: number;
}

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
  readonly notices: readonly (string | Said)[];
}

export interface MachineState {
  /** What a run would get now. */
  readonly backend: BackendId;
  readonly device: DeviceName;
  readonly precision: WeightPrecision;
  readonly threads: number;
  /** Of the runtime that the backend needs; null where it comes with Graft. */
  readonly runtimeVersion: string | null;
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

/** What a file or folder that was handed over can become. */
export type FileKind = 'dataset' | 'model' | 'adapter' | 'adapterArchive' | 'backup';
