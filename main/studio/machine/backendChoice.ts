/**
 * Which backend a run or a chat gets. `auto` takes the best that is installed and says why; a backend that was asked
 * for by name and is not here is an error that says what was looked for, never a quiet step down.
 */
import type {
  BackendFacts,
  BackendPlace,
  BackendSpec,
  KeptTest,
  PlaceFound,
  PlaceInUse,
} from '../../backends/backendSpec.ts';
import { type BackendId, backendSpecs, getBackendSpec } from '../../backends/registry.ts';
import { isQuantised, type EngineSettings, type LlamaCppSettings } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import type { BackendReport, Runtime } from '../../contract/machine.ts';
import type { BackendRequest } from '../../contract/trainRequest.ts';
import { backendWords as words } from '../../contract/words/backends.ts';
import type { Said } from '../../contract/words/words.ts';
import { runsAddons } from '../../processes/plainNode.ts';
import { findRuntime, libraryDirOf, llamaCppModuleOf } from '../../runtimes/findRuntimes.ts';
import { type KeptThreads, measuredOf, readKeptThreads } from './keptThreads.ts';
import { findKeptTest } from './keptTests.ts';
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
  /** Of llama.cpp in this version; absent: nothing was measured. */
  readonly keptThreads?: (version: string) => KeptThreads | undefined;
  /** By the doctor's names, and the version of the runtime; absent: nothing was tested. */
  readonly keptTest?: (place: string, version: string) => KeptTest | undefined;
  /** Whether engines are plain Node, or are forked as one (processes/plainNode.ts); absent: they are. */
  readonly runsAddons?: boolean;
}

export interface BackendReporter extends Omit<BackendReport, 'selfTest'> {
  readonly why: Said;
  readonly remedy: Said | null;
}

export function backendWorld(cacheDir: string): BackendWorld {
  const machine = readMachine();
  const keptThreads = (version: string) => readKeptThreads(cacheDir, { version, machine });
  return {
    ...{ machine, keptThreads },
    findRuntime: (id) => findRuntime(id, cacheDir),
    keptTest: (place, version) => findKeptTest(cacheDir, place, version),
    runsAddons: runsAddons(),
  };
}

/**
 * Throws GraftError('backendUnavailable') for what was asked by name and is not here, or does not go together;
 * ('unsupported') for a backend that is not there yet.
 */
export function chooseBackend(request: BackendRequest, world: BackendWorld): BackendChoice {
  const { backend = 'auto', device } = request;
  if (backend === 'auto' && device === undefined) return chooseItself(request, world);
  const hasDevice = (place: BackendPlace): boolean => place.device === device;
  const spec = backend === 'auto' ? backendSpecs.find(({ places }) => places.some(hasDevice)) : getBackendSpec(backend);
  // One without devices computes where it does, whatever was asked for.
  const isMeant = (place: BackendPlace): boolean => !place.device || !device || hasDevice(place);
  const places = spec?.places.filter(isMeant) ?? [];
  const last = places.at(-1);
  if (spec === undefined || last === undefined) {
    throw new GraftError('backendUnavailable', words.noSuchDevice({ backend, device: device ?? '' }), {
      field: 'device',
      remedy: words.leaveToGraft(),
    });
  }
  const facts = factsOf(world);
  const found = places.find((place) => place.look(facts).found);
  if (found?.use) {
    const { why } = found.look(facts);
    return choiceOf(
      {
        ...{ spec, place: found, use: found.use, byName: true },
        why: found.runtime ? words.askedAnd({ why }) : words.askedFor(),
      },
      request,
      world,
    );
  }
  const { why, remedy } = last.look(facts);
  const code = spec.computing === null ? 'unsupported' : 'backendUnavailable';
  throw new GraftError(code, words.notHere({ what: last.called, why }), {
    field: 'backend',
    remedy: remedy ?? words.leaveToGraft(),
  });
}

/** Operations per second of a training step in the self-test of where these settings compute; null: none was made. */
export function measuredRate({ backend, device }: EngineSettings, world: BackendWorld): number | null {
  const place = getBackendSpec(backend).places.find((each) => each.device === device);
  const gflops = place && factsOf(world).kept(place.id)?.stepGflops;
  return gflops ? gflops * 1e9 : null;
}

interface Taken {
  readonly spec: BackendSpec & { readonly id: BackendId };
  readonly place: BackendPlace;
  readonly use: PlaceInUse;
  readonly why: Said;
  readonly byName?: boolean;
}

/**
 * The first that is here, and why none that comes before it, of those that this machine could have. One that only its
 * test speaks for comes before better ones where it was the quicker in it.
 */
