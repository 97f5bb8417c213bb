/**
 * TensorFlow as a Graft backend: compiled functions are recorded once per shape of their inputs and then run as one
 * graph each. Inputs are passed by handle, so replacing a tensor (an adapter, the state of a step) costs nothing.
 */
import { GraftError } from '../../contract/errors.ts';
import { productsOf } from '../../contract/engine.ts';
import type { EngineSettings } from '../../contract/engine.ts';
import { setExecutionOrder } from '../../engine/ops/order.ts';
import { tf, type NamedTensorMap, type Tensor } from '../../engine/tf.ts';
import type { Backend, Compiled } from '../../engine/backends/backend.ts';
import { Binding } from './binding.ts';
import { loadCapi } from './capi.ts';
import { EagerSession, type TensorMetadata } from './eagerSession.ts';
import { FrozenTensors } from './FrozenTensors.ts';
import { registerTensorflowKernels } from './kernels.ts';
import type { RecordedFunction } from './recording.ts';
import { registerTfjsBackend, tensorId, type TfjsBackend, tfjsBackendName } from './tfjsBackend.ts';
import { engineBackendWords } from '../../contract/words/engineBackends.ts';

interface Traced {
  readonly recorded: RecordedFunction;
  /** For each input of the graph: the name of the caller's tensor, or the id of a captured one. */
  readonly slots: readonly (string | number)[];
  readonly outputNames: readonly string[];
}

let functionCount = 0;

class TensorflowCompiled {
  #backend: TfjsBackend;
  #name: string;
  #fn: (inputs: NamedTensorMap) => NamedTensorMap;
  #traces = new Map<string, Traced>();

  constructor(backend: TfjsBackend, name: string, fn: (inputs: NamedTensorMap) => NamedTensorMap) {
    this.#backend = backend;
    this.#name = name;
    this.#fn = fn;
  }

  run(inputs: NamedTensorMap): NamedTensorMap {
    const ids = new Map(Object.entries(inputs).map(([name, tensor]) => [name, tensorId(this.#backend, tensor)]));
    const signature = Object.entries(inputs)
      .map(([name, tensor]) => `${name}:${tensor.dtype}:${tensor.shape.join('x')}`)
      .join(' ');
    const traced = this.#traces.get(signature) ?? this.#trace(signature, inputs, ids);
    const outputs = this.#backend.binding.call(
      traced.recorded,
      traced.slots.map((slot) => (typeof slot === 'number' ? slot : (ids.get(slot) as number))),
    );
    return Object.fromEntries(
      traced.outputNames.map((name, index) => [name, this.#backend.createOutputTensor(outputs[index])]),
    );
  }

  #trace(signature: string, inputs: NamedTensorMap, ids: ReadonlyMap<string, number>): Traced {
    const { binding } = this.#backend;
    let outputNames: readonly string[] = [];
    const recorded = binding.record(`${this.#name}_${functionCount++}`, () => {
      const outputIds: number[] = [];
      tf.tidy(() => {
        const outputs = this.#fn(inputs);
        outputNames = Object.keys(outputs);
        outputIds.push(...Object.values(outputs).map((tensor) => tensorId(this.#backend, tensor)));
      });
      return outputIds;
    });
    const nameOf = new Map([...ids].map(([name, id]) => [id, name]));
    const traced = { recorded, slots: recorded.captures.map((id) => nameOf.get(id) ?? id), outputNames };
    this.#traces.set(signature, traced);
    return traced;
  }

  dispose(): void {
    for (const { recorded } of this.#traces.values()) this.#backend.binding.removeFunction(recorded);
    this.#traces.clear();
  }
}

/**
 * TensorFlow's context, its kernels and every tensor belong together, and tfjs knows one backend of a name: one per
 * process.
 */
let opened: { readonly settings: string; readonly backend: Backend; readonly makeCurrent: () => void } | undefined;

/**
 * Opens TensorFlow from a runtime folder, or gives the one that is open with the same settings. Throws
 * GraftError('backendUnavailable'), and 'conflict' when it is open with other settings.
 */
export function open(settings: EngineSettings): Backend {
  const wanted = JSON.stringify([
    settings.libraryDir,
    settings.device ?? 'cpu',
    settings.precision,
    productsOf(settings),
    settings.threads,
  ]);
  opened ??= { settings: wanted, ...startTensorflow(settings) };
  if (opened.settings !== wanted) {
    throw new GraftError('conflict', engineBackendWords.otherSettings(), {
      remedy: engineBackendWords.newProcess(),
    });
  }
  opened.makeCurrent();
  return opened.backend;
}

function startTensorflow(settings: EngineSettings): { readonly backend: Backend; readonly makeCurrent: () => void } {
  if (!settings.libraryDir) {
    throw new GraftError('backendUnavailable', engineBackendWords.noTensorflow(), {
      remedy: engineBackendWords.installTensorflow(),
    });
  }
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const session = new EagerSession(loadCapi(settings.libraryDir), {
    threads: settings.threads,
    device: settings.device === 'cuda' ? 'cuda' : 'cpu',
  });
  const binding = new Binding(session);
  const tfjs = registerTfjsBackend(binding);
  const products = productsOf(settings);
  registerTensorflowKernels(tfjs, products);
  const frozenTensors = new FrozenTensors(tfjs);
  session.capi.trimMemory(); // start-up pages would otherwise lie beside the weights while those are loaded
  const makeCurrent = (): void => {
    void tf.setBackend(tfjsBackendName);
    const idsOf = (tensors: readonly Tensor[]): number[] => tensors.map((tensor) => tensorId(tfjs, tensor));
    const tensorsOf = (all: readonly TensorMetadata[]): Tensor[] => all.map((each) => tfjs.createOutputTensor(each));
    setExecutionOrder({
      isRecorded: true,
      runAfter: (after, body) => binding.runAfter(idsOf(after), body),
      choose: (condition, given, { then, otherwise }) => {
        if (!binding.isRecording) return (condition.dataSync()[0] === 0 ? otherwise : then)(given);
        const [first, second] = [then, otherwise].map(
          (body) => (all: readonly TensorMetadata[]) => idsOf(body(tensorsOf(all))),
        );
        return tensorsOf(binding.choose(tensorId(tfjs, condition), idsOf(given), first, second));
      },
    });
  };
  const place = settings.device === 'cuda' ? 'GPU' : engineBackendWords.cpuThreads({ threads: settings.threads });
  const backend: Backend = {
    id: 'tensorflow',
    device: engineBackendWords.tensorflowDevice({ place, version: binding.TF_Version }),
    precision: settings.precision,
    products,
    compile(name, fn): Compiled {
      const compiled = new TensorflowCompiled(tfjs, name, fn);
      return Object.assign((inputs: NamedTensorMap) => compiled.run(inputs), { dispose: () => compiled.dispose() });
    },
    frozenWeight: (shape, source) => frozenTensors.upload(settings.precision, products, shape, source),
    frozenJoined: (parts) => frozenTensors.uploadJoined(settings.precision, parts),
    frozen: (data, shape) =>
      frozenTensors.uploadNumbers(shape.length === 1 ? 'float32' : products, shape, [{ from: 0, values: data }]),
    trimMemory: () => {
      frozenTensors.release();
      session.capi.trimMemory();
    },
    liveTensors: () => session.liveHandles,
  };
  return { backend, makeCurrent };
}
