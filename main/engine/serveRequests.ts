/**
 * The engine's half of the protocol over one port: each request runs its handler, whose events, result or error go
 * back under the request's id. A cancel frame aborts the handler's signal; the handler decides what winding up means.
 * A pause frame holds back the handlers that ask for it, at the places where they do.
 */
import {
  engineProtocolVersion,
  type EngineFrame,
  type EngineRequestName,
  type EngineRequests,
} from '../contract/engine.ts';
import { type FramePort, parseFrame } from '../contract/engineFrame.ts';
import { GraftError, toGraftError, type ErrorJson } from '../contract/errors.ts';
import { coreWords } from '../contract/words/core.ts';
import { verbatim } from '../contract/words/words.ts';
import { PauseGate } from './PauseGate.ts';

export interface HandlerContext<Event> {
  readonly onEvent: (event: Event) => void;
  readonly signal: AbortSignal;
}

export interface PausableContext<Event> extends HandlerContext<Event> {
  /** Resolves when nothing is paused. Rejects with the signal's reason. */
  readonly unpaused: () => Promise<void>;
}

export type EngineHandlers = {
  readonly [Name in EngineRequestName]: (
    parameters: EngineRequests[Name][0],
    context: PausableContext<EngineRequests[Name][1]>,
  ) => Promise<EngineRequests[Name][2]>;
};

type AnyHandler = (parameters: unknown, context: PausableContext<unknown>) => Promise<unknown>;
type Body<Frame = EngineFrame> = Frame extends EngineFrame ? Omit<Frame, 'version' | 'generation'> : never;
type RequestFrame = Extract<EngineFrame, { kind: 'request' }>;

export interface ServeOptions {
  readonly generation: number;
  readonly handlers: EngineHandlers;
  readonly onBroken: (error: GraftError) => void;
  /** An error was answered after which this process can compute nothing that is right. */
  readonly onSpent?: (error: GraftError) => void;
}

/** Serves until the port closes; says hello first. */
export function serveRequests(port: FramePort, { generation, handlers, onBroken, onSpent }: ServeOptions): void {
  const running = new Map<number, AbortController>();
  const gate = new PauseGate();
  const post = (body: Body): void => port.post({ version: engineProtocolVersion, generation, ...body });

  const answer = async ({ id, name, parameters }: RequestFrame): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const handler = handlers[name] as AnyHandler;
      const result = await handler(parameters, {
        signal: controller.signal,
        onEvent: (event) => post({ kind: 'event', id, event }),
        unpaused: async () => gate.pass(controller.signal),
      });
      post({ kind: 'result', id, result });
    } catch (thrown) {
      const error = engineError(thrown, controller.signal);
      post({ kind: 'error', id, error: error.toJSON() });
      if (error.data['endsEngine'] === true) onSpent?.(error);
    } finally {
      running.delete(id);
    }
  };

  port.onFrame((value) => {
    try {
      const frame = parseFrame(value, generation);
      if (frame?.kind === 'request') void answer(frame);
      if (frame?.kind === 'cancel') running.get(frame.id)?.abort();
      if (frame?.kind === 'pause') gate.setPaused(frame.paused);
    } catch (thrown) {
      onBroken(toGraftError(thrown));
    }
  });
  port.onClose(() => running.forEach((controller) => controller.abort()));
  post({ kind: 'hello', pid: process.pid });
}

function engineError(thrown: unknown, signal: AbortSignal): GraftError {
  const aborted = signal.aborted && thrown instanceof Error && thrown.name === 'AbortError';
  if (aborted) return new GraftError('cancelled', coreWords.cancelled());
  const error = toGraftError(thrown);
  if (error.code !== 'internal' || !(thrown instanceof Error)) return plainData(error);
  return new GraftError('internal', verbatim(error.message), { stack: thrown.stack });
}

/** Error data must survive the structured clone, whatever a thrower put in it. */
function plainData(error: GraftError): GraftError {
  return GraftError.fromJson(JSON.parse(JSON.stringify(error)) as ErrorJson);
}