function chooseItself(request: BackendRequest, world: BackendWorld): BackendChoice {
  const facts = factsOf(world);
  const all = backendSpecs.flatMap((spec) =>
    spec.computing?.auto === true
      ? spec.places.flatMap((place) =>
          place.use === null ? [] : [{ spec, place, use: place.use, ...place.look(facts) }],
        )
      : [],
  );
  const candidates = all.filter(({ found, byName }) => found && byName !== true);
  const [first] = candidates;
  const speedOf = ({ place }: (typeof all)[number]): number => facts.kept(place.id)?.stepGflops ?? 0;
  const quicker = candidates.find((each) => each.place.byTest === true && speedOf(each) > speedOf(first));
  const taken = quicker !== undefined && speedOf(first) > 0 ? quicker : first;
  if (taken === undefined) throw new Error('a backend that comes with Graft is always there');
  const missed = all
    .slice(0, all.indexOf(taken))
    .findLast(({ remedy, place }) => remedy !== null && place.byTest !== true);
  return choiceOf({ ...taken, why: taken.use.because(taken.why, missed?.why) }, request, world);
}

/** Every backend, best first: found or not, and why. */
export function reportBackends(world: BackendWorld): readonly BackendReporter[] {
  const facts = factsOf(world);
  const places = backendSpecs.flatMap((spec) => spec.places);
  return [...places.map((place) => ({ backend: place.id, ...reported(place.look(facts)) })), reportLlamaCpp(world)];
}

function reported({ found, why, remedy }: PlaceFound): Pick<BackendReporter, 'found' | 'why' | 'remedy'> {
  return { found, why, remedy };
}

function factsOf({ machine, findRuntime: find, keptTest, runsAddons: addons = true }: BackendWorld): BackendFacts {
  const { nvidiaGpu, hasBf16 } = machine;
  const runtimeOf = (id: string): string | undefined =>
    backendSpecs.flatMap(({ places }) => places).find((place) => place.id === id)?.runtime;
  return {
    ...{ nvidiaGpu, hasBf16, runsAddons: addons },
    runtimeVersion: (id) => find(id)?.version,
    kept: (place) => {
      const runtime = runtimeOf(place);
      const version = runtime === undefined ? undefined : find(runtime)?.version;
      return version === undefined ? undefined : keptTest?.(place, version);
    },
  };
}

function reportLlamaCpp({ findRuntime: find, keptThreads }: BackendWorld): BackendReporter {
  const runtime = find('llama.cpp');
  if (runtime === undefined) {
    return { backend: 'llama.cpp', found: false, why: words.llamaCppNotInstalled(), remedy: words.installLlamaCpp() };
  }
  const { version } = runtime;
  const kept = keptThreads?.(version);
  const facts = { why: words.llamaCppInstalled({ version }), threads: kept ? threadsSaid(kept) : '' };
  const why = kept === undefined ? facts.why : kept.steady ? words.withThreads(facts) : words.withBusyThreads(facts);
  return { backend: 'llama.cpp', found: true, why, remedy: null, ...(kept && { threads: kept }) };
}

/** Answers and prompts of models by their width: `576: 1, 2; 2048: 2, 2`. */
function threadsSaid({ sizes }: KeptThreads): string {
  return sizes.map(({ hiddenSize, token, prompt }) => `${hiddenSize}: ${token}, ${prompt}`).join('; ');
}

/** Of a chat; undefined where its runtime is not installed. Threads as asked for, else as measured, else all cores. */
export function llamaCppSettings(
  { threads }: Pick<BackendRequest, 'threads'>,
  { machine, findRuntime: find, keptThreads }: BackendWorld,
): LlamaCppSettings | undefined {
  const runtime = find('llama.cpp');
  if (runtime === undefined) return undefined;
  const kept = threads === undefined ? keptThreads?.(runtime.version) : undefined;
  const modulePath = llamaCppModuleOf(runtime);
  return {
    ...{ backend: 'llama.cpp', modulePath, threads: threads ?? machine.cores },
    ...(kept && { measured: measuredOf(kept) }),
  };
}

function choiceOf(
  { spec, place, use, why, byName }: Taken,
  request: BackendRequest,
  world: BackendWorld,
): BackendChoice {
  const { device, runtime: runtimeId } = place;
  const runtime = runtimeId === undefined ? undefined : world.findRuntime(runtimeId);
  if (runtimeId !== undefined && runtime === undefined)
    throw new GraftError('backendUnavailable', words.runtimeGone({ runtime: runtimeId }), {
      remedy: words.installCpu(),
    });
  const usual = use.usualPrecision(factsOf(world));
  const { precision = usual, threads = world.machine.cores } = request;
  const precisions = spec.computing?.precisions ?? [];
  if (!precisions.includes(precision)) {
    throw new GraftError('backendUnavailable', words.noBf16({ backend: spec.id, precision }), {
      field: 'precision',
      remedy: words.otherPrecision(),
    });
  }
  const settings: EngineSettings = {
    backend: spec.id,
    ...(device !== undefined && { device }),
    ...(runtime !== undefined && { libraryDir: libraryDirOf(runtime) }),
    precision,
    ...(isQuantised(precision) && precisions.includes('bf16') && { products: usual }),
    threads,
    ...(byName === true && device === 'webgpu' && { software: true as const }),
  };
  return { settings, label: use.label(precision), why };
}
