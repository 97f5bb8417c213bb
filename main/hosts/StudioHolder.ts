/**
 * The open studio of a host, which a restore or a move exchanges for another. Handlers ask here each time and never
 * keep one; while there is none they get a worded refusal, and the windows reconnect when the next one is open.
 */
import { GraftError } from '../contract/errors.ts';
import { defaultPreferences, type Preferences } from '../contract/preferences.ts';
import type { Studio } from '../contract/services.ts';
import { openStudio, type OpenStudioOptions } from '../studio/openStudio.ts';
import { ServerSwitch } from './openaiServer/ServerSwitch.ts';
import { hostWords } from '../contract/words/hosts.ts';

export class StudioHolder {
  readonly #options: OpenStudioOptions;
  /** Ends with the studio that it serves from. */
  readonly server = new ServerSwitch(() => this.studio);
  readonly #onExchanged: (() => Promise<void>)[] = [];
  #studio: Studio | undefined;
  /** Why there is no studio. */
  #missing: unknown;
  #exchange: Promise<void> | undefined;

  private constructor(options: OpenStudioOptions, studio: Studio) {
    this.#options = options;
    this.#studio = studio;
  }

  /** Throws what `openStudio` throws. */
  static async open(options: OpenStudioOptions): Promise<StudioHolder> {
    return new StudioHolder(options, await openStudio(options));
  }

  /** Throws GraftError('conflict') while the data folder is being exchanged, or why the next studio did not open. */
  get studio(): Studio {
    const studio = this.#studio;
    if (studio === undefined) throw this.#missing;
    if (studio.dataFolder.retired) throw beingExchanged();
    return studio;
  }

  /** The person's, or the defaults while there is no studio. */
  get preferences(): Preferences {
    const studio = this.#studio;
    return studio === undefined || studio.dataFolder.retired ? defaultPreferences : studio.preferences.get();
  }

  /** `listener` runs each time another studio is open, also where that is the old one after work that failed. */
  onExchanged(listener: () => Promise<void>): void {
    this.#onExchanged.push(listener);
  }

  /**
   * Runs `work`, which restores or moves the data folder, then opens the studio of `home` (default: the same folder).
   * Where the work fails before it has ended the studio, the studio goes on untouched. Throws what the work or the
   * opening threw.
   */
  async reopen(work: (studio: Studio) => Promise<void>, home?: string): Promise<void> {
    if (this.#exchange !== undefined) throw beingExchanged();
    this.#exchange = this.#reopen(work, home);
    try {
      await this.#exchange;
    } finally {
      this.#exchange = undefined;
    }
  }

  /** Waits for an exchange that is under way. */
  async close(): Promise<void> {
    await this.#exchange?.catch(() => undefined); // whoever asked for it has the error
    await this.server.close();
    await this.#studio?.close();
  }

  async #reopen(work: (studio: Studio) => Promise<void>, home: string | undefined): Promise<void> {
    const { studio } = this;
    const { dir } = studio.dataFolder;
    try {
      await work(studio);
    } catch (error) {
      if (studio.dataFolder.retired) await this.#exchangeFor(studio, dir);
      throw error;
    }
    await this.#exchangeFor(studio, home ?? dir);
  }

  async #exchangeFor(studio: Studio, home: string): Promise<void> {
    this.#missing = beingExchanged();
    this.#studio = undefined;
    await this.server.close();
    await studio.close();
    try {
      this.#studio = await openStudio({ ...this.#options, home });
    } catch (error) {
      this.#missing = error;
      throw error;
    }
    for (const listener of this.#onExchanged) await listener();
  }
}

function beingExchanged(): GraftError {
  return new GraftError('conflict', hostWords.beingExchanged(), {
    remedy: hostWords.waitAMoment(),
  });
}
