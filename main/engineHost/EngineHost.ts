/**
 * Keeps one engine process for one purpose: started at the first request, started again after a death, and given up
 * after three infrastructure failures in a row (an error that the engine itself answers is none). Each process has a
 * generation number, so that late frames of a dead one are never taken for the living one's.
 */
import type { EngineRequestName, EngineRequests } from '../contract/engine.ts';
import { GraftError, saidOf } from '../contract/errors.ts';
import { EngineClient, type RequestOptions } from './engineClient.ts';
import type { EngineChild, EnginePurpose, EngineSpawner } from './engineChild.ts';
import { exitError } from './exitError.ts';
import { engineProcessWords } from '../contract/words/engineProcess.ts';

export interface EngineHostOptions {
  readonly purpose: EnginePurpose;
  readonly spawn: EngineSpawner;
  readonly helloTimeoutMs?: number;
  readonly closeTimeoutMs?: number;
  readonly onStderr?: (line: string) => void;
}

interface LiveEngine {
  readonly child: EngineChild;
  readonly client: EngineClient;
  /** Set before this host ends the process itself. */
  endedBecause: GraftError | undefined;
}

const failuresBeforeGivingUp = 3;

export class EngineHost {
  readonly #options: EngineHostOptions;
  #live: LiveEngine | undefined;
  #generation = 0;
  #failures = 0;
  #lastFailure: GraftError | undefined;
  #closed = false;
  #paused = false;

  constructor(options: EngineHostOptions) {
    this.#options = options;
  }

  /** Process id of the running engine, for tests and `doctor`. */
  get pid(): number | undefined {
    return this.#live?.child.pid;
  }

  /** Counts up with every process; whoever keeps state inside the engine (a loaded model) compares it. */
  get generation(): number {
    return this.#generation;
  }

  get running(): boolean {
    return this.#live !== undefined;
  }

  /** Starts the process if there is none. Rejects with the engine's GraftError or with why the process died. */
  async request<Name extends EngineRequestName>(
    name: Name,
    parameters: EngineRequests[Name][0],
    options: RequestOptions<EngineRequests[Name][1]> = {},
  ): Promise<EngineRequests[Name][2]> {
    const engine = this.#live ?? this.#start();
    await engine.client.ready;
    try {
      const result = await engine.client.request(name, parameters, options);
      this.#failures = 0;
      return result;
    } catch (error) {
      if (error instanceof GraftError && error.data['endsEngine'] === true) await this.#bury(engine, error);
      else if (engine === this.#live && engine.endedBecause === undefined) this.#failures = 0;
      throw error;
    }
  }

  /** Holds back what this process and later ones do long, where they ask for that. */
  setPaused(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (this.#live !== undefined) this.#tellPause(this.#live);
  }

  /** Ends the process: politely by closing the channel, then by its handle. Resolves when it is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.stop();
  }

  /** Ends the present process; the next request starts another. */
  async stop(): Promise<void> {
    const engine = this.#live;
    if (engine === undefined) return;
    engine.endedBecause = new GraftError('cancelled', engineProcessWords.closed());
    engine.child.port.close();
    const timer = setTimeout(() => engine.child.kill(), this.#options.closeTimeoutMs ?? 5_000);
    await engine.child.exited;
    clearTimeout(timer);
  }

  /** Forgets earlier deaths: a person asks for another try. */
  forgive(): void {
    this.#failures = 0;
  }

  /** Ends the present process at once. */
  kill(because: GraftError): void {
    if (this.#live !== undefined) this.#end(this.#live, because);
  }

  #start(): LiveEngine {
    if (this.#closed) throw new GraftError('cancelled', engineProcessWords.studioCloses());
    if (this.#failures >= failuresBeforeGivingUp) throw this.#givenUp();
    const generation = ++this.#generation;
    const child = this.#options.spawn({ purpose: this.#options.purpose, generation, onStderr: this.#options.onStderr });
    const hooks = {
      onOverdue: (error: GraftError) => this.#end(engine, error),
      onBroken: (error: GraftError) => this.#end(engine, error),
    };
    const engine: LiveEngine = {
      child,
      client: new EngineClient(child.port, generation, hooks),
      endedBecause: undefined,
    };
    this.#live = engine;
    this.#tellPause(engine);
    this.#watch(engine);
    return engine;
  }

  /** Once it listens; what holds by then counts. */
  #tellPause({ client }: LiveEngine): void {
    client.ready.then(
      () => client.setPaused(this.#paused),
      () => undefined,
    );
  }

  #watch(engine: LiveEngine): void {
    const timeoutMs = this.#options.helloTimeoutMs ?? 60_000;
    const late = new GraftError('engineCrashed', engineProcessWords.notStarted({ seconds: timeoutMs / 1000 }), {
      remedy: engineProcessWords.overloaded(),
    });
    const timer = setTimeout(() => this.#end(engine, late), timeoutMs);
    engine.client.ready.then(
      () => clearTimeout(timer),
      () => clearTimeout(timer),
    );
    void engine.child.exited.then((exit) => this.#buried(engine, engine.endedBecause ?? exitError(exit)));
  }

  #end(engine: LiveEngine, because: GraftError): void {
    engine.endedBecause ??= because;
    engine.child.kill();
  }

  /** It answered that it computes nothing right any more: the next request must not meet it. */
  async #bury(engine: LiveEngine, because: GraftError): Promise<void> {
    this.#end(engine, because);
    await engine.child.exited;
  }

  #buried(engine: LiveEngine, error: GraftError): void {
    if (this.#live === engine) this.#live = undefined;
    const wanted = error.code === 'cancelled' || error.code === 'interrupted';
    if (!wanted) {
      this.#failures++;
      this.#lastFailure = error;
    }
    engine.client.fail(error);
  }

  #givenUp(): GraftError {
    const last = this.#lastFailure === undefined ? engineProcessWords.unknown() : saidOf(this.#lastFailure);
    const message = engineProcessWords.diedOften({ failures: this.#failures, last });
    return new GraftError('engineCrashed', message, { remedy: engineProcessWords.runDoctor() }, this.#lastFailure);
  }
}
