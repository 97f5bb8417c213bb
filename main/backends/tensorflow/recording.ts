/**
 * A function being recorded: every executed op becomes a node of a TF_Graph, tensors from outside become its inputs
 * ("captures"), and `finish` registers the graph as one TensorFlow function. Recorded tensors share the session's
 * number space but have no values.
 */
import { GraftError } from '../../contract/errors.ts';
import { setAttribute, type Attribute } from './attributes.ts';
import type { GraphOutput, Pointer } from './capi.ts';
import type { EagerSession, TensorMetadata } from './eagerSession.ts';
import { engineBackendWords } from '../../contract/words/engineBackends.ts';

export interface RecordedFunction {
  readonly name: string;
  /** Session ids of the inputs, in the function's order. */
  readonly captures: readonly number[];
  readonly outputCount: number;
  readonly nodeCount: number;
  readonly pointer: Pointer;
}

/**
 * Ops whose inputs are lists: how many inputs belong to each list. A graph node needs them grouped, an eager op not.
 */
const listInputs: Readonly<Record<string, (count: number) => readonly number[]>> = {
  ConcatV2: (count) => [count - 1, -1],
  Merge: (count) => [count],
  Pack: (count) => [count],
  AddN: (count) => [count],
  IdentityN: (count) => [count],
};

export class Recording {
  #session: EagerSession;
  #graph: Pointer;
  #outputs = new Map<number, GraphOutput>();
  #captures: number[] = [];
  #placeholders: GraphOutput[] = [];
  #nodeCount = 0;
  #barrier: { readonly after: readonly Pointer[]; readonly inside: Set<number> } | null = null;
  /** What was cast to fewer bits since the barrier, by `<id> <type>`. */
  #casts = new Map<string, number>();

  constructor(session: EagerSession) {
    this.#session = session;
    this.#graph = session.capi.newGraph();
  }

  isRecorded(id: number): boolean {
    return this.#outputs.has(id);
  }

  dtype(id: number): number {
    const output = this.#outputs.get(id);
    return output ? this.#session.capi.outputType(output) : this.#session.dtype(id);
  }

  #node(op: string, label: string, fill: (description: Pointer) => void): Pointer {
    const { capi } = this.#session;
    const description = capi.newOperation(this.#graph, op, `${label}_${this.#nodeCount++}`);
    fill(description);
    const operation = capi.finishOperation(description, capi.status);
    capi.check();
    return operation;
  }

