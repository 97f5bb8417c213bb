/**
 * The OpenAI-compatible server, on or off: one for a host, whatever windows are open. It holds the engine and the port
 * together; either without the other is no server.
 */
import { GraftError, toGraftError } from '../../contract/errors.ts';
import type { Studio } from '../../contract/services.ts';
import type { ServerRequest, ServerStatus } from '../../contract/serving.ts';
import { defaultLimits, OpenaiServer } from './OpenaiServer.ts';
import type { Said } from '../../contract/words/words.ts';
import { servingWords } from '../../contract/words/serving.ts';

interface Running {
  readonly server: OpenaiServer;
  readonly studio: SwitchStudio;
  readonly apiKey: string | null;
  readonly device: string | Said;
  readonly contextLength: number;
  readonly deterministic: boolean;
}

type SwitchStudio = Pick<Studio, 'serving' | 'changes'>;

/** For answers that are being written when the server is switched off. */
const graceMs = 10_000;

export class ServerSwitch {
  readonly #studio: () => SwitchStudio;
  #running: Running | undefined;
  #doing: 'starting' | 'stopping' | undefined;
  #error: GraftError | undefined;
  /** How many studios have ended under it: what was started for one of them is not kept. */
  #ended = 0;

  /** `studio`: the one that is open. */
  constructor(studio: () => SwitchStudio) {
    this.#studio = studio;
  }

  status(): ServerStatus {
    const running = this.#running;
    const served = this.#doing === undefined ? running?.studio.serving : undefined;
    const idle = this.#error === undefined ? 'off' : 'failed';
    return {
      state: this.#doing ?? (running === undefined ? idle : 'on'),
      address: running?.server.address ?? null,
      apiKey: running?.apiKey ?? null,
      device: running?.device ?? null,
      contextLength: running?.contextLength ?? null,
      deterministic: running?.deterministic ?? false,
      models: served?.models() ?? [],
      leftAside: served?.leftAside() ?? [],
      memory: served?.memory() ?? null,
      prefixBytes: served?.prefixBytes() ?? null,
      ...(running?.server.traffic ?? { writing: 0, waiting: 0, answered: 0 }),
      error: this.#error?.toJSON() ?? null,
    };
  }

  /** Throws GraftError('conflict') while it is on, and what the model, the adapters or the port are refused for. */
  async start(request: ServerRequest): Promise<ServerStatus> {
    if (this.#running !== undefined || this.#doing !== undefined)
      throw new GraftError('conflict', servingWords.isOn(), { remedy: servingWords.stopFirst() });
    const studio = this.#studio();
    await this.#while('starting', studio, async () => {
      const ended = this.#ended;
      const running = await start(request, studio);
      if (ended !== this.#ended) {
        await running.server.close(0);
        throw new GraftError('cancelled', servingWords.studioEnded(), { remedy: servingWords.startAgain() });
      }
      this.#running = running;
    });
    return this.status();
  }

  /** Nothing where it is off. Answers that are being written get ten seconds. */
  async stop(): Promise<ServerStatus> {
    const running = this.#running;
    if (running === undefined || this.#doing !== undefined) return this.status();
    await this.#while('stopping', running.studio, async () => {
      await running.server.close(graceMs);
      await running.studio.serving.stop();
      this.#running = undefined;
    });
    return this.status();
  }

  /** At once: the studio ends. */
  async close(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    this.#ended += 1;
    await running?.server.close(0);
  }

  async #while(doing: 'starting' | 'stopping', { changes }: SwitchStudio, work: () => Promise<void>): Promise<void> {
    this.#doing = doing;
    this.#error = undefined;
    changes.announce('server');
    try {
      await work();
    } catch (thrown) {
      this.#error = toGraftError(thrown);
      throw thrown;
    } finally {
      this.#doing = undefined;
      changes.announce('server');
    }
  }
}

async function start(request: ServerRequest, studio: SwitchStudio): Promise<Running> {
  const { serving, changes } = studio;
  const {
    port,
    apiKey,
    queue = defaultLimits.queue,
    timeoutMs = defaultLimits.timeoutMs,
    maxRows = defaultLimits.rows,
  } = request;
  const { device, contextLength } = await serving.start({ ...request, maxRows });
  try {
    const server = await OpenaiServer.start({
      ...{ serving, port, apiKey: apiKey ?? undefined },
      limits: { ...defaultLimits, rows: maxRows, queue, timeoutMs },
      onChange: () => changes.announce('server'),
    });
    return { server, studio, apiKey, device, contextLength, deterministic: request.deterministic === true };
  } catch (error) {
    await serving.stop();
    throw error;
  }
}
