/**
 * Engines in the test's own process: the handlers and frames of a real one over ports in memory, so that a file with
 * many commands loads tensors, modules and WebAssembly once. They share tfjs, and with it one current backend: a file
 * stays on one. What is about processes (deaths, kills, memory, priorities) asks real ones.
 */
import { afterAll, beforeAll } from 'vitest';
import type { ChildExit, ChildOptions, Child } from '../../main/processes/startChild.ts';
import { forkChild, startChildrenWith } from '../../main/processes/startChild.ts';
import type { EngineFrame } from '../../main/contract/engine.ts';
import { engineHandlers } from '../../main/engine/handlers.ts';
import { serveRequests } from '../../main/engine/serveRequests.ts';
import { portPair } from '../engineHost/portPair.ts';

const engineProgram = /[/\\]engine[/\\]process\.ts$/;

/** For a file, or within a `describe`. */
export function enginesHere(): void {
  beforeAll(() => startChildrenWith(startHere));
  afterAll(() => startChildrenWith(forkChild));
}

/** Within a `describe` of such a file: each engine in a process of its own again. */
export function enginesInProcesses(): void {
  beforeAll(() => startChildrenWith(forkChild));
  afterAll(() => startChildrenWith(startHere));
}

function startHere(file: string, options?: ChildOptions): Child {
  return engineProgram.test(file) ? engineHere(options) : forkChild(file, options);
}

function engineHere({ args = [] }: ChildOptions = {}): Child {
  const [studio, engine] = portPair();
  const { promise: exited, resolve: exit } = Promise.withResolvers<ChildExit>();
  engine.onClose(() => exit({ code: 0, signal: null }));
  serveRequests(engine, {
    generation: Number(args.at(-1)),
    handlers: engineHandlers(),
    onBroken: (error) => {
      throw error;
    },
  });
  return {
    ...{ pid: undefined, stdout: null, stderr: null, exited },
    send: (frame) => studio.post(frame as EngineFrame),
    onMessage: studio.onFrame,
    onClose: studio.onClose,
    close: studio.close,
    kill: studio.close,
    keepAlive: () => undefined,
  };
}