  /** The graph's output for a tensor; one from outside becomes an input of the function. */
  #output(id: number): GraphOutput {
    const known = this.#outputs.get(id);
    if (known) return known;
    const { capi } = this.#session;
    const [dtype, shape] = [this.#session.dtype(id), this.#session.shape(id)];
    const oper = this.#node('Placeholder', 'capture', (description) => {
      capi.graphAttr.type(description, 'dtype', dtype);
      capi.graphAttr.shape(description, 'shape', BigInt64Array.from(shape, BigInt), shape.length);
    });
    const output = { oper, index: 0 };
    this.#outputs.set(id, output);
    this.#captures.push(id);
    this.#placeholders.push(output);
    return output;
  }

  /** Values known while recording become a constant of the graph; the tensor stays usable outside. */
  createTensor(shape: readonly number[], dtype: number, values: ArrayBufferView): number {
    const { capi } = this.#session;
    const id = this.#session.createTensor(shape, dtype, values);
    const tensor = capi.resolveHandle(this.#session.handle(id), capi.status);
    capi.check();
    const oper = this.#node('Const', 'const', (description) => {
      capi.graphAttr.type(description, 'dtype', dtype);
      capi.setAttrTensor(description, 'value', tensor, capi.status);
      capi.check();
    });
    capi.deleteTensor(tensor);
    this.#outputs.set(id, { oper, index: 0 });
    return id;
  }

  execute(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputCount: number,
  ): TensorMetadata[] {
    const oper = this.#addOperation(name, attributes, inputs);
    return Array.from({ length: outputCount }, (_, index) =>
      this.#keep({ oper, index }, this.#shape(name, { oper, index })),
    );
  }

  #addOperation(name: string, attributes: readonly Attribute[], inputs: readonly number[]): Pointer {
    const { capi } = this.#session;
    const wired = inputs.map((id) => this.#output(id));
    const lists = listInputs[name]?.(wired.length);
    const waits = this.#waitsOf(inputs, wired);
    return this.#node(name, name, (description) => {
      if (lists) this.#addLists(description, wired, lists);
      else for (const input of wired) capi.addInput(description, input);
      for (const operation of waits) capi.addControlInput(description, operation);
      for (const attribute of attributes) this.#setAttribute(description, attribute, lists !== undefined);
    });
  }

  /** What a node has to wait for; nothing where one of its inputs waits or is waited for already. */
  #waitsOf(inputs: readonly number[], wired: readonly GraphOutput[]): readonly Pointer[] {
    const barrier = this.#barrier;
    if (!barrier || inputs.some((id) => barrier.inside.has(id))) return [];
    return wired.some(({ oper }) => barrier.after.includes(oper)) ? [] : barrier.after;
  }

  #setAttribute(description: Pointer, attribute: Attribute, hasList: boolean): void {
    const { capi } = this.#session;
    if (hasList && attribute.name === 'N') return; // a node takes it from its list
    setAttribute(capi.graphAttr, description, attribute, capi.status);
  }

  #addLists(description: Pointer, inputs: GraphOutput[], lengths: readonly number[]): void {
    let at = 0;
    for (const length of lengths) {
      if (length < 0) this.#session.capi.addInput(description, inputs[at++]);
      else {
        this.#session.capi.addInputList(description, inputs.slice(at, at + length), length);
        at += length;
      }
    }
  }

  #keep(output: GraphOutput, shape: number[]): TensorMetadata {
    const id = this.#session.nextId();
    this.#outputs.set(id, output);
    this.#barrier?.inside.add(id);
    return { id, shape, dtype: this.#session.capi.outputType(output) };
  }

  #shape(name: string, output: GraphOutput): number[] {
    const { capi } = this.#session;
    const rank = capi.outputRank(this.#graph, output, capi.status);
    capi.check();
    const dims = new BigInt64Array(Math.max(rank, 1));
    if (rank > 0) capi.outputShape(this.#graph, output, dims, rank, capi.status);
    const shape = Array.from(dims.subarray(0, Math.max(rank, 0)), Number);
    if (rank < 0 || shape.some((size) => size < 0))
      throw new GraftError('internal', engineBackendWords.shapeNotKnown({ name }));
    return shape;
  }

  /**
   * Everything recorded in `body` runs after the tensors in `after` exist: keeps recomputation out of the forward pass.
   */
  runAfter<T>(after: readonly number[], body: () => T): T {
    const outer = this.#barrier;
    this.#barrier = { after: after.map((id) => this.#output(id).oper), inside: new Set() };
    try {
      return this.withOwnCasts(body);
    } finally {
      const { inside } = this.#barrier;
      this.#barrier = outer;
      if (outer) for (const id of inside) outer.inside.add(id);
    }
  }

  /**
   * The cast of a tensor that several ops of one scope read is recorded once. A backward pass has scopes of its own:
   * what it casts again is not held from the forward pass on.
   */
  castOnce(id: number, to: number, cast: () => number): number {
    const key = `${id} ${to}`;
    const made = this.#casts.get(key) ?? cast();
    this.#casts.set(key, made);
    return made;
  }

  withOwnCasts<T>(body: () => T): T {
    const outer = this.#casts;
    this.#casts = new Map();
    try {
      return body();
    } finally {
      this.#casts = outer;
    }
  }

  deleteTensor(id: number): void {
    if (this.#session.has(id) && !this.#captures.includes(id)) this.#session.deleteTensor(id);
  }

  /** Registers the function. */
  finish(name: string, outputIds: readonly number[]): RecordedFunction {
    const { capi, context } = this.#session;
    const outputs = outputIds.map((id) => this.#output(id));
    const pointer = capi.graphToFunction(
      this.#graph,
      name,
      0,
      -1,
      null,
      this.#placeholders.length,
      this.#placeholders,
      outputs.length,
      outputs,
      null,
      null,
      null,
      capi.status,
    );
    capi.check();
    capi.addFunction(context, pointer, capi.status);
    capi.check();
    return {
      name,
      captures: this.#captures,
      outputCount: outputs.length,
      nodeCount: this.#nodeCount,
      pointer,
    };
  }

  dispose(): void {
    this.#session.capi.deleteGraph(this.#graph);
  }
}
