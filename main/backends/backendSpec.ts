/**
 * What a backend is, as plain data and pure functions of what a machine has. Form, flags, doctor, the choice of a
 * backend and the estimate follow from it. What computes is beside it: `<id>/open.ts`, which the engine alone loads.
 */
import type { ProductPrecision, WeightPrecision } from '../contract/engine.ts';
import type { Said, Speaker, Translated } from '../contract/words/words.ts';

export const deviceNames = ['cpu', 'cuda', 'webgpu'] as const;
export type DeviceName = (typeof deviceNames)[number];

/** What backends look at. */
export interface BackendFacts {
  readonly nvidiaGpu: string | null;
  /** Whether the processor multiplies bf16 by itself. */
  readonly hasBf16: boolean;
  /** undefined: not installed. */
  readonly runtimeVersion: (runtime: string) => string | undefined;
  /** Whether engines are plain Node, or are forked as one: a packaged window has no Node. */
  readonly runsAddons: boolean;
  /** What the last self-test of a place found here with the version that is installed; undefined: never tested. */
  readonly kept: (place: string) => KeptTest | undefined;
}

/** Of a self-test, kept on the machine. */
export interface KeptTest {
  readonly device: string;
  /** Whether the device is a processor that plays a graphics card. */
  readonly isSoftware: boolean;
  /** What failed; null where all passed. */
  readonly failed: string | null;
  /** 10⁹ floating-point operations of a training step's products a second; null where it was not measured. */
  readonly stepGflops: number | null;
}

export interface PlaceFound {
  readonly found: boolean;
  /** Whether `auto` passes by, although it is here. */
  readonly byName?: boolean;
  readonly why: Said;
  readonly remedy: Said | null;
}

/** Where a backend computes: an entry of the doctor. */
export interface BackendPlace {
  /** As the doctor names it. */
  readonly id: string;
  readonly title: Translated;
  /** undefined: there is none to choose. */
  readonly device?: DeviceName;
  /** Runtime that it needs; undefined: it comes with Graft. */
  readonly runtime?: string;
  /** As sentences name it: `TensorFlow on CUDA`. */
  readonly called: string | Said;
  /** A piece of a sentence, and what to do where it is not here and could be. */
  look(facts: BackendFacts): PlaceFound;
  /** null: of a backend that is not there yet. */
  readonly use: PlaceInUse | null;
  /** Whether `auto` takes it before better ones where its test here was quicker than theirs. */
  readonly byTest?: boolean;
}

export interface PlaceInUse {
  /** Why `auto` takes it; `missed` is why a better one is not here, of a machine that could have it. */
  because(why: Said, missed: Said | undefined): Said;
  /** How the base is stored unless told otherwise. */
  usualPrecision(facts: BackendFacts): ProductPrecision;
  /** For people: `tensorflow on CPU, bf16`. */
  label(precision: WeightPrecision): Said;
}

/** What a backend can do and costs. */
export interface Computing {
  /** How weights of the base can be stored. Matrices are multiplied in bf16 where it is among them, else in float32. */
  readonly precisions: readonly WeightPrecision[];
  /** Whether `auto` may take it. */
  readonly auto: boolean;
  /** Whether more threads are quicker. */
  readonly usesThreads: boolean;
  /** Of the engine's process without a model. */
  readonly engineBytes: number;
  /** Of one recorded function, for each layer: training, evaluation and answering have one each. */
  readonly recordedBytesPerLayer: number;
  /** One by one, and not as recorded functions: what a forward pass makes lives until the backward pass ends. */
  readonly eager?: true;
  /** null: nothing can be said of all machines; the self-test of this one tells. */
  readonly operationsPerSecondAndThread: Readonly<Record<ProductPrecision, number>> | null;
  /** Rows and columns of the matrices whose product the self-test times. */
  readonly selfTestSize: number;
}

export interface BackendSpec {
  readonly id: string;
  readonly title: Translated;
  /** Best first. */
  readonly places: readonly BackendPlace[];
  /** null: it is not there yet, its places say why, and `open` throws GraftError('unsupported'). */
  readonly computing: Computing | null;
  /** Sentences of its own. */
  readonly words?: Readonly<Record<string, Speaker<never>>>;
}
